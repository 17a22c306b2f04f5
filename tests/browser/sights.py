"""Every page and every state of one: the acts that bring it about, the links that lead there."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from playwright.sync_api import Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from tests.browser.acts import begin_application, fill_papers, follow, open_task, ready
from tests.browser.conftest import Windows
from tests.browser.test_application import object_in_public
from tests.browser.test_new_regime import Walk, enter
from tests.browser.test_portal import PAGES as PORTAL
from tests.browser.test_rehearsal import DAYS, LONG, put
from tests.browser.test_workshop import APPLICATION, DEADLINES, draft
from tests.browser.test_workshop import consent as consent_to
from tests.browser.test_workshop import submit as ask_for_consent
from tests.server.views.matrix import TABLE

DIAGRAM = "processes/application.bpmn"
REHEARSED = 900_000  # ms for all scenarios of two procedures on a busy machine
PUBLIC = ""
"""The login of whoever has not signed in."""

LOOKERS = (
    "shanxi_leader",
    "shanxi_authority",
    "shanxi_formal_reviewer",
    "shanxi_recommender",
    "shanxi_applicant",
    "shanxi_process_owner",
    "shanxi_operator",
    "national_authority",
    "national_applicant",
    "jiangxi_sponsor",
    "jiangxi_base_applicant",
    "jiangxi_base_authority",
    "system_administrator",
    "security_administrator",
    "auditor",
)
"""People who between them may open every page."""

NOT_A_PAGE = frozenset({
    "/", "/static/<path:filename>", "/session", "/language/<code>", "/healthz", "/readyz",
    "/metrics", "/cases/<case_id>/archive", "/cases/<case_id>/comments.<kind>",
    "/documents/<document_id>", "/preview/<document_id>", "/portal/feed.atom",
    "/submissions/<submission_id>/files/<int:number>",
    "/diagrams/<int:publication>/<regime>/<process_id>.<language>.bpmn",
    "/workshop/drafts/<draft_id>/files/<path:path>", "/workshop/drafts/<draft_id>/offers",
    "/workshop/drafts/<draft_id>/pictures/<path:path>", "/workshop/drafts/<draft_id>/effect",
    "/workshop/drafts/<draft_id>/rehearsal/progress", "/workshop/migrations/<order_id>/progress",
})  # fmt: skip
"""Answers without a page of their own: files, data, parts of a page, ways to elsewhere."""

KINDS = ("what", "act", "step")
"""Parameters whose every value is another page."""

VARIED = {"/cases/<case_id>": 9, "/tasks/<item_id>": 4, "/workshop/drafts/<draft_id>": 4}
"""Pages that lead to different places: how many of each are searched for links."""


class Sight(NamedTuple):
    """A page in one state: who opens it where, and what they do before one looks."""

    login: str
    address: str
    then: Callable[[Page], object] = ready


def _routes() -> Map:
    with TABLE.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["method"] == "GET"]
    pages = (row["route"] for row in rows if not row["route"].startswith("/api/"))
    return Map([Rule(route, endpoint=route) for route in pages])


ROUTES = _routes().bind("")


def pages() -> set[str]:
    """The routes that show a page."""
    return {rule.rule for rule in ROUTES.map.iter_rules()} - NOT_A_PAGE


def kind(address: str) -> tuple[str, str]:
    """The route of an address, and what makes one page of this route differ from another."""
    try:
        route, values = ROUTES.match(re.split("[?#]", address)[0])
    except HTTPException:
        return "", ""
    told = [str(values[name]) for name in KINDS if name in values]
    ending = [str(values["path"]).rpartition(".")[2]] if "path" in values else []
    return route, "-".join(told + ending)


def found_by_links(page: Page, login: str, begin: list[str]) -> Iterator[tuple[str, Sight]]:
    """One page of each kind that somebody reaches from where they begin."""
    queue, opened = deque(begin), dict[str, tuple[str, str]]()
    while queue:
        address = queue.popleft()
        what = kind(address)
        known = list(opened.values()).count(what)
        if what[0] not in pages() or address in opened or known >= VARIED.get(what[0], 1):
            continue
        opened[address] = what
        answer = page.request.get(address, headers={"Accept": "text/html"})
        if answer.ok:
            yield _name(*what), Sight(login, address)
            links = re.findall(r'href="(/[^"]*)"', answer.text())
            queue.extend(link.replace("&amp;", "&") for link in links)


def _name(route: str, told: str) -> str:
    words = re.findall(r"[a-z_-]+", re.sub(r"<[^>]*>", "one", route))
    return "-".join([*words, told] if told else words) or "home"


def every_sight(windows: Windows) -> dict[str, Sight]:
    """Arrange an office with samples so that each page has something to show; name -> sight."""
    arranged = dict(arrange(windows))
    public = windows.visit()
    found = dict(found_by_links(public, PUBLIC, [f"/portal/{each}" for each in PORTAL]))
    for login in LOOKERS:
        page = windows.sign_in(login)
        begin = [sight.address for sight in arranged.values() if sight.login == login]
        for name, sight in found_by_links(page, login, ["/inbox", *begin]):
            found.setdefault(name, sight)
    return found | STATES | arranged


def arrange(windows: Windows) -> Iterator[tuple[str, Sight]]:
    """What people do so that pages have something to show; the states that came of it."""
    yield from _work(windows)
    yield from _public(windows)
    yield from _workshop(windows)
    yield from _administration(windows)


def _work(windows: Windows) -> Iterator[tuple[str, Sight]]:
    recommender, applicant = (
        windows.sign_in(f"shanxi_{who}") for who in ("recommender", "applicant")
    )
    open_task(applicant, begin_application(recommender))
    yield "task-claimed", Sight("shanxi_applicant", applicant.url)
    yield "task-refused", Sight("shanxi_applicant", applicant.url, _hand_in_empty)
    yield "task-read-only", Sight("shanxi_supervisor", applicant.url)
    open_task(applicant, begin_application(recommender))
    fill_papers(applicant)
    yield "task-done", Sight("shanxi_applicant", applicant.url)
    applicant.click("[data-form-submit]")
    applicant.wait_for_url("**/inbox?done=*")
    yield "inbox-next", Sight("shanxi_applicant", applicant.url)
    reviewer = windows.sign_in("shanxi_formal_reviewer")
    open_task(reviewer, "特色农业")
    yield "task-of-a-reviewer", Sight("shanxi_formal_reviewer", reviewer.url)
    _together(reviewer, windows)
    expert = windows.sign_in("shanxi_expert_1")
    expert.goto("/inbox?q=煤层气")
    follow(expert, expert.locator("td.gc-title a").first)
    yield "task-of-an-expert", Sight("shanxi_expert_1", expert.url)


def _both(windows: Windows, *roles: str) -> list[Page]:
    return [windows.sign_in(f"shanxi_{role}") for role in roles]


def _hand_in_empty(page: Page) -> None:
    ready(page)
    page.click("[data-form-submit]")
    page.wait_for_selector("[data-form-errors]:not([hidden])")


def _together(reviewer: Page, windows: Windows) -> None:
    """An opinion asked, a copy sent, a deputy, somebody who leaves."""
    here = reviewer.url
    reviewer.goto(f"{here}/acts/consult")
    reviewer.select_option("[name=of]", label="主管机关经办人（省标准化主管部门（演示））")
    reviewer.fill("[name=question]", "附件是否齐全？")
    _confirm(reviewer)
    reviewer.goto(f"{here}/acts/copy")
    reviewer.get_by_role("checkbox").first.check()
    _confirm(reviewer)
    leader = windows.sign_in("shanxi_leader")
    _choose(leader, "/deputies", deputy=1)
    _choose(leader, "/handovers", leaver=1, successor=2)


def _choose(page: Page, address: str, **choices: int) -> None:
    page.goto(address)
    for name, number in choices.items():
        page.select_option(f"[name={name}]", index=number)
    for day in page.locator("[name=until_on]").all():
        day.fill("2026-12-20")
    _confirm(page)


def _confirm(page: Page) -> None:
    follow(page, page.locator("main form.gc-stack .gc-btn-primary"))


def _public(windows: Windows) -> Iterator[tuple[str, Sight]]:
    page = windows.visit()
    receipt, code = object_in_public(page, "公示")
    here = "/portal/receipts"

    def told(page: Page) -> None:
        page.fill("[name=receipt]", receipt)
        page.fill("[name=code]", code)
        follow(page, page.locator("main .gc-btn-primary"))

    yield "receipt-told", Sight(PUBLIC, here, told)
    yield "receipt-unknown", Sight(PUBLIC, here, lambda page: _sent(page, receipt="1", code="2"))


def _sent(page: Page, **fields: str) -> None:
    """Fill in a form without scripts of its own and send it."""
    for name, text in fields.items():
        page.fill(f"main [name={name}]", text)
    follow(page, page.locator("main .gc-btn-primary").last)


def _workshop(windows: Windows) -> Iterator[tuple[str, Sight]]:
    owner, approver = _both(windows, "process_owner", "approver")
    released = draft(owner, "联系人改称经办人")
    put(owner, released, APPLICATION, "联系人", "经办人")
    ask_for_consent(owner, released, "与办法用语一致。")
    yield "draft-released", Sight("shanxi_leader", released)
    consent_to(approver, released)
    _order(owner)
    waiting = draft(owner, "实地考察的通知期")
    put(owner, waiting, APPLICATION, "工作基础", "已有工作基础")
    ask_for_consent(owner, waiting, "写法统一。")
    yield "draft-to-consent", Sight("shanxi_approver", waiting)
    yield "migration-to-confirm", Sight("shanxi_approver", owner.url)
    address = draft(owner, "报送方案改为31个工作日")
    put(owner, address, DEADLINES, f"{DAYS}30<", f"{DAYS}31<")
    put(owner, address, DIAGRAM, 'name="审核推荐"', 'name="审核并推荐"')
    put(owner, address, APPLICATION, "工作基础", "已有基础")
    yield "draft-with-changes", Sight("shanxi_process_owner", address)
    yield "draft-read-only", Sight("shanxi_leader", address)
    yield "rehearsal-done", Sight("shanxi_process_owner", f"{address}/rehearsal")
    yield "tryout-under-way", Sight("shanxi_process_owner", f"{address}/tryout", _try_out)
    owner.goto(f"{address}/rehearsal")
    follow(owner, owner.get_by_role("button", name="开始演练"))
    owner.locator("#list-title").wait_for(timeout=REHEARSED)
    measures = enter(Walk(owner))
    yield "draft-of-a-new-regime", Sight("shanxi_process_owner", measures)


def _order(owner: Page) -> None:
    """Propose that one case goes over to what has just been released."""
    owner.goto("/workshop/migrations/plan/shanxi/application")
    owner.get_by_label("只迁移下列选定的").check()
    owner.get_by_role("checkbox").first.check()
    owner.get_by_label("理由").fill("与新办件一致。")
    follow(owner, owner.get_by_role("button", name="提出迁移"))


def _try_out(page: Page) -> None:
    if page.locator("[data-form]").count():
        ready(page)
        return
    page.locator("main select").first.select_option("shanxi application")
    page.locator("main input[type=date]").first.fill("2025-03-03")
    page.locator("main .gc-btn-primary").first.click()
    page.locator("[data-form][data-ready]").wait_for(timeout=LONG)


def _administration(windows: Windows) -> Iterator[tuple[str, Sight]]:
    system = windows.sign_in("system_administrator")
    system.goto("/administration/organisations?q=远山")
    follow(system, system.locator("td.gc-title a").first)
    yield "organisation", Sight("system_administrator", system.url)
    security = windows.sign_in("security_administrator")
    security.goto("/administration/people?q=shanxi_leader")
    follow(security, security.locator("td.gc-title a").first)
    yield "person-to-appoint", Sight("security_administrator", security.url)
    form = security.locator("form[action$='/offices']")
    form.locator("[name=role]").select_option("leader")
    follow(security, form.locator(".gc-btn-primary"))
    system.goto("/administration/changes")
    yield "change-to-approve", Sight("system_administrator", security.url)


NOTHING = "q=没有这样的东西"
LISTS = (
    "inbox", "done", "started", "cases", "deadlines", "steps", "clauses", "copies", "projects",
    "search", "portal/notices", "portal/bases",
)  # fmt: skip

STATES = {
    "sign-in-refused": Sight(PUBLIC, "/sign-in", lambda page: _sent(page, login="x", password="y")),
    "not-found": Sight("shanxi_applicant", "/nothing-here"),
    "not-found-in-public": Sight(PUBLIC, "/nothing-here"),
    "not-allowed": Sight("shanxi_authority", "/start/shanxi/application"),
    "not-for-administrators": Sight("auditor", "/administration/people"),
    "nothing-to-do": Sight("shanxi_recommender_2", "/inbox"),
    "nothing-to-count": Sight("shanxi_recommender_2", "/dashboard"),
    "nothing-to-read": Sight("shanxi_recommender_2", "/cases"),
    "no-notices": Sight("shanxi_recommender_2", "/notices"),
    "no-deputies": Sight("shanxi_recommender_2", "/deputies"),
    "inbox-overdue": Sight("national_applicant", "/inbox"),
    "inbox-full": Sight("shanxi_authority", "/inbox"),
    "compare-three": Sight(
        "shanxi_leader", "/compare?regime=national&regime=shanxi&regime=jiangxi"
    ),
    "search-found": Sight("shanxi_leader", "/search?q=公示"),
    "objection-refused": Sight(PUBLIC, "/portal/notices", lambda page: _object_empty(page)),
    "token-made": Sight("shanxi_leader", "/tokens", lambda page: _sent(page, name="统计程序")),
    **{
        f"{each.replace('/', '-')}-empty": Sight(
            PUBLIC if each.startswith("portal") else "shanxi_applicant", f"/{each}?{NOTHING}"
        )
        for each in LISTS
    },
}
"""States that need nothing arranged."""


def _object_empty(page: Page) -> None:
    follow(page, page.locator("td.gc-title a").first)
    _sent(page, content=" ", contact="x")
