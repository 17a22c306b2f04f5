"""Every word that a scenario may use, generated from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from server import errors
from server.engine.dialect import ProcessDescription
from server.engine.dialect.model import Element
from server.law.catalogue import Catalogue
from server.law.forms import read
from server.studio.scenarios.refusals import HOUSE_REFUSALS, refusals_of_rules
from server.studio.scenarios.words import ACTS, EXPECTED, HEAD, MANNER, SENTENCES, Word

SECTIONS: Mapping[str, Mapping[str, Word]] = {
    "文件头": HEAD,
    "话": SENTENCES,
    "做什么（一步一件）": ACTS,
    "怎样做": MANNER,
    "应当怎样": EXPECTED,
}


def vocabulary(catalogue: Catalogue) -> Iterator[str]:
    """The page of words, line by line."""
    for title, words in SECTIONS.items():
        yield f"# {title}"
        yield from (
            f"  {key}：{word.meaning}。例：{key}: {word.example}" for key, word in words.items()
        )
    yield from _roles(catalogue)
    yield from _procedures(catalogue)
    yield from _states(catalogue)
    yield from _milestones(catalogue)
    yield from _refusals(catalogue)


def _roles(catalogue: Catalogue) -> Iterator[str]:
    yield "# 角色（by、inbox、roles）"
    for regime in catalogue.regimes:
        for row in catalogue.rows("roles", regime):
            yield f"  {regime} {row['role']}：{row['title']}"


def _procedures(catalogue: Catalogue) -> Iterator[str]:
    yield "# 程序、待办（do、reach）、消息（bring）及其字段（with）"
    paths = sorted({p for regime in catalogue.regimes for p in catalogue.diagrams(regime).values()})
    for described in filter(None, map(catalogue.describe, paths)):
        yield f"## {described.id}：{described.name}"
        yield from chain.from_iterable(_boxes(catalogue, described))


def _boxes(catalogue: Catalogue, described: ProcessDescription) -> Iterator[list[str]]:
    for element in described.elements:
        form = element.form or element.properties.get("form")
        if element.kind == "userTask" or form:
            yield [_box(described, element), *_fields(catalogue, form or "")]


def _box(described: ProcessDescription, element: Element) -> str:
    word = {"userTask": f"do {element.id}", "startEvent": f"start {described.id}"}
    act = word.get(element.kind, f"bring {element.event.name}")
    return f"  {act}：{element.name}（{element.lane}）"


def _fields(catalogue: Catalogue, form: str) -> Iterator[str]:
    """The fields of a form with those that only some regimes' variants have."""
    seen: dict[str, str] = {}
    for regime in catalogue.regimes:
        if data := catalogue.form(form, regime):
            for each in read(data).walk():
                if each.path and each.label:
                    choices = "/".join(str(v.get("value")) for v in each.more.get("values") or [])
                    seen[each.path[-1]] = each.label + (f"（{choices}）" if choices else "")
    yield from (f"      {key}：{label}" for key, label in seen.items())


def _states(catalogue: Catalogue) -> Iterator[str]:
    yield "# 状态（state、reach）"
    found: dict[str, str] = {}
    for path in catalogue.processes.values():
        described = catalogue.describe(path)
        for element in described.elements if described else ():
            if state := element.properties.get("state"):
                found.setdefault(state, element.name)
    for row in _rows(catalogue, "states"):
        found[str(row["state"])] = str(row["title"])
    yield from (f"  {state}：{title}" for state, title in sorted(found.items()))


def _milestones(catalogue: Catalogue) -> Iterator[str]:
    yield "# 期限（deadlines、dates）"
    for regime in catalogue.regimes:
        for row in catalogue.rows("deadlines", regime):
            yield f"  {regime} {row['milestone']}：{row['title']}（{row['clause']}）"


def _rows(catalogue: Catalogue, table: str) -> Iterator[Mapping[str, object]]:
    if table in catalogue.tables:
        for regime in catalogue.regimes:
            yield from catalogue.rows(table, regime)


def _refusals(catalogue: Catalogue) -> Iterator[str]:
    yield "# 拒绝的代码（refused）"
    problems = (each for each in vars(errors).values() if isinstance(each, type))
    kinds = [each for each in problems if issubclass(each, errors.Problem)]
    found = {each.code: each.title for each in kinds} | HOUSE_REFUSALS | dict(refusals_of_rules())
    yield from (f"  {code}：{meaning}" for code, meaning in sorted(found.items()))
