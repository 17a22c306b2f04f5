"""Recusal of experts: who may not be assigned to a case (D-16)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from handlers.rules.answers import Row, filled, rows
from handlers.rules.answers import day as civil_day
from handlers.rules.cases import recorded
from handlers.rules.names import plain
from handlers.rules.periods import add_years


@dataclass(frozen=True, slots=True)
class Tie:
    """An expert's relation to an organisation: `employed`, `owner`, `worked` or `declared`.

    `organisation` is its id, `name` its name, either may be empty; `until` is the last day of the
    relation, None means that it still exists.
    """

    organisation: str
    kind: str
    until: date | None = None
    name: str = ""

    def binds_to(self, parties: Collection[str]) -> bool:
        """Whether the organisation is one of those named, by id or by name."""
        return bool(_compared(parties) & _compared((self.organisation, self.name)))

    def bars(self, day: date, years: int) -> bool:
        """Whether it still counts on the day: exactly `years` years ago does (as SX-11.5)."""
        return self.until is None or self.until >= add_years(day, -years)


def involved(undertaker: object, partners: object, *units: object) -> set[str]:
    """The organisations of a case: its units, by id or name, and its partners' names."""
    names = (undertaker, *units, *(each.get("partner_name") for each in rows(partners)))
    return {str(each) for each in names if filled(each)}


def units_of(case: Row) -> tuple[object, object]:
    """The undertaking unit of a case, and the applicant where another unit has taken its place."""
    return case.get("undertaker_id"), recorded(case).get("applicant_id")


def ties(expert: Mapping[str, object]) -> list[Tie]:
    """The recorded ties of an expert: the present employer and the declared interests."""
    employer, name = _body(expert)
    recorded = [Tie(employer, "employed", name=name)] if employer or name else []
    return recorded + [_tie(each) for each in rows(expert.get("interests"))]


def conflict(
    expert: Mapping[str, object], parties: Collection[str], day: date, years: int
) -> Tie | None:
    """The tie that forbids assigning the expert, or None.

    `parties` are the ids or names of the organisations of the case; names are the same whatever
    the width of their brackets and spaces.
    """
    barring = (tie for tie in ties(expert) if tie.binds_to(parties))
    return next((tie for tie in barring if tie.bars(day, years)), None)


def _compared(names: Iterable[str]) -> set[str]:
    return {plain(each) for each in names if filled(each)}


def _tie(interest: Mapping[str, object]) -> Tie:
    body, name = _body(interest)
    kind = str(interest.get("kind", "declared"))
    return Tie(body, kind, civil_day(interest.get("until")), name)


def _body(entry: Mapping[str, object]) -> tuple[str, str]:
    """Id and name of the organisation of an entry, empty where there is none."""
    return str(entry.get("organisation_id") or ""), str(entry.get("organisation") or "")
