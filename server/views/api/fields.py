"""Fields of the API: exact types, limits that the document states, sentences for people."""

from __future__ import annotations

import re
from datetime import UTC, date
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import RAISE, Schema, ValidationError, fields, validate

ID = r"^[0-9A-HJKMNP-TV-Z]{26}$"
NAME = r"^[a-z][a-z0-9_]{0,63}$"
CLAUSE = r"^[A-Z]{2}-[0-9]{1,3}\.[0-9]{1,3}[a-z]?$"
CURSOR = r"^[0-9A-Za-z:+. ~-]{1,120}$"
PRINTED = r"^[^\u0000-\u001f\u007f]*$"
WRITTEN = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
"""Without control characters, which no database and no page has a use for; the second may have
several lines."""

DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

SENTENCES = {
    "required": lazy_gettext("此项必填。"),
    "null": lazy_gettext("此项不能为空值。"),
    "unknown": lazy_gettext("没有这一项。"),
    "type": lazy_gettext("应为 JSON 对象。"),
    "invalid": lazy_gettext("格式不正确。"),
    "too_large": lazy_gettext("数值过大。"),
    "invalid_utf8": lazy_gettext("格式不正确。"),
    "format": lazy_gettext("格式不正确。"),
    "validator_failed": lazy_gettext("不符合要求。"),
}
OUT_OF_RANGE = lazy_gettext("超出允许的范围。")
NOT_LISTED = lazy_gettext("不在可选范围内。")
WRONG = lazy_gettext("格式不正确。")

Field = fields.Field[Any]


def camel(name: str) -> str:
    """``due_on`` as the API writes it: ``dueOn``."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


class Asked(Schema):
    """What a program sends: names in camelCase, nothing that is not declared."""

    error_messages = SENTENCES

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: Field) -> None:
        """Names in camelCase, our own sentences."""
        field_obj.data_key = field_obj.data_key or camel(field_name)
        field_obj.error_messages = {**field_obj.error_messages, **SENTENCES}


class Answer(Asked):
    """What a program gets: every member is there, whatever its value."""

    def on_bind_field(self, field_name: str, field_obj: Field) -> None:
        """As what is sent, and required."""
        super().on_bind_field(field_name, field_obj)
        field_obj.required = True


class Day(fields.Date):
    """A civil day of Asia/Shanghai, written 2026-01-31 and in no other way."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(DAY, value, re.ASCII):
            raise self.make_error("invalid", input=value, obj_type="date")
        return super()._deserialize(value, *rest, **more)


class Flag(fields.Boolean):
    """True or false and nothing else; in an address the two words."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> bool:
        known = {"true": True, "false": False} if isinstance(value, str) else {}
        is_in_address = self.metadata.get("address")
        if isinstance(value, bool):
            return value
        if is_in_address and value in known:
            return known[value]
        raise self.make_error("invalid", input=value)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> bool | None:
        """SQLite has 0 and 1."""
        return None if value is None else bool(value)


class Digits(fields.Integer):
    """A whole number in an address: digits and nothing else."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", str(value), re.ASCII):
            raise ValidationError(str(self.error_messages["invalid"]))
        return int(value)


class Shape(validate.Regexp):
    """The whole text has the shape; ``$`` alone would let a line break follow."""

    def __call__(self, value: Any) -> Any:
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self._format_error(value))
        return value


# --- what is sent -------------------------------------------------------------------------------


def described(words: str) -> dict[str, Any]:
    """The metadata of a field for the document."""
    return {"metadata": {"description": words} if words else {}}


def text(
    most: int, words: str = "", least: int = 0, pattern: str = PRINTED, **more: Any
) -> fields.String:
    """Text of limited length, without control characters or of one shape."""
    length = validate.Length(min=least, max=most, error=OUT_OF_RANGE)
    rules = [length, Shape(pattern, error=WRONG)]
    return fields.String(validate=rules, **described(words), **more)


def matching(pattern: str, words: str = "", **more: Any) -> fields.String:
    """Text of one shape that limits itself."""
    shape = Shape(pattern, error=WRONG)
    return fields.String(validate=shape, **described(words), **more)


def choice(values: tuple[str, ...], words: str = "", **more: Any) -> fields.String:
    """One word of a closed list."""
    listed = validate.OneOf(values, error=NOT_LISTED)
    return fields.String(validate=listed, **described(words), **more)


def whole(least: int, most: int, words: str = "", **more: Any) -> fields.Integer:
    """A whole number within limits, in a body."""
    within = validate.Range(least, most, error=OUT_OF_RANGE)
    return fields.Integer(strict=True, validate=within, **described(words), **more)


def data(words: str, **more: Any) -> fields.Dict:
    """What is filled in: names of the form's fields and their values."""
    return fields.Dict(keys=fields.String(), **described(words), **more)


# --- what is answered ---------------------------------------------------------------------------


def identity(words: str = "Identifier.", *, optional: bool = False, **more: Any) -> fields.String:
    """An identifier; a string, whatever it looks like."""
    return fields.String(allow_none=optional, validate=Shape(ID), **described(words), **more)


def word(words: str = "", *, optional: bool = False, **more: Any) -> fields.String:
    """Any text."""
    return fields.String(allow_none=optional, **described(words), **more)


def one_of(
    values: tuple[str, ...], words: str = "", *, optional: bool = False, **more: Any
) -> fields.String:
    """One word of a closed list."""
    listed = validate.OneOf((*values, None) if optional else values)
    return fields.String(allow_none=optional, validate=listed, **described(words), **more)


def number(words: str = "", **more: Any) -> fields.Integer:
    """A whole number."""
    return fields.Integer(**described(words), **more)


def flag(words: str = "", **more: Any) -> Flag:
    """Yes or no."""
    return Flag(**described(words), **more)


def day(words: str = "", *, optional: bool = False, **more: Any) -> fields.Date:
    """A civil day of Asia/Shanghai, ISO 8601."""
    return fields.Date(allow_none=optional, **described(words), **more)


def instant(words: str = "", *, optional: bool = False, **more: Any) -> fields.AwareDateTime:
    """An instant in UTC, ISO 8601."""
    return fields.AwareDateTime(
        format="iso", default_timezone=UTC, allow_none=optional, **described(words), **more
    )


def words(description: str = "", **more: Any) -> fields.List[Any]:
    """A list of texts."""
    return fields.List(fields.String(), **described(description), **more)


def many_words(values: tuple[str, ...], description: str = "", **more: Any) -> fields.List[Any]:
    """A list of words of a closed list."""
    return fields.List(one_of(values), **described(description), **more)


def many(of: type[Schema], description: str = "", **more: Any) -> fields.List[Any]:
    """A list of answers."""
    return fields.List(fields.Nested(of), **described(description), **more)


def part(
    of: type[Schema], words: str = "", *, optional: bool = False, **more: Any
) -> fields.Nested:
    """An answer within an answer."""
    return fields.Nested(of, allow_none=optional, **described(words), **more)


def free(words: str = "", *, optional: bool = False, **more: Any) -> fields.Dict:
    """An object whose names the law's data decide, not the API."""
    return fields.Dict(keys=fields.String(), allow_none=optional, **described(words), **more)
