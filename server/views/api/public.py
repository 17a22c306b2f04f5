"""Papers, what is published, what the public hands in, projects and funds."""

from __future__ import annotations

from typing import Any

from flask import g
from flask.typing import ResponseReturnValue

from server import db
from server.errors import NotFound
from server.views import submissions as pages
from server.views.api import listing
from server.views.api.resource import Resource
from server.views.api.schemas import public as schemas
from server.views.guards import acting
from server.views.published import catalogue
from server.work import cases, papers, portal, projects
from server.work.inbox import Page

Json = dict[str, Any]

issued = Resource("papers", __name__, description="文书 · Papers that offices have issued")
notices = Resource("published", __name__, description="公示公开 · What was published")
received = Resource("submissions", __name__, description="公众来件 · Objections and requests")
undertakings = Resource("projects", __name__, description="创新项目 · Projects and comment rounds")
ledger = Resource("funds", __name__, description="经费 · The ledger of funds")


@issued.operation("GET", "/cases/<case_id>/papers", schemas.Papers, needs="case:read")
def list_papers(case_id: str) -> Json:
    """文书

    The papers issued in a case, the oldest first; their files are documents you may download.
    """
    with db.read() as tx:
        cases.readable(tx, g.person, case_id)
        return {"items": papers.of_case(tx, case_id)}


# --- what is published --------------------------------------------------------------------------


@notices.operation("GET", "/published", schemas.PublishedPage, query=schemas.PublishedQuery)
def list_published(query: Json) -> Json:
    """公示公开

    Notices, projects and disclosures as they were published, the newest first.
    """
    wanted = query.get("regime", ""), query.get("text", "").strip(), query.get("after", "")
    with db.read() as tx:
        found = portal.listed(tx, query.get("what", "notices"), *wanted, listing.size(query))
        rows = [_published(tx, one) for one in found.items]
    return listing.answer(Page(rows, found.cursor))


@notices.operation("GET", "/published/<what>/<record_id>", schemas.Published)
def get_published(what: str, record_id: str) -> Json:
    """一项公示公开

    One thing as it was published.
    """
    with db.read() as tx:
        return _published(tx, portal.published(tx, record_id, what))


def _published(tx: Any, one: portal.Published) -> Json:
    told = {name: getattr(one, name) for name in ("id", "list", "regime", "title", "last_day")}
    more = {"published_on": one.published_on, "in_force": one.in_force}
    return told | more | {"case_id": _readable(tx, one.case_id)}


def _readable(tx: Any, case_id: str | None) -> str | None:
    """The case where the person may read it."""
    if case_id is None:
        return None
    try:
        return str(cases.readable(tx, g.person, case_id).case["id"])
    except NotFound:
        return None


# --- submissions --------------------------------------------------------------------------------


@received.operation("GET", "/submissions", schemas.SubmissionPage, query=schemas.SubmissionQuery)
def list_submissions(query: Json) -> Json:
    """公众来件

    What came in for the cases that your office decides, the newest first.
    """
    return _submissions(query)


@received.operation(
    "POST", "/submissions/search", schemas.SubmissionPage, body=schemas.SubmissionSearch
)
def search_submissions(body: Json) -> Json:
    """查询来件

    As the list, with filter and page in the body.
    """
    return _submissions(listing.flat(body))


def _submissions(asked: Json) -> Json:
    return listing.answer(portal.of_office(g.person, listing.wanted(asked), listing.size(asked)))


@received.operation(
    "GET", "/submissions/<submission_id>", schemas.Submission, needs="submission:handle"
)
def get_submission(submission_id: str) -> Json:
    """一份来件

    A submission with its sender, whom your office alone knows.
    """
    return _submission(submission_id)


def _submission(submission_id: str) -> Json:
    with db.read() as tx:
        return portal.one_of_office(tx, g.person, submission_id)


