"""What a box says of the life of its case: written so that it can be read."""

import re
from collections.abc import Iterator
from typing import Final

from server.engine.dialect.model import Element, ProcessDescription
from server.engine.dialect.rules.report import called, error
from server.engine.errors import Finding
from server.feel.sentence import told

STARTS: Final = ("case", "procedure", "automatic")
"""Who begins a procedure: a person with a new case, a person in a case, another procedure."""

_PAIRS: Final = {
    "region": (re.compile(r"[a-z]\w*=[a-z]\w*", re.ASCII), "事项=进展"),
    "milestones": (re.compile(r"[a-z]\w*@[^\W\d]\w*"), "期限事项@起算点变量"),
}


def life_is_readable(d: ProcessDescription) -> Iterator[Finding]:
    """Pairs are pairs, conditions are expressions, and nothing is written that does nothing."""
    for element in d.elements:
        yield from _pairs(d, element)
        yield from _starts(d, element)
        if element.words("begins_with") and not element.words("begins"):
            text = told(
                "%(element)s写了带去的变量(begins_with)，却没有启动任何程序。",
                element=called(element),
            )
            yield error(d, element, "idle_property", text)


def _pairs(d: ProcessDescription, element: Element) -> Iterator[Finding]:
    for name, (pattern, shape) in _PAIRS.items():
        for word in element.words(name):
            if not pattern.fullmatch(word):
                text = told(
                    "%(element)s的属性“%(name)s”里的“%(word)s”应写成“%(shape)s”。",
                    element=called(element),
                    name=name,
                    word=word,
                    shape=shape,
                )
                yield error(d, element, "bad_pair", text)


def _starts(d: ProcessDescription, element: Element) -> Iterator[Finding]:
    starts = element.properties.get("starts", "case")
    if starts not in STARTS:
        text = told(
            "%(element)s的启动方式“%(starts)s”应为 %(choices)s 之一。",
            element=called(element),
            starts=starts,
            choices=tuple(STARTS),
        )
        yield error(d, element, "bad_start", text)
    if starts == "automatic" and "form" in element.properties:
        text = told("%(element)s由别的程序启动，所写的表单没有人会填。", element=called(element))
        yield error(d, element, "idle_property", text)
    if starts != "automatic" and element.words("once_per"):
        text = told(
            "%(element)s由人启动，所写的分件变量(once_per)没有作用。", element=called(element)
        )
        yield error(d, element, "idle_property", text)
    when = element.properties.get("when")
    if when and not when.startswith("="):
        text = told("%(element)s可以启动的条件要以 = 开头。", element=called(element))
        yield error(d, element, "literal_condition", text)
