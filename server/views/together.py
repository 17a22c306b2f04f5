"""Working together: the page that says what an act will do, and the act; the lists beside it.

Every act has one page: it says in words what will happen, takes what the act needs, and sends it.
None of it needs a script.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound, Problem, Refused
from server.views import columns, exports
from server.views.guards import signed_in
from server.views.query import from_arguments
from server.views.tasks import after
from server.work import access, cases, reminders, together
from server.work.cases import Dossier
from server.work.desk import Desk
from server.work.people import Person
from server.work.surroundings import Surroundings
from server.work.together import (
    beside,
    colleagues,
    comments,
    consult,
    copying,
    deputies,
    handing_over,
    offers,
    withdrawing,
)
from server.work.together.ways import Drawn, Way, can_return, drawn, ways

bp = Blueprint("together", __name__)

Row = dict[str, Any]
Form = MultiDict[str, str]

NAMES = {
    offers.TRANSFER: lazy_gettext("转办"),
    offers.CONSULT: lazy_gettext("征求意见"),
    offers.RETURN: lazy_gettext("退回补正"),
    offers.WITHDRAW: lazy_gettext("撤回"),
    offers.COPY: lazy_gettext("抄送"),
    offers.URGE: lazy_gettext("催办"),
}
PHASES = {
    "ahead": lazy_gettext("未开始"),
    "under_way": lazy_gettext("代理中"),
    "over": lazy_gettext("已到期"),
    "ended": lazy_gettext("已提前结束"),
}
KEPT = {
    "independent": lazy_gettext("专家独立意见，不移交"),
    "no_post": lazy_gettext("接手人不任该岗位"),
    "not_in_hand": lazy_gettext("已不由移交人办理"),
    "not_open": lazy_gettext("已经办结或者撤销"),
    "stale": lazy_gettext("刚刚有变动"),
}
HANDED = {
    "waiting": lazy_gettext("待移交"),
    "moved": lazy_gettext("已移交"),
    "kept": lazy_gettext("未移交"),
}
NOTICES = {
    "transfer": lazy_gettext("%(by)s 把事项转给您办理"),
    "ask": lazy_gettext("%(by)s 征求您的意见"),
    "answer": lazy_gettext("%(by)s 答复了您征求的意见"),
    "return": lazy_gettext("%(by)s 退回补正"),
    "copy": lazy_gettext("%(by)s 抄送给您"),
    "urge": lazy_gettext("%(by)s 催办"),
    "ended": lazy_gettext("办件已了结"),
    "decided": lazy_gettext("程序已办结"),
}


@dataclass(frozen=True, slots=True)
class ActPage:
    """What the page of an act shows: the item, who may be chosen, where it may go back to."""

    act: str
    case: Row
    item: Row
    people: list[Row] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    drawn: list[Drawn] = field(default_factory=list)
    following: Row = field(default_factory=dict)
    key: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def name(self) -> str:
        return str(NAMES[self.act])

    @property
    def is_possible(self) -> bool:
        """Whether there is anybody to choose, anywhere to return to."""
        if self.act == offers.RETURN:
            return bool(self.ways)
        return bool(self.people) or self.act in (offers.WITHDRAW, offers.URGE)


@dataclass(frozen=True, slots=True)
class Shared:
    """What others have to do with an item: for the partial ``_acts.html``."""

    acts: list[str]
    correction: Row | None
    consultations: list[Row]
    copies: list[Row]


def shared_on(item: Row, found: Dossier) -> Shared:
    """Read beside the task's page, for the person who looks at it."""
    with db.read() as tx:
        desk = cases.task(tx, g.person, item["id"])
        acts = list(offers.open_to(g.person, desk))
        if offers.RETURN in acts and not can_return(desk, Surroundings(desk, g.person)):
            acts.remove(offers.RETURN)
        if withdrawing.is_possible(g.person, desk):
            acts.append(offers.WITHDRAW)
        others = beside.of_item(tx, g.person, desk.item, found)
        return Shared(acts, others.correction, others.questions, others.copies)


def comments_on(found: Dossier) -> list[Row]:
    """The comments on a case that the person may read."""
    with db.read() as tx:
        return comments.of_case(tx, g.person, found)


