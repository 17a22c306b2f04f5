"""The way through the measured procedure: who hands in what at each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server import db
from server.models import work_items
from tests.bench.office import Setting

OPINION = {"agreed": "yes", "remark": "情况属实，同意。" * 5}
OPEN = select(work_items).where(work_items.c.status == "open").order_by(work_items.c.id)

HOLDERS = {
    "undertaker": "applicant",
    "sponsor": "sponsor",
    "recommender": "recommender",
    "formal_reviewer": "reviewer",
    "authority": "officer",
}


@dataclass(frozen=True)
class Step:
    """One completion to make: the item, the person, the form."""

    item: str
    version: int
    element: str
    person: str
    data: dict[str, Any]


def steps(setting: Setting, case: str, reviewers: int, decision: str) -> Iterator[Step]:
    """The open items of a case one after another, until the decision and what follows it."""
    while found := _open(case):
        for item in found:
            yield _step(setting, item, reviewers, decision)
        if found[-1]["element_id"] == "study" and decision == "return":
            return


def _open(case: str) -> list[Any]:
    with db.read() as tx:
        return list(tx.execute(OPEN.where(work_items.c.case_id == case)).mappings())


def _step(setting: Setting, item: Any, reviewers: int, decision: str) -> Step:
    person = item["assignee_id"] or setting.office[HOLDERS[item["role"]]].id
    data = _data(setting, item["element_id"], reviewers, decision)
    return Step(item["id"], item["version"], item["element_id"], person, data)


def _data(setting: Setting, element: str, reviewers: int, decision: str) -> dict[str, Any]:
    if element == "fill":
        return _application([expert.id for expert in setting.experts[:reviewers]])
    if element.startswith("step_"):
        return step_of_eight(element.removeprefix("step_"))
    if element == "review":
        return {"opinion": "建设方案完整，目标明确，措施可行，同意。" * 5}
    return {"decision": decision} if element == "study" else OPINION


def _application(panel: list[str]) -> dict[str, Any]:
    texts = {f"text_{number}": f"第 {number} 项内容" for number in range(1, 11)}
    numbers = {f"number_{number}": number * 10 for number in range(1, 5)}
    checks = {f"check_{number}": True for number in range(1, 4)}
    rest = {"founded_on": "2015-06-01", "kind": "regional", "explanation": "说明" * 50}
    return {**texts, **numbers, **checks, **rest, "panel": panel}


def step_of_eight(number: str) -> dict[str, Any]:
    """Six fields with about a kilobyte of Chinese, each step under names of its own."""
    texts = {"subject": f"第 {number} 步的事项", "unit": "某研究院标准化中心", "text": "内容" * 160}
    rest = {"amount": 1000, "day": "2026-06-01", "complete": "yes"}
    return {f"{name}_{number}": value for name, value in {**texts, **rest}.items()}
