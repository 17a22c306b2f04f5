"""Scenario files come from anywhere: what is not plain, bounded data is refused in words."""

from datetime import date, datetime

import pytest

from server.studio.scenarios.document import LIMIT_BYTES, LIMIT_NODES, Unreadable, read


def test_days_and_moments_are_dates_and_everyday_words_stay_text() -> None:
    text = "on: 2026-06-30\nat: 2026-06-30 23:59\nno: yes\ncode: 007\nsum: -12\nrate: 1.5\nnone: ~"
    assert read(text.encode()) == {
        "on": date(2026, 6, 30),
        "at": datetime.fromisoformat("2026-06-30T23:59"),
        "no": "yes",
        "code": "007",
        "sum": -12,
        "rate": 1.5,
        "none": None,
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: &x 1\nb: *x", "第1行：不接受锚点和别名"),
        ("a: 1\na: 2", "第2行：“a”写了两次"),
        ("a: " + "[" * 40 + "]" * 40, "嵌套过深"),
        ("1: 2", "名称只能是文字"),
        ("? [1, 2]\n: 3", "名称只能是文字"),
        ("a: !!python/object/apply:os.getcwd []", "第1行：不是有效的 YAML"),
        ("a: !!binary aGVsbG8=", "第1行：不是有效的 YAML"),
        ("a: 2025-13-40", "第1行：没有“2025-13-40”这一天"),
        ("a: [1", "第1行：不是有效的 YAML"),
        ("a: 1\n--- \nb: 2", "不是有效的 YAML"),
        ("a: \x07", "不是有效的 YAML"),
    ],
)
def test_what_is_no_plain_data_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read(text.encode())


def test_a_file_is_bounded_in_bytes_and_in_nodes() -> None:
    with pytest.raises(Unreadable, match="KiB"):
        read(b"a" * (LIMIT_BYTES + 1))
    with pytest.raises(Unreadable, match="内容过多"):
        read(b"[" + b"1," * LIMIT_NODES + b"1]")


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        read(b"a: \xff")
