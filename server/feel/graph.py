"""The requirements graph: inputs, decisions, knowledge and services of a model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

from server.feel.boxed import Logic
from server.feel.cells import nearest_id
from server.feel.errors import FeelError
from server.feel.items import read_type_ref
from server.feel.runtime import Evaluator
from server.feel.sentence import told
from server.feel.types import FunctionType, Type, Types, resolve
from server.feel.xml import child, children, local_name

Key = tuple[str, str]
"""Namespace of the model and id of the element."""


@dataclass(frozen=True, slots=True)
class Element:
    """What every element of the graph has: ``requires`` are the elements it needs."""

    key: Key
    name: str
    type: Type
    requires: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class InputData(Element):
    """Data that the caller gives."""


@dataclass(frozen=True, slots=True)
class Decision(Element):
    """A decision with its compiled logic."""

    logic: Evaluator


@dataclass(frozen=True, slots=True)
class Knowledge(Element):
    """A business knowledge model: its logic gives a function."""

    logic: Evaluator


@dataclass(frozen=True, slots=True)
class Service(Element):
    """A decision service: ``outputs`` of ``inputs``, in the order of its parameters."""

    inputs: tuple[Key, ...]
    outputs: tuple[Key, ...]


Graph = Mapping[Key, Element]


class GraphReader:
    """Reads the elements of one model. Raises FeelError with the element's id."""

    def __init__(self, namespace: str, logic: Logic, types: Types) -> None:
        self.namespace = namespace
        self.logic = logic
        self.types = types

    def read(self, definitions: etree._Element) -> dict[Key, Element]:
        """All elements of the graph by key."""
        readers = {
            "inputData": self._input,
            "decision": self._decision,
            "businessKnowledgeModel": self._knowledge,
            "decisionService": self._service,
        }
        found = (readers[local_name(each)](each) for each in children(definitions, *readers))
        return {element.key: element for element in found}

    def _key(self, element: etree._Element) -> Key:
        return self.namespace, nearest_id(element)

    def _input(self, element: etree._Element) -> Element:
        return InputData(self._key(element), _name(element), _type(element), ())

    def _decision(self, element: etree._Element) -> Element:
        return Decision(
            self._key(element),
            _name(element),
            _type(element),
            self._requires(element),
            self.logic.owned(element),
        )

    def _knowledge(self, element: etree._Element) -> Element:
        type_ = resolve(_type(element), self.types)
        result = type_.result if isinstance(type_, FunctionType) else _type(element)
        return Knowledge(
            self._key(element),
            _name(element),
            result,
            self._requires(element),
            self.logic.owned_function(element, result),
        )

    def _service(self, element: etree._Element) -> Element:
        outputs = self._hrefs(children(element, "outputDecision"))
        inputs = self._hrefs((*children(element, "inputData"), *children(element, "inputDecision")))
        key, type_ = self._key(element), _type(element)
        return Service(key, _name(element), type_, outputs, inputs, outputs)

    def _requires(self, element: etree._Element) -> tuple[Key, ...]:
        requirements = children(element, "informationRequirement", "knowledgeRequirement")
        wanted = ("requiredInput", "requiredDecision", "requiredKnowledge")
        return self._hrefs(
            each for requirement in requirements for each in children(requirement, *wanted)
        )

    def _hrefs(self, elements: Iterable[etree._Element]) -> tuple[Key, ...]:
        return tuple(self._target(element.get("href", "")) for element in elements)

    def _target(self, href: str) -> Key:
        namespace, _, id_ = href.rpartition("#")
        return namespace or self.namespace, id_


def check_graph(graph: Graph) -> None:
    """Refuse requirements that lead nowhere or, through others, back to themselves."""
    done: set[Key] = set()
    for key in graph:
        _visit(key, graph, done, [])


def _visit(key: Key, graph: Graph, done: set[Key], path: list[Key]) -> None:
    if key in done:
        return
    if key in path:
        circle = " → ".join(graph[each].name for each in (*path[path.index(key) :], key))
        raise FeelError("model", told("决策互相依赖成环：%(circle)s。", circle=circle))
    for wanted in graph[key].requires:
        if wanted not in graph:
            raise FeelError(
                "model",
                told(
                    "“%(name)s”所依赖的元素 %(element)s 不存在。",
                    name=graph[key].name,
                    element=wanted[1],
                ),
            )
        if wanted != key:
            _visit(wanted, graph, done, [*path, key])
    done.add(key)


def _name(element: etree._Element) -> str:
    return " ".join((element.get("name") or nearest_id(element)).split())


def _type(element: etree._Element) -> Type:
    variable = child(element, "variable")
    return read_type_ref(None if variable is None else variable.get("typeRef"))
