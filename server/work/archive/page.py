"""The record of a case as one page to read: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template

from server import clock
from server.law.forms import read
from server.work.archive.gather import Whole

TEMPLATE = Path(__file__).parent / "index.html"

WORDS = {
    "project_name": "项目名称",
    "project_number": "项目登记号",
    "project_type_title": "项目类型",
    "lead_unit": "立项申请单位",
    "applied_on": "申请日期",
    "work_plan_year": "纳入年度工作计划",
    "project_published_on": "公示日期",
    "working_group": "工作小组",
    "participants": "参与单位",
    "started_on": "开始实施日期",
    "joined_summary": "申请加入并被接受",
    "project_results": "成果数量",
    "progress_summary": "进展",
    "closeout_submitted_on": "提交结题报告日期",
    "closeout_round": "提交结题报告次数",
    "closeout_return_reason": "退回补充的意见",
    "project_closed_on": "结题日期",
    "project_terminated_on": "终止日期",
    "termination_reason": "终止理由",
    "project_withdrawn_on": "撤回日期",
    "archive_number": "档案号",
    "archived_on": "归档日期",
}
"""What the register entry says that no form asks."""


@cache
def _template() -> Template:
    made = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    made.filters["moment"] = moment
    made.filters["plain"] = plain
    return made.from_string(TEMPLATE.read_text(encoding="utf-8"))


def page(whole: Whole, made_at: datetime, papers: Mapping[str, str]) -> str:
    """``papers`` is document id -> where the paper lies in the package."""
    found, law = whole.dossier, whole.catalogue
    regime = found.case["regime"]
    states = law.states(regime)
    return _template().render(
        case=found.case,
        state=states.words.get(found.case["state"], found.case["state"]),
        regime=law.regimes[regime],
        parties=[(_role(law.row("roles", regime, role=p["role"]), p), p) for p in found.parties],
        deadlines=found.deadlines,
        procedures=[(_name(whole, each), each) for each in found.instances],
        documents=[(each, papers[each.id]) for each in whole.documents],
        records=whole.records,
        entries=whole.entries,
        record=list(_record(whole)),
        broken=whole.broken,
        made_at=made_at,
    )


def _record(whole: Whole) -> Iterator[tuple[str, object]]:
    """The register entry under the words of the forms that asked for it; the rest is data only."""
    asked = {
        each.path[-1]: each.label
        for content in whole.catalogue.forms.values()
        for each in read(content).walk()
        if each.path and each.label
    }
    for name, value in whole.dossier.case["record"].items():
        word = WORDS.get(name) or asked.get(name)
        if word and value not in (None, ""):
            yield word, value


def _role(row: Mapping[str, Any] | None, party: Mapping[str, Any]) -> str:
    return str(row["title"]) if row else str(party["role"])


def _name(whole: Whole, instance: Mapping[str, Any]) -> str:
    path = whole.catalogue.diagrams(whole.dossier.case["regime"]).get(instance["process_id"])
    described = whole.catalogue.describe(path) if path else None
    return described.name if described else str(instance["process_id"])


def moment(value: datetime | None) -> str:
    """An instant in Chinese time to the second."""
    return f"{value.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M:%S}" if value else ""


def plain(value: object) -> str:
    """A value of the register entry as text."""
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{plain(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "；".join(map(plain, value))
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
