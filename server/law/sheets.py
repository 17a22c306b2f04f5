"""Reading the law's CSV sheets: UTF-8, a fixed head, no surprises."""

import csv
import io
from collections.abc import Sequence

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
            raise SheetError(f"{name}：表头应为“{','.join(columns)}”。")
        return [_row(row, columns, name, rows.line_num) for row in rows if row]
    except csv.Error as error:
        raise SheetError(f"{name}：第 {rows.line_num} 行不是有效的 CSV。") from error


def _text(data: bytes, name: str) -> str:
    if len(data) > MAX_BYTES:
        raise SheetError(f"{name}：文件超过 4 MiB。")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError(f"{name}：不是 UTF-8 编码。") from error


def _row(row: list[str], columns: Sequence[str], name: str, line: int) -> dict[str, str]:
    if len(row) != len(columns):
        raise SheetError(f"{name}：第 {line} 行应有 {len(columns)} 列，实有 {len(row)} 列。")
    return {column: value.strip() for column, value in zip(columns, row, strict=True)}
