"""变更: the automatic box of change.bpmn."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled, row
from handlers.rules.changes import Wanted, summary
from handlers.sentence import told

REQUEST = "GB-35.1 SX-6.3 JX-21.1"


def check_change(
    today: date,
    case: Row,
    regime: Row,
    table: Table,
    new_field_name: str | None = None,
    new_field_name_en: str | None = None,
    new_undertaker_id: str | None = None,
    new_undertaker_name: str | None = None,
    other_change: str | None = None,
    new_unit_consent: Sequence[str] | None = None,
) -> dict[str, object]:
    """核对变更事项

    Something has to change, and into something else; a new unit consents where the regime reads
    so. Clauses: GB-35.1 SX-6.3 JX-21.1.
    """
    wanted = Wanted(new_field_name, new_field_name_en, new_undertaker_id, new_undertaker_name)
    _check_matters(wanted, other_change, case, regime)
    if wanted.undertaker_id and not wanted.keeps_unit(case):
        _check_consent(new_unit_consent, table)
    entry = wanted.entry(case, table)
    return {
        "change_requested_on": today,
        "change_summary": summary(wanted, other_change),
        "change_notice_name": entry["base_name_zh"],
        "change_notice_undertaker": entry["undertaker_name"],
    }


def _check_matters(wanted: Wanted, other: str | None, case: Row, regime: Row) -> None:
    clauses = cite(regime, REQUEST)
    if not summary(wanted, other):
        raise Refusal("nothing_to_change", "没有填写变更后的内容。", clauses)
    if same := wanted.same_as(case):
        raise Refusal(
            "same_as_before", told("%(same)s与现在登记的相同，不必变更。", same=same), clauses
        )


def _check_consent(consent: Sequence[str] | None, table: Table) -> None:
    step = row(table("steps", step="change_unit_consent"))
    if step.get("on") and not filled(consent or None):
        reason = "变更承担单位由原单位申请，并附新单位同意承担的文件。"
        raise Refusal("consent_missing", reason, [str(step["clause"])])
