"""Who may know of what and do what: the one place that decides.

Pure functions over a person (with the offices they hold) and rows already read, and the same
rules as SQL fragments for lists. What a person may not know of is "not found", never "forbidden".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from server.errors import NotAllowed, NotFound
from server.work.people import Person
from server.work.sql import Row

OVERSIGHT = frozenset({"supervisor", "operator", "leader"})
"""Roles that read every case of their regime."""

OPERATOR = "operator"
"""The role that sees incidents and has failed steps tried again."""

APPLICANTS = frozenset({"undertaker", "sponsor", "recommender"})
"""Roles of a case from which the names of experts stay hidden for good."""

PROCESS_OWNER = "process_owner"
"""The role that changes the procedures of its regime."""

APPROVER = "approver"
"""The role without whose consent no change takes effect in its regime."""

MODEL_READERS = frozenset({PROCESS_OWNER, APPROVER, "reader"}) | OVERSIGHT
"""Roles that read procedures and drafts, with the counts of their own regimes."""

EXPERTS = "expert_panel"

PANEL_KEEPERS = frozenset({"authority", "formal_reviewer"})
"""Roles of a case that may replace an expert."""

MASK = "评审专家"
"""Stands for an expert's name where it may not be known."""


# --- work items ---------------------------------------------------------------------------------


def is_personal(item: Mapping[str, Any]) -> bool:
    """The diagram named one person for this item; the office does not matter."""
    return item["assignee_id"] is not None and item["claimed_at"] is None


def is_independent(item: Mapping[str, Any]) -> bool:
    """An expert's own opinion, or one voice of several: nobody gives it for another."""
    return item["role"] == EXPERTS or item["multi_instance"] is not None


def may_see(person: Person, item: Mapping[str, Any]) -> bool:
    """The assignee, whoever holds the role in that organisation under that regime, and their
    deputies."""
    return any(_knows(one, item) for one in _stood_for(person, item))


def _knows(person: Person, item: Mapping[str, Any]) -> bool:
    if item["assignee_id"] == person.id:
        return True
    office = (item["role"], item["organisation_id"], item["regime"])
    return not is_personal(item) and bool(office[1]) and person.holds(*office)


def _stood_for(person: Person, item: Mapping[str, Any]) -> tuple[Person, ...]:
    """The person, and those absent for whom they may take up this item."""
    return (person,) if is_independent(item) else (person, *person.stands_in_for)


def may_complete(person: Person, item: Mapping[str, Any]) -> Person:
    """In whose name this person may hand in this item now: their own, or that of somebody absent.

    Raises NotFound or NotAllowed.
    """
    knowing = [one for one in _stood_for(person, item) if _knows(one, item)]
    if not knowing:
        raise NotFound("没有找到这项待办")
    for one in knowing:
        if item["assignee_id"] in (None, one.id):
            return one
    raise NotAllowed("该事项已由他人认领", code="claimed")


def may_release(person: Person, item: Mapping[str, Any]) -> Person:
    """In whose name it is handed back: whoever claimed it, or their deputy; an item of a named
    person stays with them."""
    if not may_see(person, item):
        raise NotFound("没有找到这项待办")
    for one in _stood_for(person, item):
        if item["assignee_id"] == one.id and item["claimed_at"] is not None:
            return one
    raise NotAllowed("只有认领人可以退回该事项", code="not_claimed")


def may_transfer(person: Person, item: Mapping[str, Any]) -> Person:
    """In whose name an item is given to a colleague: whoever may do it, but never an expert, nor
    the person whom the diagram names. Raises NotFound or NotAllowed."""
    holder = may_complete(person, item)
    if is_independent(item):
        raise NotAllowed("专家独立意见不能由他人办理", code="independent")
    if is_personal(item):
        raise NotAllowed("流程图指定了办理人，不能转办", code="personal")
    return holder


def may_hold(person: Person, item: Mapping[str, Any]) -> Person:
    """In whose hand the item is, themselves or whom they are the deputy for: only they ask for
    opinions on it and return it. Raises NotFound or NotAllowed."""
    holder = may_complete(person, item)
    if item["assignee_id"] != holder.id:
        raise NotAllowed("请先签收该事项", code="not_claimed")
    return holder


