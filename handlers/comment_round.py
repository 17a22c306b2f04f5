"""征求意见: the automatic boxes of comment_round.bpmn, in the order of the diagram."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules import rounds
from handlers.rules.answers import Row, cite, day, filled, listed, row
from handlers.rules.projects import not_later
from handlers.sentence import told

LETTER = "JS-1.1 JS-1.2 JS-1.3 JS-1.4"
COMMENTS = "JS-1.2 JS-2.1"
HANDLING = "JS-2.2"
WORDS = {"adopted": "采纳", "partly_adopted": "部分采纳", "not_adopted": "不采纳"}
TIMELINESS: Mapping[bool, str] = {True: "按时", False: "逾期"}
ASKED = ("proposing_unit", "comment_received_on", "comment_rows", "comment_documents")


def issue_letter(
    today: date,
    regime: Row,
    case: Row,
    table: Table,
    register: Register,
    letter_on: date,
    comments_due_on: date,
    document_title: str,
    document_kinds: Sequence[str] | None = None,
    consulted_units: Sequence[Row] | None = None,
    draft_articles: Sequence[Row] | None = None,
    draft_documents: Sequence[str] | None = None,
) -> dict[str, object]:
    """核发征求意见函

    A letter with its date, the drafts, the units consulted, where to reply and by when. Clauses:
    JS-1.1 JS-1.2 JS-1.3 JS-1.4.
    """
    clauses = cite(regime, LETTER)
    sent, due = not_later(letter_on, today, "发函日期", clauses), day(comments_due_on)
    if due is None or due < sent:
        raise Refusal("due_before_letter", "反馈截止日期不得早于发函日期。", clauses)
    if not consulted_units:
        raise Refusal("consulted_units_missing", "没有写明被征求意见单位。", clauses)
    if not draft_articles and not draft_documents:
        raise Refusal("draft_missing", "没有征求意见稿：请附文件或者逐条填写条文。", clauses)
    names = listed([each["consulted_name"] for each in consulted_units])
    articles = [
        f"**{each['article_number']}** {each['article_text']}" for each in draft_articles or ()
    ]
    shown = {"order_due_on": due, "consulted_names": names, "draft_text": "\n\n".join(articles)}
    rounds.open_round(register, case, document_title, sent, document_kinds or ())
    return {**shown, **_heading(regime, table, document_title), **_tell([])}


def _heading(regime: Row, table: Table, title: str) -> dict[str, object]:
    """The base in whose name the letter goes out, and its title with the mark of a draft."""
    issuer, mark = row(table("names", phase="established")), "（征求意见稿）"
    names = {"issuer_name": issuer["zh"], "issuer_name_en": issuer["en"]}
    letter = f"关于征求《{title}{mark}》意见的函"
    return {**names, "letter_title": letter, "draft_mark": mark}


def register_comments(
    today: date,
    regime: Row,
    case: Row,
    register: Register,
    comments: Sequence[Row],
    comments_due_on: date,
    letter_on: date,
    proposing_unit: str,
    comment_rows: Sequence[Row],
    consulted_units: Sequence[Row] | None = None,
    comment_received_on: date | None = None,
    comment_documents: Sequence[str] | None = None,
) -> dict[str, object]:
    """登记反馈意见

    In time through 24:00 of the day; later ones are kept, marked and handled alike (D-43). The
    form is empty again for the next unit. Clauses: JS-1.2 JS-2.1.
    """
    clauses = cite(regime, COMMENTS)
    if not comment_rows:
        raise Refusal("comments_missing", "没有填写意见。", clauses)
    received = not_later(comment_received_on, today, "收到日期", clauses)
    if received < _date(letter_on):
        raise Refusal("received_before_letter", "收到日期不得早于发函日期。", clauses)
    sheet = {
        "unit": proposing_unit.strip(),
        "consulted": proposing_unit.strip() in _names(consulted_units or ()),
        "received_on": received,
        "timely": received <= _date(comments_due_on),
        "documents": list(comment_documents or ()),
    }
    added = [
        {**_asked(each), **sheet, "number": number, "handling": None, "reason": ""}
        for number, each in enumerate(comment_rows, start=len(comments) + 1)
    ]
    for each in added:
        register.record("comment", {"case": case["id"], "title": str(each["unit"]), **each})
    return {**dict.fromkeys(ASKED), **_tell([*comments, *added])}


def record_handlings(
    today: date,
    regime: Row,
    comments: Sequence[Row],
    comments_due_on: date,
    handlings: Sequence[Row] | None = None,
    finish_round: bool | None = None,
) -> dict[str, object]:
    """登记处理意见

    Each comment is adopted, or partly or not adopted with reasons. The round is finished after
    the due day, when every comment received has its handling opinion (D-43).
    Clauses: JS-1.2 JS-2.2.
    """
    every = [_handled(each, comments, regime) for each in handlings or ()]
    every += [dict(each) for each in comments[len(every) :]]
    if finish_round:
        _check_finish(today, _date(comments_due_on), every, cite(regime, f"JS-1.2 {HANDLING}"))
    return {**_tell(every), "finish_round": bool(finish_round)}


def compile_summary(
    today: date, case: Row, register: Register, document_title: str, comments: Sequence[Row]
) -> dict[str, object]:
    """编制意见汇总表

    Annex 3: number, article, comment, who proposed it, handling opinion. Clauses: JS-2.1 JS-2.2.
    """
    late = sum(not each["timely"] for each in comments)
    rows = [dict(each) for each in comments]
    rounds.close_round(register, case, document_title, today, rows)
    return {"comments_total": len(rows), "comments_late": late, "round_closed_on": today}


def _check_finish(today: date, due: date, every: Sequence[Row], clauses: tuple[str, ...]) -> None:
    if today <= due:
        reason = told("反馈截止日期为%(due)s，当日24时之后方可结束征求意见。", due=due)
        raise Refusal("round_running", reason, clauses)
    if waiting := [str(each["number"]) for each in every if not each["handling"]]:
        reason = told("第%(numbers)s条意见还没有处理意见，不能结束征求意见。", numbers=waiting)
        raise Refusal("comments_unhandled", reason, clauses)


def _handled(answer: Row, comments: Sequence[Row], regime: Row) -> dict[str, object]:
    number = int(answer["comment_number"])
    comment = next((dict(each) for each in comments if each["number"] == number), None)
    assert comment is not None
    handling, reason = answer.get("handling"), answer.get("handling_reason")
    if handling in ("partly_adopted", "not_adopted") and not filled(reason):
        sentence = told(
            "第%(number)s条意见%(handling)s，须说明理由。", number=number, handling=WORDS[handling]
        )
        raise Refusal("reason_missing", sentence, cite(regime, HANDLING))
    return comment | {"handling": handling or None, "reason": reason or ""}


def _asked(asked: Row) -> dict[str, object]:
    proposer = asked.get("comment_proposer") or ""
    article = {"article": asked["comment_article"], "content": asked["comment_content"]}
    return {**article, "proposer": proposer}


def _tell(comments: Sequence[Row]) -> dict[str, object]:
    """The comments with what diagram and forms show of them."""
    waiting = sum(not each["handling"] for each in comments)
    late = sum(not each["timely"] for each in comments)
    counted = Counter(WORDS[each["handling"]] for each in comments if each["handling"])
    handled = "，".join(f"{word}{count}条" for word, count in counted.items())
    tally = f"共{len(comments)}条意见，其中逾期{late}条，待处理{waiting}条"
    return {
        "comments": [dict(each) for each in comments],
        "comments_open": waiting,
        "handlings": [_line(each) for each in comments],
        "comments_summary": f"{tally}；{handled}。" if handled else f"{tally}。",
        "finish_round": None,
    }


def _line(comment: Row) -> dict[str, object]:
    proposer = f"（{comment['proposer']}）" if comment["proposer"] else ""
    shown = {"comment_number": str(comment["number"]), "comment_article": comment["article"]}
    asked = {"comment_from": f"{comment['unit']}{proposer}", "comment_content": comment["content"]}
    timely = {"comment_timeliness": TIMELINESS[bool(comment["timely"])]}
    answers = {"handling": comment["handling"], "handling_reason": comment["reason"]}
    return {**shown, **asked, **timely, **answers}


def _names(units: Sequence[Row]) -> set[str]:
    return {str(each["consulted_name"]).strip() for each in units}


def _date(value: object) -> date:
    known = day(value)
    assert known is not None
    return known
