"""项目撤回: the automatic box of project_withdrawal.bpmn."""

from datetime import date

from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled

ARCHIVE = "JB-12.3"


def register_withdrawal(today: date, regime: Row, withdrawal_reason: str) -> dict[str, object]:
    """登记撤回

    The lead unit may take its project back until the closing report is in (D-41). Clauses: JB-12.3.
    """
    if not filled(withdrawal_reason):
        raise Refusal("reason_missing", "撤回项目须说明理由。", cite(regime, ARCHIVE))
    return {"project_withdrawn_on": today}
