"""Decision tables as their authors see them (DMN 1.3 clause 8): for display and checks."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from server.feel.cells import nearest_id, text_of
from server.feel.errors import FeelError
from server.feel.policies import AGGREGATIONS, POLICIES
from server.feel.sentence import told
from server.feel.xml import child, child_text, children

MAX_RULES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Column:
    """An input or output as the table shows it; ``values`` is the text of allowed values."""

    id: str
    label: str
    text: str
    type_ref: str
    values: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A row as the table shows it."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table for display and checks; texts as written in the file.

    ``owner`` is the id of the decision or business knowledge model that holds it.
    """

    id: str
    owner: str
    hit_policy: str
    aggregation: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    annotations: tuple[str, ...]
    rules: tuple[Rule, ...]


def read_table(element: etree._Element, owner: str) -> Table:
    """The texts of a ``decisionTable``. Raises FeelError (``model``) for an unknown policy."""
    policy = (element.get("hitPolicy") or "UNIQUE").upper()
    aggregation = (element.get("aggregation") or "").upper()
    if policy not in POLICIES or aggregation not in {"", *AGGREGATIONS}:
        raise FeelError(
            "model",
            told("决策表 %(nearest_id)s 的命中策略不认识。", nearest_id=nearest_id(element)),
        )
    rules = tuple(_read_rule(rule) for rule in children(element, "rule"))
    if len(rules) > MAX_RULES:
        raise FeelError(
            "budget",
            told(
                "决策表 %(nearest_id)s 的规则超过 %(max_rules)s 条。",
                nearest_id=nearest_id(element),
                max_rules=MAX_RULES,
            ),
        )
    return Table(
        id=nearest_id(element),
        owner=owner,
        hit_policy=policy,
        aggregation=aggregation if policy == "COLLECT" else "",
        inputs=tuple(_read_input(each) for each in children(element, "input")),
        outputs=tuple(_read_output(each) for each in children(element, "output")),
        annotations=tuple(each.get("name", "") for each in children(element, "annotation")),
        rules=rules,
    )


def _read_input(element: etree._Element) -> Column:
    expression = child(element, "inputExpression")
    text = text_of(expression) or ""
    return Column(
        id=element.get("id", ""),
        label=element.get("label") or text.strip(),
        text=text.strip(),
        type_ref=_type_ref(expression),
        values=_values(element, "inputValues"),
    )


def _read_output(element: etree._Element) -> Column:
    name = element.get("name", "")
    return Column(
        id=element.get("id", ""),
        label=element.get("label") or name,
        text=name,
        type_ref=_type_ref(element),
        values=_values(element, "outputValues"),
    )


def _read_rule(element: etree._Element) -> Rule:
    return Rule(
        id=nearest_id(element),
        inputs=_texts(element, "inputEntry"),
        outputs=_texts(element, "outputEntry"),
        annotations=_texts(element, "annotationEntry") or _description(element),
    )


def _texts(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple((text_of(each) or "").strip() for each in children(element, name))


def _description(element: etree._Element) -> tuple[str, ...]:
    text = child_text(element, "description")
    return (text.strip(),) if text else ()


def _type_ref(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return element.get("typeRef") or child_text(element, "typeRef") or ""


def _values(element: etree._Element, name: str) -> str:
    return (text_of(child(element, name)) or "").strip()
