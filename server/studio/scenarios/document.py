"""A strict reader of YAML: data only, bounded, no aliases, no key twice.

Words are as in YAML 1.2: ``on``, ``yes`` and ``no`` are text, numbers are decimal, days and
instants (``2026-06-30``, ``2026-06-30 23:59``) are dates.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from datetime import datetime
from typing import Any

import yaml

LIMIT_BYTES = 256 * 1024
LIMIT_NODES = 20_000
LIMIT_DEPTH = 16

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
TAG = "tag:yaml.org,2002:"

WORDS = {
    "bool": (r"true|false", "tf"),
    "null": (r"~|null|", ["~", "n", ""]),
    "int": (r"-?(?:0|[1-9][0-9]{0,17})", "-0123456789"),
    "float": (r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}", "-0123456789"),
    "day": (DAY.pattern, "0123456789"),
    "moment": (MOMENT.pattern, "0123456789"),
}
"""Tag -> pattern and first letters of the plain scalars that are not text."""


class Unreadable(ValueError):
    """The file is not such a document; the text is a sentence with the line."""


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with limits and without what surprises people."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._nodes = self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "anchor", None):
            raise _at(event, "不接受锚点和别名")
        self._nodes += 1
        self._depth += 1
        if self._nodes > LIMIT_NODES or self._depth > LIMIT_DEPTH:
            raise _at(event, "内容过多或者嵌套过深")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise _at(key, f"“{key.value}”写了两次")
            seen.add(str(key.value))
        if any(key.tag != f"{TAG}str" for key, _ in node.value):
            raise _at(node, "名称只能是文字")
        return super().construct_mapping(node, deep)


def _at(place: Any, sentence: str) -> Unreadable:
    return Unreadable(f"第{place.start_mark.line + 1}行：{sentence}。")


def _moment(loader: _Loader, node: Any) -> datetime:
    try:
        return datetime.fromisoformat(node.value)
    except ValueError as error:
        raise _at(node, f"没有“{node.value}”这一天或者这一刻") from error


def _day(loader: _Loader, node: Any) -> object:
    return _moment(loader, node).date()


_Loader.yaml_implicit_resolvers = {}
_Loader.yaml_constructors = {
    tag: constructor
    for tag, constructor in yaml.SafeLoader.yaml_constructors.items()
    if tag is None or tag.removeprefix(TAG) in ("map", "seq", "str", "null", "bool", "int", "float")
}
for _word, (_pattern, _first) in WORDS.items():
    _Loader.add_implicit_resolver(f"{TAG}{_word}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Loader.add_constructor(f"{TAG}moment", _moment)
_Loader.add_constructor(f"{TAG}day", _day)


def read(data: bytes) -> Any:
    """The document in a file; raises Unreadable."""
    if len(data) > LIMIT_BYTES:
        raise Unreadable(f"文件超过 {LIMIT_BYTES // 1024} KiB。")
    try:
        loader = _Loader(data.decode("utf-8"))
        return loader.get_single_data()
    except UnicodeDecodeError as error:
        raise Unreadable("文件不是 UTF-8 文本。") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise Unreadable(f"第{line}行：不是有效的 YAML（{error.problem}）。") from error
    except Unreadable:
        raise
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(f"不是有效的 YAML：{error}。") from error
