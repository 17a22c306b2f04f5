"""Accounts: who gets in, who is kept out, and what a stranger learns from trying (nothing)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import Engine, select

from server import clock
from server.config import Config
from server.db import read, transaction
from server.errors import Invalid, NotFound, NotSignedIn, TooMany
from server.models import people as table
from server.work import people
from server.work.people import accounts, passwords
from server.work.people.guessing import LIMIT_ADDRESSES, TRIES, Addresses
from tests.server.work.people_samples import CHEAP, PASSWORD, account, office

HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def cheap() -> Iterator[None]:
    people.use(CHEAP, refusal_takes=0)
    yield
    people.use(Config())


def refused(login: str, password: str, address: str = HERE) -> str:
    with pytest.raises(NotSignedIn) as caught:
        people.authenticate(login, password, address)
    return caught.value.detail


def row(person_id: str) -> object:
    with read() as tx:
        return tx.execute(select(table).where(table.c.id == person_id)).one()


def test_the_right_password_names_the_person(database: Engine) -> None:
    person_id = account()
    assert people.authenticate("applicant", PASSWORD, HERE) == person_id


def test_every_reason_to_refuse_sounds_the_same(database: Engine) -> None:
    account("locked")
    for _ in range(5):
        refused("locked", "wrong password")
    disabled = account("disabled")
    with transaction() as tx:
        people.disable(tx, disabled)
    account("known")
    said = {
        refused("unknown", PASSWORD),
        refused("known", "wrong password"),
        refused("disabled", PASSWORD),
        refused("locked", PASSWORD),
        refused("known", ""),
        refused("known", "x" * 100_000),
    }
    assert said == {accounts.REFUSAL}


def test_an_unknown_login_costs_as_much_as_a_wrong_password(
    database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both check one hash of the costs in force; a clock would only measure the other tests."""
    account("known")
    checked: list[str] = []
    genuine = PasswordHasher.verify

    def counted(hasher: PasswordHasher, stored: str, password: str) -> bool:
        checked.append(stored)
        return genuine(hasher, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    refused("known", "wrong password")
    refused("nobody", "wrong password")
    known, unknown = (extract_parameters(each) for each in checked)
    assert known == unknown


def test_a_refusal_takes_a_fixed_time(database: Engine) -> None:
    people.use(CHEAP, refusal_takes=0.2)
    begun = time.perf_counter()
    refused("nobody", "wrong password")
    assert 0.19 <= time.perf_counter() - begun < 1


def test_five_wrong_passwords_lock_for_fifteen_minutes(database: Engine) -> None:
    person_id = account()
    now = clock.now()
    with clock.frozen(now):
        for _ in range(5):
            refused("applicant", "wrong password")
        refused("applicant", PASSWORD)
    with clock.frozen(now + timedelta(minutes=14, seconds=59)):
        refused("applicant", PASSWORD)
    with clock.frozen(now + timedelta(minutes=15)):
        assert people.authenticate("applicant", PASSWORD, HERE) == person_id


def test_trying_a_locked_account_does_not_lock_it_for_longer(database: Engine) -> None:
    account()
    now = clock.now()
    with clock.frozen(now):
        for _ in range(20):
            refused("applicant", "wrong password")
    with clock.frozen(now + timedelta(minutes=16)):
        people.authenticate("applicant", PASSWORD, HERE)


def test_a_right_password_forgives_the_wrong_ones_before(database: Engine) -> None:
    person_id = account()
    for _ in range(3):
        for _ in range(4):
            refused("applicant", "wrong password")
        people.authenticate("applicant", PASSWORD, HERE)
    assert row(person_id).failures == 0  # type: ignore[attr-defined]


def test_guesses_sent_at_once_are_counted_one_by_one(database: Engine) -> None:
    person_id = account()
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: refused("applicant", f"wrong password {n}", str(n)), range(20)))
    assert row(person_id).locked_until is not None  # type: ignore[attr-defined]
    refused("applicant", PASSWORD)


def test_one_address_may_not_try_every_account(database: Engine) -> None:
    account()
    for n in range(TRIES):
        refused(f"nobody{n}", "wrong password")
    with pytest.raises(TooMany):
        people.authenticate("applicant", PASSWORD, HERE)
    assert people.authenticate("applicant", PASSWORD, "192.0.2.2")


