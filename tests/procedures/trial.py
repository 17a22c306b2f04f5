"""Rules of the test procedures; bound as ``handlers.trial`` while the suite runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.refusal import Refusal

MENDED = False
"""A test sets this when what made ``check`` fail is mended."""


def check(register: Any, panel: Sequence[str], mode: str = "") -> Mapping[str, object]:
    """核对材料

    Seats the panel; ``mode`` says how to go wrong. Clause: SX-14.1.
    """
    number = register.next_number("permit")
    register.record("permit", {"title": "许可", "number": number})
    if mode == "refuse":
        raise Refusal("papers_missing", "缺少法人证明", ["SX-14.1"])
    if mode == "fail" and not MENDED:
        raise RuntimeError("the register of papers does not answer")
    experts = register.experts(panel)
    return {
        "experts": [{"id": e["id"], "name": e["name"]} for e in experts],
        "approval_number": number,
    }


def seat(register: Any, panel: Sequence[str]) -> Mapping[str, object]:
    """核对回避"""
    experts = register.experts(panel)
    return {"experts": [{"id": e["id"], "name": e["name"]} for e in experts]}


def count(register: Any, broken: bool = False) -> Mapping[str, object]:
    """登记督办"""
    if broken:
        raise RuntimeError("督办系统没有应答")
    return {"watched": register.next_number("watch")}
