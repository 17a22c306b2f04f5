"""Relations between points and ranges (DMN 1.3 table 79)."""

from typing import Final

from server.feel.builtins.registry import builtin
from server.feel.domain import Range
from server.feel.operators import before as earlier
from server.feel.operators import conjunction, disjunction, in_range, not_after

_POINT: Final = "point"
_RANGE: Final = "range"


def _same(left: object, right: object) -> bool | None:
    return conjunction(not_after(left, right), not_after(right, left))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


@builtin("before", "point1: point", "point2: point")
def point_before_point(one: object, other: object) -> bool | None:
    """Whether the first comes earlier."""
    return earlier(one, other)


@builtin("before", "point: point", "range: range")
def point_before_range(point: object, interval: Range) -> bool | None:
    """Whether the point comes before the range begins."""
    touches = not interval.low_closed and _same(point, interval.low)
    return disjunction(earlier(point, interval.low), touches)


@builtin("before", "range: range", "point: point")
def range_before_point(interval: Range, point: object) -> bool | None:
    """Whether the range ends before the point."""
    touches = not interval.high_closed and _same(point, interval.high)
    return disjunction(earlier(interval.high, point), touches)


@builtin("before", "range1: range", "range2: range")
def range_before_range(one: Range, other: Range) -> bool | None:
    """Whether the first ends before the second begins."""
    open_touch = not (one.high_closed and other.low_closed)
    return disjunction(earlier(one.high, other.low), open_touch and _same(one.high, other.low))


builtin("after", "point1: point", "point2: point")(lambda a, b: point_before_point(b, a))
builtin("after", "point: point", "range: range")(lambda a, b: range_before_point(b, a))
builtin("after", "range: range", "point: point")(lambda a, b: point_before_range(b, a))
builtin("after", "range1: range", "range2: range")(lambda a, b: range_before_range(b, a))


@builtin("meets", "range1: range", "range2: range")
def meets(one: Range, other: Range) -> bool | None:
    """Whether the first ends where the second begins, both included."""
    return conjunction(one.high_closed and other.low_closed, _same(one.high, other.low))


@builtin("met by", "range1: range", "range2: range")
def met_by(one: Range, other: Range) -> bool | None:
    """Whether the second ends where the first begins, both included."""
    return meets(other, one)


@builtin("overlaps", "range1: range", "range2: range")
def overlaps(one: Range, other: Range) -> bool | None:
    """Whether both have a point in common."""
    return conjunction(_not(range_before_range(one, other)), _not(range_before_range(other, one)))


@builtin("overlaps before", "range1: range", "range2: range")
def overlaps_before(one: Range, other: Range) -> bool | None:
    """Whether the first begins earlier and ends inside the second."""
    begins = disjunction(
        earlier(one.low, other.low),
        conjunction(_same(one.low, other.low), one.low_closed and not other.low_closed),
    )
    ends = disjunction(
        earlier(one.high, other.high),
        conjunction(_same(one.high, other.high), not one.high_closed or other.high_closed),
    )
    return conjunction(conjunction(begins, ends), _not(range_before_range(one, other)))


@builtin("overlaps after", "range1: range", "range2: range")
def overlaps_after(one: Range, other: Range) -> bool | None:
    """Whether the first begins inside the second and ends later."""
    begins = disjunction(
        earlier(other.low, one.low),
        conjunction(_same(other.low, one.low), other.low_closed and not one.low_closed),
    )
    ends = disjunction(
        earlier(other.high, one.high),
        conjunction(_same(other.high, one.high), not other.high_closed or one.high_closed),
    )
    return conjunction(conjunction(begins, ends), _not(range_before_range(other, one)))


@builtin("finishes", "point: point", "range: range")
def point_finishes(point: object, interval: Range) -> bool | None:
    """Whether the point is the included end of the range."""
    return conjunction(interval.high_closed, _same(point, interval.high))


@builtin("finishes", "range1: range", "range2: range")
def range_finishes(one: Range, other: Range) -> bool | None:
    """Whether the first lies in the second and both end alike."""
    same_end = conjunction(one.high_closed == other.high_closed, _same(one.high, other.high))
    return conjunction(same_end, _begins_within(one, other))


@builtin("starts", "point: point", "range: range")
def point_starts(point: object, interval: Range) -> bool | None:
    """Whether the point is the included start of the range."""
    return conjunction(interval.low_closed, _same(point, interval.low))


@builtin("starts", "range1: range", "range2: range")
def range_starts(one: Range, other: Range) -> bool | None:
    """Whether the first lies in the second and both begin alike."""
    same_start = conjunction(one.low_closed == other.low_closed, _same(one.low, other.low))
    return conjunction(same_start, _ends_within(one, other))


@builtin("includes", "range: range", "point: point")
def includes_point(interval: Range, point: object) -> bool | None:
    """Whether the point lies in the range."""
    return in_range(point, interval)


@builtin("includes", "range1: range", "range2: range")
def includes_range(one: Range, other: Range) -> bool | None:
    """Whether the second lies in the first."""
    return conjunction(_begins_within(other, one), _ends_within(other, one))


builtin("finished by", "range: range", "point: point")(lambda a, b: point_finishes(b, a))
builtin("finished by", "range1: range", "range2: range")(lambda a, b: range_finishes(b, a))
builtin("started by", "range: range", "point: point")(lambda a, b: point_starts(b, a))
builtin("started by", "range1: range", "range2: range")(lambda a, b: range_starts(b, a))
builtin("during", "point: point", "range: range")(lambda a, b: includes_point(b, a))
builtin("during", "range1: range", "range2: range")(lambda a, b: includes_range(b, a))


@builtin("coincides", "point1: point", "point2: point")
def points_coincide(one: object, other: object) -> bool | None:
    """Whether both are the same point."""
    return _same(one, other)


@builtin("coincides", "range1: range", "range2: range")
def ranges_coincide(one: Range, other: Range) -> bool | None:
    """Whether both begin and end alike."""
    ends = one.low_closed == other.low_closed and one.high_closed == other.high_closed
    same = conjunction(_same(one.low, other.low), _same(one.high, other.high))
    return conjunction(ends, same)


def _begins_within(inner: Range, outer: Range) -> bool | None:
    closed = outer.low_closed or not inner.low_closed
    return disjunction(
        earlier(outer.low, inner.low), conjunction(closed, _same(outer.low, inner.low))
    )


def _ends_within(inner: Range, outer: Range) -> bool | None:
    closed = outer.high_closed or not inner.high_closed
    return disjunction(
        earlier(inner.high, outer.high), conjunction(closed, _same(inner.high, outer.high))
    )
