"""The proof of a deadline in words, Chinese and English: one step per sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.rules.deadlines import WORKING_DAY, Rule, Span
from handlers.rules.working_days import SATURDAY, Calendar
from server.law.wording import (
    amount_en,
    amount_zh,
    day_en,
    day_zh,
    enumeration,
    exceptions_en,
    exceptions_zh,
)

# Kinds whose day is not counted in units: the end of the year, or a day somebody names.
UNCOUNTED = ("yearly", "ordered")


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of the proof in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All a proof speaks about: the table's row, the anchor, the days before and after.

    `counted` is what the rule alone gives, `days` what remains after the case's own facts.
    """

    row: Mapping[str, Any]
    anchor_words: tuple[str, str]
    anchor: date
    rule: Rule
    counted: Span
    days: Span
    calendar: Calendar


def steps(facts: Facts, rule_text: str) -> tuple[Step, ...]:
    """Anchor, rule with its wording, arithmetic, rolling, adjustment, calendar."""
    told = [_anchor(facts), _rule(facts, rule_text), _arithmetic(facts), _rolling(facts)]
    return tuple(step for step in (*told, _adjustment(facts), _calendar(facts)) if step)


def _anchor(facts: Facts) -> Step:
    day, (zh, en) = facts.anchor, facts.anchor_words
    if facts.rule.kind == "yearly":
        return Step(f"年度：{day.year}年。", f"Year: {day.year}.")
    return Step(f"起算点：{zh}，{day_zh(day)}。", f"Anchor: {en}, {day_en(day)}.")


def _rule(facts: Facts, rule_text: str) -> Step:
    row = facts.row
    reading = f"，解释 {row['reading']}" if row["reading"] else ""
    zh = f"依据：{row['clause']}“{rule_text}”{reading}。"
    en = f"Rule: {row['clause']}, {row['title_en']}; reading {row['reading'] or 'none'}."
    if not row["soft"]:
        return Step(zh, en)
    return Step(
        zh + "条文用语不作硬性要求，例外须记明理由（D-08）。",
        en + " Soft wording: an exception needs a recorded reason (D-08).",
    )


def _arithmetic(facts: Facts) -> Step:
    if facts.rule.kind in ARITHMETIC:
        return ARITHMETIC[facts.rule.kind](facts)
    if facts.rule.unit == WORKING_DAY:
        return _working_days(facts)
    return _backward(facts) if facts.rule.direction == "before" else _forward(facts)


def _forward(facts: Facts) -> Step:
    rule, end = facts.rule, facts.counted.nominal_on
    return Step(
        f"{facts.anchor} 起算，当日不计，次日为第 1 日 → {amount_zh(rule.amount, rule.unit)}后的"
        f"{_corresponding(facts)[0]} {day_zh(end)}（D-01）。",
        f"{facts.anchor} is not counted; {amount_en(rule.amount, rule.unit)} later is "
        f"{day_en(end)}{_corresponding(facts)[1]} (D-01).",
    )


def _backward(facts: Facts) -> Step:
    rule, end = facts.rule, facts.counted.nominal_on
    if rule.amount == 0:
        return Step(f"末日即 {day_zh(end)}。", f"The last day is {day_en(end)} itself.")
    return Step(
        f"自 {facts.anchor} 前推 {amount_zh(rule.amount, rule.unit)} → {_corresponding(facts)[0]} "
        f"{day_zh(end)}，含当日（D-01）。",
        f"{amount_en(rule.amount, rule.unit)} before {facts.anchor} is {day_en(end)}"
        f"{_corresponding(facts)[1]}, included (D-01).",
    )


def _working_days(facts: Facts) -> Step:
    rule, end = facts.rule, facts.counted.nominal_on
    way, way_en = ("前", "before") if rule.direction == "before" else ("后", "after")
    first, last = sorted((facts.anchor, end))
    return Step(
        f"{facts.anchor} 当日不计，其{way}第 {rule.amount} 个工作日为 {day_zh(end)}"
        f"{exceptions_zh(facts.calendar, first, last)}。",
        f"{facts.anchor} is not counted; working day {rule.amount} {way_en} it is {day_en(end)}"
        f"{exceptions_en(facts.calendar, first, last)}.",
    )