# --- acts on a task ------------------------------------------------------------------------------


@bp.get("/tasks/<item_id>/acts/<act>")
@signed_in
def confirm(item_id: str, act: str) -> ResponseReturnValue:
    """What the act will do, and the form that does it."""
    return _act_page(item_id, act, MultiDict())


@bp.post("/tasks/<item_id>/acts/<act>")
@signed_in
def do(item_id: str, act: str) -> ResponseReturnValue:
    """The act; the page again with the reason where it cannot be done."""
    if act not in ACTS:
        raise NotFound("没有这种操作")
    try:
        return redirect(ACTS[act](item_id, request.form), 303)
    except (Invalid, Refused) as problem:
        return _act_page(item_id, act, request.form, problem)


def _act_page(
    item_id: str, act: str, given: Form, problem: Problem | None = None
) -> ResponseReturnValue:
    page = prepared(item_id, act)
    content = render_template(
        f"acts/{act}.html", page=page, given=given, problem=problem, tomorrow=_tomorrow()
    )
    return content, problem.status if problem else 200


def prepared(item_id: str, act: str) -> ActPage:
    """What an act would need and do, before it is done. Raises as the act itself would."""
    if act not in ACTS:
        raise NotFound("没有这种操作")
    with db.read() as tx:
        desk = cases.task(tx, g.person, item_id)
        offers.check(desk, act)
        return _page(tx, desk, act)


def _page(tx: Connection, desk: Desk, act: str) -> ActPage:
    more: dict[str, Any] = {}
    if act == offers.TRANSFER:
        access.may_transfer(g.person, desk.item)
        more["people"] = colleagues.of_same_post(desk)
    elif act in (offers.CONSULT, offers.COPY):
        more["people"] = colleagues.readers(desk, g.person)
    elif act == offers.RETURN:
        access.may_hold(g.person, desk.item)
        more |= _ways(desk)
    elif act == offers.WITHDRAW and desk.item["completed_by"] == g.person.id:
        more["following"] = withdrawing.untouched(desk)
    elif act == offers.WITHDRAW:
        raise NotFound("没有找到这项已办事项")
    else:
        access.may_urge(g.person, desk.item, cases.readable(tx, g.person, desk.case["id"]).roles)
    return ActPage(act, desk.case, desk.item, **more)


def _ways(desk: Desk) -> dict[str, Any]:
    if desk.item["status"] != "open":
        return {}
    around = Surroundings(desk, g.person)
    described = around.spec.descriptions[desk.item["process_id"]]
    return {"ways": ways(desk, around), "drawn": drawn(described, desk.item["element_id"])}


def _tomorrow() -> str:
    return date.fromordinal(clock.today().toordinal() + 1).isoformat()


def _version(form: Form) -> int:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _key(form: Form) -> str | None:
    return form.get("key") or None


def _day(form: Form, name: str) -> date | None:
    """The day in a field; None where it holds none."""
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError:
        return None


def _transfer(item_id: str, form: Form) -> str:
    to, reason = form.get("to", ""), form.get("reason", "")
    together.transfer(g.person, item_id, _version(form), to, reason, _key(form))
    return url_for("inbox.tasks")


def _consult(item_id: str, form: Form) -> str:
    of, question = form.get("of", ""), form.get("question", "")
    together.ask(g.person, item_id, _version(form), of, question, _key(form))
    return url_for("tasks.page", item_id=item_id)


def _return(item_id: str, form: Form) -> str:
    defects = form.get("defects", "").splitlines()
    day, to = _day(form, "due_on"), form.get("to", "")
    answer = together.send_back(g.person, item_id, _version(form), to, defects, day, _key(form))
    return url_for("inbox.tasks", done=answer["number"])


def _withdraw(item_id: str, form: Form) -> str:
    return after(together.withdraw(g.person, item_id, _key(form)))


def _copy(item_id: str, form: Form) -> str:
    together.copy(g.person, item_id, form.getlist("to"), form.get("note", ""), _key(form))
    return url_for("tasks.page", item_id=item_id)


def _urge(item_id: str, form: Form) -> str:
    answer = together.urge(g.person, item_id, form.get("note", ""), _key(form))
    return url_for("cases.page", case_id=answer["case"])


