"""Nothing is decided before what it rests on."""

from collections.abc import Iterable
from datetime import date

Earlier = tuple[date | None, str]
"""The day of a step, None where it is not known, and the sentence that refuses an earlier one."""


def too_early(decided: date, steps: Iterable[Earlier]) -> str | None:
    """The sentence of the latest step that ``decided`` lies before; None where it follows all."""
    missed = [(known, reason) for known, reason in steps if known and decided < known]
    return max(missed)[1] if missed else None