@received.operation(
    "PUT",
    "/submissions/<submission_id>/answer",
    schemas.Submission,
    guard=acting,
    needs="submission:handle",
    body=schemas.SubmissionAnswer,
    refuses=(409,),
)
def answer_submission(submission_id: str, body: Json) -> Json:
    """答复来件

    Answer what no procedure could take up; 409 where one has, or it is answered.
    """
    portal.answer(g.person, submission_id, body["answer"])
    return _submission(submission_id)


@received.operation(
    "GET",
    "/submissions/<submission_id>/files/<number>",
    {"type": "string", "format": "binary"},
    needs="submission:handle",
    media="*/*",
)
def download_evidence(submission_id: str, number: str) -> ResponseReturnValue:
    """下载来件附件

    A file of the evidence, by its place.
    """
    return pages.sent(submission_id, listing.whole(number))


# --- projects and funds -------------------------------------------------------------------------


@undertakings.operation("GET", "/projects", schemas.ProjectPage, query=schemas.ProjectQuery)
def list_projects(query: Json) -> Json:
    """创新项目

    The projects published under your regimes, the newest first.
    """
    return _projects(query)


@undertakings.operation("POST", "/projects/search", schemas.ProjectPage, body=schemas.ProjectSearch)
def search_projects(body: Json) -> Json:
    """查询项目

    As the list, with filter and page in the body.
    """
    return _projects(listing.flat(body))


def _projects(asked: Json) -> Json:
    wanted, size = listing.wanted(asked), listing.size(asked)
    return listing.answer(projects.published(g.person, wanted, catalogue(), size))


@undertakings.operation("GET", "/comment-rounds", schemas.Rounds)
def list_comment_rounds() -> Json:
    """正在征求意见

    The comment rounds, and whatever else is open to roles, to which you may add now.
    """
    with db.read() as tx:
        return {"items": [_round(row) for row in projects.rounds(tx, g.person)]}


def _round(row: Json) -> Json:
    names = ("document_title", "comments_due_on")
    return row | {name: row["record"].get(name) for name in names}


@undertakings.operation("GET", "/join-requests", schemas.JoinRequests)
def list_join_requests() -> Json:
    """我的加入申请

    The projects that you asked to join, with the answer once it is given.
    """
    with db.read() as tx:
        return {"items": projects.requests(tx, g.person)}


@undertakings.operation("GET", "/project-results", schemas.ProjectResults)
def count_project_results() -> Json:
    """项目成果

    What came of the projects of your regimes, counted by kind.
    """
    with db.read() as tx:
        return {"counts": projects.results(tx, g.person)}


@ledger.operation(
    "GET",
    "/fund-bookings",
    schemas.BookingPage,
    needs="books:read",
    query=schemas.BookingQuery,
    refuses=(404,),
)
def list_fund_bookings(query: Json) -> Json:
    """经费台账

    The ledger, the last entry first.
    """
    return _bookings(query)


@ledger.operation(
    "POST",
    "/fund-bookings/search",
    schemas.BookingPage,
    needs="books:read",
    body=schemas.BookingSearch,
    refuses=(404,),
)
def search_fund_bookings(body: Json) -> Json:
    """查询台账

    As the list, with filter and page in the body.
    """
    return _bookings(listing.flat(body))


def _bookings(asked: Json) -> Json:
    wanted = listing.wanted({**asked, "state": asked.get("kind", "")})
    regimes = projects.keeps_books(g.person, catalogue())
    page = projects.bookings(g.person, wanted, regimes, listing.size(asked))
    return listing.answer(Page([_booking(row) for row in page.items], page.cursor))


def _booking(row: Json) -> Json:
    names = ("number", "amount", "source", "purpose", "project_number")
    return row | {name: str(row["data"].get(name) or "") for name in names}


@ledger.operation("GET", "/fund-balance", schemas.Balance, needs="books:read", refuses=(404,))
def get_fund_balance() -> Json:
    """经费结余

    Income, expense and what is left, as of now.
    """
    regimes = projects.keeps_books(g.person, catalogue())
    if not regimes:
        raise NotFound("没有找到经费台账")
    with db.read() as tx:
        told = projects.balance(tx, regimes)
    return {**told, "sources": {name: str(amount) for name, amount in told["sources"].items()}}
