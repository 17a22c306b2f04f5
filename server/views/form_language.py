"""A form in English: each component carries its English texts in ``properties``, as ``label_en``,
``text_en``, ``description_en``, ``error_en``; each fixed choice as ``label_en``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SUFFIX = "_en"

COMPLAINT = "error_en"

Json = dict[str, Any]


def in_language(schema: Mapping[str, Any], language: str) -> Json:
    """The schema as the page shows it; a text without English stays Chinese."""
    return dict(schema) if language == "zh" else _component(schema)


def choices(offered: list[Mapping[str, Any]], language: str) -> list[Json]:
    """Choices given by the server (``value``, ``label``, ``label_en``) in one language."""
    return [_choice(choice) if language == "en" else dict(choice) for choice in offered]


def _component(component: Mapping[str, Any]) -> Json:
    english = {
        _target(component, name.removesuffix(SUFFIX)): text
        for name, text in component.get("properties", {}).items()
        if name.endswith(SUFFIX) and name != COMPLAINT and text
    }
    inner = {
        name: [translate(one) for one in component[name]]
        for name, translate in (("components", _component), ("values", _choice))
        if name in component
    }
    return {**component, **english, **_complaint(component), **inner}


def _complaint(component: Mapping[str, Any]) -> Json:
    """What the browser says of a value that does not fit its pattern."""
    told = component.get("properties", {}).get(COMPLAINT)
    validate = component.get("validate", {})
    if not told or "patternErrorMessage" not in validate:
        return {}
    return {"validate": {**validate, "patternErrorMessage": told}}


def _target(component: Mapping[str, Any], name: str) -> str:
    """Dates have a label of their own name."""
    return "dateLabel" if name == "label" and component.get("type") == "datetime" else name


def _choice(choice: Mapping[str, Any]) -> Json:
    return {**choice, "label": choice.get("label_en") or choice["label"]}
