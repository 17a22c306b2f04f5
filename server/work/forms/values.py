"""Single values: one marshmallow field per kind of component.

A field judges a value twice: ``shape`` (is it the right kind of JSON, within the hard limits?)
holds for drafts too; ``read`` turns it into the process variable and applies the form's rules.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from marshmallow import ValidationError, fields

from server.law.forms import Component, compile_pattern
from server.work.forms.complaints import Complaint
from server.work.forms.situation import Situation, number_setting

LIMIT_TEXT = 5_000
LIMIT_NUMBER = Decimal(10) ** 18
LIMIT_PLACES = 40

# The address syntax of the HTML standard, "valid e-mail address".
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_PHONE = re.compile(r"(?:\+|00)[1-9][0-9]{5,24}", re.ASCII)

# Control characters, halves of surrogate pairs, and the marks that reorder text on the screen.
_UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_IN_LINE, _IN_LINES = re.compile(f"[{_UNSEEN}\t\n\r]"), re.compile(f"[{_UNSEEN}]")


def refuse(code: str, **figures: object) -> NoReturn:
    """Refuse the value at hand."""
    raise ValidationError([Complaint(code, figures)])


class Value(fields.Field[Any]):
    """The base of all kinds. Absent, null and empty are one and the same: ``nothing()``."""

    def __init__(self, component: Component) -> None:
        super().__init__(required=component.required)
        self.component = component

    def nothing(self) -> Any:
        """The process variable's value when nothing was filled in."""
        return None

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        return ValidationError([Complaint(key, kwargs)])

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        situation: Situation = kwargs["situation"]
        self.shape(value)
        return value if situation.partial else self.read(value, situation)

    def shape(self, value: Any) -> None:
        """Raises for what is of another kind; each kind of field has its own shape."""
        raise NotImplementedError

    def read(self, value: Any, situation: Situation) -> Any:
        """The value as process data; each kind of field reads its own."""
        raise NotImplementedError


class Text(Value):
    """One line or many, up to 5 000 characters; surrounding blanks are dropped."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        rules = component.validate
        self.shortest = number_setting(rules.get("minLength"))
        self.longest = number_setting(rules.get("maxLength"))
        self.pattern = compile_pattern(rules["pattern"]) if rules.get("pattern") else None
        self.kind = rules.get("validationType")
        self.unseen = _IN_LINES if component.type == "textarea" else _IN_LINE

    def nothing(self) -> str:
        return ""

    def shape(self, value: Any) -> None:
        if not isinstance(value, str):
            refuse("type")
        if len(value) > LIMIT_TEXT:
            refuse("max_length", n=LIMIT_TEXT)
        if self.unseen.search(value):
            refuse("control")

    def read(self, value: Any, situation: Situation) -> str:
        text: str = value.strip()
        if text:
            self._check_length(text, situation)
            self._check_form(text)
        elif self.required:
            refuse("required")
        return text

    def _check_length(self, text: str, situation: Situation) -> None:
        least, most = self.shortest(situation), self.longest(situation)
        if least is not None and len(text) < least:
            refuse("min_length", n=least)
        if most is not None and len(text) > most:
            refuse("max_length", n=most)

    def _check_form(self, text: str) -> None:
        if self.pattern and not self.pattern.search(text):
            raise ValidationError([self._pattern_complaint()])
        if self.kind == "email" and not _EMAIL.fullmatch(text):
            refuse("email")
        if self.kind == "phone" and not _PHONE.fullmatch(text):
            refuse("phone")

    def _pattern_complaint(self) -> Complaint:
        chinese = self.component.validate.get("patternErrorMessage")
        if not chinese:
            return Complaint("pattern")
        english = self.component.properties.get("error_en") or chinese
        return Complaint("pattern", wording=(str(chinese), str(english)))


class Number(Value):
    """A decimal number below 10^18; an int when the form allows no decimal places."""

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.least = number_setting(component.validate.get("min"))
        self.most = number_setting(component.validate.get("max"))
        self.digits = component.more.get("decimalDigits")
        step = component.more.get("increment")
        self.step = Decimal(str(step)) if step else None
        self.as_text = component.more.get("serializeToString") is True

    def shape(self, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            refuse("number")
        if isinstance(value, int) and abs(value) >= LIMIT_NUMBER:
            refuse("max", n="10^18")
        if isinstance(value, str) and len(value) > LIMIT_PLACES:
            refuse("number")

    def read(self, value: Any, situation: Situation) -> int | Decimal | str:
        number = _to_decimal(value)
        self._check_digits(number)
        self._check_range(number, situation)
        if self.as_text:
            return format(number, "f")
        return int(number) if self.digits == 0 else number

    def _check_digits(self, number: Decimal) -> None:
        places = -int(number.normalize().as_tuple().exponent)
        if self.digits is not None and places > self.digits:
            refuse("digits" if self.digits else "integer", n=self.digits)
        if self.step and number % self.step:
            refuse("step", n=self.step)

    def _check_range(self, number: Decimal, situation: Situation) -> None:
        least, most = self.least(situation), self.most(situation)
        if least is not None and number < least:
            refuse("min", n=least)
        if most is not None and number > most:
            refuse("max", n=most)


def _to_decimal(value: object) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        refuse("number")
    if not number.is_finite() or number.adjusted() >= 18:
        refuse("number")
    if int(number.as_tuple().exponent) < -LIMIT_PLACES:
        refuse("number")
    return number


class Tick(Value):
    """A checkbox; a required one must be ticked."""

    def nothing(self) -> bool:
        return False

    def shape(self, value: Any) -> None:
        if not isinstance(value, bool):
            refuse("type")

    def read(self, value: Any, situation: Situation) -> bool:
        if self.required and value is False:
            refuse("agree")
        return bool(value)
