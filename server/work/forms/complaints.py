"""What can be wrong with a value, in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTENCES: Mapping[str, tuple[str, str]] = {
    "required": ("此项为必填项。", "This field is required."),
    "agree": ("请勾选确认。", "Please tick to confirm."),
    "unknown": ("表单没有此项，不予接收。", "The form has no such field."),
    "type": ("数据格式不正确。", "The value has the wrong format."),
    "control": ("含有不可见的控制字符。", "Contains invisible control characters."),
    "min_length": ("至少填写 {n} 个字符。", "At least {n} characters."),
    "max_length": ("最多填写 {n} 个字符。", "At most {n} characters."),
    "pattern": ("格式不符合要求。", "Does not match the required format."),
    "email": ("请填写正确的电子邮箱。", "Not a valid e-mail address."),
    "phone": ("请填写带国家代码的电话号码，如 +8635112345678。",
              "A phone number with country code, such as +8635112345678."),
    "number": ("请填写数字。", "Please enter a number."),
    "integer": ("请填写整数。", "Please enter a whole number."),
    "digits": ("最多 {n} 位小数。", "At most {n} decimal places."),
    "step": ("应为 {n} 的整数倍。", "Must be a multiple of {n}."),
    "min": ("不得小于 {n}。", "Must not be less than {n}."),
    "max": ("不得大于 {n}。", "Must not be greater than {n}."),
    "date": ("请填写有效日期，格式为 2026-01-31。", "Not a valid date; write 2026-01-31."),
    "time": ("请填写有效时间，格式为 09:30。", "Not a valid time; write 09:30."),
    "datetime": ("请填写有效的日期和时间。", "Not a valid date and time."),
    "years": ("年份应在 1900 至 2200 之间。", "The year must lie between 1900 and 2200."),
    "past": ("不得早于今天。", "Must not be earlier than today."),
    "option": ("不在可选范围内。", "Not among the choices."),
    "too_many": ("最多 {n} 项。", "At most {n} entries."),
    "repeated": ("有重复的项。", "An entry is repeated."),
    "rows": ("此表应为 {n} 行，不得增减。", "The table must keep its {n} rows."),
    "document": ("附件不存在或无权使用。", "The attachment does not exist or may not be used."),
    "one_document": ("只能上传一个附件。", "Only one attachment is allowed."),
    "extension": ("不接受此类文件：{name}。可上传：{kinds}。",
                  "This kind of file is not accepted: {name}. Accepted: {kinds}."),
    "budget": ("填写的内容过多，无法核对，请精简。", "Too much content to check; shorten it."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Complaint:
    """One fault of one value: a stable code, the figures of its sentence, or own wording."""

    code: str
    figures: Mapping[str, object] = field(default_factory=dict)
    wording: tuple[str, str] | None = None

    def sentence(self, locale: str) -> str:
        """The sentence in ``zh`` (anything else is English)."""
        chinese, english = self.wording or SENTENCES[self.code]
        text = chinese if locale.startswith("zh") else english
        return text if self.wording else text.format(**self.figures)