ACTS: Mapping[str, Callable[[str, Form], str]] = {
    offers.TRANSFER: _transfer,
    offers.CONSULT: _consult,
    offers.RETURN: _return,
    offers.WITHDRAW: _withdraw,
    offers.COPY: _copy,
    offers.URGE: _urge,
}


# --- opinions, copies, comments, notices ---------------------------------------------------------


@bp.get("/opinions")
@signed_in
def opinions() -> ResponseReturnValue:
    """What the person is asked for an opinion on."""
    with db.read() as tx:
        items = consult.waiting(tx, g.person)
    if exports.asked():
        return exports.answer(gettext("待我答复"), columns.of_opinions(), exports.whole(items))
    return render_template("opinions.html", items=items)


@bp.get("/opinions/<consultation_id>")
@signed_in
def opinion(consultation_id: str) -> ResponseReturnValue:
    """The question and the form for the answer."""
    asked = consult.asked_of(g.person, consultation_id)
    return render_template("opinion.html", asked=asked, problem=None)


@bp.post("/opinions/<consultation_id>")
@signed_in
def answer(consultation_id: str) -> ResponseReturnValue:
    """Give the opinion."""
    try:
        together.answer(g.person, consultation_id, request.form.get("answer", ""))
    except Invalid as problem:
        asked = consult.asked_of(g.person, consultation_id)
        return render_template("opinion.html", asked=asked, problem=problem), problem.status
    return redirect(url_for("together.opinions"), 303)


@bp.get("/copies")
@signed_in
def copies() -> ResponseReturnValue:
    """抄送我的."""
    query = from_arguments(request.args)
    page = copying.received(g.person, query.wanted, exports.size())
    if exports.asked():
        return exports.answer(gettext("抄送我的"), columns.of_copies(), page)
    return render_template(
        "copies.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="together.copies",
        heading=gettext("抄送我的"),
        explanation=gettext("供您知悉的办件；打开即为已阅"),
    )


@bp.post("/copies/<copy_id>")
@signed_in
def read_copy(copy_id: str) -> ResponseReturnValue:
    """Mark the copy as read and go to its case."""
    return redirect(url_for("cases.page", case_id=together.mark_read(g.person, copy_id)), 303)


@bp.post("/cases/<case_id>/comments")
@signed_in
def comment(case_id: str) -> ResponseReturnValue:
    """Write beside a case."""
    body, internal = request.form.get("body", ""), "internal" in request.form
    together.comment(g.person, case_id, body, internal, request.form.get("key") or None)
    return redirect(url_for("cases.page", case_id=case_id, _anchor="comments"), 303)


@bp.get("/notices")
@signed_in
def notices() -> ResponseReturnValue:
    """What the person has been told and reminded of, by day."""
    with db.read() as tx:
        days = reminders.of_person(tx, g.person)
    if exports.asked():
        rows = [item | {"day": day["day"]} for day in days for item in day["items"]]
        told = columns.of_notices(notice_text)
        return exports.answer(gettext("我的提醒"), told, exports.whole(rows))
    return render_template("notices.html", days=days)


@bp.post("/notices/<notice_id>")
@signed_in
def read_notice(notice_id: str) -> ResponseReturnValue:
    """Mark a day's notices as read."""
    reminders.mark_read(g.person, notice_id)
    return redirect(url_for("together.notices"), 303)


# --- deputies and handing over -------------------------------------------------------------------


@bp.get("/deputies")
@signed_in
def my_deputies() -> ResponseReturnValue:
    """我的代理: who stands in for the person, and for whom they do."""
    if exports.asked():
        with db.read() as tx:
            rows = deputies.of_person(tx, g.person)
        told = columns.of_deputies(PHASES)
        return exports.answer(gettext("代理记录"), told, exports.whole(rows))
    return _deputies(MultiDict())


@bp.post("/deputies")
@signed_in
def appoint() -> ResponseReturnValue:
    """Name a deputy for a period."""
    form = request.form
    from_on, until_on = _day(form, "from_on"), _day(form, "until_on")
    try:
        if from_on is None or until_on is None:
            raise Invalid(errors={"from_on": ["请填写开始和截止日期"]})
        together.appoint_deputy(
            g.person,
            form.get("deputy", ""),
            from_on,
            until_on,
            form.get("absent") or None,
            _key(form),
        )
    except Invalid as problem:
        return _deputies(form, problem)
    return redirect(url_for("together.my_deputies"), 303)


