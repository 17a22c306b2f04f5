"""What a page of the portal shows of what was published, in words."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import lazy_gettext

from server.work.portal import Published

FACTS = {
    "undertaker": lazy_gettext("承担单位"),
    "recommender": lazy_gettext("推荐单位"),
    "contact": lazy_gettext("联系方式"),
    "number": lazy_gettext("编号"),
    "project_number": lazy_gettext("项目编号"),
    "project_type_title": lazy_gettext("项目类型"),
    "lead_unit": lazy_gettext("牵头单位"),
    "content": lazy_gettext("内容"),
    "join_invitation": lazy_gettext("怎样申请加入"),
    "resolutions": lazy_gettext("决议编号"),
    "text": lazy_gettext("全文"),
}
"""Fields of a record that are for the public, in this order; no other is shown."""


def facts(about: Published) -> Iterator[tuple[str, str]]:
    """Label and text of every public field that is filled."""
    for name, label in FACTS.items():
        value = about.data.get(name)
        if value not in (None, "", []):
            told = "、".join(map(str, value)) if isinstance(value, list) else str(value)
            yield str(label), told
