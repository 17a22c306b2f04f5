"""Regimes: each regulation in force or in draft, described by its regime.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from server.feel.sentence import told

STATUSES = ("in_force", "trial", "draft")
DRAFT_MARK = "（征求意见稿）"


class RegimeError(ValueError):
    """A regime.toml that cannot be read; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Regime:
    """One regulation: its titles, instrument, status and the days between which it applies.

    `short` names it in lists; `prefix` begins the clause ids; `code` stands before the numbers of
    the papers issued under it (机关代字), the prefix where none is given; `base_word` is what the
    regulation calls its object; `instruments` maps every prefix to the title of the text it cites.
    `issuer` enacted it; `modelled_on` is the regime whose rows it began with, both may be empty.
    `basis` maps a clause that shared diagrams cite to the clause of this text that says the same.
    """

    id: str
    title: str
    title_en: str
    short: str
    short_en: str
    instrument: str
    document_number: str
    status: str
    effective_from: date | None
    effective_to: date | None
    prefix: str
    code: str
    base_word: str
    base_word_en: str
    city: str
    instruments: Mapping[str, str]
    issuer: str = ""
    modelled_on: str = ""
    basis: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        """Whether every paper must say that the text is a draft (D-44)."""
        return self.status == "draft"

    @property
    def mark(self) -> str:
        """The mark that papers of a draft regime carry, else empty (D-44)."""
        return DRAFT_MARK if self.is_draft else ""

    def applies_on(self, day: date) -> bool:
        """Whether a case may be opened on the day (SX-40.1, JX-38.1, D-44)."""
        started = self.effective_from is None or day >= self.effective_from
        return started and (self.effective_to is None or day <= self.effective_to)

    def as_variable(self) -> dict[str, object]:
        """What diagrams and forms see as `regime`."""
        return {
            "id": self.id,
            "title": self.title,
            "title_en": self.title_en,
            "status": self.status,
            "prefix": self.prefix,
            "instruments": list(self.instruments),
            "base_word": self.base_word,
            "effective_from": self.effective_from,
        }


def load(regime_id: str, data: bytes) -> Regime:
    """Read one regime.toml; raises RegimeError with the reason."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
        return _regime(regime_id, table)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise RegimeError(
            told(
                "规程“%(regime_id)s”的 regime.toml 有误：%(error)s",
                regime_id=regime_id,
                error=error,
            )
        ) from error


def _regime(regime_id: str, table: Mapping[str, object]) -> Regime:
    status = str(table["status"])
    if status not in STATUSES:
        raise RegimeError(
            told("状态“%(status)s”应为 %(statuses)s 之一", status=status, statuses=tuple(STATUSES))
        )
    return Regime(
        id=regime_id,
        status=status,
        short=str(table.get("short", table["title"])),
        short_en=str(table.get("short_en", table["title_en"])),
        code=str(table.get("code", table["prefix"])),
        effective_from=_day(table.get("effective_from")),
        effective_to=_day(table.get("effective_to")),
        instruments=_map(table.get("instruments")),
        basis=_map(table.get("basis")),
        issuer=str(table.get("issuer", "")),
        modelled_on=str(table.get("modelled_on", "")),
        **{name: str(table[name]) for name in WORDS},
    )


WORDS = (
    "title", "title_en", "instrument", "document_number", "prefix", "base_word",
    "base_word_en", "city",
)  # fmt: skip


def _map(value: object) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items()} if isinstance(value, dict) else {}


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