def _deputies(given: Form, problem: Problem | None = None) -> ResponseReturnValue:
    with db.read() as tx:
        rows, offered = deputies.of_person(tx, g.person), deputies.offered(tx, g.person)
    content = render_template(
        "deputies.html",
        rows=rows,
        people=offered,
        heads=_heads(g.person),
        given=given,
        problem=problem,
        first_day=clock.today().isoformat(),
    )
    return content, problem.status if problem else 200


def _heads(person: Person) -> bool:
    return person.holds_anywhere(access.HEADS)


@bp.post("/deputies/<deputy_id>/end")
@signed_in
def end_deputy(deputy_id: str) -> ResponseReturnValue:
    """End a deputy's period now."""
    together.end_deputy(g.person, deputy_id)
    return redirect(url_for("together.my_deputies"), 303)


@bp.get("/handovers")
@signed_in
def handovers() -> ResponseReturnValue:
    """Hand over what a leaver has in hand; the handings over so far."""
    return _handovers(MultiDict())


@bp.post("/handovers")
@signed_in
def hand_over() -> ResponseReturnValue:
    """List what would go over; nothing is moved yet."""
    form = request.form
    place, _, regime = form.get("office", "").partition(":")
    leaver, successor = form.get("leaver", ""), form.get("successor", "")
    try:
        order = together.hand_over(g.person, leaver, successor, place, regime, _key(form))
    except Invalid as problem:
        return _handovers(form, problem)
    return redirect(url_for("together.handover", handover_id=order), 303)


def _handovers(given: Form, problem: Problem | None = None) -> ResponseReturnValue:
    offices = [m for m in g.person.memberships if m.role == access.HEADS]
    if not offices:
        raise NotFound("没有找到这个页面")
    with db.read() as tx:
        rows = handing_over.begun_in(tx, [m.organisation_id for m in offices])
        people = colleagues.of_same_organisations(tx, g.person)
    if exports.asked():
        return exports.answer(gettext("移交记录"), columns.of_handovers(), exports.whole(rows))
    content = render_template(
        "handovers.html", offices=offices, people=people, rows=rows, given=given, problem=problem
    )
    return content, problem.status if problem else 200


@bp.get("/handovers/<handover_id>")
@signed_in
def handover(handover_id: str) -> ResponseReturnValue:
    """How far a handing over has come, item by item."""
    found = together.progress(g.person, handover_id)
    if exports.asked():
        told = columns.of_handed(HANDED, KEPT)
        return exports.answer(gettext("事项清单"), told, exports.whole(found["items"]))
    return render_template("handover.html", found=found)


@bp.post("/handovers/<handover_id>")
@signed_in
def go_on(handover_id: str) -> ResponseReturnValue:
    """Move the next items."""
    together.go_on(g.person, handover_id)
    return redirect(url_for("together.handover", handover_id=handover_id), 303)


def may_comment(found: Dossier) -> bool:
    """Whether the person may write beside a case."""
    try:
        access.may_comment(g.person, found.case, found.roles, internal=False)
    except NotAllowed:
        return False
    return True


def notice_text(item: Row) -> str:
    """What a notice says; a reminder of a date says its own."""
    words = NOTICES.get(item.get("kind") or "")
    return str(words) % {"by": item["by"]} if words else ""


def register(app: Flask) -> None:
    """What the partial templates ask for."""
    app.jinja_env.globals.update(
        act_names=NAMES,
        comments_on=comments_on,
        heads_an_office=lambda: _heads(g.person),
        in_hand=lambda item: access.in_hand(g.person, {"multi_instance": None, **item}),
        may_comment=may_comment,
        may_note=lambda found: not access.is_outside(g.person, found.case, found.roles),
        shared_on=shared_on,
        new_key=lambda: secrets.token_hex(16),
    )
    app.jinja_env.filters.update(
        handed_word=lambda value: HANDED.get(value, value),
        kept_word=lambda value: KEPT.get(value, value),
        notice_text=notice_text,
        phase_word=lambda value: PHASES.get(value, value),
    )
