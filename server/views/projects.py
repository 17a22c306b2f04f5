"""Projects and comment rounds open to the person, the results of projects, the ledger of funds."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from operator import itemgetter
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from server import db
from server.views import exports
from server.views.exports import Column, Sheet
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.published import catalogue, regime_short
from server.views.query import from_arguments
from server.views.words import STATES, Words, word
from server.work import projects
from server.work.sql import Row

bp = Blueprint("projects", __name__)

JOINING = {"accepted": lazy_gettext("已接受"), "refused": lazy_gettext("未接受")}
SOURCES: Words = {
    "undertaking_unit": lazy_gettext("承担单位投入"),
    "council_units": lazy_gettext("理事单位投入"),
    "higher_authority_subsidy": lazy_gettext("上级部门补助"),
    "other_lawful_income": lazy_gettext("其他合法收入"),
}
BOOKINGS: Words = {
    "fund_income": lazy_gettext("收入"),
    "fund_expense": lazy_gettext("支出"),
}
RESULTS: Words = {
    "national_standard": lazy_gettext("国家标准"),
    "industry_standard": lazy_gettext("行业标准"),
    "local_standard": lazy_gettext("地方标准"),
    "association_standard": lazy_gettext("团体标准"),
    "research_report": lazy_gettext("研究报告"),
    "patent": lazy_gettext("专利"),
    "platform": lazy_gettext("平台、系统"),
    "event": lazy_gettext("交流活动、培训"),
    "other": lazy_gettext("其他"),
}
TYPES: Words = {
    "research_topic": lazy_gettext("课题研究"),
    "standards_development": lazy_gettext("标准研制"),
    "technical_exchange": lazy_gettext("技术交流"),
    "key_common_technology": lazy_gettext("关键共性项目"),
}
OPEN = ("project_published", "project_in_progress", "adjustment_requested", "closeout_submitted",
        "project_closed", "project_terminated", "project_withdrawn", "archived")  # fmt: skip
"""States of a project from its publication on."""


@bp.get("/projects")
@signed_in
def register() -> ResponseReturnValue:
    """Published projects, what is open to this person, what became of their own requests."""
    query = from_arguments(request.args)
    page = projects.published(g.person, query.wanted, catalogue(), exports.size())
    if exports.asked() and "list" not in request.args:
        return exports.answer(gettext("创新项目"), _of_projects(), page)
    with db.read() as tx:
        rounds = projects.rounds(tx, g.person)
        requests = projects.requests(tx, g.person)
        results = projects.results(tx, g.person)
    if exports.asked():
        return exports.chosen(_sheets(rounds, requests, list(results.items())))
    return render_template(
        "projects.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="projects.register",
        heading=gettext("创新项目"),
        explanation=gettext("已公示的项目；提交结题报告之前可以申请加入，由立项申请单位决定"),
        states={state: word(STATES, state) for state in OPEN},
        rounds=rounds,
        requests=[{**each, "answer": word(JOINING, each["decision"])} for each in requests],
        results=[(word(RESULTS, kind), count) for kind, count in results.items()],
        types=TYPES,
    )


@bp.get("/funds")
@signed_in
def funds() -> ResponseReturnValue:
    """The ledger with its balance as of now; for the office and oversight."""
    query, regimes = from_arguments(request.args), projects.keeps_books(g.person, catalogue())
    page = projects.bookings(g.person, query.wanted, regimes, exports.size())
    if exports.asked():
        return exports.answer(gettext("经费台账"), _of_bookings(), page)
    with db.read() as tx:
        balance = projects.balance(tx, regimes)
    return render_template(
        "funds.html",
        query=query,
        items=page.items,
        cursor=page.cursor,
        endpoint="projects.funds",
        heading=gettext("经费台账"),
        explanation=gettext("收入来自四个来源，支出用于业务范围，不得在理事单位中分配"),
        states=BOOKINGS,
        balance=balance,
        sources=[(word(SOURCES, name), amount) for name, amount in balance["sources"].items()],
        kinds=BOOKINGS,
        source_words=SOURCES,
    )


@bp.app_template_filter("money")
def money(amount: object) -> str:
    """An amount in yuan with its two decimals: 100,000.00"""
    return f"{Decimal(str(amount)):,.2f}"


def _sheets(
    rounds: list[Row], requests: list[Row], results: list[tuple[str, int]]
) -> Mapping[str, Sheet]:
    return {
        "rounds": Sheet(gettext("正在征求意见"), _of_rounds(), rounds),
        "requests": Sheet(gettext("我的加入申请"), _of_requests(), requests),
        "results": Sheet(gettext("项目成果"), _of_results(), results),
    }


def _of_rounds() -> list[Column]:
    return [
        Column(gettext("编号"), itemgetter("number")),
        Column(gettext("名称"), lambda row: row["record"].get("document_title") or row["title"]),
        Column(gettext("事项"), lambda row: labelled(row["name"])),
        Column(gettext("类别"), lambda row: regime_short(row["regime"])),
        Column(gettext("截止日期"), lambda row: row["record"].get("comments_due_on")),
        Column(gettext("依据"), lambda row: " ".join(row["clauses"])),
    ]


def _of_requests() -> list[Column]:
    return [
        Column(gettext("项目"), itemgetter("project")),
        Column(gettext("名称"), itemgetter("title")),
        Column(gettext("日期"), itemgetter("effective_on")),
        Column(gettext("结果"), lambda row: word(JOINING, row["decision"])),
        Column(gettext("理由"), itemgetter("reason")),
    ]


def _of_results() -> list[Column]:
    return [
        Column(gettext("种类"), lambda row: word(RESULTS, row[0])),
        Column(gettext("数量"), lambda row: row[1]),
    ]


def _of_projects() -> list[Column]:
    return [
        Column(gettext("登记号"), itemgetter("project_number")),
        Column(gettext("项目名称"), itemgetter("title")),
        Column(gettext("类型"), lambda row: word(TYPES, row["project_type"])),
        Column(gettext("立项申请单位"), itemgetter("lead_unit")),
        Column(gettext("公示日期"), itemgetter("effective_on")),
        Column(gettext("状态"), lambda row: word(STATES, row["state"])),
        Column(gettext("加入"), itemgetter("joined")),
        Column(gettext("成果"), itemgetter("results")),
    ]


def _of_bookings() -> list[Column]:
    return [
        Column(gettext("编号"), lambda row: row["data"]["number"]),
        Column(gettext("日期"), itemgetter("effective_on")),
        Column(gettext("收支"), lambda row: word(BOOKINGS, row["kind"])),
        Column(gettext("对方单位"), itemgetter("title")),
        Column(gettext("金额（元）"), lambda row: row["data"]["amount"]),
        Column(gettext("来源或者用途"), _about),
        Column(gettext("项目登记号"), lambda row: row["data"].get("project_number") or ""),
    ]


def _about(row: dict[str, Any]) -> str:
    data = row["data"]
    return word(SOURCES, data["source"]) if data.get("source") else str(data.get("purpose", ""))
