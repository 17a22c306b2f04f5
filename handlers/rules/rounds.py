"""Comment rounds as the register has them: a draft is out for comments, or its round is closed."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row
from handlers.sentence import told

MEASURES, CHARTER = "measures", "charter"
UNIQUE = (MEASURES, CHARTER)
LETTERS, SUMMARIES = "comment_letter", "comment_summary"
MARKS = ("（征求意见稿）", "(征求意见稿)", "《", "》", " ", "\u3000")
"""What may be written about a title or not."""


def open_round(register: Register, case: Row, title: str, sent: date, kinds: Sequence[str]) -> None:
    """Enter that drafts are out for comments; one letter may send several."""
    entry = {"case": case["id"], "title": title, "documents": list(kinds)}
    register.record(LETTERS, {**entry, "effective_on": sent})


def close_round(
    register: Register, case: Row, title: str, today: date, comments: Sequence[Row]
) -> None:
    """Enter the summary with which a round closes."""
    entry = {"case": case["id"], "title": title, "comments": [dict(each) for each in comments]}
    register.record(SUMMARIES, {**entry, "effective_on": today})


def check_closed(register: Register, kind: str | None, title: str) -> None:
    """Raises Refusal while comments on a draft are being asked for or handled (D-43).

    A base has one set of measures and one charter, whatever their titles; other drafts go by title.
    """
    closed = {each["case"] for each in register.records(SUMMARIES)}
    letters = [each for each in register.records(LETTERS) if each["case"] not in closed]
    if any(_covers(each, kind, title) for each in letters):
        reason = told(
            "《%(document_title)s》正在征求意见，每条意见处理完毕、征求意见结束后方可提请审议。",
            document_title=title,
        )
        raise Refusal("round_running", reason, ["JS-1.2", "JS-2.2"])


def _covers(letter: Row, kind: str | None, title: str) -> bool:
    kinds = letter.get("documents") or ()
    return (kind in UNIQUE and kind in kinds) or _bare(str(letter["title"])) == _bare(title)


def _bare(title: str) -> str:
    for mark in MARKS:
        title = title.replace(mark, "")
    return title
