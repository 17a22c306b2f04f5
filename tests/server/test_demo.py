"""The demonstration: an office in which every procedure can be walked at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from handlers.rules.conflicts import conflict
from server import clock, demo
from server.cli import ROOT
from server.config import Config
from server.db import read, transaction
from server.errors import NotSignedIn
from server.law import catalogue
from server.models import memberships, organisations, records
from server.models import people as persons
from server.work import choices, parties, people, sessions
from server.work.people import Person
from server.work.register import Register
from tests.server.work.people_samples import CHEAP

APPLICATIONS = ("national", "shanxi", "jiangxi")
TODAY = date(2026, 11, 20)


@pytest.fixture
def office(database: Engine) -> Iterator[None]:
    people.use(Config(argon2_memory_kib=8, argon2_time=1, demonstration=True), refusal_takes=0)
    with clock.frozen(TODAY):
        with transaction() as tx:
            demo.seed(tx)
        yield
    people.use(Config())


def person(login: str) -> Person:
    with read() as tx:
        found = tx.execute(select(persons.c.id).where(persons.c.login == login)).scalar_one()
        loaded = people.find_person(tx, found)
    assert loaded is not None
    return loaded


def held(role: str, regime: str) -> int:
    return sum(
        account.office.regime == regime and role in account.roles for account in demo.accounts()
    )


def test_seeding_twice_changes_nothing(office: None) -> None:
    tables = (organisations, persons, memberships, records)

    def counted() -> list[int]:
        with read() as tx:
            return [tx.execute(select(func.count()).select_from(t)).scalar_one() for t in tables]

    before = counted()
    with transaction() as tx:
        demo.seed(tx)
    assert counted() == before


def test_everybody_signs_in_with_the_printed_password(office: None) -> None:
    for login in ("shanxi_applicant", "national_authority", "jiangxi_expert_9"):
        session = sessions.current(sessions.sign_in(login, demo.DEMONSTRATION_PASSWORD, "::1"))
        assert session is not None and session.person.login == login


def test_the_printed_password_is_refused_outside_the_demonstration(office: None) -> None:
    people.use(CHEAP, refusal_takes=0)
    with pytest.raises(NotSignedIn):
        sessions.sign_in("shanxi_applicant", demo.DEMONSTRATION_PASSWORD, "::1")


def test_logins_and_codes_are_unique() -> None:
    assert all(n == 1 for n in Counter(account.login for account in demo.accounts()).values())


def test_every_role_of_every_regime_has_somebody() -> None:
    law = catalogue.from_disk(ROOT)
    for regime in ("national", "shanxi", "jiangxi", "jiangxi_base"):
        for row in law.rows("roles", regime):
            role = parties.acting(law, regime, str(row["role"]))
            assert held(role, regime) >= 1, row
        for staff in ("process_owner", "operator", "leader"):
            assert held(staff, regime) == 1
        assert held("expert_panel", regime) >= 9 and held("undertaker", regime) >= 2


def test_an_office_that_a_regime_knows_once_carries_its_code(office: None) -> None:
    law = catalogue.from_disk(ROOT)
    for regime, role in (("national", "authority"), ("shanxi", "formal_reviewer"),
                         ("jiangxi", "authority"), ("jiangxi_base", "supervisor")):  # fmt: skip
        code = str(law.row("roles", regime, role=role)["office"])
        with read() as tx:
            found = select(organisations.c.id).where(organisations.c.code == code)
            organisation = tx.execute(found).scalar_one()
        assert person(f"{regime}_{role}").holds(role, organisation, regime)


@pytest.mark.parametrize("regime", APPLICATIONS)
def test_forms_have_somebody_to_choose(office: None, regime: str) -> None:
    with read() as tx:
        for role in ("sponsor", "recommender", "undertaker"):
            assert len(choices.organisations(tx, regime, role)) >= 2
        assert len(choices.experts(tx, regime)) >= 9


@pytest.mark.parametrize("regime", APPLICATIONS)
def test_a_round_is_open_and_what_must_come_before_it_is_recorded(
    office: None, regime: str
) -> None:
    with read() as tx:
        register = Register(tx, {"id": None, "regime": regime})
        kinds = {kind: register.records(kind) for kind in ("guide", "overall_plan", "panel_roster")}
    assert [guide["number"] for guide in kinds["guide"]] == [
        {"national": "GB", "shanxi": "SX", "jiangxi": "JX"}[regime] + "指南〔2026〕0001号"
    ]
    assert bool(kinds["overall_plan"]) is bool(kinds["panel_roster"]) is (regime != "national")


@pytest.mark.parametrize("regime", APPLICATIONS)
def test_two_experts_must_stand_aside_for_the_first_applicant(office: None, regime: str) -> None:
    with read() as tx:
        applicant = person(f"{regime}_applicant").memberships[0].organisation_id
        everybody = [choice["value"] for choice in choices.experts(tx, regime)]
        pool: list[Any] = [*Register(tx, {"id": None, "regime": regime}).experts(everybody)]
    barred = [expert for expert in pool if conflict(expert, {applicant}, TODAY, 3)]
    assert len(barred) == 2 and len(pool) - len(barred) >= 5
    assert [expert["name"] for expert in barred] == ["评审专家10", "评审专家9"]


def test_the_next_guide_takes_the_next_number(office: None) -> None:
    with transaction() as tx:
        assert (
            Register(tx, {"id": None, "regime": "shanxi"}).next_number("guide-shanxi-2026")
            == "0002"
        )


def test_names_are_roles_in_both_languages() -> None:
    for account in demo.accounts():
        assert account.name_en.isascii() and not account.name.isascii()
