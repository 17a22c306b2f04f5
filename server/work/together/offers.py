"""Which acts of working together a box offers: those of its property ``actions``, else all.

An expert's own opinion offers nothing but that the panel's keepers may urge it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.engine.dialect.model import Element, ProcessDescription
from server.errors import Invalid, NotAllowed
from server.feel.sentence import told
from server.work import access
from server.work.desk import Desk
from server.work.people import Person
from server.work.surroundings import spec_of

TRANSFER, CONSULT, RETURN, WITHDRAW = "transfer", "consult", "return", "withdraw"
COPY, URGE = "copy", "urge"
ALL: Final = (TRANSFER, CONSULT, RETURN, WITHDRAW, COPY, URGE)  # dialect/rules/kinds.ACTIONS
WORDS: Final[Mapping[str, str]] = {
    TRANSFER: "转办",
    CONSULT: "征求意见",
    RETURN: "退回补正",
    WITHDRAW: "撤回",
    COPY: "抄送",
    URGE: "催办",
}

LIMIT_TEXT = 1000


def element_of(desk: Desk) -> Element | None:
    """The box of the desk's work item; None where the case has gone over to a version of the
    diagram that no longer has what was done."""
    described = spec_of(desk).descriptions.get(desk.item["process_id"])
    return described.by_id.get(desk.item["element_id"]) if described else None


def offered(desk: Desk) -> tuple[str, ...]:
    """The acts that the box of the desk's item offers, whoever asks."""
    if access.is_independent(desk.item):
        return (URGE,)
    element = element_of(desk)
    if element is None:
        return ()
    declared = element.properties.get("actions")
    acts = ALL if declared is None else tuple(act for act in ALL if act in declared.split())
    described = spec_of(desk).descriptions[desk.item["process_id"]]
    return acts if _follows_work(described, element) else tuple(a for a in acts if a != RETURN)


def _follows_work(described: ProcessDescription, element: Element) -> bool:
    """Whether the diagram has a box of people before this one, to which work could go back."""
    seen, ahead = {element.id}, [element.id]
    while ahead:
        before = {flow.source for flow in described.incoming.get(ahead.pop(), ())} - seen
        if any(described.by_id[each].kind == "userTask" for each in before):
            return True
        seen |= before
        ahead += before
    return False


def check(desk: Desk, act: str) -> None:
    """Raises NotAllowed for an act that the box does not offer."""
    if act in offered(desk):
        return
    if access.is_independent(desk.item):
        sentence = told("专家独立意见不能%(words)s", words=WORDS[act])
        raise NotAllowed(sentence, code="independent")
    raise NotAllowed(told("流程图规定该环节不能%(words)s", words=WORDS[act]), code="not_offered")


def open_to(person: Person, desk: Desk) -> tuple[str, ...]:
    """The acts that a person may try on the desk's open item, for the buttons of its page."""
    item, acts = desk.item, offered(desk)
    if item["status"] != "open" or desk.case["closed_at"]:
        return ()
    if not access.may_see(person, item):
        return tuple(act for act in acts if act == URGE)
    if not access.in_hand(person, item):
        return tuple(act for act in acts if act == (URGE if item["assignee_id"] else TRANSFER))
    personal = access.is_personal(item)
    return tuple(act for act in acts if act not in (URGE, WITHDRAW, TRANSFER if personal else ""))


def limited(text: str, field: str, required: bool = True) -> str:
    """A sentence that a person wrote; raises Invalid when it is missing or too long."""
    text = text.strip()
    if (required and not text) or len(text) > LIMIT_TEXT:
        raise Invalid(errors={field: [told("请填写，不超过 %(limit)s 字", limit=LIMIT_TEXT)]})
    return text
