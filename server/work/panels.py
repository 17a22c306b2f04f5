"""A panel in session: taking an expert off it, putting another in the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handlers.rules.conflicts import conflict, involved
from server.engine import runtime
from server.engine.outcome import Outcome
from server.errors import Invalid, Refused
from server.feel.sentence import told
from server.work.desk import Desk
from server.work.surroundings import Surroundings

RECUSAL_YEARS = "D-16"
LIMIT_REASON = 500


def change(desk: Desk, around: Surroundings, expert_id: str | None) -> Outcome:
    """Withdraw the item's expert; with ``expert_id`` that one takes the place.

    Raises Invalid when the item belongs to no panel, Refused when the replacement may not sit.
    """
    element_id, task_id = desk.item["multi_instance"], desk.item["task_id"]
    if element_id is None:
        raise Invalid("该事项不是专家组成员的评审，不能调整")
    if expert_id is None:
        return _withdrawn(around, around.state, task_id)
    seat = _seat(desk, around, expert_id)
    added = runtime.add_instance(around.spec, around.state, element_id, seat, around.ports())
    return _joined(added, _withdrawn(around, added.state, task_id))


def _withdrawn(around: Surroundings, state: bytes, task_id: str) -> Outcome:
    outcome = runtime.withdraw(around.spec, state, task_id, around.ports())
    return replace(outcome, closed=(*outcome.closed, task_id))


def _joined(first: Outcome, second: Outcome) -> Outcome:
    """The outcome of two commands in a row, as one."""
    return replace(
        second,
        opened=first.opened + second.opened,
        timers=first.timers + second.timers,
        waiting=first.waiting + second.waiting,
        passed=first.passed + second.passed,
        thrown=first.thrown + second.thrown,
    )


def _seat(desk: Desk, around: Surroundings, expert_id: str) -> dict[str, Any]:
    """The replacement in the shape of the other members of the panel."""
    pool = {str(expert["id"]): expert for expert in around.register.experts([expert_id])}
    if expert_id not in pool:
        raise Invalid(errors={"expert_id": ["不在本规程的专家库中"]})
    variables = runtime.local_variables(around.spec, around.state, desk.item["task_id"])
    _check_free(desk, around, pool[expert_id], variables)
    described = around.spec.descriptions[desk.item["process_id"]]
    loop = described.by_id[desk.item["multi_instance"]].loop
    member = variables.get(loop.item) if loop and loop.item else None
    shape = member if isinstance(member, Mapping) else {"id": None, "name": None}
    return {name: pool[expert_id].get(name) for name in shape}


def _check_free(
    desk: Desk, around: Surroundings, expert: Mapping[str, object], variables: Mapping[str, Any]
) -> None:
    members = variables.get("experts") or []
    if any(member.get("id") == expert["id"] for member in members if isinstance(member, Mapping)):
        raise Refused("该专家已在本次评审的专家组中", code="already_on_panel")
    years = int(str(around.law.default(RECUSAL_YEARS)))
    partners = variables.get("partners") or desk.case["record"].get("partners")
    applicant = desk.case["record"].get("applicant_id")
    barring = involved(desk.parties.get("undertaker"), partners, applicant)
    if conflict(expert, barring, around.today, years):
        sentence = "该专家与申报单位或联合申报单位有利害关系，应当回避，请更换"
        raise Refused(sentence, code="expert_conflict", clauses=desk.item["clauses"])


def detail(desk: Desk, expert_id: str | None, reason: str) -> dict[str, Any]:
    """What the journal tells about a change; raises Invalid without a reason."""
    reason = reason.strip()
    if not 0 < len(reason) <= LIMIT_REASON:
        raise Invalid(
            errors={"reason": [told("请写明理由，不超过 %(limit)s 字", limit=LIMIT_REASON)]}
        )
    noted = {"reason": reason, "expert": desk.item["assignee_id"], "item": desk.item["id"]}
    return noted | ({"replacement": expert_id} if expert_id else {})
