"""What the diagrams and forms give a scenario to speak of: tasks, messages, fields, boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from server.engine.dialect import ProcessDescription
from server.engine.dialect.model import Element
from server.law.catalogue import Catalogue
from server.law.forms import Component, read

KINDS = {
    "datetime": "日期",
    "number": "数字",
    "checkbox": "true/false",
    "attachment": "文件名的列表",
    "dynamiclist": "行的列表",
    "checklist": "列表",
    "taglist": "列表",
}
"""How the answer to a kind of field is written, where it is not a text."""


def procedures(catalogue: Catalogue) -> Iterator[str]:
    """Every diagram with its tasks, messages and forms, and the other boxes a case passes."""
    paths = sorted({p for regime in catalogue.regimes for p in catalogue.diagrams(regime).values()})
    for path in paths:
        if described := catalogue.describe(path):
            users = _users(catalogue, path)
            told = f"（{'、'.join(users)}）" if users else ""
            yield f"## {described.id}：{described.name}{told}"
            yield from _boxes(catalogue, described, users or list(catalogue.regimes))
            yield f"  经过（passed、never）：{_others(described)}"


def _users(catalogue: Catalogue, path: str) -> list[str]:
    """The regimes that have a procedure; none for a part that others call."""
    return [r for r in catalogue.regimes if path in catalogue.procedures(r).values()]


def _boxes(
    catalogue: Catalogue, described: ProcessDescription, regimes: list[str]
) -> Iterator[str]:
    for element in described.elements:
        form = element.form or element.properties.get("form")
        if element.kind == "userTask" or form:
            yield _box(described, element)
            yield from _fields(catalogue, form or "", regimes)


def _box(described: ProcessDescription, element: Element) -> str:
    word = {"userTask": f"do {element.id}", "startEvent": f"start {described.id}"}
    act = word.get(element.kind, f"bring {element.event.name}")
    when = element.properties.get("when_reason", "")
    return f"  {act}：{element.name}（{element.lane}）{when}"


def _others(described: ProcessDescription) -> str:
    boxes = (e for e in described.elements if e.name and e.kind not in ("userTask", "startEvent"))
    return "、".join(f"{each.id} {each.name}" for each in boxes if "Gateway" not in each.kind)


def _fields(catalogue: Catalogue, form: str, regimes: list[str]) -> Iterator[str]:
    """The fields of a form; where the regimes' variants differ, as each has it."""
    seen: dict[str, dict[str, list[str]]] = {}
    for regime in regimes:
        data = catalogue.form(form, regime)
        for each in _answerable(read(data).walk()) if data else ():
            manners = seen.setdefault(each.path[-1], {})
            manners.setdefault(each.label + _manner(each), []).append(regime)
    yield from (f"      {key}：{_told(manners)}" for key, manners in seen.items())


def _told(manners: Mapping[str, list[str]]) -> str:
    """One manner as it is; several with the regimes of each."""
    if len(manners) == 1:
        return next(iter(manners))
    return "；".join(f"{'、'.join(regimes)} {manner}" for manner, regimes in manners.items())


def _answerable(components: Iterable[Component]) -> Iterator[Component]:
    return (each for each in components if each.path and each.label and each.type != "group")


def _manner(field: Component) -> str:
    values = "/".join(str(value.get("value")) for value in field.more.get("values") or [])
    told = values or str(field.more.get("valuesKey") or "") or KINDS.get(field.type, "")
    words = [told, "必填" if field.required else "", "只读" if field.more.get("readonly") else ""]
    return f"（{'，'.join(filter(None, words))}）" if any(words) else ""
