"""What BPMN offers and the engine does not run: refused by name rather than ignored."""

from collections.abc import Iterator, Mapping
from typing import Final

from server.engine.dialect.model import EVENTS, KINDS, Element, ProcessDescription
from server.engine.dialect.rules.report import called, error, warning
from server.engine.errors import Finding
from server.feel.sentence import told

_KINDS: Final[Mapping[str, str]] = {
    "task": "没有指明类型，请改为用户任务或服务任务",
    "manualTask": "是手工任务，系统无从得知它是否完成，请改为用户任务",
    "scriptTask": "是脚本任务，图里不能写程序，请改为服务任务",
    "complexGateway": "是复杂网关，请用排他、并行或包容网关画出",
    "transaction": "是事务子流程，请改为普通子流程",
    "adHocSubProcess": "是随意(ad-hoc)子流程，请画出顺序",
    "subChoreography": "是编排图的元素",
    "callChoreography": "是编排图的元素",
}
_EVENTS: Final[Mapping[str, str]] = {
    "compensate": "补偿事件，请画出撤销的步骤",
    "link": "链接事件，请直接连线",
    "signal": "信号事件，请改用消息",
    "conditional": "条件事件，请改用网关或消息",
    "escalation": "升级事件，请改用消息",
    "cancel": "取消事件，请改用错误事件",
}
_PARTS: Final[Mapping[str, str]] = {
    "compensation": "标为补偿活动，不会被执行",
    "event_sub_process": "是事件子流程，请改用边界事件",
    "ioSpecification": "带有 BPMN 数据规格(ioSpecification)，请改用输入输出映射",
    "dataInputAssociation": "带有数据关联，请改用输入输出映射",
    "property": "带有 BPMN 属性(property)，不会被执行",
    "script": "带有脚本，图里不能写程序",
}
_ALLOWED_EVENTS: Final[Mapping[str, frozenset[str]]] = {
    "startEvent": frozenset({"none"}),
    "endEvent": frozenset({"none", "message", "error", "terminate"}),
    "intermediateCatchEvent": frozenset({"timer", "message"}),
    "intermediateThrowEvent": frozenset({"none", "message"}),
    "boundaryEvent": frozenset({"timer", "message", "error"}),
    "receiveTask": frozenset({"message"}),
    "sendTask": frozenset({"message"}),
}
PROPERTIES: Final = frozenset(
    {
        "actions",
        "clauses",
        "due",
        "due_from",
        "form",
        "outcome",
        "record",
        "secret",
        "starts",
        "state",
    }
    | {"begins", "begins_with", "ends", "region", "milestones", "met", "moves"}
    | {"when", "when_code", "when_reason", "once_per", "open_to", "subject", "paper", "asks"}
)
"""Names that a ``zeebe:property`` may have."""
ACTIONS: Final = ("transfer", "consult", "return", "withdraw", "copy", "urge")
"""Words of the property ``actions``: what people may do with a user task beside handing it in."""
_PLACES: Final[Mapping[str, frozenset[str]]] = {
    "actions": frozenset({"userTask"}),
    "asks": frozenset({"userTask"}),
    "due": frozenset({"userTask"}),
    "due_from": frozenset({"userTask"}),
    "record": EVENTS,
    "secret": frozenset({"userTask"}),
    "once_per": frozenset({"startEvent"}),
    "outcome": frozenset({"endEvent"}),
    "starts": frozenset({"startEvent"}),
    "when": frozenset({"startEvent"}),
    "subject": frozenset({"startEvent"}),
    "when_code": frozenset({"startEvent"}),
    "when_reason": frozenset({"startEvent"}),
    "paper": EVENTS | {"serviceTask", "businessRuleTask"},
    "open_to": frozenset({"startEvent", "boundaryEvent", "intermediateCatchEvent"}),
}
"""Property to the kinds of element on which it does something."""


