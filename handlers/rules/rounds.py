"""Comment rounds as the register has them: a draft is out for comments, or its round is closed."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.rules.answers import Row

LETTERS, SUMMARIES = "comment_letter", "comment_summary"
MARKS = ("（征求意见稿）", "(征求意见稿)", "《", "》", " ", "\u3000")
"""What may be written about a title or not."""


def open_round(register: Register, case: Row, title: str, sent: date) -> None:
    """Enter that a draft is out for comments."""
    register.record(LETTERS, {"case": case["id"], "title": title, "effective_on": sent})


def close_round(
    register: Register, case: Row, title: str, today: date, comments: Sequence[Row]
) -> None:
    """Enter the summary with which a round closes."""
    entry = {"case": case["id"], "title": title, "comments": [dict(each) for each in comments]}
    register.record(SUMMARIES, {**entry, "effective_on": today})


def is_open(register: Register, title: str) -> bool:
    """Whether comments on a draft are still being asked for or handled (D-43)."""
    closed = {each["case"] for each in register.records(SUMMARIES)}
    letters = [each for each in register.records(LETTERS) if each["case"] not in closed]
    return any(_bare(str(each["title"])) == _bare(title) for each in letters)


def _bare(title: str) -> str:
    for mark in MARKS:
        title = title.replace(mark, "")
    return title
