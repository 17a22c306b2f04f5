"""Values that must be among what is offered: options, and documents uploaded before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from server.law.forms import Component
from server.work.forms.situation import Setting, Situation, setting
from server.work.forms.values import LIMIT_TEXT, Value, refuse

LIMIT_LIST = 200
LIMIT_DOCUMENTS = 50


class Choice(Value):
    """One of the options: fixed, from a variable, or from an expression."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.source: str | None = component.more.get("valuesKey")
        self.options = _options(component)

    def shape(self, value: Any) -> None:
        _check_scalar(value)

    def read(self, value: Any, situation: Situation) -> Any:
        if value not in self.options(situation):
            refuse("option")
        return value


class Choices(Choice):
    """Some of the options, each once."""

    def nothing(self) -> list[Any]:
        return []

    def shape(self, value: Any) -> None:
        check_list(value, LIMIT_LIST)
        for item in value:
            _check_scalar(item)

    def read(self, value: Any, situation: Situation) -> list[Any]:
        allowed = self.options(situation)
        if any(item not in allowed for item in value):
            refuse("option")
        return list(value)


class Attachments(Value):
    """Ids of documents uploaded before; each must be this person's to hand in."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        accept = str(component.more.get("accept") or "")
        self.endings = tuple(part.strip().lower() for part in accept.split(",") if part.strip())
        self.kinds = "/".join(ending.lstrip(".").upper() for ending in self.endings)
        self.most = LIMIT_DOCUMENTS if component.more.get("multiple") else 1

    def nothing(self) -> list[str]:
        return []

    def shape(self, value: Any) -> None:
        check_list(value, LIMIT_DOCUMENTS)
        if not all(isinstance(item, str) and len(item) <= 64 for item in value):
            refuse("type")

    def read(self, value: Any, situation: Situation) -> list[str]:
        if len(value) > self.most:
            refuse("one_document")
        for item in value:
            self._check_document(item, situation)
        return list(value)

    def _check_document(self, item: str, situation: Situation) -> None:
        document = situation.documents.get(item)
        if document is None:
            refuse("document")
        if self.endings and not document.name.lower().endswith(self.endings):
            refuse("extension", name=document.name, kinds=self.kinds)


def _check_scalar(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        refuse("type")
    if isinstance(value, str) and len(value) > LIMIT_TEXT:
        refuse("max_length", n=LIMIT_TEXT)


def check_list(value: object, limit: int) -> None:
    """Refuse what is no list, is too long, or names the same thing twice."""
    if not isinstance(value, list):
        refuse("type")
    if len(value) > limit:
        refuse("too_many", n=limit)
    if all(isinstance(item, str) for item in value) and len(set(value)) < len(value):
        refuse("repeated")


def _options(component: Component) -> Setting:
    more = component.more
    if "values" in more:
        fixed = frozenset(_option_values(more["values"]))
        return lambda situation: fixed
    if more.get("valuesKey"):
        key = more["valuesKey"]
        return lambda situation: _option_values(situation.names.get(key))
    source = setting(more.get("valuesExpression"))
    return lambda situation: _option_values(source(situation))


def _option_values(options: object) -> list[Any]:
    if not isinstance(options, Iterable) or isinstance(options, str | Mapping):
        return []
    return [option.get("value") if isinstance(option, Mapping) else option for option in options]
