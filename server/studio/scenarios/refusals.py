"""The codes with which an act may be refused, and what they mean.

They are read from the sources of the acts and of the handlers, which are never run for it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from server import errors, work
from server.law.catalogue import Catalogue
from server.law.checks.sources import installed

NOT_OPEN = {"not_open": "没有这项待办、消息或者案件在等待，或者已经办结、撤销"}
"""What the runner says where nothing waits, in the word of the acts."""

PLACE = re.compile(r"%\(\w+\)s")


def refusals(catalogue: Catalogue) -> Mapping[str, str]:
    """Code to meaning of everything that can be refused; what is put in later shows as …"""
    problems = (each for each in vars(errors).values() if isinstance(each, type))
    kinds = [each for each in problems if issubclass(each, errors.Problem)]
    general = {each.code: each.title for each in kinds}
    return {**general, **_of_acts(), **_of_rules(), **_of_diagrams(catalogue), **NOT_OPEN}


def _of_acts() -> dict[str, str]:
    """Those of the acts themselves: a code given beside the sentence."""
    found: dict[str, str] = {}
    for path in sorted(Path(work.__path__[0]).rglob("*.py")):
        for function in _functions(path.read_bytes()):
            found |= {code: _sentence(call, 0, function) for call, code in _coded(function)}
    return found


def _coded(function: ast.FunctionDef) -> Iterator[tuple[ast.Call, str]]:
    for call in ast.walk(function):
        codes = [k.value for k in getattr(call, "keywords", ()) if k.arg == "code"]
        if isinstance(call, ast.Call) and codes and isinstance(codes[0], ast.Constant):
            yield call, str(codes[0].value)


def _of_rules() -> dict[str, str]:
    """Those of the handlers."""
    found: dict[str, str] = {}
    for source in installed().values():
        for function in _functions(source):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refusal":
                    code = call.args[0]
                    if isinstance(code, ast.Constant):
                        found[str(code.value)] = _sentence(call, 1, function)
    return found


def _of_diagrams(catalogue: Catalogue) -> dict[str, str]:
    """Those of start events that say in their own words when it is not the time."""
    described = filter(None, map(catalogue.describe, catalogue.processes.values()))
    told = (element.properties for each in described for element in each.elements)
    return {p["when_code"]: p.get("when_reason", "") for p in told if "when_code" in p}


def _functions(source: bytes) -> Iterator[ast.FunctionDef]:
    return (each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef))


def _sentence(call: ast.Call, place: int, function: ast.FunctionDef) -> str:
    words = _text(_meant(call.args[place], function)) if len(call.args) > place else ""
    return words if words.strip("…") else f"见 {function.name}"


def _meant(node: ast.expr, function: ast.FunctionDef) -> ast.expr:
    """The expression last given to a variable before it is used; any other as it is."""
    if not isinstance(node, ast.Name):
        return node
    given = (each for each in ast.walk(function) if isinstance(each, ast.Assign))
    values = [
        each.value
        for each in given
        if each.lineno < node.lineno and node.id in (getattr(t, "id", "") for t in each.targets)
    ]
    return values[-1] if values else node


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "told":
        return PLACE.sub("…", _text(node.args[0]))
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.BoolOp):
        return _text(node.values[-1])
    if isinstance(node, ast.IfExp):
        return f"{_text(node.body)} / {_text(node.orelse)}"
    return str(node.value) if isinstance(node, ast.Constant) else "…"
