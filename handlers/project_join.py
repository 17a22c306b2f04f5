"""申请加入项目: the automatic boxes of project_join.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled, listed

JOINING = "JB-10.4 JB-10.5"
JOINABLE = ("project_published", "project_in_progress", "adjustment_requested")


def register_request(
    today: date,
    regime: Row,
    case: Row,
    actor: Row,
    register: Register,
    joiner_name: str,
    joiner_kind: str,
    joiner_contribution: str,
) -> dict[str, object]:
    """登记加入申请

    Persons and units may apply, not the lead unit itself and nobody twice. Clauses: JB-10.4
    JB-10.5.
    """
    clauses = cite(regime, JOINING)
    offices = {str(each["id"]) for each in actor.get("offices") or ()}
    if joiner_name.strip() == case["undertaker_name"] or case["undertaker_id"] in offices:
        raise Refusal("lead_unit_itself", "立项申请单位不必申请加入自己的项目。", clauses)
    if _named(register, "project_join_request", case, joiner_name) > _refused(
        register, case, joiner_name
    ):
        raise Refusal("already_applied", "已有同一名称的加入申请在办或者已被接受。", clauses)
    told = {"kind": joiner_kind, "contribution": joiner_contribution, "person_id": actor.get("id")}
    entry = {"case": case["id"], "title": joiner_name, "name": joiner_name.strip(), **told}
    register.record("project_join_request", {**entry, "effective_on": today})
    return {"joiner_person": actor.get("id")}


def record_join(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    joiner_name: str,
    joiner_kind: str,
    joiner_contribution: str,
    join_decision: str,
    joiner_person: str | None = None,
    join_reason: str | None = None,
) -> dict[str, object]:
    """登记加入决定

    The lead unit decides while joining is open; a refusal has its reason (D-40). Clauses: JB-10.5.
    """
    accepted = join_decision == "accepted"
    if accepted and case["state"] not in JOINABLE:
        reason = "项目已经提交结题报告或者已经终结，不能再接受加入。"
        raise Refusal("joining_closed", reason, cite(regime, JOINING))
    if not accepted and not filled(join_reason):
        raise Refusal("reason_missing", "不予接受须说明理由。", cite(regime, JOINING))
    name = joiner_name.strip()
    told = {"decision": join_decision, "reason": join_reason or "", "person_id": joiner_person}
    entry = {"case": case["id"], "title": name, "name": name, **told, "effective_on": today}
    register.record("project_join_decision", entry)
    if not accepted:
        return {}
    joiner = {"name": name, "kind": joiner_kind, "task": joiner_contribution, "on": today}
    joined = [*(case["record"].get("joined_units") or ()), joiner]
    return {"joined_units": joined, "joined_summary": listed([each["name"] for each in joined])}


def _named(register: Register, kind: str, case: Row, name: str, **where: object) -> int:
    return len(register.records(kind, case=case["id"], name=name.strip(), **where))


def _refused(register: Register, case: Row, name: str) -> int:
    return _named(register, "project_join_decision", case, name, decision="refused")