def may_urge(person: Person, item: Mapping[str, Any], roles: set[str]) -> None:
    """Raises NotAllowed for one's own item and for an expert's unless one keeps the panel; whoever
    may not know the experts finds no such item."""
    if in_hand(person, item):
        raise NotAllowed("该事项由您办理，无须催办", code="own_item")
    if is_independent(item) and masks(roles):
        raise NotFound("没有找到这项待办")
    if is_independent(item) and not roles & PANEL_KEEPERS:
        raise NotAllowed("只有主管机关或者形式审查机构可以催办专家", code="not_keeper")


HEADS = "leader"
"""The role of whoever heads an organisation."""


def heads_office(person: Person, organisation_id: str, regime: str) -> bool:
    """Whether a person heads an organisation under a regime."""
    return person.holds(HEADS, organisation_id, regime)


def heads(person: Person, other: Person) -> bool:
    """Whether a person heads an organisation in which the other one serves."""
    return any(heads_office(person, m.organisation_id, m.regime) for m in other.memberships)


def may_hand_over(person: Person, organisation_id: str, regime: str) -> None:
    """Raises NotAllowed unless the person heads the organisation."""
    if not heads_office(person, organisation_id, regime):
        raise NotAllowed("只有单位负责人可以移交他人的事项", code="not_head")


def in_hand(person: Person, item: Mapping[str, Any]) -> bool:
    """Whether an item waits for this very person, or for whom they are the deputy."""
    return item["assignee_id"] in [one.id for one in _stood_for(person, item)]


def can_deliver(person: Person, subscription: Mapping[str, Any], regime: str) -> bool:
    """A message with a role and a form may be brought by whoever holds that role in that office;
    one without an office is open to whoever holds one of its roles."""
    roles, organisation = (subscription["role"] or "").split(), subscription["organisation_id"]
    if subscription["form"] is None:
        return False
    if organisation is None:
        return holds_one(person, roles, regime)
    return any(person.holds(role, organisation, regime) for role in roles)


def holds_one(person: Person, roles: Iterable[str], regime: str) -> bool:
    """Whether a person holds one of the roles somewhere under a regime."""
    return any(person.holds_anywhere(role, regime) for role in roles)


def may_deliver(person: Person, subscription: Mapping[str, Any], regime: str) -> None:
    """Raises NotFound unless the person can bring this message."""
    if not can_deliver(person, subscription, regime):
        raise NotFound("没有找到这个办理入口")


def organisation_for(person: Person, role: str, regime: str, wanted: str | None) -> str:
    """The organisation for which a person starts something; raises NotAllowed."""
    held = [m.organisation_id for m in person.memberships if (m.role, m.regime) == (role, regime)]
    if not held or wanted not in (None, *held):
        raise NotAllowed("您所在单位的角色不能发起该程序", code="not_starter")
    return wanted or held[0]


# --- cases --------------------------------------------------------------------------------------


def oversees(person: Person, regime: str) -> bool:
    """Whether a person reads every case of a regime."""
    return any(person.holds_anywhere(role, regime) for role in OVERSIGHT)


def roles_in(person: Person, case: Mapping[str, Any], parties: Mapping[str, str]) -> set[str]:
    """The roles a person holds in a case; ``parties`` is role -> organisation."""
    regime = case["regime"]
    return {role for role, office in parties.items() if person.holds(role, office, regime)}


def may_read_case(
    person: Person, case: Mapping[str, Any], parties: Mapping[str, str], involved: bool
) -> bool:
    """Parties, whoever opened it, whoever has or had an item of it, and oversight."""
    return (
        involved
        or case["opened_by"] == person.id
        or bool(roles_in(person, case, parties))
        or oversees(person, case["regime"])
    )


