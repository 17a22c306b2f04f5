"""The record of a case as one page to read: no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template

from server import clock
from server.work.archive.gather import Whole

TEMPLATE = Path(__file__).parent / "index.html"


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
        broken=whole.broken,
        made_at=made_at,
    )


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