def test_addresses_are_forgotten_in_time_and_in_number() -> None:
    addresses, now = Addresses(), clock.now()
    for _ in range(TRIES):
        addresses.failed("a", now)
    addresses.check("a", now + timedelta(minutes=15))
    for n in range(LIMIT_ADDRESSES):
        addresses.failed(f"b{n}", now)
    addresses.check("a", now)


def test_at_most_four_hashes_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, guard = 0, 0, threading.Lock()

    class Slow:
        def hash(self, password: str) -> str:
            nonlocal running, most
            with guard:
                running += 1
                most = max(most, running)
            time.sleep(0.02)
            with guard:
                running -= 1
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(passwords.hash_password, ["x"] * 12))
    assert most == passwords.AT_ONCE


def test_a_flood_of_sign_ins_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.0)
    monkeypatch.setattr(passwords, "_slots", threading.BoundedSemaphore(1))
    with passwords._slots, pytest.raises(TooMany):
        passwords.hash_password("x")


def test_a_hash_is_argon2id_of_64_mebibytes_by_default() -> None:
    people.use(Config())
    assert people.hash_password(PASSWORD).startswith("$argon2id$v=19$m=65536,t=2,p=1$")


def test_a_hash_with_old_costs_is_renewed_at_sign_in(database: Engine) -> None:
    person_id = account()
    people.use(Config(argon2_memory_kib=16, argon2_time=1), refusal_takes=0)
    people.authenticate("applicant", PASSWORD, HERE)
    assert "m=16," in row(person_id).password_hash  # type: ignore[attr-defined]
    assert people.authenticate("applicant", PASSWORD, HERE) == person_id


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 129,
        "1234567890",
        "QwertyUiop",
        "my-applicant-1",
        "aaaaaaaaaaaa",
        "tab\tinside1",
    ],
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        passwords.check_profile(password, "applicant")
    assert list(caught.value.errors) == ["password"]


def test_a_long_sentence_in_chinese_is_a_good_password() -> None:
    passwords.check_profile("标准化管理办法第二十三条", "applicant")


def test_a_login_belongs_to_one_person(database: Engine) -> None:
    account()
    with pytest.raises(Invalid, match="已被使用"):
        account()


def test_a_changed_password_replaces_the_old_one(database: Engine) -> None:
    person_id = account()
    with pytest.raises(NotSignedIn):
        people.change_password(person_id, "wrong password", "another-good-one")
    with pytest.raises(Invalid):
        people.change_password(person_id, PASSWORD, "short")
    people.change_password(person_id, PASSWORD, "another-good-one")
    refused("applicant", PASSWORD)
    assert people.authenticate("applicant", "another-good-one", HERE) == person_id


def test_a_disabled_person_may_be_enabled_again(database: Engine) -> None:
    person_id = account()
    with transaction() as tx:
        people.disable(tx, person_id)
    refused("applicant", PASSWORD)
    with transaction() as tx:
        people.enable(tx, person_id)
        with pytest.raises(NotFound):
            people.disable(tx, "nobody")
    assert people.authenticate("applicant", PASSWORD, HERE) == person_id


def test_a_person_is_found_with_their_offices(database: Engine) -> None:
    person_id = account()
    first, second = office(person_id), office(person_id, "expert_panel", "national")
    with read() as tx:
        person = people.find_person(tx, person_id)
        assert people.find_person(tx, "nobody") is None
    assert person is not None and person.holds("undertaker", first, "shanxi")
    assert person.holds_anywhere("expert_panel") and not person.holds(
        "undertaker", second, "shanxi"
    )
    assert not person.holds_anywhere("expert_panel", "shanxi")
    assert {m.organisation for m in person.memberships} == {"示例研究院"}


def test_a_person_chooses_a_language(database: Engine) -> None:
    person_id = account()
    with transaction() as tx:
        people.speak(tx, person_id, "en")
    with read() as tx:
        person = people.find_person(tx, person_id)
    assert person is not None and person.locale == "en"
