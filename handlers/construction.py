"""建设期: the automatic boxes of construction.bpmn, in the order of the diagram."""

from collections.abc import Iterator
from datetime import timedelta

from handlers.ports import DeadlineOf, Table
from handlers.rules.answers import Row, row
from handlers.rules.cases import construction_end, recorded, recorded_day, region
from handlers.rules.filings import filing_period

ONE_DAY = timedelta(days=1)


def compute_expiry(case: Row, deadline: DeadlineOf) -> dict[str, object]:
    """计算决定开启日

    The day after T or T', or after the last day for filing where that lies later: by rolling
    (D-04, D-12), by the late delivery of an extension (D-11), or because the authority admitted a
    late filing. Clauses: GB-16.2
    GB-20.4 SX-6.3 SX-18.1 SX-21.3 JX-7.3 JX-17.1 JX-19.4.
    """
    milestone = "extended_end_decision" if _extended(case) else "end_decision"
    expiry = deadline(milestone, construction_end(case)).due_on
    filing = filing_period(case, deadline).due_on
    admitted = recorded_day(case, "late_filing_until") or filing
    return {"expiry_on": max(expiry, filing + ONE_DAY, admitted + ONE_DAY)}


def find_ground(case: Row, table: Table) -> dict[str, object]:
    """认定届满情形

    The first ground that the regime's table `endings` knows: unfinished after an extension,
    extension not granted, nothing filed. Clauses: GB-20.4 SX-6.3 SX-21.3 JX-7.3 JX-19.4.
    """
    for ground in _grounds(case):
        if ending := row(table("endings", ground=ground, case_state=case["state"])):
            return {"ground": ground, "ground_clause": ending["clause"]}
    raise LookupError("决策表“endings”没有本规程建设期届满的情形。")


def _grounds(case: Row) -> Iterator[str]:
    if _extended(case):
        yield "unfinished_after_extension"
    elif region(case, "extension") == "denied":
        yield "extension_denied"
    yield from ("not_extended", "period_over")


def _extended(case: Row) -> bool:
    return bool(recorded(case).get("extension_count"))
