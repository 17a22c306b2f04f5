"""Boxes that compute against the functions of `handlers` that carry them out."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from server.engine.dialect import Element
from server.engine.errors import Finding
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.checks.sources import PORTS, Function, Module
from server.law.checks.survey import Survey, problem
from server.law.forms import FormError, read


def check(survey: Survey) -> Iterator[Finding]:
    """Every box has its function, every function its box, and both say the same."""
    boxes = [
        (path, diagram.id, element)
        for path, diagram in survey.diagrams
        for element in diagram.elements
        if element.handler
    ]
    known = variables(survey)
    for path, process, element in boxes:
        yield from _box(survey, path, process, element, known)
    yield from _errors_caught(survey)
    yield from _unused(survey, {element.handler for _, _, element in boxes})


def variables(survey: Survey) -> frozenset[str]:
    """Every process variable that some form, handler, mapping, loop or table may set."""
    found = {name for module in survey.modules.values() for name in module.outputs}
    for _, diagram in survey.diagrams:
        for element in diagram.elements:
            found.update(_set_by(element))
    return frozenset(found.union(*form_keys(survey.catalogue).values()))


def _box(
    survey: Survey, path: str, process: str, element: Element, known: frozenset[str]
) -> Iterator[Finding]:
    stem, _, name = (element.handler or "").partition(".")
    module = survey.modules.get(stem)
    if module is None:
        yield problem(
            path, element, "handler", told("没有办理模块 handlers/%(stem)s.py。", stem=stem)
        )
        return
    if stem != process:
        sentence = told(
            "办理函数在 handlers/%(stem)s.py，应与流程同名：handlers/%(process)s.py。",
            stem=stem,
            process=process,
        )
        yield problem(path, element, "handler_module", sentence, "warning")
    function = module.functions.get(name)
    if function is None:
        yield problem(
            path,
            element,
            "handler",
            told("%(path)s 中没有公开函数“%(name)s”。", path=module.path, name=name),
        )
        return
    yield from _agreement(path, element, module, function, known)


def _agreement(
    path: str, element: Element, module: Module, function: Function, known: frozenset[str]
) -> Iterator[Finding]:
    if function.label != element.name:
        sentence = told(
            "%(path)s 的 %(name)s 自称“%(label)s”，与图上名称不一致。",
            path=module.path,
            name=function.name,
            label=function.label,
        )
        yield problem(path, element, "handler_label", sentence)
    unknown = sorted(function.required - PORTS - known)
    if unknown:
        sentence = told(
            "%(name)s 需要变量 %(unknown)s，没有表单或步骤提供。",
            name=function.name,
            unknown=tuple(unknown),
        )
        yield problem(path, element, "handler_input", sentence, "warning")


def _errors_caught(survey: Survey) -> Iterator[Finding]:
    for path, diagram in survey.diagrams:
        for event in diagram.of_kind("boundaryEvent"):
            host = diagram.by_id.get(event.attached_to or "")
            module = survey.modules.get((host.handler or "").partition(".")[0]) if host else None
            code = event.event.code if event.event.kind == "error" else None
            if module and code and code not in module.codes:
                yield problem(
                    path,
                    event,
                    "refusal",
                    told("%(path)s 不会提出拒绝码“%(code)s”。", path=module.path, code=code),
                )


def _unused(survey: Survey, used: set[str | None]) -> Iterator[Finding]:
    processes = {diagram.id for _, diagram in survey.diagrams}
    for stem, module in survey.modules.items():
        if stem not in processes:
            sentence = told("没有名为 %(stem)s.bpmn 的流程图与它对应。", stem=stem)
            yield problem(module.path, None, "handler_module", sentence)
        for name in module.functions:
            if f"{stem}.{name}" not in used:
                sentence = told("函数“%(name)s”不在任何流程图中。", name=name)
                yield problem(module.path, None, "unused", sentence)


def _set_by(element: Element) -> Iterator[str]:
    yield from (each.target for each in (*element.inputs, *element.outputs))
    if element.result:
        yield element.result
    if loop := element.loop:
        yield from (name for name in (loop.item, loop.output_collection) if name)


def form_keys(catalogue: Catalogue) -> dict[str, set[str]]:
    """Form to the variables that people fill in there, in any regime."""
    found: dict[str, set[str]] = {}
    for path, data in catalogue.forms.items():
        if PurePosixPath(path).suffix == ".form":
            form = path.removeprefix("forms/").split(".")[0]
            try:
                keys = {each.path[0] for each in read(data).walk() if each.path}
            except FormError:
                continue  # The check of forms reports it.
            found.setdefault(form, set()).update(keys)
    return found