def _window(facts: Facts) -> Step:
    rule, opens, end = facts.rule, facts.counted.opens_on, facts.counted.nominal_on
    zh = f"自 {facts.anchor} 前推 {amount_zh(rule.amount, rule.unit)}"
    en = f"{amount_en(rule.amount, rule.unit)} before {facts.anchor}"
    if rule.direction == "after":
        until = amount_zh(rule.until, rule.unit)
        zh = f"自 {facts.anchor} 起满 {amount_zh(rule.amount, rule.unit)}至满 {until}"
        en = f"{rule.amount} to {amount_en(rule.until, rule.unit)} after {facts.anchor}"
    return Step(
        f"{zh} → {opens} 至 {day_zh(end)}，首尾两日均含（D-01）。",
        f"{en}: {opens} to {day_en(end)}, both included (D-01).",
    )


def _year_end(facts: Facts) -> Step:
    end = facts.counted.nominal_on
    return Step(f"末日为当年 {day_zh(end)}，含当日。", f"The last day is {day_en(end)}, included.")


def _ordered(facts: Facts) -> Step:
    end = facts.counted.nominal_on
    return Step(
        f"载明的日期为 {day_zh(end)}，含当日。", f"The day named is {day_en(end)}, included."
    )


def _day_after(facts: Facts) -> Step:
    end = facts.counted.nominal_on
    return Step(
        f"以 {day_zh(end)}为末日，次日开启决定事项，不自动产生后果（D-12）。",
        f"Counted from {day_en(end)}; a decision opens the day after, nothing happens by itself.",
    )


ARITHMETIC: dict[str, Callable[[Facts], Step]] = {
    "window": _window,
    "yearly": _year_end,
    "ordered": _ordered,
    "day_after": _day_after,
}


def _rolling(facts: Facts) -> Step | None:
    nominal = facts.counted.nominal_on
    if facts.calendar.is_working_day(nominal):
        return _worked(nominal) if facts.rule.roll else None
    if facts.rule.roll:
        return _rolled(nominal, facts.calendar.roll_forward(nominal))
    reading = facts.row["reading"] or "D-02"
    return Step(
        f"{day_zh(nominal)}为休息日，但此类日期不顺延（{reading}）。",
        f"{day_en(nominal)} is a rest day; a date of this kind is not rolled ({reading}).",
    )


def _worked(day: date) -> Step:
    word = "调休上班日" if day.weekday() >= SATURDAY else "工作日"
    return Step(f"{day_zh(day)}为{word}，不顺延。", f"{day_en(day)} is worked; not rolled.")


def _rolled(nominal: date, due: date) -> Step:
    return Step(
        f"{day_zh(nominal)}为休息日 → 顺延至下一工作日 {day_zh(due)}（D-02）。",
        f"{day_en(nominal)} is a rest day; rolled to {day_en(due)} (D-02).",
    )


def _adjustment(facts: Facts) -> Step | None:
    due = facts.days.due_on
    if due == facts.counted.due_on:
        return None
    if facts.rule.kind == "min_duration":
        return Step(
            f"公告的公示期更长，末日为 {day_zh(due)}（D-15）。",
            f"A longer notice was announced, to {day_en(due)} (D-15).",
        )
    return Step(
        f"该日早于延期批复送达之日，改为 {day_zh(due)}（D-11）。",
        f"That lies before the delivery of the extension; moved to {day_en(due)} (D-11).",
    )


def _calendar(facts: Facts) -> Step | None:
    if facts.days.looked_up is None:
        return None
    first, last = facts.days.looked_up
    years = range(first.year, last.year + 1)
    version = facts.calendar.version
    if missing := [year for year in years if not facts.calendar.known(year)]:
        return Step(
            f"{enumeration(missing)}年放假通知尚未载入，按周一至周五暂算，载入后重算（D-05）。",
            f"Notice of {enumeration(missing)} not loaded: Monday to Friday, provisional (D-05).",
        )
    notices = enumeration(facts.calendar.years[year].notice for year in years)
    return Step(f"工作日历：{notices}，版本 {version}。", f"Calendar: {notices}, {version}.")


def _corresponding(facts: Facts) -> tuple[str, str]:
    """How the last day answers to the anchor's day of the month (Civil Code art. 202)."""
    if facts.counted.nominal_on.day == facts.anchor.day:
        return "对应日", ""
    return "月末日（当月无对应日）", ", the end of the month"
