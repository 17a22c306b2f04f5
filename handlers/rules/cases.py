"""What a case has on record, read with the type a rule expects.

`case.record` holds what earlier procedures of the case left: days, numbers, names and, under
`regions`, where each parallel region stands.
"""

from datetime import date

from handlers.rules.answers import Row, day, row


def recorded(case: Row) -> Row:
    """The register entry of the case; empty before its approval."""
    return row(case.get("record"))


def recorded_day(case: Row, name: str) -> date | None:
    """A day on record, None when there is none."""
    return day(recorded(case).get(name))


def region(case: Row, name: str) -> str:
    """Where a parallel region of the case stands, `extension` → `requested`; empty at first."""
    return str(row(recorded(case).get("regions")).get(name) or "")


def construction_end(case: Row) -> date:
    """T, or T' after a grant; raises LookupError for a case that was never approved."""
    end = recorded_day(case, "construction_end")
    if end is None:
        raise LookupError("案件没有登记建设期届满日。")
    return end
