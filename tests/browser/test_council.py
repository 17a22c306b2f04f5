"""An assembly in a browser: exactly two thirds, a vote lost by one, a quorum lost, an election.

The secretariat keeps attendance and counts, as the charter has it keep the records (JC-21.3); no
member needs an account for a meeting.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import follow, ready, wait_for_work
from tests.browser.filling import fill
from tests.browser.test_application import Office, hand_in, opened

INVITED, HELD = "2026-11-20", "2026-12-11"
"""The invitation and the assembly; the fifth working day before it is 4 December."""

OFFICERS = [
    {"officer_office": "chair", "officer_name": "赵理事长", "officer_born_on": date(1968, 3, 15)},
    {"officer_office": "vice_chair", "officer_name": "钱副理事长"},
    {"officer_office": "vice_chair", "officer_name": "孙副理事长"},
    {"officer_office": "vice_chair", "officer_name": "李副理事长"},
    {"officer_office": "vice_chair", "officer_name": "周副理事长"},
]
ITEMS = [
    {"item_title": "年度培训安排", "matter": "other"},
    {"item_title": "2027年度工作计划", "matter": "work_plan"},
    {"item_title": "学术交流安排", "matter": "other"},
]
TOO_OLD = {"candidate_name": "蒋老", "candidate_office": "vice_chair"}
JUST_SEVENTY = {"candidate_name": "韩工", "candidate_office": "vice_chair"}


@pytest.mark.long
def test_an_assembly_of_27_with_18_present(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, "jiangxi_base", INVITED) as office:
        found_council(office)
        call_meeting(office)
        nominate(office)
        nominate_anew(office)
    with opened(browser, tmp_path, "jiangxi_base", HELD) as office:
        open_assembly(office)
        pass_an_ordinary_item_with_twelve(office)
        elect_the_candidate_of_seventy(office)
        lose_a_major_item_by_one(office)
        lose_the_quorum(office)
        close_and_archive(office)


def found_council(office: Office) -> None:
    page = office.page("secretariat")
    page.goto("/start")
    follow(page, page.locator("a[href^='/start/jiangxi_base/council']").first)
    ready(page)
    fill(page, office.answers["council"] | {"elected_on": date(2026, 1, 5), "officers": OFFICERS})
    fill(page, {"election_papers": ["resolution.pdf"]})
    hand_in(page)
    main = case_of(page).locator("main")
    expect(main).to_contain_text("理事会在任")
    expect(main).to_contain_text("在任理事")
    expect(main).to_contain_text("27")


def call_meeting(office: Office) -> None:
    begin(office, "提出开会", office.answers["council_meeting"])
    meeting = {"meeting_on": date.fromisoformat(HELD)}
    do(office, "chair", "召集会议", office.answers["convene_meeting"] | meeting)
    sent = {"notice_sent_on": date.fromisoformat(INVITED)}
    do(office, "secretariat", "发送会议通知", office.answers["send_notice"] | sent)
    for item in ITEMS:
        begin(office, "收到议题", office.answers["agenda_item"] | item)
    page = case_of(office.page("secretariat"))
    expect(page.locator("main")).to_contain_text("2026-12-04")


def nominate(office: Office) -> None:
    """Born one day too early the candidate is 71 on the day of the vote, else 70 (D-34)."""
    planned = {"election_kind": "by_election", "election_on": date.fromisoformat(HELD)}
    begin(office, "提出选举", planned)
    page = office.page("nominator")
    take(page, "提名候选人")
    papers = {"nomination_papers": ["nomination.pdf"]}
    fill(page, papers | {"candidates": [TOO_OLD | {"candidate_born_on": date(1955, 12, 11)}]})
    page.click("[data-form-submit]")
    expect(page.locator("[data-form-errors]")).to_contain_text("满 71 周岁")
    page.reload()
    ready(page)
    fill(page, papers | {"candidates": [JUST_SEVENTY | {"candidate_born_on": date(1955, 12, 12)}]})
    hand_in(page)
    take(office.page("secretariat"), "提交大会选举")
    expect(office.page("secretariat").locator("main")).to_contain_text("满 70 周岁，未超过 70 周岁")


def nominate_anew(office: Office) -> None:
    """The secretariat sends the nomination back; the unit reads why and hands it in again."""
    page = office.page("secretariat")
    why = "候选人的所在单位尚未出具意见。"
    fill(page, {"agenda_decision": "renominated", "renomination_reason": why})
    hand_in(page)
    nominator = office.page("nominator")
    take(nominator, "提名候选人")
    expect(nominator.locator("main")).to_contain_text(f"退回重新提名 {why}")
    hand_in(nominator)
    take(page, "提交大会选举")
    expect(page.get_by_label("列入大会议程，提交选举")).not_to_be_checked()


def open_assembly(office: Office) -> None:
    do(office, "secretariat", "编制议程", {})
    present = {"members_present": 18, "vice_chairs_present": 3}
    do(office, "secretariat", "签到", present)
    expect(case_of(office.page("secretariat")).locator("main")).to_contain_text("正在开会")


def pass_an_ordinary_item_with_twelve(office: Office) -> None:
    discuss(office, ITEMS[0])
    page = vote(office, {"votes_for": 12, "votes_against": 0})
    expect(page.locator("main")).not_to_contain_text("年度培训安排（")


def elect_the_candidate_of_seventy(office: Office) -> None:
    page = office.page("secretariat")
    take(page, "提交大会选举")
    fill(page, {"agenda_decision": "listed", "other_conditions_met": True})
    hand_in(page)
    vote(office, {"votes_for": 12, "votes_against": 6})
    main = case_of(page).locator("main")
    expect(main).to_contain_text("韩工")


def lose_a_major_item_by_one(office: Office) -> None:
    discuss(office, ITEMS[1])
    page = office.page("secretariat")
    take(page, "确定表决方式")
    fill(page, {"voting_form": "meeting", "ballot_secrecy": "open"})
    hand_in(page)
    take(page, "计票")
    expect(page.locator("main")).to_contain_text("全体在任理事 2/3 以上赞成")
    fill(page, {"votes_for": 17, "votes_against": 1})
    hand_in(page)
    take(page, "讨论议题")
    expect(page.locator("main")).to_contain_text("51 ＜ 27×2＝54")


def lose_the_quorum(office: Office) -> None:
    discuss(office, ITEMS[2])
    page = office.page("secretariat")
    take(page, "确定表决方式")
    there = {"members_present": 17, "vice_chairs_present": 2}
    fill(page, {"voting_form": "meeting", "ballot_secrecy": "open"} | there)
    hand_in(page)
    expect(case_of(page).locator("main")).to_contain_text("休会")


def close_and_archive(office: Office) -> None:
    do(office, "secretariat", "讨论议题", {"next_step": "close"})
    do(office, "secretariat", "整理会议记录", office.answers["archive_minutes"])
    main = case_of(office.page("secretariat")).locator("main")
    expect(main).to_contain_text("会议休会")
    expect(main).to_contain_text("公开决议和会议纪要")


def discuss(office: Office, item: dict[str, str]) -> None:
    answers = office.answers["take_item"] | {"next_step": "vote", "item_number": number_of(item)}
    do(office, "secretariat", "讨论议题", answers)


def number_of(item: dict[str, str]) -> str:
    return f"2026-{ITEMS.index(item) + 1:04}"


def vote(office: Office, counts: dict[str, int]) -> Page:
    do(office, "secretariat", "确定表决方式", office.answers["call_vote"])
    return do(office, "secretariat", "计票", counts)


def begin(office: Office, name: str, answers: dict[str, Any]) -> None:
    """Start a procedure, or bring a message, from the page of the case."""
    page = case_of(office.page("secretariat"))
    follow(page, page.get_by_role("link", name=name).first)
    ready(page)
    fill(page, answers)
    hand_in(page)


def do(office: Office, role: str, task: str, answers: dict[str, Any]) -> Page:
    page = office.page(role)
    take(page, task)
    fill(page, answers)
    hand_in(page)
    return page


def take(page: Page, task: str) -> None:
    row = page.locator("tr", has=page.get_by_role("cell", name=task, exact=True)).first
    wait_for_work(page, row=row)
    follow(page, row.locator("td.gc-title a"))
    if page.locator("[data-form-submit]").count() == 0:
        follow(page, page.locator("main form button").first)
    ready(page)


def case_of(page: Page) -> Page:
    page.goto("/cases")
    follow(page, page.locator("td.gc-title a").first)
    ready(page)
    return page
