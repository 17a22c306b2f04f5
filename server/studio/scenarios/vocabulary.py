"""Every word that a scenario may use, generated from the catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from itertools import chain

from server import errors
from server.engine.dialect import ProcessDescription
from server.engine.dialect.model import Element
from server.law.catalogue import Catalogue
from server.law.checks.sources import installed
from server.law.forms import read
from server.studio.scenarios.words import ACTS, EXPECTED, HEAD, MANNER, SENTENCES, Word

SECTIONS: Mapping[str, Mapping[str, Word]] = {
    "文件头": HEAD,
    "话": SENTENCES,
    "做什么（一步一件）": ACTS,
    "怎样做": MANNER,
    "应当怎样": EXPECTED,
}

HOUSE_REFUSALS = {
    "not_open": "没有这项待办、消息或者案件在等待",
    "not_now": "此刻不能在案件内发起这个程序",
    "not_starter": "所在单位的角色不能发起这个程序",
    "claimed": "已由他人认领",
    "not_keeper": "只有主管机关或者形式审查机构可以调整专家",
    "expert_conflict": "专家有利害关系",
    "already_on_panel": "专家已在专家组中",
    "role_unbound": "尚未确定承担该事项的单位",
    "bad_value": "填写的内容不能保存",
}
"""Codes with which the house itself refuses, beside those of the exceptions and the rules."""


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
    found = {each.code: each.title for each in kinds} | HOUSE_REFUSALS
    for source in installed().values():
        found |= dict(_codes(ast.parse(source)))
    yield from (f"  {code}：{meaning}" for code, meaning in sorted(found.items()))


def _codes(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Code and sentence of every refusal of a rule; what is put into the sentence shows as …"""
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refusal":
            words = [_text(argument) for argument in call.args[:2]]
            if len(words) == 2:
                yield words[0], words[1]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "…"
