"""Recusal of experts: who may not be assigned to a case (D-16)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from handlers.rules.periods import add_years


@dataclass(frozen=True, slots=True)
class Tie:
    """An expert's relation to an organisation: `employed`, `owner`, `worked` or `declared`.

    `until` is the last day of the relation; None means that it still exists.
    """

    organisation: str
    kind: str
    until: date | None = None

    def bars(self, day: date, years: int) -> bool:
        """Whether it still counts on the day: exactly `years` years ago does (as SX-11.5)."""
        return self.until is None or self.until >= add_years(day, -years)


def ties(expert: Mapping[str, object]) -> list[Tie]:
    """The recorded ties of an expert: the present employer and the declared interests."""
    employer = expert.get("organisation_id")
    recorded = [Tie(str(employer), "employed")] if employer else []
    return recorded + [_tie(each) for each in _mappings(expert.get("interests"))]


def conflict(
    expert: Mapping[str, object], parties: Collection[str], day: date, years: int
) -> Tie | None:
    """The tie that forbids assigning the expert, or None.

    `parties` are the organisations of the case: applicant, partners, undertaking unit.
    """
    barring = (tie for tie in ties(expert) if tie.organisation in parties)
    return next((tie for tie in barring if tie.bars(day, years)), None)


def _tie(interest: Mapping[str, object]) -> Tie:
    until = interest.get("until")
    return Tie(
        organisation=str(interest["organisation_id"]),
        kind=str(interest.get("kind", "declared")),
        until=date.fromisoformat(until) if isinstance(until, str) and until else _date(until),
    )


def _date(value: object) -> date | None:
    return value if isinstance(value, date) else None


def _mappings(value: object) -> Iterable[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
