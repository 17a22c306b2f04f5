"""Regular expressions of forms: only what the browser and the server read alike.

RE2 matches in time linear in the text, so no pattern of a process owner can hang a worker; what
RE2 lacks (look-around, back references) and what JavaScript lacks is refused when a form is
published.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Protocol, cast

import re2  # type: ignore[import-untyped]

from server.feel.sentence import told

LIMIT_PATTERN = 500
_UNLIKE_JAVASCRIPT = re.compile(r"\\[AzQEpPC]|\[\[:|\(\?(?!:)")
_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20


class PatternError(ValueError):
    """The pattern cannot be used; the text is a sentence for process owners."""


class Pattern(Protocol):
    """A compiled pattern, used as JavaScript's ``test``: found anywhere in the text."""

    def search(self, text: str) -> object | None: ...


@lru_cache(maxsize=1024)
def compile_pattern(text: str) -> Pattern:
    """Compile a pattern that means the same to the browser. Raises PatternError."""
    if len(text) > LIMIT_PATTERN:
        raise PatternError(
            told("正则表达式超过 %(limit_pattern)s 个字符。", limit_pattern=LIMIT_PATTERN)
        )
    if _UNLIKE_JAVASCRIPT.search(text):
        raise PatternError("正则表达式用了浏览器与服务器解释不一致的写法（如前后查找、内嵌标志）。")
    try:
        return cast(Pattern, re2.compile(text, _OPTIONS))
    except re2.error as error:
        raise PatternError(
            told("正则表达式无效或无法保证匹配时间：%(reason)s", reason=_reason(error))
        ) from error


def _reason(error: Exception) -> str:
    value = error.args[0] if error.args else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
