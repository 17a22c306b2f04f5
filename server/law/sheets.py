"""Reading the law's CSV sheets: UTF-8, a fixed head, no surprises."""

import csv
import io
from collections.abc import Sequence

from server.feel.sentence import told

MAX_BYTES = 4 * 1024 * 1024


class SheetError(ValueError):
    """A sheet that cannot be read; the message is a sentence for people."""


def read_sheet(data: bytes, columns: Sequence[str], name: str) -> list[dict[str, str]]:
    """The rows of a CSV sheet as dictionaries of stripped strings.

    Raises SheetError when the sheet is too large, not UTF-8, or its head is another.
    """
    rows = csv.reader(io.StringIO(_text(data, name), newline=""), strict=True)
    try:
        head = next(rows, [])
        if head != list(columns):
            raise SheetError(
                told("%(name)s：表头应为“%(columns)s”。", name=name, columns=",".join(columns))
            )
        return [_row(row, columns, name, rows.line_num) for row in rows if row]
    except csv.Error as error:
        raise SheetError(
            told("%(name)s：第 %(line_num)s 行不是有效的 CSV。", name=name, line_num=rows.line_num)
        ) from error


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise SheetError(told("%(name)s：文件超过 4 MiB。", name=name))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(told("%(name)s：不是 UTF-8 编码。", name=name)) from error


def _row(row: list[str], columns: Sequence[str], name: str, line: int) -> dict[str, str]:
    if len(row) != len(columns):
        raise SheetError(
            told(
                "%(name)s：第 %(line)s 行应有 %(count)s 列，实有 %(found)s 列。",
                name=name,
                line=line,
                count=len(columns),
                found=len(row),
            )
        )
    return {column: value.strip() for column, value in zip(columns, row, strict=True)}
