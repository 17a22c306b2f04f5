"""The public portal: notices, projects, disclosures, the directory; objections and requests.

Nobody signs in here. Pages may be kept by caches for a minute, are readable without scripts, and
know nothing of who is signed in elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from hashlib import sha256
from operator import itemgetter
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import clock, db
from server.errors import Invalid, NotFound, Problem, TooLarge, TooMany
from server.views import exports
from server.views.eligibility import checked
from server.views.exports import Column, Sheet
from server.views.guards import anyone
from server.views.portal.facts import facts
from server.views.portal.feed import atom
from server.views.portal.throttle import Allowance, Throttle
from server.views.published import catalogue, regime_short
from server.views.words import STATES, word
from server.work import portal
from server.work.inbox import Page

bp = Blueprint("portal", __name__, url_prefix="/portal")

KEPT = "public, max-age=60"
"""How long a cache may keep a page of the portal."""

LIMIT_TEXT = 100

KINDS = {"notices": "objection", "projects": "join"}
"""List -> what can be handed in about its entries."""

HAND_INS = Allowance(burst=5, per_second=5 / 3600)
"""Objections and requests from one address: five at once, then one every twelve minutes."""

View = Callable[..., ResponseReturnValue]


def register(app: Flask) -> None:
    """Add the routes, and stand before the application where too much comes from one address."""
    app.register_blueprint(bp)
    app.jinja_env.filters["portal_facts"] = facts
    app.jinja_env.globals["checkable"] = lambda: catalogue().checkable
    app.extensions["portal_hand_ins"] = HAND_INS.anew()
    rate = app.config["GUICHENG"].portal_rate
    app.wsgi_app = Throttle(app.wsgi_app, "/portal", rate)  # type: ignore[method-assign]


def kept(view: View) -> View:
    """The answer may be kept by caches, and is not sent again to who has it."""

    @wraps(view)
    def cached(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        response = make_response(view(*args, **kwargs))
        response.headers["Cache-Control"] = KEPT
        response.headers["Vary"] = "Cookie"
        response.set_etag(sha256(response.get_data()).hexdigest()[:32])
        return response.make_conditional(request)

    return cached


@bp.get("/")
@anyone
@kept
def home() -> ResponseReturnValue:
    """What is newest, and the ways on."""
    with db.read() as tx:
        newest = portal.latest(tx)
    return render_template("portal/home.html", items=newest)


@bp.get("/<what>")
@anyone
@kept
def listing(what: str) -> ResponseReturnValue:
    """A list, searched and paged."""
    wanted = {name: _argument(name) for name in ("regime", "text", "after")}
    with db.read() as tx:
        found = portal.listed(tx, what, **wanted, size=exports.size())
    heading, nothing = _headings()[what]
    if exports.asked():
        return exports.answer(heading, _of_published(), Page(found.items, found.cursor))
    return render_template(
        "portal/list.html",
        what=what,
        heading=heading,
        nothing=nothing,
        found=found,
        wanted=wanted,
    )


@bp.get("/<what>/<record_id>")
@anyone
@kept
def page(what: str, record_id: str) -> ResponseReturnValue:
    """One thing as it was published, with its period and what can be handed in about it."""
    return _page(what, record_id)


@bp.post("/<what>/<record_id>")
@anyone
def hand_in(what: str, record_id: str) -> ResponseReturnValue:
    """Register an objection or a request to join; answers with the receipt."""
    with db.read() as tx:
        about = portal.published(tx, record_id, what)
    if what not in KINDS:
        raise NotFound("此项不接受来件")
    if not _hand_ins().take(request.remote_addr or "", clock.now().timestamp()):
        raise TooMany("同一网络地址短时间内提交过多，请稍后再试，或者书面提交。", code="too_many")
    fields = ("sender", "contact", "content")
    given = {name: request.form.get(name, "").strip() for name in fields}
    sender_kind = request.form.get("sender_kind", "unit")
    files = [(f.filename or "", f.stream) for f in request.files.getlist("files") if f.filename]
    try:
        receipt = portal.hand_in(
            about,
            KINDS[what],
            **given,
            files=files,  # type: ignore[arg-type]
            sender_kind=sender_kind,
        )
    except (Invalid, TooLarge) as problem:
        return _page(what, record_id, given, problem), problem.status
    return render_template("portal/receipt.html", about=about, receipt=receipt), 201


def _page(
    what: str, record_id: str, given: dict[str, str] | None = None, problem: Problem | None = None
) -> str:
    with db.read() as tx:
        about = portal.published(tx, record_id, what)
    return render_template(
        "portal/page.html",
        what=what,
        heading=_headings()[what][0],
        about=about,
        given=given or {},
        problem=problem,
    )


@bp.get("/receipts")
@anyone
def ask() -> ResponseReturnValue:
    """The form that asks what became of a submission."""
    return render_template("portal/receipts.html", found=None, problem=None, receipt="")


@bp.post("/receipts")
@anyone
def told() -> ResponseReturnValue:
    """What became of it, for who has its number and code."""
    receipt, code = (request.form.get(name, "").strip()[:40] for name in ("receipt", "code"))
    try:
        with db.read() as tx:
            found = portal.status(tx, receipt, code)
    except NotFound as problem:
        answer = render_template(
            "portal/receipts.html", found=None, problem=problem, receipt=receipt
        )
        return answer, problem.status
    return render_template("portal/receipts.html", found=found, problem=None, receipt=receipt)


@bp.get("/bases")
@anyone
@kept
def bases() -> ResponseReturnValue:
    """The directory of bases and centres with their names and states."""
    wanted = {name: _argument(name) for name in ("regime", "state", "text", "after")}
    with db.read() as tx:
        found = portal.directory(tx, **wanted, size=exports.size())
    if exports.asked():
        told = Page(found.items, found.cursor)
        return exports.answer(gettext("基地和中心"), _of_bases(), told)
    return render_template("portal/bases.html", found=found, wanted=wanted)


@bp.get("/statistics")
@anyone
@kept
def statistics() -> ResponseReturnValue:
    """How many bases are in which state, and what the projects brought."""
    with db.read() as tx:
        figures = portal.statistics(tx)
    if exports.asked():
        return exports.chosen(_sheets(figures))
    return render_template("portal/statistics.html", figures=figures)


@bp.get("/self-check/<regime>")
@anyone
@kept
def self_check(regime: str) -> ResponseReturnValue:
    """The conditions of an application, for units that have no account."""
    return render_template("portal/self_check.html", **checked(regime))


@bp.get("/feed.atom")
@anyone
@kept
def feed() -> ResponseReturnValue:
    """The newest things published, for feed readers."""
    with db.read() as tx:
        newest = portal.latest(tx)
    document = atom(newest, gettext("规程 · 公开信息"), request.url_root, _address)
    return Response(document, content_type="application/atom+xml; charset=utf-8")


def _address(each: portal.Published) -> str:
    return url_for("portal.page", what=each.list, record_id=each.id, _external=True)


def _of_published() -> list[Column]:
    return [
        Column(gettext("名称"), lambda one: one.title),
        Column(gettext("管理办法"), lambda one: regime_short(one.regime)),
        Column(gettext("公布日期"), lambda one: one.published_on),
        Column(gettext("截止日期"), lambda one: one.last_day),
    ]


def _of_bases() -> list[Column]:
    return [
        Column(gettext("名称"), itemgetter("base_name_zh")),
        Column(gettext("英文名称"), itemgetter("base_name_en")),
        Column(gettext("承担单位"), itemgetter("undertaker_name")),
        Column(gettext("管理办法"), lambda row: regime_short(row["regime"])),
        Column(gettext("状态"), lambda row: word(STATES, row["state"])),
        Column(gettext("批准日期"), itemgetter("approved_on")),
        Column(gettext("成立日期"), itemgetter("established_on")),
    ]


def _sheets(figures: Mapping[str, Any]) -> Mapping[str, Sheet]:
    counts = [
        Column(gettext("管理办法"), lambda row: regime_short(row["regime"])),
        Column(gettext("状态"), lambda row: word(STATES, row["state"])),
        Column(gettext("数量"), itemgetter("count")),
    ]
    results = [
        Column(gettext("项目"), itemgetter("title")),
        Column(gettext("登记日期"), itemgetter("on")),
    ]
    return {
        "bases": Sheet(gettext("基地和中心"), counts, figures["bases"]),
        "results": Sheet(gettext("项目成果"), results, figures["results"]),
    }


def _argument(name: str) -> str:
    return request.args.get(name, "").strip()[:LIMIT_TEXT]


def _headings() -> dict[str, tuple[str, str]]:
    return {
        "notices": (gettext("公示事项"), gettext("没有公示")),
        "projects": (gettext("创新项目"), gettext("没有公开的项目")),
        "disclosures": (gettext("理事会公开"), gettext("没有公开的理事会事项")),
    }


def _hand_ins() -> Allowance:
    found: Allowance = current_app.extensions["portal_hand_ins"]
    return found
