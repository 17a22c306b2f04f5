"""The one deadline service: a legal date with its proof (rule, anchor, arithmetic, calendar)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from handlers.rules import deadlines as arithmetic
from handlers.rules.deadlines import Rule, Span, WrongOrder
from handlers.rules.working_days import Calendar
from server.feel.sentence import told
from server.law import proof
from server.law.proof import Facts, Step

FLOOR_READING = "D-11"


class Tables(Protocol):
    """What the service asks of the law: rows of its tables and the wording of its clauses."""

    def row(self, table: str, regime: str, **inputs: object) -> Mapping[str, Any] | None:
        """The one row that matches, as a mapping of outputs, or None."""

    def rule_text(self, clause_id: str) -> str:
        """The wording of a clause."""


class NoDeadline(LookupError):
    """A deadline that cannot be computed; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """What one case knows beyond the law.

    months      the period that the approval or extension document states;
    ordered_on  the day an order or letter names (kind `ordered`, D-24, D-43);
    announced_on  the last day a longer notice announces (D-15);
    received_on   delivery of a granted extension, the floor of later latest days (D-11).
    """

    months: int | None = None
    ordered_on: date | None = None
    announced_on: date | None = None
    received_on: date | None = None


NOTHING = Overrides()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A computed legal date.

    The act is in time from `opens_on` (None: from the start) to `due_on`, 24:00 China Standard
    Time, both included; `nominal_on` is the last day before it was rolled.  `provisional` dates
    are computed again when the missing year's notice is loaded (D-05); `rolled` ones moved because
    offices were closed on the nominal day (D-02).
    """

    milestone: str
    title: str
    title_en: str
    kind: str
    opens_on: date | None
    due_on: date
    nominal_on: date
    anchor_on: date
    provisional: bool
    soft: bool
    clause: str
    reading: str
    calendar_version: str
    proof: tuple[Step, ...]
    rolled: bool


def compute(
    milestone: str,
    regime: str,
    anchor: date,
    tables: Tables,
    calendar: Calendar,
    overrides: Overrides = NOTHING,
) -> Deadline:
    """The date of a milestone in a regime, counted from its anchor; raises NoDeadline."""
    row = _row(milestone, regime, tables, overrides)
    rule = _rule(row)
    counted = _span(rule, anchor, calendar, overrides, str(row["title"]))
    days = _adjusted(rule, counted, calendar, overrides, tables, regime)
    facts = Facts(row, _anchor_words(row, regime, tables), anchor, rule, counted, days, calendar)
    return Deadline(
        milestone=milestone,
        title=str(row["title"]),
        title_en=str(row["title_en"]),
        kind=rule.kind,
        opens_on=days.opens_on,
        due_on=days.due_on,
        nominal_on=counted.nominal_on,
        anchor_on=anchor,
        provisional=days.provisional(calendar),
        soft=bool(row["soft"]),
        clause=str(row["clause"]),
        reading=str(row["reading"] or ""),
        calendar_version=calendar.version,
        proof=proof.steps(facts, tables.rule_text(str(row["clause"]))),
        rolled=rule.roll and not calendar.is_working_day(counted.nominal_on),
    )


def _row(milestone: str, regime: str, tables: Tables, overrides: Overrides) -> Mapping[str, Any]:
    row = tables.row("deadlines", regime, milestone=milestone, months=overrides.months)
    if row is None:
        raise NoDeadline(told("期限表中没有本规程的“%(milestone)s”。", milestone=milestone))
    if row["kind"] not in proof.UNCOUNTED and row["amount"] is None:
        raise NoDeadline(told("计算“%(title)s”须给出批准文件载明的月数。", title=row["title"]))
    return row


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        kind=str(row["kind"]),
        amount=int(row["amount"] or 0),
        until=int(row["until"] or 0),
        unit=str(row["unit"]),
        direction=str(row["direction"]),
        roll=bool(row["roll"]),
    )


def _span(rule: Rule, anchor: date, calendar: Calendar, overrides: Overrides, title: str) -> Span:
    try:
        return arithmetic.span(rule, anchor, calendar, overrides.ordered_on)
    except WrongOrder as error:
        raise NoDeadline(f"{title}：{error}") from error
    except (OverflowError, ValueError) as error:
        raise NoDeadline(told("%(title)s：日期超出可计算的范围。", title=title)) from error


def _adjusted(
    rule: Rule,
    days: Span,
    calendar: Calendar,
    overrides: Overrides,
    tables: Tables,
    regime: str,
) -> Span:
    if rule.kind == "latest_by" and overrides.received_on:
        floor = tables.row("defaults", regime, id=FLOOR_READING) or {}
        return arithmetic.floored(days, overrides.received_on, int(floor["value"]), calendar)
    if rule.kind == "min_duration" and overrides.announced_on:
        return _announced(days, overrides.announced_on)
    return days


def _announced(days: Span, announced_on: date) -> Span:
    """A notice may last longer than the law demands, never shorter (D-15)."""
    if announced_on < days.due_on:
        raise NoDeadline(
            told(
                "公示末日 %(announced_on)s 早于法定末日 %(due_on)s。",
                announced_on=announced_on,
                due_on=days.due_on,
            )
        )
    return replace(days, due_on=announced_on)


def _anchor_words(row: Mapping[str, Any], regime: str, tables: Tables) -> tuple[str, str]:
    words = tables.row("anchors", regime, anchor=row["anchor"])
    if words is None:
        raise NoDeadline(told("起算点表中没有本规程的“%(anchor)s”。", anchor=row["anchor"]))
    return str(words["title"]), str(words["title_en"])
