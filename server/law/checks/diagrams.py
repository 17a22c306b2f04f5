"""Diagrams against the forms, roles, tables and deadlines that they name."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from server.engine.dialect import Element, ProcessDescription, findings_in, lint
from server.engine.errors import DialectError, Finding
from server.feel import FeelError, compile_expression
from server.feel.sentence import told
from server.law.catalogue import Catalogue, stem
from server.law.checks.survey import Place, Survey, problem

SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
PEOPLE = frozenset({"userTask", "receiveTask", "startEvent", "intermediateCatchEvent"})
NAMED = frozenset(
    {"userTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity",
     "subProcess", "startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"}
)  # fmt: skip
CITED = NAMED - {"subProcess"}


def check(survey: Survey) -> Iterator[Finding]:
    """Every finding about a diagram, whatever regime it is seen from."""
    for path in survey.catalogue.files:
        if path.endswith(".bpmn"):
            yield from engine(survey.catalogue, path)
    for path, diagram in survey.diagrams:
        yield from _words(path, diagram)
        yield from _unused(survey, path, diagram)
    for place in survey.places:
        for rule in (_forms, _roles, _decisions, _deadlines, _asked):
            yield from rule(survey.catalogue, place)


# --- the engine's own lint ---


def engine(catalogue: Catalogue, path: str) -> Iterator[Finding]:
    """What the engine says of a diagram."""
    yield from (replace(each, file=path) for each in _lint(catalogue, path))


def _lint(catalogue: Catalogue, path: str) -> list[Finding]:
    regime = path.split("/")[2] if path.startswith("processes/regimes/") else ""
    known = _known(catalogue, catalogue.diagrams(regime))
    try:
        return findings_in(stem(path), catalogue.read(path), known)
    except DialectError:
        return lint(stem(path), catalogue.files[path], known)


def _known(catalogue: Catalogue, paths: Mapping[str, str]) -> dict[str, ProcessDescription]:
    read = ((name, catalogue.describe(path)) for name, path in paths.items())
    return {name: diagram for name, diagram in read if diagram}


# --- what people read ---


def _words(path: str, diagram: ProcessDescription) -> Iterator[Finding]:
    for element in diagram.elements:
        say = partial(problem, path, element)
        decides = len(diagram.outgoing.get(element.id, ())) > 1
        if not element.name and (element.kind in NAMED or decides):
            yield say("label", "没有名称，办理人无从知道这是什么。")
        if not SNAKE_CASE.fullmatch(element.id):
            yield say("id", "标识应为小写英文单词，以下划线相连。")
        if element.kind in CITED and not element.clauses:
            yield say("clauses", "没有写明所依据的条款。", "warning")


def _unused(survey: Survey, path: str, diagram: ProcessDescription) -> Iterator[Finding]:
    seen = [place for place in survey.places if place.path == path]
    if not seen:
        yield problem(path, None, "unused", "没有一个规程使用这张图：开始事件未引用其条款。")
        return
    for element in diagram.elements:
        if not any(element.id in place.reached for place in seen):
            yield problem(path, element, "unused", "没有一个规程会走到这里。", "warning")


# --- forms and roles ---


def form_of(element: Element) -> str | None:
    """The form that people fill in at a task, a start or a message."""
    return element.form or element.properties.get("form")


def _forms(catalogue: Catalogue, place: Place) -> Iterator[Finding]:
    for element in place.elements:
        form = form_of(element)
        if element.kind == "userTask" and not form:
            yield problem(place.path, element, "form", "没有写明表单。")
        elif form and catalogue.form_path(form, place.regime.id) is None:
            sentence = told(
                "表单 forms/%(form)s.form 不存在（规程“%(title)s”）。",
                form=form,
                title=place.regime.title,
            )
            yield problem(place.path, element, "form", sentence)
        elif element.kind == "userTask" and form != f"{place.diagram.id}/{element.id}":
            expected = f"{place.diagram.id}/{element.id}"
            yield problem(
                place.path,
                element,
                "form",
                told("表单应名为 %(expected)s。", expected=expected),
                "warning",
            )


def _roles(catalogue: Catalogue, place: Place) -> Iterator[Finding]:
    for element in place.elements:
        if element.kind not in PEOPLE or not form_of(element) or not element.lane:
            continue
        if not _has_row(catalogue, "roles", place, role=element.lane):
            sentence = told(
                "规程“%(title)s”的角色表中没有“%(lane)s”。",
                title=place.regime.title,
                lane=element.lane,
            )
            yield problem(place.path, element, "role", sentence)


# --- tables ---


def _decisions(catalogue: Catalogue, place: Place) -> Iterator[Finding]:
    for element in place.elements:
        if element.decision and element.decision not in catalogue.tables:
            sentence = told("决策表“%(decision)s”不存在。", decision=element.decision)
            yield problem(place.path, element, "decision", sentence)


def _deadlines(catalogue: Catalogue, place: Place) -> Iterator[Finding]:
    for element in place.elements:
        if element.due and not _has_row(catalogue, "deadlines", place, milestone=element.due):
            sentence = told(
                "规程“%(title)s”的期限表中没有“%(due)s”。",
                title=place.regime.title,
                due=element.due,
            )
            yield problem(place.path, element, "deadline", sentence)


def _has_row(catalogue: Catalogue, table: str, place: Place, **inputs: object) -> bool:
    if table not in catalogue.tables:
        return False
    return bool(catalogue.rows(table, place.regime.id, **inputs))


# --- what expressions ask of the law ---


def _asked(catalogue: Catalogue, place: Place) -> Iterator[Finding]:
    for element in place.elements:
        for text in _expressions(place.diagram, element):
            for name, arguments in _calls(text):
                if name in ASKED and arguments and isinstance(arguments[0], str):
                    sentence = ASKED[name](catalogue, place, arguments[0])
                    if sentence:
                        yield problem(place.path, element, name, sentence)


def _step(catalogue: Catalogue, place: Place, name: str) -> str:
    if _has_row(catalogue, "steps", place, step=name):
        return ""
    return told(
        "规程“%(title)s”的环节开关表中没有“%(name)s”。", title=place.regime.title, name=name
    )


def _deadline(catalogue: Catalogue, place: Place, name: str) -> str:
    if _has_row(catalogue, "deadlines", place, milestone=name):
        return ""
    return told("规程“%(title)s”的期限表中没有“%(name)s”。", title=place.regime.title, name=name)


def _decide(catalogue: Catalogue, _place: Place, name: str) -> str:
    return "" if name in catalogue.tables else told("决策表“%(name)s”不存在。", name=name)


ASKED: Mapping[str, Callable[[Catalogue, Place, str], str]] = {
    "step": _step,
    "deadline": _deadline,
    "decide": _decide,
}


def _calls(text: str) -> tuple[tuple[str, tuple[object, ...]], ...]:
    try:
        return compile_expression(text.removeprefix("=")).calls
    except FeelError:
        return ()  # The engine's lint has already said so.


def _expressions(diagram: ProcessDescription, element: Element) -> Iterator[str]:
    texts = [flow.condition for flow in diagram.outgoing.get(element.id, ())]
    texts += [each.source for each in (*element.inputs, *element.outputs)]
    texts += [text for event in element.events for text in (event.text, event.key)]
    texts += [element.assignee, element.due_from]
    if loop := element.loop:
        texts += [loop.collection, loop.output, loop.completion]
    yield from (text for text in texts if text and text.startswith("="))
