"""延期: the automatic boxes of extension.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import DeadlineOf, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, filled, row
from handlers.rules.cases import construction_end, recorded, recorded_day
from handlers.rules.filings import Standing, standing
from handlers.rules.order import Earlier, too_early
from handlers.rules.periods import add_months
from handlers.sentence import told

FILING = "GB-20.1 SX-21.1 JX-19.1"
ONCE = "GB-20.4 SX-21.3 JX-19.4"
GRANT = "GB-20.5 SX-21.1 JX-19.2"
ORDER = "GB-20.2 SX-21.1 JX-19.2"


def check_filing(today: date, case: Row, regime: Row, deadline: DeadlineOf) -> dict[str, object]:
    """核对申请期限

    One extension only (D-11). A premature application is returned and may be filed again (D-04);
    a late one is taken up to the end of the period and marked (D-12). Clauses: GB-20.1 SX-21.1
    JX-19.1.
    """
    if recorded(case).get("extension_count"):
        raise Refusal("already_extended", "只能延期一次，不再受理延期申请。", cite(regime, ONCE))
    end = construction_end(case)
    period = deadline("extension_application", end)
    stands = standing(period, today, end, recorded_day(case, "late_filing_until"))
    if stands is Standing.PREMATURE:
        reason = told(
            "延期申请自%(opens_on)s起受理；提前提出的退回，届时可以再次提出。",
            opens_on=period.opens_on,
        )
        raise Refusal("premature", reason, cite(regime, FILING))
    if stands is Standing.TOO_LATE:
        reason = told("延期申请最迟应于%(due_on)s提出，期限已过。", due_on=max(period.due_on, end))
        raise Refusal("too_late", reason, cite(regime, FILING))
    return {"extension_requested_on": today, "extension_filed_late": stands is Standing.LATE}


def grant_extension(
    today: date,
    case: Row,
    regime: Row,
    table: Table,
    extension_months: int,
    extension_granted_on: date,
    extension_filed_late: bool,
    extension_received_on: date | None = None,
    extension_exception: str | None = None,
    late_grant_reason: str | None = None,
    extension_requested_on: date | None = None,
    consented_on: date | None = None,
) -> dict[str, object]:
    """核定延长期限

    T' is T plus the granted months, whenever after the request and the consent it was granted
    (D-11). More than the general maximum (D-08), or a late application (D-12), needs the
    authority's reason. Clauses: GB-20.3 SX-21.2 JX-19.3.
    """
    granted = day(extension_granted_on) or today
    received = day(extension_received_on) or granted
    _check_days(today, granted, received, regime)
    steps = _steps(extension_requested_on, consented_on)
    if early := too_early(granted, steps):
        raise Refusal("granted_early", early, cite(regime, ORDER))
    _check_months(int(extension_months), extension_exception, table)
    if extension_filed_late and not filled(late_grant_reason):
        reason = "延期申请逾期提出，批准须写明理由。"
        raise Refusal("late_reason_missing", reason, cite(regime, GRANT))
    end = construction_end(case)
    return {
        "construction_end": add_months(end, int(extension_months)),
        "original_construction_end": recorded_day(case, "original_construction_end") or end,
        "extension_months": int(extension_months),
        "extension_granted_on": granted,
        "extension_received_on": received,
        "extension_count": int(recorded(case).get("extension_count") or 0) + 1,
        "late_filing_until": None,
    }


def _check_days(today: date, granted: date, received: date, regime: Row) -> None:
    clauses = cite(regime, GRANT)
    if max(granted, received) > today:
        raise Refusal("date_in_future", "批准日期、送达日期不得晚于今天。", clauses)
    if received < granted:
        raise Refusal("delivered_early", "送达日期不得早于批准日期。", clauses)


def _steps(requested: object, consented: object) -> list[Earlier]:
    """The days of what a grant rests on."""
    asked, consent = day(requested), day(consented)
    return [
        (asked, told("延期申请于%(requested)s提出，批准日期不得更早。", requested=asked)),
        (consent, told("延期申请于%(consented)s获同意，批准日期不得更早。", consented=consent)),
    ]


def _check_months(months: int, exception: str | None, table: Table) -> None:
    quota = row(table("quotas", quota="extension"))
    if months <= int(quota["amount"]) or (quota["soft"] and filled(exception)):
        return
    hint = "，例外须由批准机关写明理由" if quota["soft"] else ""
    reason = told(
        "延期不超过%(amount)s个月，现填%(months)s个月%(hint)s。",
        amount=quota["amount"],
        months=months,
        hint=hint,
    )
    raise Refusal("extension_too_long", reason, [str(quota["clause"])])