DATA_STORE = "图里有数据存储，系统不会读写它；请改用服务任务。"
DATA_OBJECT = "图里的数据对象只作说明，系统不会读写它。"


def kinds_are_run(d: ProcessDescription) -> Iterator[Finding]:
    """Every node is of a kind the engine knows."""
    for element in d.elements:
        if element.kind not in KINDS:
            why = _KINDS.get(element.kind, told("的类型 %(kind)s 不受支持", kind=element.kind))
            yield error(
                d,
                element,
                "unsupported_kind",
                told("“%(label)s”%(why)s。", label=element.label, why=why),
            )
        for part in element.unsupported:
            yield error(
                d,
                element,
                f"unsupported_{part}",
                told("%(element)s%(why)s。", element=called(element), why=_PARTS[part]),
            )


def events_are_run(d: ProcessDescription) -> Iterator[Finding]:
    """Every event has at most one definition, of a kind that its place allows."""
    for element in d.elements:
        if len(element.events) > 1:
            text = told("%(element)s有多个事件定义，只能有一个。", element=called(element))
            yield error(d, element, "several_events", text)
        for event in element.events or (element.event,):
            yield from _event_kind(d, element, event.kind)


def _event_kind(d: ProcessDescription, element: Element, kind: str) -> Iterator[Finding]:
    allowed = _ALLOWED_EVENTS.get(element.kind, frozenset({"none"}))
    if kind in allowed:
        return
    if kind in _EVENTS:
        yield error(
            d,
            element,
            f"unsupported_{kind}",
            told("%(element)s是%(event)s。", element=called(element), event=_EVENTS[kind]),
        )
    elif kind == "none":
        yield error(
            d,
            element,
            "no_event",
            told("%(element)s没有说明等待或发送什么。", element=called(element)),
        )
    elif element.kind == "startEvent":
        text = told(
            "%(element)s只能是普通开始事件：流程由人或由上级流程启动。", element=called(element)
        )
        yield error(d, element, "start_kind", text)
    else:
        yield error(
            d,
            element,
            "event_place",
            told("%(element)s不能带 %(kind)s 事件定义。", element=called(element), kind=kind),
        )


def nothing_is_ignored(d: ProcessDescription) -> Iterator[Finding]:
    """Settings of other tools do nothing here, and data stores store nothing."""
    for element in d.elements:
        for name in element.ignored:
            text = told(
                "%(element)s的扩展设置“%(name)s”在本系统不起作用。",
                element=called(element),
                name=name,
            )
            yield warning(d, element, "ignored_extension", text)
        for name in sorted(element.properties):
            yield from _property(d, element, name)
    for kind, identity in d.artefacts:
        if kind.startswith("dataStore"):
            yield error(d, identity, "data_store", DATA_STORE)
        else:
            yield warning(d, identity, "data_object", DATA_OBJECT)


def actions_are_known(d: ProcessDescription) -> Iterator[Finding]:
    """What a user task offers is of a closed list; one voice of several offers nothing."""
    for element in d.elements:
        words = element.words("actions")
        for word in sorted(set(words) - set(ACTIONS)):
            yield error(
                d,
                element,
                "unknown_action",
                told("%(element)s没有“%(word)s”这种操作。", element=called(element), word=word),
            )
        if element.loop and set(words) - {"urge"}:
            text = told("%(element)s是各人的独立意见，只可以催办。", element=called(element))
            yield error(d, element, "action_on_opinion", text)


def _property(d: ProcessDescription, element: Element, name: str) -> Iterator[Finding]:
    if name not in PROPERTIES:
        text = told(
            "%(element)s的属性“%(name)s”在本系统不起作用。", element=called(element), name=name
        )
        yield warning(d, element, "unknown_property", text)
    elif element.kind not in _PLACES.get(name, (element.kind,)):
        text = told("属性“%(name)s”写在%(element)s上不起作用。", name=name, element=called(element))
        yield error(d, element, "idle_property", text)
