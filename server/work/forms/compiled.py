"""A form file made ready for checking, once per content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from server.feel import FeelError
from server.law.forms import FormError, PatternError, Schema, check, read
from server.work.forms.plan import Plan, build


@dataclass(frozen=True, slots=True)
class Form:
    """A compiled form, safe to share between threads. ``writes`` are the variables it sets."""

    id: str
    plan: Plan
    writes: tuple[str, ...]


@lru_cache(maxsize=512)
def compile_form(data: bytes) -> Form:
    """Compile a form that was published; it passed the checks of its day.

    Raises FormError when it is no form or cannot be read at all.
    """
    schema = read(data)
    try:
        return Form(schema.id, build(schema.components), schema.writes)
    except (LookupError, FeelError, PatternError) as error:
        raise _unbuilt(schema, error) from error


def _unbuilt(schema: Schema, error: Exception) -> FormError:
    """What is wrong with a form that cannot be built; its checks say it best."""
    for each in check(schema):
        if each.severity == "error":
            return FormError(each.code, f"{each.component}：{each.sentence}")
    return FormError("not_built", f"表单不能读取：{error}")
