"""Whether an applicant meets the conditions of the table `eligibility`.

The table says for each criterion whether the declared facts meet it (`met`); this module sorts
the answers by the criterion's kind:

- `hard`       must be met;
- `soft`       "in principle": an exception needs a reason of the deciding authority (D-08);
- `judgement`  is for the experts; the applicant shows evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.rules.periods import add_years

Criterion = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Assessment:
    """Criteria met, not met, open to a recorded exception, and left to the experts."""

    met: tuple[Criterion, ...]
    failed: tuple[Criterion, ...]
    exceptional: tuple[Criterion, ...]
    judged: tuple[Criterion, ...]

    @property
    def eligible(self) -> bool:
        """Whether nothing stands against the application, exceptions included."""
        return not self.failed and not self.exceptional


def assess(criteria: Sequence[Criterion]) -> Assessment:
    """Sort the rows of the table; a fact that was not declared counts as not met."""
    judged = tuple(row for row in criteria if row["kind"] == "judgement")
    unmet = [row for row in criteria if row not in judged and row["met"] is not True]
    return Assessment(
        met=tuple(row for row in criteria if row["met"] is True),
        failed=tuple(row for row in unmet if row["kind"] == "hard"),
        exceptional=tuple(row for row in unmet if row["kind"] == "soft"),
        judged=judged,
    )


def clean_since(filing_day: date, years: int) -> date:
    """The first day of the look-back; an incident on that very day still bars (SX-11.5)."""
    return add_years(filing_day, -years)
