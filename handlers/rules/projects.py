"""Innovation projects of a base: their types, and the columns that people read."""

from collections.abc import Iterable, Mapping
from datetime import date

from handlers.refusal import Refusal
from handlers.rules.answers import Row, day
from handlers.sentence import told

STANDARDS = "standards_development"
"""The one type that a technical difficulty may end (JB-11.3, D-41)."""

TYPES: Mapping[str, str] = {
    "research_topic": "课题研究",
    STANDARDS: "标准研制",
    "technical_exchange": "技术交流",
    "key_common_technology": "关键共性项目",
}
"""The types of JB-10.2 and JB-10.3 with their words."""


def not_later(value: date | str | None, today: date, word: str, clauses: tuple[str, ...]) -> date:
    """The day somebody wrote, today where nothing is written; a day to come is refused."""
    named = day(value) or today
    if named > today:
        raise Refusal("date_in_future", told("%(word)s不得晚于今天。", word=word), clauses)
    return named


def numbered(sentences: Iterable[str]) -> str:
    """Sentences as paragraphs that count: 1. … 2. …"""
    return "\n\n".join(f"{n}. {text}" for n, text in enumerate(sentences, start=1))


def units_in(rows: Iterable[Row]) -> list[str]:
    """Names of units without repetition, in the order in which they came."""
    return list(dict.fromkeys(str(row["participant_unit"]).strip() for row in rows))
