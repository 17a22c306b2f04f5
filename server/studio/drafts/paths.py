"""Which files a draft may change, and what may be saved in them."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from server.errors import Invalid
from server.feel.sentence import told
from server.feel.xml import XmlError, read_xml

NAME = r"[a-z][a-z0-9_]{0,79}"
EDITABLE = re.compile(
    rf"processes/(parts/|regimes/{NAME}/)?{NAME}\.bpmn"
    rf"|processes/tables/{NAME}\.dmn"
    rf"|forms/{NAME}/{NAME}(\.{NAME})?\.form",
    re.ASCII,
)
MEASURES = re.compile(
    rf"processes/regimes/({NAME})/(?:regime\.toml|source\.txt|(?:articles|clauses|interpretation)\.csv)"
    rf"|processes/scenarios/(?!usual/)({NAME})/[A-Z]{{2}}-[0-9]{{2,3}}\.yaml"
    rf"|processes/scenarios/usual/({NAME})\.yaml",
    re.ASCII,
)
"""What a regime consists of beside its rows, diagrams and forms; entered on the guided page."""

VARIANT = re.compile(rf"forms/{NAME}/{NAME}\.({NAME})\.form", re.ASCII)
MAX_FORM = 512 * 1024
MAX_TEXT = 1024 * 1024
REMOVED = b""
"""Stands for a file that the draft takes away."""


def kind_of(path: str) -> str:
    """``bpmn``, ``dmn``, ``form`` or the ending of another file."""
    return PurePosixPath(path).suffix[1:]


def regime_of(path: str) -> str:
    """The regime that alone has this file; empty for what regimes share."""
    parts = PurePosixPath(path).parts
    if parts[:2] == ("processes", "regimes") and len(parts) > 3:
        return parts[2]
    own = VARIANT.fullmatch(path) or MEASURES.fullmatch(path)
    return next(filter(None, own.groups()), "") if own else ""


def check(path: str, content: bytes) -> None:
    """Raises Invalid unless this may be kept under this path."""
    if not EDITABLE.fullmatch(path):
        raise Invalid("这个文件不能在这里修改", code="path")
    if content != REMOVED:
        (_check_form if kind_of(path) == "form" else _check_xml)(content)


def check_measures(path: str, content: bytes) -> None:
    """The same for the guided page, which also writes what a regime consists of."""
    if not MEASURES.fullmatch(path):
        return check(path, content)
    if len(content) > MAX_TEXT:
        raise Invalid(told("内容超过 %(limit)s KiB，未保存。", limit=MAX_TEXT // 1024), code="size")
    return None


def _check_xml(content: bytes) -> None:
    try:
        read_xml(content)
    except XmlError as error:
        raise Invalid(error.sentence, code=error.code) from error


def _check_form(content: bytes) -> None:
    if len(content) > MAX_FORM:
        raise Invalid(told("表单超过 %(limit)s KiB，未保存。", limit=MAX_FORM // 1024), code="size")
    try:
        schema = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Invalid("表单不是有效的 JSON，未保存。", code="malformed") from error
    if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
        raise Invalid("表单中没有字段列表，未保存。", code="malformed")