def may_start_in(
    person: Person, case: Mapping[str, Any], parties: Mapping[str, str], role: str
) -> None:
    """Raises NotAllowed unless the person holds the starting role in this case, and NotFound for
    a case they may not know of."""
    if not may_read_case(person, case, parties, involved=False):
        raise NotFound("没有找到这个办件")
    if role not in roles_in(person, case, parties):
        raise NotAllowed("只有承担该环节的单位可以启动这个程序", code="not_starter")


def may_keep_panel(person: Person, case: Mapping[str, Any], parties: Mapping[str, str]) -> None:
    """Raises NotAllowed unless the person may withdraw or replace an expert of this case."""
    if not roles_in(person, case, parties) & PANEL_KEEPERS:
        raise NotAllowed("只有主管机关或者形式审查机构可以调整专家", code="not_keeper")


def is_outside(person: Person, case: Mapping[str, Any], roles: set[str]) -> bool:
    """Whether a person reads a case as an applicant or expert only: not what officials note."""
    return masks(roles) and not oversees(person, case["regime"])


def may_comment(person: Person, case: Mapping[str, Any], roles: set[str], internal: bool) -> None:
    """Raises NotAllowed for who knows the case as an expert only, and for internal comments of
    those who may not read such."""
    if not roles and not oversees(person, case["regime"]) and case["opened_by"] != person.id:
        raise NotAllowed("专家意见请在评审表中填写", code="expert_comment")
    if internal and is_outside(person, case, roles):
        raise NotAllowed("申报单位不能写内部留言", code="not_internal")


def may_forecast(
    person: Person,
    case: Mapping[str, Any],
    roles: set[str],
    items: Iterable[Mapping[str, Any]],
    running: set[str],
) -> None:
    """Raises NotAllowed while a forecast would tell what is sealed.

    It goes on from the opinions already given: so nobody has one while a panel is in session, and
    an applicant none before the procedure (``running`` holds the open instances) has ended.
    """
    panels = [item for item in items if item["multi_instance"] is not None]
    if any(item["status"] == "open" for item in panels):
        raise NotAllowed("专家评审进行中，评审结束后才能推演", code="panel_in_session")
    is_told = not is_outside(person, case, roles)
    if not is_told and any(item["instance_id"] in running for item in panels):
        raise NotAllowed("评审程序尚未办结，办结后才能推演", code="panel_in_session")


def operates(person: Person, regime: str) -> bool:
    """Whether a person sees incidents of a regime and has failed steps tried again."""
    return person.holds_anywhere(OPERATOR, regime)


def may_operate(person: Person, regime: str) -> None:
    """Raises NotFound unless the person operates this regime's procedures."""
    if not operates(person, regime):
        raise NotFound("没有找到这个作业")


def may_read_document(person: Person, document: Mapping[str, Any], case_readable: bool) -> bool:
    """Its uploader; after it was handed in, whoever reads the case — but for sealed opinions."""
    if document["uploaded_by"] == person.id:
        return True
    return document["case_id"] is not None and case_readable and not document.get("sealed", False)


# --- procedures and their drafts ----------------------------------------------------------------


def regimes_held(person: Person, *roles: str) -> frozenset[str]:
    """The regimes in which a person holds one of the roles."""
    return frozenset(m.regime for m in person.memberships if m.role in roles)


def may_read_models(person: Person) -> frozenset[str]:
    """The regimes whose procedures a person reads; raises NotFound where there is none."""
    held = regimes_held(person, *MODEL_READERS)
    if not held:
        raise NotFound("没有找到这个页面")
    return held


def may_change_models(person: Person) -> frozenset[str]:
    """The regimes whose procedures a person changes. Raises NotFound, NotAllowed."""
    may_read_models(person)
    held = regimes_held(person, PROCESS_OWNER)
    if not held:
        raise NotAllowed("只有流程负责人可以修改流程", code="not_owner")
    return held


def may_change_regimes(person: Person, touched: Iterable[str], shared: bool) -> None:
    """Raises NotAllowed unless the person owns every regime touched; what the regimes share
    any owner may propose to change, since each of them has to consent."""
    owned = may_change_models(person)
    if not shared and not owned >= set(touched):
        raise NotAllowed("只能修改本人负责的管理办法的内容", code="other_regime")


