"""What a decision model asks for that is not carried out here, element by element."""

from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple

from lxml import etree

from server.feel.boxed import EXPRESSIONS
from server.feel.cells import nearest_id, text_of
from server.feel.dmn import Model
from server.feel.errors import FeelError
from server.feel.items import read_type_ref
from server.feel.omissions import Omission, Surroundings, omissions, omissions_of_type
from server.feel.sentence import told
from server.feel.xml import child, children, local_name, read_xml

_VALUES: Final = frozenset(
    {"literalExpression", "inputExpression", "outputEntry", "defaultOutputEntry"}
)
_CELLS: Final = frozenset(
    {"inputEntry", "inputValues", "outputValues", "allowedValues", "typeConstraint"}
)
_KNOWN: Final = frozenset(
    {*EXPRESSIONS, *_VALUES, *_CELLS}
    | {"definitions", "description", "extensionElements", "extensionAttribute", "import"}
    | {"itemDefinition", "itemComponent", "functionItem", "parameters", "typeRef", "type"}
    | {"decision", "inputData", "businessKnowledgeModel", "decisionService", "knowledgeSource"}
    | {"question", "allowedAnswers", "variable", "parameter", "encapsulatedLogic"}
    | {"informationRequirement", "knowledgeRequirement", "authorityRequirement"}
    | {"requiredInput", "requiredDecision", "requiredKnowledge", "requiredAuthority"}
    | {"outputDecision", "encapsulatedDecision", "inputDecision", "formalParameter", "binding"}
    | {"contextEntry", "column", "row", "input", "output", "annotation", "rule", "text"}
    | {"annotationEntry", "if", "then", "else", "in", "return", "match", "satisfies", "child"}
    | {"textAnnotation", "association", "group", "sourceRef", "targetRef", "elementCollection"}
    | {"drgElement", "performanceIndicator", "organizationUnit", "impactingDecision", "owner"}
    | {"supportedObjective", "impactedPerformanceIndicator", "decisionMaker", "decisionOwner"}
    | {"usingProcess", "usingTask", "decisionMade", "decisionOwned", "documentation"}
)
"""The elements of DMN that are carried out, or that only describe."""


class Remark(NamedTuple):
    """``element`` is the id of the row or the nearest element; ``code`` as of an Omission."""

    element: str
    code: str
    sentence: str


def review(data: bytes, model: Model, functions: frozenset[str] = frozenset()) -> list[Remark]:
    """Everything that ``model``, read from ``data``, asks for in vain.

    ``functions`` are those that the application lends to it.
    """
    return list(dict.fromkeys(_Reader(read_xml(data), model, functions).remarks()))


class _Reader:
    def __init__(self, root: etree._Element, model: Model, functions: frozenset[str]) -> None:
        self.root = root
        self.types = frozenset(model.types)
        named = (each.get("name") or each.get("iteratorVariable") for each in root.iter("*"))
        parameters = (each.get("name", "") for each in root.iter("{*}formalParameter"))
        self.known = model.known.union(parameters)
        self.functions = functions.union(filter(None, named))

    def remarks(self) -> Iterator[Remark]:
        for element in self.root.iter("*"):
            if etree.QName(element).namespace == etree.QName(self.root).namespace:
                for found in chain(_of_element(element), self._of_texts(element)):
                    yield Remark(_place(element), found.code, _quoted(element, found.sentence))

    def _of_texts(self, element: etree._Element) -> Iterator[Omission]:
        yield from self._of_types(element)
        name, text = local_name(element), text_of(element)
        if text and text.strip() and name in _VALUES | _CELLS:
            cell = name in _CELLS
            around = Surroundings(self.known, self.functions, self.types, cell)
            try:
                yield from omissions(text, around)
            except FeelError as error:
                yield Omission("syntax", error.sentence)

    def _of_types(self, element: etree._Element) -> Iterator[Omission]:
        written = [element.get("typeRef"), element.get("outputTypeRef")]
        if local_name(element) == "typeRef":
            written.append(element.text)
        for each in filter(None, written):
            yield from omissions_of_type(read_type_ref(each), self.types)


def _of_element(element: etree._Element) -> Iterator[Omission]:
    name = local_name(element)
    if name not in _KNOWN:
        yield _left_out(told("不支持元素 %(name)s", name=name))
    for attribute in ("expressionLanguage", "typeLanguage"):
        language = element.get(attribute, "feel")
        if "feel" not in language.lower():
            yield _left_out(told("只支持 FEEL，不支持 %(language)s", language=language))
    kind = element.get("kind", "FEEL")
    if name in ("functionDefinition", "encapsulatedLogic") and kind.upper() != "FEEL":
        yield _left_out(told("不支持外部函数（%(kind)s）：这里只计算 FEEL", kind=kind))
    if name == "import" and "DMN" not in element.get("importType", ""):
        kind = element.get("importType", "")
        yield _left_out(told("只能导入决策模型，不能导入 %(kind)s", kind=kind))
    if name == "decisionTable":
        yield from _of_table(element)


def _of_table(table: etree._Element) -> Iterator[Omission]:
    policy = (table.get("hitPolicy") or "UNIQUE").upper()
    outputs = list(children(table, "output"))
    if table.get("aggregation") and policy != "COLLECT":
        yield _left_out("只有收集（C）的决策表可以汇总结果")
    elif table.get("aggregation", "COUNT") != "COUNT" and len(outputs) > 1:
        yield _left_out("有几个结果列的决策表不能汇总")
    unranked = all(child(each, "outputValues") is None for each in outputs)
    if policy in ("PRIORITY", "OUTPUT ORDER") and unranked:
        yield _left_out("按优先级取结果的决策表要列出结果的取值顺序")


def _place(element: etree._Element) -> str:
    rule = next(element.iterancestors("{*}rule"), element)
    return nearest_id(rule)


def _quoted(element: etree._Element, sentence: str) -> str:
    place, shown = _place(element), (text_of(element) or "").strip()[:60]
    if shown:
        return told(
            "“%(place)s”中的“%(shown)s”：%(sentence)s。",
            place=place,
            shown=shown,
            sentence=sentence,
        )
    return told("“%(place)s”：%(sentence)s。", place=place, sentence=sentence)


def _left_out(sentence: str) -> Omission:
    return Omission("left_out", sentence)
