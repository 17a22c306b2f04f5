"""主动调整: the automatic boxes of adjustment.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day
from handlers.rules.changes import Wanted, summary
from handlers.rules.order import too_early
from handlers.sentence import told

ADJUSTMENT = "GB-34.1"


def check_adjustment(
    regime: Row,
    new_field_name: str | None = None,
    new_undertaker_id: str | None = None,
    new_undertaker_name: str | None = None,
    other_change: str | None = None,
) -> dict[str, object]:
    """核对调整事项

    What is to be adjusted is named before the experts look at it. Clauses: GB-34.1.
    """
    wanted = Wanted(new_field_name, None, new_undertaker_id, new_undertaker_name)
    adjusted = summary(wanted, other_change)
    if not adjusted:
        reason = "没有填写拟调整的内容。"
        raise Refusal("nothing_to_change", reason, cite(regime, ADJUSTMENT))
    return {"adjustment_summary": adjusted}


def apply_adjustment(
    today: date,
    case: Row,
    regime: Row,
    table: Table,
    register: Register,
    adjustment_summary: str,
    adjusted_on: date,
    new_field_name: str | None = None,
    new_field_name_en: str | None = None,
    new_undertaker_id: str | None = None,
    new_undertaker_name: str | None = None,
    opinion_formed_on: date | None = None,
) -> dict[str, object]:
    """登记调整

    In effect from the day of the decision, without a public notice; it rests on the experts'
    evaluation. Clauses: GB-34.1 GB-37.1 GB-37.2.
    """
    decided = day(adjusted_on)
    if decided is None or decided > today:
        raise Refusal("date_in_future", "决定日期不得晚于今天。", cite(regime, ADJUSTMENT))
    formed = day(opinion_formed_on)
    reason = told("专家评估意见于%(formed)s形成，决定日期不得更早。", formed=formed)
    if early := too_early(decided, [(formed, reason)]):
        raise Refusal("decided_early", early, cite(regime, ADJUSTMENT))
    wanted = Wanted(new_field_name, new_field_name_en, new_undertaker_id, new_undertaker_name)
    entry = {"title": adjustment_summary, "case": case["id"], "effective_on": decided}
    register.record("adjustment", entry)
    return wanted.entry(case, table) | {"adjusted_on": decided}
