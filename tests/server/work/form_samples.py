"""A form with every kind of component, and a submission that passes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from server.work.forms import Form, compile_form

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
"""Twelve o'clock on 2026-11-20 in Asia/Shanghai."""


class Attached(NamedTuple):
    id: str
    name: str


DOCUMENTS = {d.id: d for d in (Attached("d1", "申报方案.pdf"), Attached("d2", "清单.xlsx"))}
CONTEXT = {
    "provinces": [{"label": "山西", "value": "sx"}, {"label": "江西", "value": "jx"}],
    "ceiling": 500,
    "applicant_name": "示例标准化研究院",
}


def documents(ids: Any) -> list[Attached]:
    return [DOCUMENTS[i] for i in ids if i in DOCUMENTS]


def component(kind: str, key: str, label: str = "标签", **settings: Any) -> dict[str, Any]:
    place = {"path" if kind in ("group", "dynamiclist") else "key": key} if key else {}
    english = {"properties": {"label_en": "Label"}}
    return {"type": kind, "id": f"id_{key}", "label": label, **english, **place, **settings}


def form_bytes(*components: Mapping[str, Any]) -> bytes:
    tree = {"type": "default", "id": "sample/form", "schemaVersion": 19, "components": components}
    return json.dumps(tree, ensure_ascii=False).encode()


def form(*components: Mapping[str, Any]) -> Form:
    return compile_form(form_bytes(*components))


def options(*values: Any) -> list[dict[str, Any]]:
    return [{"label": f"选项{value}", "value": value} for value in values]


REQUIRED = {"required": True}
EVERYTHING = (
    component("text", "", text="说明"),
    component("textfield", "unit", validate={**REQUIRED, "minLength": 2, "maxLength": 60}),
    component(
        "textfield",
        "uscc",
        validate={**REQUIRED, "pattern": "^[0-9A-Z]{18}$", "patternErrorMessage": "应为 18 位。"},
        properties={"label_en": "Code", "error_en": "Must have 18 characters."},
    ),
    component("textfield", "contact.email", validate={"validationType": "email"}),
    component("textfield", "contact.phone", validate={"validationType": "phone"}),
    component("textarea", "summary", validate=REQUIRED),
    component("number", "staff", decimalDigits=0, validate={**REQUIRED, "min": 1}),
    component("number", "amount", decimalDigits=2, validate={"min": 0, "max": "= ceiling"}),
    component("number", "share", increment="0.5", serializeToString=True),
    component("datetime", "start", subtype="date", disallowPassedDates=True, validate=REQUIRED),
    component("datetime", "meet_time", subtype="time"),
    component("datetime", "meet_at", subtype="datetime"),
    component("checkbox", "agree", validate=REQUIRED),
    component("checklist", "materials", values=options("a", "b"), validate=REQUIRED),
    component("radio", "kind", values=options("area", "industry"), validate=REQUIRED),
    component(
        "textfield",
        "industry_name",
        validate=REQUIRED,
        conditional={"hide": '= kind != "industry"'},
    ),
    component("select", "province", valuesKey="provinces", validate=REQUIRED),
    component(
        "select", "level", valuesExpression='= if kind = "industry" then [] else ["省", "市"]'
    ),
    component("taglist", "tags", values=options("x", "y")),
    component("textfield", "applicant_name", readonly=True),
    component(
        "group",
        "leader",
        components=[
            component("textfield", "name", validate=REQUIRED),
            component("radio", "title", values=options("r", "p")),
        ],
    ),
    component(
        "group",
        "",
        conditional={"hide": "= amount = null"},
        components=[component("textfield", "bank", validate=REQUIRED)],
    ),
    component(
        "dynamiclist",
        "budget",
        components=[
            component("textfield", "item", validate=REQUIRED),
            component("number", "cost", decimalDigits=2, validate={**REQUIRED, "min": 0.01}),
            component(
                "textfield",
                "note",
                validate=REQUIRED,
                conditional={"hide": "= this.cost <= 50"},
            ),
        ],
    ),
    component("expression", "budget_total", expression="= sum(budget.cost)"),
    component("attachment", "attach", multiple=True, accept=".pdf, .docx", validate=REQUIRED),
)
"""25 values: the size for which the time of one check is measured."""

GOOD: dict[str, Any] = {
    "unit": "示例标准化研究院",
    "uscc": "12360000491001234X",
    "contact": {"email": "a@b.cn", "phone": "+8679188236359"},
    "summary": "摘要\n第二行",
    "staff": 12,
    "amount": 350.5,
    "share": "1.5",
    "start": "2026-12-01",
    "meet_time": "09:30",
    "meet_at": "2026-12-01T09:30:00+08:00",
    "agree": True,
    "materials": ["a"],
    "kind": "area",
    "province": "jx",
    "level": "省",
    "tags": ["x"],
    "leader": {"name": "负责人", "title": "r"},
    "bank": "工行",
    "budget": [{"item": "设备", "cost": 12.5}],
    "attach": ["d1"],
}
