"""The inventory of lists: every page with a table gives it away as CSV and XLSX as well.

Every address without parameters is opened by people of every kind. A page that shows a table and
offers no file of it fails, unless WITHOUT says why; a list that is new stands in neither.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from server import clock, db
from server.ids import new_id
from server.models import cases, copies, people, work_items
from server.views import exports
from server.views.api import PREFIX
from tests.server.views.conftest import PAPERS, Visit, Visitor, start_application

LISTS = {
    "/inbox",
    "/done",
    "/started",
    "/cases",
    "/deadlines",
    "/steps",
    "/clauses",
    "/compare",
    "/copies",
    "/coverage",
    "/dashboard",
    "/deputies",
    "/funds",
    "/handovers",
    "/interpretations",
    "/lens",
    "/notices",
    "/operations",
    "/operations/messages",
    "/opinions",
    "/projects",
    "/search",
    "/submissions",
    "/tokens",
    "/workshop",
    "/workshop/drafts",
    "/workshop/migrations",
    "/workshop/releases",
    "/administration/changes",
    "/administration/experts",
    "/administration/journal",
    "/administration/offices",
    "/administration/organisations",
    "/administration/people",
    "/administration/sessions",
    "/portal/bases",
    "/portal/disclosures",
    "/portal/notices",
    "/portal/projects",
    "/portal/statistics",
}
"""Every list there is."""

WITHOUT = {
    "/demonstration/day": "the table of what will happen on a day is a part of its form",
    "/portal/": "the newest entries of the lists, which are files themselves",
    f"{PREFIX}/ui": "the document of the API is itself a file",
}
"""Pages with a table of which there is no file, and why."""

IN_ONE_FILE = {"/compare"}
"""Pages with many tables that are one list: their file has all the rows."""

FORMULA = "=1+1"

VISITORS = (
    "",
    "shanxi_applicant",
    "shanxi_authority",
    "shanxi_leader",
    "shanxi_operator",
    "shanxi_process_owner",
    "jiangxi_base_authority",
    "system_administrator",
    "security_administrator",
    "auditor",
)
MORE = ("/portal/notices", "/portal/projects", "/portal/disclosures", "/search?q=基地")
LEAVE = ("/session", "/static", "/metrics", "/language", "/demonstration/day/")

Found = dict[str, tuple[Visitor, str]]


@pytest.fixture
def lists(app: Flask, visit: Visit) -> Found:
    """Address -> somebody who sees the page, and the page; of those with a table or a file."""
    start_application(visit)
    visitors = [visit(login) for login in VISITORS]
    found: Found = {}
    for address, visitor in product([*addresses(app), *MORE], visitors):
        path = address.partition("?")[0]
        if path not in found and (page := listing(visitor, address)):
            found[path] = visitor, page
    return found


def listing(visitor: Visitor, address: str) -> str:
    """A page that shows a table or offers a file; empty for any other answer."""
    answer = visitor.get(address)
    page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
    is_one = answer.status_code == 200 and ('class="gc-table' in page or files(page))
    return page if is_one else ""


def addresses(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        path, is_page = str(rule), "GET" in (rule.methods or ()) and not rule.arguments
        if is_page and (path in WITHOUT or not path.startswith((*LEAVE, f"{PREFIX}/"))):
            yield path


def files(page: str) -> list[str]:
    """The addresses of the files that a page offers."""
    links = re.findall(r'href="([^"]*\bformat=(?:csv|xlsx)\b[^"]*)"', page)
    return [html.unescape(link) for link in links]


def test_every_list_is_in_the_inventory(lists: Found) -> None:
    assert set(lists) - set(WITHOUT) == LISTS
    assert set(WITHOUT) <= set(lists)


def test_every_list_offers_its_rows_as_files(lists: Found) -> None:
    poor = {path: page for path, (_, page) in lists.items() if not offers_enough(page)}
    assert set(poor) - IN_ONE_FILE == set(WITHOUT)


def offers_enough(page: str) -> bool:
    """Two files, CSV and XLSX, for each table."""
    return len(files(page)) >= 2 * max(page.count('class="gc-table '), page.count("<table"), 1)


def test_every_file_is_what_it_says(lists: Found) -> None:
    tried = 0
    for visitor, page in lists.values():
        for link in files(page):
            answer = visitor.get(link)
            kind = "csv" if "format=csv" in link else "xlsx"
            assert answer.status_code == 200, link
            assert answer.content_type == exports.KINDS[kind], link
            assert answer.headers["Content-Disposition"].startswith("attachment"), link
            assert headings(answer.get_data(), kind), link
            tried += 1
    print(f"\nlists: {len(lists) - len(WITHOUT)} pages, {tried} files")
    assert tried >= 2 * len(LISTS)


def headings(content: bytes, kind: str) -> list[str]:
    """The first line of a file."""
    if kind == "csv":
        return next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return re.findall(r"<t[^>]*>([^<]+)</t>", book.read("xl/worksheets/sheet1.xml").decode())


def test_a_note_beside_a_case_becomes_no_formula(app: Flask, visit: Visit) -> None:
    start_application(visit)
    with db.transaction() as tx:
        case = tx.execute(select(cases.c.id)).scalar_one()
        reader = tx.execute(select(people.c.id).where(people.c.login == "shanxi_leader"))
        person = {"person_id": (known := reader.scalar_one()), "sent_by": known}
        note = {"step": "审阅", "note": FORMULA, "sent_at": clock.now()}
        tx.execute(insert(copies).values(id=new_id(), case_id=case, **person, **note))
    leader = visit("shanxi_leader")
    assert f"'{FORMULA}" in leader.get("/copies?format=csv").get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(leader.get("/copies?format=xlsx").get_data())) as book:
        written = book.read("xl/worksheets/sheet1.xml").decode()
    assert FORMULA in written and not re.search(r"<f[ >]", written)


def test_another_list_without_a_file_is_seen() -> None:
    assert not offers_enough('<table class="gc-table gc-cards">')
    assert offers_enough(
        '<table class="gc-table"><a href="/x?format=csv"><a href="/x?format=xlsx">'
    )


def test_the_list_of_cases_says_who_has_each_now(visit: Visit, applicant: Visitor) -> None:
    for path in ("/cases", "/started"):
        page = visit("shanxi_recommender").get(path).text
        assert "编制申报材料" in page and "云岭碳基材料研究院</small>" in page, path
    told = visit("shanxi_recommender").get("/cases?format=csv").text
    assert "编制申报材料（云岭碳基材料研究院）" in told


def test_who_has_started_nothing_is_told_where_the_cases_of_the_unit_are(
    applicant: Visitor,
) -> None:
    assert "在“办件”中查看" in applicant.get("/started").text


def test_what_is_handed_in_says_where_it_went_and_may_be_taken_back(
    visit: Visit, applicant: Visitor
) -> None:
    with db.transaction() as tx:  # it came an hour ago
        tx.execute(update(work_items).values(opened_at=clock.now() - timedelta(hours=1)))
    answer = applicant.get(applicant.do(PAPERS)["next"]).text
    note = answer[answer.index("已提交：") : answer.index('id="inbox"')]
    assert "“审核推荐”由汾东市标准化主管部门办理，办法没有规定期限。" in note
    taken_back = re.search(r'href="(/tasks/\w+/acts/withdraw)"', note)
    assert taken_back and "/cases/" in note
    recommender = visit("shanxi_recommender")
    recommender.post(f"{recommender.task()}/claim")
    done = applicant.get(taken_back[1].removesuffix("/acts/withdraw")).text
    assert "编制申报材料 · 已办结" in done and "当前环节：" not in done
    assert "看办到哪里了" in done


def test_nobody_reads_where_a_case_of_others_stands(visit: Visit, applicant: Visitor) -> None:
    found = re.search(r"/cases/(\w+)", applicant.get("/cases").text)
    assert found
    stranger = visit("jiangxi_applicant").get(f"/inbox?done=x&case={found[1]}").text
    assert "编制申报材料" not in stranger
