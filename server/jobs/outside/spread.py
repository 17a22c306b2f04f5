"""Who is told, by which way and when: what an act has left to be told becomes rows of the outbox.

Whatever one recipient is to be told of one regime within a short time is gathered in one message,
or in a few where it is much; quiet hours put it off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection

from server import clock
from server.config import Config
from server.ids import new_id
from server.jobs.outside.endpoints import Endpoint, read
from server.models.columns import instant_text
from server.work import endings
from server.work.outside import contacts, outbox, telling
from server.work.sql import Query, Row, json_text, strings

HOLDERS = Query("""
    SELECT DISTINCT m.person_id FROM memberships m
    WHERE m.organisation_id = :organisation AND m.role = :role AND m.regime = :regime""")
CODES = Query("SELECT id, code FROM organisations WHERE id IN {strings(ids)}")
REGIMES = Query("SELECT id, regime FROM cases WHERE id IN {strings(ids)}")

GATHER = Query(
    """
    INSERT INTO outbox (id, channel, recipient, person_id, regime, locale, address, items,
        created_at, run_at, attempts, fence, status, error, suspect)
    VALUES (:id, :channel, :recipient, :person, :regime, :locale, :address, '[]',
        :now, :run_at, 0, 0, 'gathering', '', :suspect)
    ON CONFLICT (channel, recipient, regime, suspect) WHERE status = 'gathering'
        DO UPDATE SET created_at = outbox.created_at
    RETURNING id, items""",
    {"json": ["items"]},
)
"""Reads the message that is being gathered for a recipient, made if there is none, and holds it."""

ADD = Query("UPDATE outbox SET items = :items, status = :status WHERE id = :id RETURNING id")

FULL = 200
"""Lines after which a message gathers no more and the next one begins: each line added writes all
of them anew."""


class Recipient(NamedTuple):
    """By which way somebody is told, and in which language."""

    channel: str
    name: str
    address: str
    locale: str
    person_id: str | None = None


class When(NamedTuple):
    """The earliest moment for a message, and whether it may have been sent before."""

    run_at: str
    suspect: bool


@dataclass(slots=True)
class _Rules:
    window: timedelta = timedelta(minutes=5)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)


_rules = _Rules()


def use(config: Config) -> None:
    """Take window and endpoints from the settings; raises ConfigError for a list not to be read."""
    _rules.window = timedelta(seconds=config.message_window)
    _rules.endpoints = read(config)


def endpoints() -> Mapping[str, Endpoint]:
    """The operator's robots and webhooks by name."""
    return _rules.endpoints


def run(tx: Connection, job: Row) -> None:
    """Do a job ``tell`` (server/work/outside/telling.py)."""
    told: Row = job["payload"]
    if endings.NOTICE in told:
        endings.tell(tx, told)
        return
    suspect = _is_suspect(tx, job)
    _mail(tx, told, suspect)
    _posts(tx, [*told.get("items", ()), *told.get("dates", ())], suspect)


def _is_suspect(tx: Connection, job: Row) -> bool:
    """Out of a restored backup, the office that was lost may have told it already: whatever is
    older than the restoring, and what happens by itself before an operator has looked."""
    pause = outbox.restored(tx)
    return pause is not None and not (job["run_at"] >= pause["since"] and _is_act(job["payload"]))


def _is_act(told: Row) -> bool:
    if "lines" in told:
        return any(line["event"] != telling.DUE for line in told["lines"])
    return told.get("by") is not None


def _mail(tx: Connection, told: Row, suspect: bool) -> None:
    lines = dict(_by_person(tx, told))
    regimes = _regimes(tx, (line["case"] for each in lines.values() for line in each))
    for contact in contacts.reached(tx, list(lines)):
        wanted = [line for line in lines[contact["person_id"]] if _kind(line) in contact["events"]]
        to = Recipient(
            "mail", contact["person_id"], contact["mail"], contact["locale"], contact["person_id"]
        )
        later = contacts.not_before(contact, clock.now() + _rules.window)
        _gather(tx, to, wanted, regimes, When(instant_text(later), suspect))


def _by_person(tx: Connection, told: Row) -> Iterator[tuple[str, list[Row]]]:
    if "person" in told:
        yield told["person"], told["lines"]
    found: dict[str, list[Row]] = defaultdict(list)
    for item in told.get("items", ()):
        for person in _addressees(tx, item) - {told["by"]}:
            found[person].append(_line(item))
    yield from found.items()


def _addressees(tx: Connection, item: Row) -> set[str]:
    if item["assignee_id"]:
        return {item["assignee_id"]}
    office = {"organisation": item["organisation_id"], "role": item["role"]}
    return {row["person_id"] for row in HOLDERS.all(tx, **office, regime=item["regime"])}


def _posts(tx: Connection, rows: list[Row], suspect: bool) -> None:
    """Robots and webhooks hear of offices, never of a single voice among several."""
    open_ones = [row for row in rows if row["organisation_id"] and not row["independent"]]
    if not _rules.endpoints or not open_ones:
        return
    ids = strings({row["organisation_id"] for row in open_ones})
    codes = {row["id"]: row["code"] for row in CODES.all(tx, ids=ids)}
    when = When(instant_text(clock.now() + _rules.window), suspect)
    for endpoint in _rules.endpoints.values():
        wanted = [row for row in open_ones if _hears(endpoint, row, codes)]
        to = Recipient(endpoint.kind, endpoint.name, endpoint.name, endpoint.locale)
        regimes = {row["case"]: row["regime"] for row in wanted}
        _gather(tx, to, [_line(row) for row in wanted], regimes, when)


def _hears(endpoint: Endpoint, row: Row, codes: Mapping[str, str]) -> bool:
    return endpoint.wants(row["event"], row["regime"], codes.get(row["organisation_id"], ""))


def _kind(line: Row) -> str:
    """The switch of a person's wishes to which an event belongs."""
    event: str = line["event"]
    return event if event in (telling.TASK, telling.DUE) else "colleague"


def _line(row: Row) -> Row:
    return {"event": row["event"]} | {name: row.get(name) for name in telling.LINE}


def _regimes(tx: Connection, cases: Iterable[str]) -> dict[str, str]:
    return {row["id"]: row["regime"] for row in REGIMES.all(tx, ids=strings(sorted(set(cases))))}


def _gather(
    tx: Connection, to: Recipient, lines: list[Row], regimes: Mapping[str, str], when: When
) -> None:
    """One message for each regime: operators see those of their own."""
    by_regime: dict[str, list[Row]] = defaultdict(list)
    for line in lines:
        by_regime[regimes[line["case"]]].append(line)
    for regime, said in sorted(by_regime.items()):
        for first in range(0, len(said), FULL):
            _add(tx, to, regime, said[first : first + FULL], when)


def _add(tx: Connection, to: Recipient, regime: str, lines: list[Row], when: When) -> None:
    made: dict[str, Any] = {
        "id": new_id(),
        "channel": to.channel,
        "recipient": to.name,
        "person": to.person_id,
        "regime": regime,
        "locale": to.locale,
        "address": to.address,
        "now": instant_text(clock.now()),
        "run_at": when.run_at,
        "suspect": when.suspect,
    }
    if held := GATHER.first(tx, **made):
        items = [*held["items"], *lines]
        status = "gathering" if len(items) < FULL else "due"
        ADD.first(tx, id=held["id"], items=json_text(items), status=status)
