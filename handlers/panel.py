"""组建专家组: the automatic box of panel.bpmn."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite


def register_panel(
    today: date, regime: Row, register: Register, panel_name: str, panel_members: Sequence[str]
) -> dict[str, object]:
    """登记专家名册

    Members come from the expert pool; reviews draw on the roster. Clauses: SX-6.4 SX-10.2 JX-7.4
    JX-10.1.
    """
    known = {expert["id"] for expert in register.experts(panel_members or ())}
    if not panel_members or any(member not in known for member in panel_members):
        reason = "专家组成员应从本规程的专家库中选择，且不能为空。"
        raise Refusal("unknown_expert", reason, cite(regime, "SX-6.4 JX-10.1"))
    serial = register.next_number(f"panel-{regime['id']}-{today.year}")
    number = f"{regime['prefix']}专家〔{today.year}〕{serial}号"
    record = {"number": number, "title": panel_name, "members": list(panel_members)}
    register.record("panel_roster", record | {"effective_on": today})
    return {"roster_number": number, "constituted_on": today}
