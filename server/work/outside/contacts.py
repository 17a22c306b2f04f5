"""Where and of what a person wants to be told beside the pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from sqlalchemy import Connection

from server import clock, db
from server.config import Config
from server.errors import Invalid
from server.feel.sentence import told
from server.models import contacts
from server.work.people import Person
from server.work.sql import Query, Row, columns, json_text, readers, strings

EVENTS: Final = ("task", "due", "colleague")
"""Of what one may be told: tasks that open, legal dates, what colleagues do."""

ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
LIMIT_ADDRESS = 254
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")

OF_PERSON = Query(
    f"SELECT {columns(contacts, 'c')} FROM contacts c WHERE c.person_id = :person",
    readers(contacts),
)
REACHED = Query(
    f"""
    SELECT {columns(contacts, "c")}, p.locale FROM contacts c
    JOIN people p ON p.id = c.person_id AND p.active
    WHERE c.mail <> '' AND c.person_id IN {{strings(people)}} ORDER BY c.person_id""",
    readers(contacts),
)
KEEP = Query("""
    INSERT INTO contacts (person_id, mail, events, quiet_from, quiet_until)
    VALUES (:person, :mail, :events, :quiet_from, :quiet_until)
    ON CONFLICT (person_id) DO UPDATE SET mail = excluded.mail, events = excluded.events,
        quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until
    RETURNING person_id""")


@dataclass(slots=True)
class _Rules:
    domains: frozenset[str] = frozenset()


_rules = _Rules()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants; no times of day: they are told at any hour."""

    mail: str = ""
    events: tuple[str, ...] = EVENTS
    quiet_from: str = ""
    quiet_until: str = ""


def use(config: Config) -> None:
    """The domains to which mail may go; none named: to all."""
    _rules.domains = frozenset(config.mail_domains.lower().replace(" ", "").split(",")) - {""}


def of_person(tx: Connection, person: Person) -> Wishes:
    """What a person wants; who has never said so is reached inside only."""
    row = OF_PERSON.first(tx, person=person.id)
    if row is None:
        return Wishes()
    return Wishes(row["mail"], tuple(row["events"]), row["quiet_from"], row["quiet_until"])


def keep(person: Person, wishes: Wishes) -> None:
    """Keep what a person wants; raises Invalid by field."""
    if errors := _errors(wishes):
        raise Invalid(errors=errors)

    def act() -> None:
        with db.transaction() as tx:
            write(tx, person.id, wishes)

    db.run(act)


def write(tx: Connection, person_id: str, wishes: Wishes) -> None:
    """Write checked wishes in the open transaction."""
    events = [event for event in EVENTS if event in wishes.events]
    quiet = {"quiet_from": wishes.quiet_from, "quiet_until": wishes.quiet_until}
    KEEP.first(tx, person=person_id, mail=wishes.mail, events=json_text(events), **quiet)


def _errors(wishes: Wishes) -> dict[str, list[str]]:
    errors = {}
    if wishes.mail and not _is_address(wishes.mail):
        errors["mail"] = ["请填写有效的电子邮件地址"]
    elif wishes.mail and not _is_allowed(wishes.mail):
        errors["mail"] = [
            told("只能使用以下域名的邮箱：%(domains)s", domains=sorted(_rules.domains))
        ]
    if unknown := set(wishes.events) - set(EVENTS):
        errors["events"] = [told("没有这类通知：%(names)s", names="、".join(sorted(unknown))[:100])]
    times = [wishes.quiet_from, wishes.quiet_until]
    if any(times) and not all(TIME.fullmatch(each) for each in times):
        errors["quiet"] = ["免打扰时段须填写开始和结束时间，如 21:00 和 07:30"]
    return errors


def _is_address(mail: str) -> bool:
    return len(mail) <= LIMIT_ADDRESS and ADDRESS.fullmatch(mail) is not None


def _is_allowed(mail: str) -> bool:
    return not _rules.domains or mail.rpartition("@")[2].lower() in _rules.domains


def reached(tx: Connection, people: Sequence[str]) -> list[Row]:
    """Those of these people whom mail reaches, with their language."""
    rows = REACHED.all(tx, people=strings(sorted(people)))
    return [row for row in rows if _is_allowed(row["mail"])]


def not_before(row: Row, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies."""
    if not row["quiet_from"]:
        return moment
    local = moment.astimezone(clock.SHANGHAI)
    begin, end = time.fromisoformat(row["quiet_from"]), time.fromisoformat(row["quiet_until"])
    at, over_night = local.time(), begin > end
    if not (at >= begin or at < end) if over_night else not begin <= at < end:
        return moment
    day = local.date() + timedelta(days=1 if over_night and at >= begin else 0)
    return datetime.combine(day, end, clock.SHANGHAI).astimezone(UTC)
