"""A form file (form-js JSON) read into components: structure only, no judgement of its content.

The file is written by process owners in the form editor, so it is untrusted: bounded in size,
depth and number, and read into immutable values that never reach back into the JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from server.feel.sentence import told

LIMIT_BYTES = 256 * 1024
LIMIT_COMPONENTS = 500
LIMIT_DEPTH = 8

TEXTS = frozenset({"textfield", "textarea"})
CHOICES = frozenset({"radio", "select", "checklist", "taglist"})
INPUTS = TEXTS | CHOICES | {"number", "datetime", "checkbox", "attachment"}
CONTAINERS = frozenset({"group", "dynamiclist"})
PRESENTATION = frozenset({"text", "html", "separator", "spacer", "image", "button", "table"})


class FormError(ValueError):
    """The file is no form; ``code`` is stable and the text is a sentence for process owners."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True, slots=True)
class Component:
    """One box of a form. ``more`` holds the settings that only its own type knows."""

    id: str
    type: str
    path: tuple[str, ...]
    label: str
    label_en: str
    validate: Mapping[str, Any]
    more: Mapping[str, Any]
    components: tuple[Component, ...]

    @property
    def name(self) -> str:
        """What a process owner calls it: its label, else its key, else its id."""
        return self.label or ".".join(self.path) or self.id

    @property
    def hide(self) -> str:
        """The FEEL condition under which it is not shown; empty when it always is."""
        return feel_source(self.condition)

    @property
    def condition(self) -> object:
        """The hide condition as written."""
        return _mapping(self.more.get("conditional")).get("hide")

    @property
    def properties(self) -> Mapping[str, Any]:
        """The project's own settings: ``label_en``, ``error_en``."""
        return _mapping(self.more.get("properties"))

    @property
    def required(self) -> bool:
        return self.validate.get("required") is True

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Every FEEL text of this component with the name of the setting that holds it."""
        if self.hide:
            yield "conditional.hide", self.hide
        for name in ("min", "max", "minLength", "maxLength"):
            yield from _expression(f"validate.{name}", self.validate.get(name))
        for name in ("readonly", "valuesExpression", "expression", "label", "description", "text"):
            yield from _expression(name, self.more.get(name))

    def walk(self) -> Iterator[Component]:
        """This component and all below it, in the order of the page."""
        yield self
        for child in self.components:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Schema:
    """One form: its id (the file's path without ending) and its components."""

    id: str
    components: tuple[Component, ...]

    def walk(self) -> Iterator[Component]:
        for component in self.components:
            yield from component.walk()

    @property
    def writes(self) -> tuple[str, ...]:
        """The process variables the form sets: the first name of every key, in page order."""
        return tuple(dict.fromkeys(_written(self.components)))

    @property
    def offers(self) -> tuple[str, ...]:
        """The variables that must hold lists of choices (``valuesKey``)."""
        keys = (component.more.get("valuesKey") for component in self.walk())
        return tuple(dict.fromkeys(key for key in keys if isinstance(key, str)))


def feel_source(value: object) -> str:
    """The FEEL text behind the leading ``=``; empty when the value is no expression."""
    text = value.strip() if isinstance(value, str) else ""
    return text[1:].strip() if text.startswith("=") else ""


def read(data: bytes) -> Schema:
    """Read a form file. Raises FormError when it is no form at all."""
    tree = _json(data)
    components = _components(tree.get("components"), 1)
    if sum(1 for top in components for _ in top.walk()) > LIMIT_COMPONENTS:
        raise FormError(
            "too_many",
            told(
                "表单组件超过 %(limit_components)s 个，请拆成几个步骤。",
                limit_components=LIMIT_COMPONENTS,
            ),
        )
    return Schema(_text(tree.get("id")), components)


def _json(data: bytes) -> dict[str, Any]:
    if len(data) > LIMIT_BYTES:
        raise FormError(
            "too_large", told("表单文件超过 %(value)s KiB。", value=LIMIT_BYTES // 1024)
        )
    try:
        tree = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise FormError(
            "not_json", told("表单文件不是有效的 JSON：第 %(lineno)s 行。", lineno=error.lineno)
        ) from error
    if not isinstance(tree, dict):
        raise FormError("not_a_form", "表单文件的最外层应是一个对象。")
    return tree


def _components(value: object, depth: int) -> tuple[Component, ...]:
    if depth > LIMIT_DEPTH:
        raise FormError(
            "too_deep", told("表单分组嵌套超过 %(limit_depth)s 层。", limit_depth=LIMIT_DEPTH)
        )
    if not isinstance(value, list):
        raise FormError("not_a_form", "表单或分组缺少组件列表 components。")
    return tuple(_component(item, depth) for item in value)


def _component(value: object, depth: int) -> Component:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise FormError("not_a_form", "表单中有一个组件没有类型 type。")
    nested = value["type"] in CONTAINERS
    return Component(
        id=_text(value.get("id")),
        type=value["type"],
        path=tuple(_text(value.get("path" if nested else "key")).split("."))
        if _keyed(value)
        else (),
        label=_label(value),
        label_en=_text(_mapping(value.get("properties")).get("label_en")),
        validate=_mapping(value.get("validate")),
        more=value,
        components=_components(value.get("components"), depth + 1) if nested else (),
    )


def _keyed(value: Mapping[str, Any]) -> bool:
    return bool(value.get("path" if value["type"] in CONTAINERS else "key"))


def _label(value: Mapping[str, Any]) -> str:
    names = ("label", "dateLabel", "timeLabel")
    return next((_text(value[name]) for name in names if value.get(name)), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _expression(where: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value.strip().startswith("="):
        yield where, feel_source(value)


def _written(components: tuple[Component, ...]) -> Iterator[str]:
    for component in components:
        if component.type == "group" and not component.path:
            yield from _written(component.components)
        elif component.path and component.type not in PRESENTATION:
            yield component.path[0]
