"""The yearly ratings of the council's units, as last given or corrected."""

from collections.abc import Mapping

from handlers.ports import Register
from handlers.rules.answers import Row

RATINGS = "unit_rating"
POOR = "poor"


def ratings_of(register: Register, case: Row, unit: str) -> dict[int, Mapping[str, object]]:
    """The rating of each year; the last one given counts."""
    known = register.records(RATINGS, case=case["id"], unit=unit)
    return {int(str(each["year"])): each for each in known}


def is_poor_twice(ratings: Mapping[int, Mapping[str, object]], year: int) -> bool:
    """Whether a year and the one before were both poor."""
    return all(one in ratings and ratings[one]["rating"] == POOR for one in (year, year - 1))


def is_refuted(ground: str, ratings: Mapping[int, Mapping[str, object]]) -> bool:
    """Whether what was rated last speaks against a ground that rests on ratings."""
    if not ratings or ground not in ("inactivity", "poor_ratings"):
        return False
    year = max(ratings)
    if ground == "inactivity":
        return int(str(ratings[year]["attended"])) > 0
    return not is_poor_twice(ratings, year)
