"""The codes with which an act may be refused, and what they mean.

Those of the rules are read from the sources of the handlers, which are never run for it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from server.law.checks.sources import installed

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


def refusals_of_rules() -> Mapping[str, str]:
    """Code to sentence of every refusal of the handlers; what is put in later shows as …"""
    found: dict[str, str] = {}
    for source in installed().values():
        for function in ast.walk(ast.parse(source)):
            if isinstance(function, ast.FunctionDef):
                found |= dict(_refusals(function))
    return found


def _refusals(function: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Refusal":
            code, sentence = call.args[:2]
            if isinstance(code, ast.Constant):
                words = _text(_meant(sentence, function))
                yield str(code.value), words if words.strip("…") else f"见规则 {function.name}"


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
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp):
        return _text(node.left) + _text(node.right)
    if isinstance(node, ast.IfExp):
        return f"{_text(node.body)} / {_text(node.orelse)}"
    return str(node.value) if isinstance(node, ast.Constant) else "…"
