"""Accounts: made, checked at sign-in, locked after guessing, disabled."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, delete, insert, literal, or_, select, update

from server import clock
from server.config import Config
from server.db import read, run, transaction
from server.errors import Invalid, NotFound, NotSignedIn
from server.ids import new_id
from server.models import identities, password_history, people, sessions, tokens
from server.work.people import passwords
from server.work.people.guessing import Addresses
from server.work.people.journal import Actor, Subject, append

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
LIMIT_NAME = 100

REFUSAL = "账号或密码不正确；连续多次不正确时账号会暂时锁定。"
"""One sentence for every reason, so that nobody learns which logins exist or are locked."""


@dataclass(slots=True)
class _Rules:
    tries: int = 5
    lock: timedelta = timedelta(minutes=15)
    refusal_takes: float = 0.4


_rules = _Rules()
_addresses = Addresses()


def use(config: Config, refusal_takes: float = 0.4) -> None:
    """Take the rules of signing in from the configuration.

    ``refusal_takes``: seconds every refused sign-in lasts at least, more than a hash and the
    write that counts the failure need, so that the time tells nothing either.
    """
    _rules.tries, _rules.lock = config.login_tries, timedelta(seconds=config.login_lock)
    _rules.refusal_takes = refusal_takes
    _addresses.forget()
    passwords.use(config)


def create(tx: Connection, login: str, name: str, password: str, name_en: str = "") -> str:
    """A new account; returns its id. The password is hashed here, so keep bulk work in mind.

    Raises Invalid when the password does not fit the profile or the login is taken.
    """
    passwords.check_profile(password, login)
    _free(tx, login)
    return add(tx, login, name, passwords.hash_password(password), name_en)


def create_with_secret(tx: Connection, login: str, name: str, name_en: str = "") -> tuple[str, str]:
    """A new account with a one-time secret; returns its id and the secret, kept nowhere else."""
    errors = {}
    if not LOGIN.fullmatch(login):
        errors["login"] = ["账号由小写字母、数字、点、横线和下划线组成，3 至 64 个字符"]
    if not 0 < len(name) <= LIMIT_NAME or len(name_en) > LIMIT_NAME:
        errors["name"] = ["请填写姓名，不超过 100 个字"]
    if errors:
        raise Invalid(errors=errors)
    _free(tx, login)
    person_id = add(tx, login, name, "", name_en)
    return person_id, give_secret(tx, person_id)


def give_secret(tx: Connection, person_id: str) -> str:
    """Replace a password by a one-time secret and end all sessions; returns the secret."""
    secret = passwords.new_secret()
    until = clock.now() + passwords.SECRET_LASTS
    hashed = passwords.hash_password(secret)
    _change(tx, person_id, password_hash=hashed, secret_until=until, password_set_at=clock.now())
    tx.execute(update(people).where(people.c.id == person_id).values(failures=0, locked_until=None))
    return secret


def _free(tx: Connection, login: str) -> None:
    if tx.execute(select(people.c.id).where(people.c.login == login)).first():
        raise Invalid("账号已被使用。", code="login_taken", errors={"login": ["账号已被使用。"]})


def add(tx: Connection, login: str, name: str, password_hash: str, name_en: str = "") -> str:
    """A new account with a password hashed before; returns its id."""
    person = {"id": new_id(), "login": login, "name": name, "name_en": name_en}
    made = {"password_hash": password_hash, "password_set_at": clock.now()}
    tx.execute(insert(people).values(**person, **made))
    return person["id"]


def authenticate(login: str, password: str, address: str) -> str:
    """The id of the person whose login and password these are.

    Raises NotSignedIn with the same sentence after the same time whether the login is unknown,
    disabled or locked, or the password wrong; TooMany when the address has failed too often.
    """
    _addresses.check(address, clock.now())
    begun = time.monotonic()
    with read() as tx:
        account = _account(tx, login)
    right = passwords.verify(account.password_hash if account else None, password)
    if right and account and run(lambda: _succeed(account.id, account.password_hash, password)):
        return str(account.id)
    _refuse(login, address, begun)
    raise NotSignedIn(REFUSAL, code="wrong_login")


def identified(issuer: str, subject: str, address: str) -> str:
    """The id of the person whose account is linked to a subject of the provider.

    Raises NotSignedIn where none is, or the account is disabled or locked; both are journaled.
    """
    linked = select(people.c.id).join(identities, identities.c.person_id == people.c.id)
    same = (identities.c.issuer == issuer, identities.c.subject == subject)
    with read() as tx:
        found = tx.execute(linked.where(*same, people.c.active, _is_unlocked())).scalars().first()
    if found is None:
        run(lambda: _note_unlinked(address))
        raise NotSignedIn("该统一身份没有可用的关联账号，请联系系统管理员。", code="not_linked")
    return str(found)


def _note_unlinked(address: str) -> None:
    with transaction() as tx:
        who, detail = Actor(None, "", address[:64]), {"by": "oidc"}
        append(tx, who, "sign_in_refused", Subject("", ""), detail)


def _account(tx: Connection, login: str) -> Any | None:
    found = select(people.c.id, people.c.password_hash).where(people.c.login == login)
    return tx.execute(found).first()


def _succeed(person_id: str, stored: str, password: str) -> bool:
    """Clear the failures, unless the account is disabled or was locked meanwhile.

    The lock is looked at in the statement that clears it: of a hundred guesses sent at once,
    those that come after the lock are refused even when right.
    """
    values: dict[str, object] = {"failures": 0, "locked_until": None}
    if passwords.is_outdated(stored):
        values["password_hash"] = passwords.hash_password(password)
    fresh = or_(people.c.secret_until.is_(None), people.c.secret_until > clock.now())
    person = people.c.id == person_id
    allowed = update(people).where(person, people.c.active, _is_unlocked(), fresh)
    with transaction() as tx:
        return tx.execute(allowed.values(values)).rowcount == 1


def _is_unlocked() -> ColumnElement[bool]:
    return or_(people.c.locked_until.is_(None), people.c.locked_until <= clock.now())


def _refuse(login: str, address: str, begun: float) -> None:
    run(lambda: _count_failure(login, address))
    _addresses.failed(address, clock.now())
    time.sleep(max(0.0, _rules.refusal_takes - (time.monotonic() - begun)))


def _count_failure(login: str, address: str) -> None:
    """One more failure; the last one allowed locks the account and starts the count again. What
    was typed is written down only where it is a login: it may be a password."""
    full = people.c.failures + 1 >= _rules.tries
    until = literal(clock.now() + _rules.lock, people.c.locked_until.type)
    counted = (
        update(people)
        .where(people.c.login == login, _is_unlocked())
        .values(
            failures=case((full, 0), else_=people.c.failures + 1),
            locked_until=case((full, until), else_=None),
        )
    )
    with transaction() as tx:
        tx.execute(counted)
        known = select(people.c.id, people.c.name, people.c.locked_until)
        row = tx.execute(known.where(people.c.login == login)).first()
        subject = Subject(row.id, row.name) if row else Subject("", "")
        detail = {"locked_until": str(row.locked_until)} if row and row.locked_until else {}
        append(tx, Actor(None, "", address[:64]), "sign_in_refused", subject, detail)


def change_password(person_id: str, old: str, new: str, address: str = "") -> None:
    """Give a person a new password and end all their sessions and tokens.

    Raises NotSignedIn when the old one is wrong, Invalid when the new one does not fit or is one
    of the last.
    """
    with read() as tx:
        account = tx.execute(select(people).where(people.c.id == person_id)).first()
        former = _former(tx, person_id)
    if account is None or not passwords.verify(account.password_hash, old):
        raise NotSignedIn("原密码不正确。", code="wrong_password")
    passwords.check_profile(new, account.login)
    if any(passwords.verify(hashed, new) for hashed in (account.password_hash, *former)):
        raise Invalid(errors={"password": ["新密码不能是最近用过的密码。"]})
    hashed = passwords.hash_password(new)
    run(lambda: _replace_password(account, hashed, address))


def _former(tx: Connection, person_id: str) -> list[str]:
    """Hashes of the last passwords, as many as are remembered."""
    h = password_history.c
    found = select(h.password_hash).where(h.person_id == person_id).order_by(h.set_at.desc())
    return list(tx.execute(found.limit(passwords.remembered())).scalars())


def _replace_password(account: Any, hashed: str, address: str) -> None:
    now = clock.now()
    kept = {"person_id": account.id, "set_at": now, "password_hash": account.password_hash}
    with transaction() as tx:
        tx.execute(insert(password_history).values(kept))
        _change(tx, account.id, password_hash=hashed, password_set_at=now, secret_until=None)
        who = Actor(account.id, account.name, address[:64])
        append(tx, who, "change_password", Subject(account.id, account.name))


def disable(tx: Connection, person_id: str) -> None:
    """Let a person in no more, end all their sessions and tokens; what they did stays theirs."""
    _change(tx, person_id, active=False)


def enable(tx: Connection, person_id: str) -> None:
    """Let a disabled person in again, or one whom wrong passwords have locked out."""
    _change(tx, person_id, active=True, failures=0, locked_until=None)


def speak(tx: Connection, person_id: str, locale: str) -> None:
    """Remember the language a person has chosen: ``zh`` or ``en``."""
    tx.execute(update(people).where(people.c.id == person_id).values(locale=locale))


def _change(tx: Connection, person_id: str, **values: object) -> None:
    if not tx.execute(update(people).where(people.c.id == person_id).values(values)).rowcount:
        raise NotFound("没有这个人员。")
    for ways_in in (sessions, tokens):
        tx.execute(delete(ways_in).where(ways_in.c.person_id == person_id))