def may_consent(person: Person, touched: Iterable[str], editors: Iterable[str]) -> frozenset[str]:
    """The regimes touched for which the person may consent or refuse; never to an own change."""
    may_read_models(person)
    held = regimes_held(person, APPROVER) & set(touched)
    if person.id in set(editors):
        raise NotAllowed("修改人不能审批自己的修改", code="own_change")
    if not held:
        raise NotAllowed("只有相关管理办法的发布审批人可以审批", code="not_approver")
    return held


def may_steer_migration(person: Person, regime: str) -> None:
    """Raises NotAllowed unless the person owns or approves the regime's procedures: they may pause
    the moving of cases, go on with it, and have it undone."""
    if regime not in regimes_held(person, PROCESS_OWNER, APPROVER):
        raise NotAllowed("只有流程负责人和发布审批人可以办理", code="not_owner")


def may_withdraw_migration(person: Person, row: Mapping[str, Any]) -> None:
    """Raises NotAllowed for an order that somebody else has given."""
    if row["ordered_by"] != person.id:
        raise NotAllowed("只有提出迁移的人可以撤回", code="not_orderer")


# --- what experts wrote -------------------------------------------------------------------------


def visible_entries(
    person: Person, entries: Iterable[Row], roles: set[str], open_panels: set[str]
) -> list[Row]:
    """Journal entries as this person may see them.

    An expert's act is seen by that expert alone while the panel is open (``open_panels`` holds
    the keys of panels with an open item); afterwards by everybody who reads the case, but
    applicants never learn who the expert is, nor who objected. Hashes stay, so the chain can
    still be followed.
    """
    return [_as_seen(person, entry, roles, open_panels) for entry in entries]


def _as_seen(person: Person, entry: Row, roles: set[str], open_panels: set[str]) -> Row:
    panel = entry["detail"].get("panel")
    if entry["act"] == "deliver" and entry["actor_id"] != person.id and masks(roles):
        return entry | {"detail": {}}
    if panel is None or entry["actor_id"] == person.id:
        return entry
    if entry["act"] != "complete":
        return entry | {"detail": {}} if masks(roles) else entry
    if panel in open_panels or masks(roles):
        return entry | {"detail": {}, "actor_id": None, "actor_name": MASK}
    return entry


def masks(roles: set[str]) -> bool:
    """Whether somebody with these roles in the case sees a mask instead of experts' names."""
    return not roles or roles <= APPLICANTS | {EXPERTS}


def sees_result(person: Person, item: Mapping[str, Any], open_panels: set[str]) -> bool:
    """Whether a person who reads the case may read what was handed in with an item."""
    sealed = panel_key(item) in open_panels
    return item["completed_by"] == person.id or not sealed


def hides_expert(person: Person, item: Mapping[str, Any], roles: set[str]) -> bool:
    """Whether the name on a panel's item is masked for a person with these roles in the case."""
    is_own = person.id in (item["assignee_id"], item["completed_by"])
    return item["multi_instance"] is not None and not is_own and masks(roles)


def panel_key(item: Mapping[str, Any]) -> str | None:
    """Names the panel (multi-instance) to which an item belongs; None when to none."""
    if item["multi_instance"] is None:
        return None
    return f"{item['instance_id']}:{item['multi_instance']}"


# --- lists --------------------------------------------------------------------------------------

SHARED = "w.role <> 'expert_panel' AND w.multi_instance IS NULL"
"""SQL: items that are nobody's own opinion (``is_independent``)."""

SEALED = """(coalesce((
    SELECT 1 FROM work_items w JOIN work_items v ON v.instance_id = w.instance_id
        AND v.multi_instance = w.multi_instance AND v.status = 'open'
    WHERE w.case_id = d.case_id AND w.assignee_id = d.uploaded_by LIMIT 1), 0) = 1)"""
"""SQL: document ``d`` is of somebody who sits on a panel in session (``may_read_document``). It is
a scalar on purpose: of an EXISTS PostgreSQL would collect the panels of all cases."""
