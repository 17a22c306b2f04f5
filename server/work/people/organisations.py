"""Organisations: made, renamed from a day on, ended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from server import clock
from server.errors import Invalid, NotFound
from server.ids import new_id
from server.models import appointments, organisation_names, organisations
from server.work.sql import Row

CODE = re.compile(r"[a-z][a-z0-9_]{1,63}")
KINDS = ("authority", "technical_body", "applicant", "expert_organisation", "other")
LIMIT_NAME = 200
BEFORE_RECORDS = date.min
"""The day from which an organisation has the name it had before anybody wrote one down."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A name in both languages, from a day on."""

    name: str
    name_en: str
    from_on: date


def create(tx: Connection, code: str, kind: str, naming: Naming) -> str:
    """A new organisation; returns its id. Raises Invalid with a sentence per field."""
    errors = _faults(naming)
    if not CODE.fullmatch(code):
        errors["code"] = ["代码由小写字母、数字和下划线组成，以字母开头"]
    elif tx.execute(select(organisations.c.id).where(organisations.c.code == code)).first():
        errors["code"] = ["代码已被使用"]
    if kind not in KINDS:
        errors["kind"] = ["请从列表中选择类别"]
    if errors:
        raise Invalid(errors=errors)
    named = {"name": naming.name, "name_en": naming.name_en}
    row = {"id": new_id(), "code": code, "kind": kind, **named}
    tx.execute(insert(organisations).values(row))
    _write(tx, row["id"], naming)
    return row["id"]


def rename(tx: Connection, organisation_id: str, naming: Naming) -> Row:
    """Another name from a day on; returns the organisation as it was."""
    known = one(tx, organisation_id)
    errors = _faults(naming)
    if any(each["from_on"] == naming.from_on for each in names(tx, organisation_id)):
        errors["from_on"] = ["该日已经登记过名称"]
    if errors:
        raise Invalid(errors=errors)
    if not names(tx, organisation_id):
        _write(tx, organisation_id, Naming(known["name"], known["name_en"], BEFORE_RECORDS))
    _write(tx, organisation_id, naming)
    keep_up(tx)
    return known


def end(tx: Connection, organisation_id: str, on: date) -> Row:
    """The last day of an organisation; nobody may serve there beyond it."""
    known = one(tx, organisation_id)
    if serving_after(tx, organisation_id, on):
        raise Invalid(errors={"until_on": ["还有任职在该日之后有效，请先结束任职。"]})
    ended = update(organisations).where(organisations.c.id == organisation_id)
    tx.execute(ended.values(until_on=on))
    return known


def serving_after(tx: Connection, organisation_id: str, on: date) -> int:
    """How many offices there last longer than a day."""
    a = appointments.c
    lasting = a.until_on.is_(None) | (a.until_on > on)
    counted = select(func.count()).where(
        a.organisation_id == organisation_id, a.ended_at.is_(None), lasting
    )
    return int(tx.execute(counted).scalar_one())


def keep_up(tx: Connection) -> None:
    """Give every organisation the name of today."""
    n, today = organisation_names.c, clock.today()
    begun = select(organisation_names).where(n.from_on <= today).order_by(n.from_on)
    latest = {row["organisation_id"]: row for row in tx.execute(begun).mappings()}
    for organisation_id, row in latest.items():
        named = update(organisations).where(organisations.c.id == organisation_id)
        changed = (organisations.c.name != row["name"]) | (
            organisations.c.name_en != row["name_en"]
        )
        tx.execute(named.where(changed).values(name=row["name"], name_en=row["name_en"]))


def one(tx: Connection, organisation_id: str) -> Row:
    """An organisation; raises NotFound."""
    found = tx.execute(select(organisations).where(organisations.c.id == organisation_id))
    row = found.mappings().first()
    if row is None:
        raise NotFound("没有找到这个单位")
    return dict(row)


def names(tx: Connection, organisation_id: str) -> list[Row]:
    """The recorded names, the newest first."""
    n = organisation_names.c
    found = select(organisation_names).where(n.organisation_id == organisation_id)
    return [dict(row) for row in tx.execute(found.order_by(n.from_on.desc())).mappings()]


def _write(tx: Connection, organisation_id: str, naming: Naming) -> None:
    named = {"name": naming.name, "name_en": naming.name_en, "from_on": naming.from_on}
    tx.execute(insert(organisation_names).values(organisation_id=organisation_id, **named))


def _faults(naming: Naming) -> dict[str, list[str]]:
    if not naming.name or max(len(naming.name), len(naming.name_en)) > LIMIT_NAME:
        return {"name": ["请填写名称，不超过 200 个字"]}
    return {}
