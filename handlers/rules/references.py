"""What an evaluation refers to: the annual assessments and inspections on record of a case."""

from collections.abc import Mapping, Sequence

from handlers.ports import Register
from handlers.rules.answers import Row


def on_record(case: Row, register: Register) -> dict[str, object]:
    """Both lists as choices of a form, and all of them in words."""
    assessed = register.records("annual_assessment", case=case["id"])
    checked = register.records("supervision_check", case=case["id"])
    return {
        "assessment_options": _options(assessed),
        "check_options": _options(checked),
        "references_summary": "\n\n".join(str(e["title"]) for e in [*assessed, *checked]) or "无。",
    }


def _options(known: Sequence[Mapping[str, object]]) -> list[dict[str, str]]:
    return [{"value": str(each["title"]), "label": str(each["title"])} for each in known]
