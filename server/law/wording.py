"""How dates, amounts and lists are written in the proofs of deadlines."""

from collections.abc import Iterable, Sequence
from datetime import date

from handlers.rules.deadlines import WORKING_DAY
from handlers.rules.working_days import Calendar

WEEKDAYS = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNITS = {"day": "天", "month": "个月", "year": "年", WORKING_DAY: "个工作日"}
UNITS_EN = {"day": "day", "month": "month", "year": "year", WORKING_DAY: "working day"}


def day_zh(day: date) -> str:
    """`2026-01-31（周六）`."""
    return f"{day}（周{WEEKDAYS[day.weekday()]}）"


def day_en(day: date) -> str:
    """`Sat 2026-01-31`."""
    return f"{WEEKDAYS_EN[day.weekday()]} {day}"


def amount_zh(amount: int, unit: str) -> str:
    """`6个月`."""
    return f"{amount}{UNITS[unit]}"


def amount_en(amount: int, unit: str) -> str:
    """`6 months`."""
    return f"{amount} {UNITS_EN[unit]}{'' if amount == 1 else 's'}"


def enumeration(values: Iterable[object]) -> str:
    """Values in one Chinese enumeration."""
    return "、".join(map(str, values))


def exceptions_zh(calendar: Calendar, first: date, last: date) -> str:
    """Holidays and make-up days between two days, as the tail of a sentence."""
    off, work = calendar.exceptions(first, last)
    told = "，".join([*_told("放假 ", off), *_told("调休上班 ", work)])
    return f"；其间{told}" if told else ""


def exceptions_en(calendar: Calendar, first: date, last: date) -> str:
    """The same in English."""
    off, work = calendar.exceptions(first, last)
    told = ", ".join([*_told("off ", off), *_told("worked ", work)])
    return f" ({told})" if told else ""


def _told(word: str, days: Sequence[date]) -> list[str]:
    return [word + " ".join(f"{day:%m-%d}" for day in days)] if days else []
