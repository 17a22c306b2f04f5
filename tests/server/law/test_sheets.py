import pytest

from server.law.sheets import MAX_BYTES, SheetError, read_sheet

COLUMNS = ("day", "kind")


def test_rows_are_read_with_or_without_a_byte_order_mark() -> None:
    rows = [{"day": "2027-01-01", "kind": "off"}]
    assert read_sheet(b"day,kind\n2027-01-01, off \n", COLUMNS, "表") == rows
    assert read_sheet("\ufeffday,kind\r\n2027-01-01,off\r\n".encode(), COLUMNS, "表") == rows


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "表头应为"),
        (b"kind,day\n", "表头应为“day,kind”"),
        (b"day,kind\n2027-01-01\n", "第 2 行应有 2 列，实有 1 列"),
        (b'day,kind\n"2027', "不是有效的 CSV"),
        (b"day,kind\n\xff,off\n", "不是 UTF-8"),
        (b"d" * (MAX_BYTES + 1), "超过 4 MiB"),
    ],
)
def test_another_paper_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(SheetError, match=sentence):
        read_sheet(data, COLUMNS, "表")
