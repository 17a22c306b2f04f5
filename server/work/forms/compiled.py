"""A form file made ready for checking, once per content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from server.law.forms import FormError, check, read
from server.work.forms.plan import Plan, build


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled form, safe to share between threads. ``writes`` are the variables it sets."""

    id: str
    plan: Plan
    writes: tuple[str, ...]


@lru_cache(maxsize=512)
def compile_form(data: bytes) -> Form:
    """Compile a form file. Raises FormError when ``lint`` finds an error in it."""
    schema = read(data)
    errors = [problem for problem in check(schema) if problem.severity == "error"]
    if errors:
        raise FormError(errors[0].code, f"{errors[0].component}：{errors[0].sentence}")
    return Form(schema.id, build(schema.components), schema.writes)
