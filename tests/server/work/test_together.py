"""Working together: what each act leaves behind, and what it refuses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from server.ids import new_id
from server.models import (
    comments,
    consultations,
    copies,
    corrections,
    deadlines,
    drafts,
    jobs,
    journal,
    memberships,
    notifications,
    people,
    urges,
    work_items,
)
from server.work import badges, cases, inbox, worklist
from server.work.inbox import Wanted
from server.work.people import Person, find_person
from server.work.submission import draft
from server.work.surroundings import Surroundings
from server.work.together import (
    answer,
    appoint_deputy,
    ask,
    beside,
    colleagues,
    comment,
    consult,
    copy,
    copying,
    deputies,
    end_deputy,
    go_on,
    hand_over,
    mark_read,
    offers,
    send_back,
    transfer,
    urge,
    withdraw,
)
from server.work.together import comments as remarks
from server.work.together.ways import ways
from tests.office import REGIME, Office
from tests.server.work import shared
from tests.server.work.helpers import assert_intact, do, fill, open_item, rows
from tests.server.work.shared import hand_in, in_hand, newcomer, opened

SOON = timedelta(days=10)


@pytest.fixture
def drawn(office: Office) -> Office:
    """A case of the procedure ``plain``, its writing in hand of the applicant."""
    shared.publish()
    office.start("plain")
    return office


@pytest.fixture
def second_reviewer(office: Office) -> Person:
    return newcomer(office, "reviewer_2", "reviewer", "formal_reviewer")


@pytest.fixture
def head(office: Office) -> Person:
    return newcomer(office, "head", "authority", "leader")


def acts() -> list[str]:
    return [entry["act"] for entry in rows(journal)]


def told(person: Person) -> list[str]:
    days = rows(notifications, person_id=person.id)
    return [item["kind"] for day in days for item in day["items"]]


def again(person: Person) -> Person:
    """The person as the next request reads them."""
    with db.read() as tx:
        found = find_person(tx, person.id)
    assert found
    return found


# --- transfer -----------------------------------------------------------------------------------


def test_a_transferred_item_is_the_colleagues_with_its_draft(office: Office) -> None:
    office.start()
    item = open_item("fill")
    worklist.claim(office["applicant"], item["id"])
    worklist.save_draft(office["applicant"], item["id"], {"summary": "写到一半"})
    answered = transfer(office["applicant"], item["id"], 2, office["colleague"].id, "出差")
    moved = open_item("fill")
    assert answered == {"id": item["id"], "version": 3}
    assert (moved["assignee_id"], moved["version"]) == (office["colleague"].id, 3)
    with db.read() as tx:
        assert draft(tx, item["id"], office["colleague"]) == {"summary": "写到一半"}
    assert acts() == ["start", "claim", "transfer"]
    assert rows(journal)[-1]["detail"]["to_name"] == "colleague"
    assert told(office["colleague"]) == ["transfer"]
    with pytest.raises(NotAllowed):
        do(office["applicant"], "fill", summary="x")
    assert_intact()


def test_a_transfer_goes_only_to_who_holds_the_post(office: Office) -> None:
    office.start()
    item = in_hand(office, "applicant", "fill")
    for login in ("stranger", "officer", "expert_1", "applicant"):
        with pytest.raises(Invalid) as refused:
            transfer(office["applicant"], item["id"], 2, office[login].id)
        assert list(refused.value.errors) == ["to"]
    with pytest.raises(NotFound):
        transfer(office["officer"], item["id"], 2, office["colleague"].id)
    with pytest.raises(NotAllowed):
        transfer(office["colleague"], item["id"], 2, office["colleague"].id)
    assert acts() == ["start", "claim"]


def test_a_transfer_repeated_counts_once_and_a_stale_one_not_at_all(office: Office) -> None:
    office.start()
    item, to = in_hand(office, "applicant", "fill"), office["colleague"].id
    with pytest.raises(Stale):
        transfer(office["applicant"], item["id"], 1, to)
    first = transfer(office["applicant"], item["id"], 2, to, key="one")
    assert transfer(office["applicant"], item["id"], 2, to, key="one") == first
    assert acts().count("transfer") == 1


# --- experts' opinions are nobody else's --------------------------------------------------------


def test_an_experts_opinion_is_never_transferred_asked_about_returned_or_deputised(
    office: Office,
) -> None:
    office.start()
    fill(office)
    one, other = office["expert_1"], office["expert_2"]
    item = open_item("review", assignee_id=one.id)
    with pytest.raises(NotAllowed) as refused:
        transfer(one, item["id"], 1, other.id)
    assert refused.value.code == "independent"
    with pytest.raises(NotAllowed) as refused:
        ask(one, item["id"], 1, office["officer"].id, "怎么看？")
    assert refused.value.code == "independent"
    with pytest.raises(NotAllowed) as refused:
        send_back(one, item["id"], 1, "fill", ["不清楚"], clock.today() + SOON)
    assert refused.value.code == "independent"
    today = clock.today()
    with pytest.raises(Invalid):
        appoint_deputy(one, other.id, today, today)
    with db.transaction() as tx:
        row = {"id": new_id(), "person_id": one.id, "deputy_id": other.id, "set_by": one.id}
        period = {"from_on": today, "until_on": today, "created_at": clock.now()}
        tx.execute(insert(deputies.deputies).values(row | period))
    with pytest.raises(NotFound):
        worklist.complete(again(other), item["id"], 1, {"opinion": "代签"})
    assert item["id"] not in [i["id"] for i in inbox.tasks(again(other), Wanted()).items]
    with pytest.raises(NotFound):
        urge(other, item["id"])
    with pytest.raises(NotFound):
        urge(office["applicant"], item["id"])
    urge(office["officer"], item["id"])


def test_a_box_offers_what_its_diagram_declares(office: Office) -> None:
    shared.publish()
    office.start("shared")
    for login, element in (("applicant", "write"), ("applicant", "add"), ("reviewer", "read")):
        hand_in(office, login, element)
    item = in_hand(office, "officer", "settle")
    with pytest.raises(NotAllowed) as refused:
        transfer(office["officer"], item["id"], 2, office["second_officer"].id)
    assert refused.value.code == "not_offered"
    copy(office["officer"], item["id"], [office["reviewer"].id])


# --- asking for an opinion ----------------------------------------------------------------------


def test_an_opinion_comes_back_to_who_asked(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    item = in_hand(drawn, "reviewer", "read")
    asked = ask(drawn["reviewer"], item["id"], 2, drawn["officer"].id, "是否合规？")
    with db.read() as tx:
        waits = consult.waiting(tx, drawn["officer"])
    assert [row["question"] for row in waits] == ["是否合规？"]
    answer(drawn["officer"], asked["id"], "合规")
    assert rows(consultations)[0]["answer"] == "合规"
    assert open_item("read")["assignee_id"] == drawn["reviewer"].id
    assert (told(drawn["officer"]), told(drawn["reviewer"])) == (["ask"], ["answer"])
    with pytest.raises(Stale):
        answer(drawn["officer"], asked["id"], "再说一遍")
    assert acts()[-2:] == ["ask", "answer"]
    assert_intact()


def test_an_opinion_is_no_longer_wanted_once_the_item_is_handed_in(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    item = in_hand(drawn, "reviewer", "read")
    asked = ask(drawn["reviewer"], item["id"], 2, drawn["officer"].id, "是否合规？")
    worklist.complete(drawn["reviewer"], item["id"], 2, {})
    with pytest.raises(Stale):
        answer(drawn["officer"], asked["id"], "合规")
    with db.read() as tx:
        assert consult.waiting(tx, drawn["officer"]) == []


def test_only_readers_are_asked_only_holders_ask_and_applicants_do_not_read_it(
    drawn: Office,
) -> None:
    hand_in(drawn, "applicant", "write")
    item = open_item("read")
    with pytest.raises(NotAllowed) as refused:
        ask(drawn["reviewer"], item["id"], 1, drawn["officer"].id, "？")
    assert refused.value.code == "not_claimed"
    in_hand(drawn, "reviewer", "read")
    for login in ("applicant", "stranger", "expert_1", "operator"):
        with pytest.raises(Invalid):
            ask(drawn["reviewer"], item["id"], 2, drawn[login].id, "？")
    asked = ask(drawn["reviewer"], item["id"], 2, drawn["officer"].id, "？")
    with pytest.raises(NotFound):
        answer(drawn["applicant"], asked["id"], "！")
    with db.read() as tx:
        for login, seen in (("applicant", 0), ("officer", 1), ("reviewer", 1)):
            found = cases.readable(tx, drawn[login], item["case_id"])
            assert len(beside.of_item(tx, drawn[login], item, found).questions) == seen


# --- returning ----------------------------------------------------------------------------------


def offered_ways(person: Person, element: str) -> list[str]:
    with db.read() as tx:
        desk = cases.task(tx, person, open_item(element)["id"])
        return [way.element.id for way in ways(desk, Surroundings(desk))]


def test_work_returns_with_one_list_of_defects_and_a_period(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    item, until = in_hand(drawn, "reviewer", "read"), clock.today() + SOON
    assert offered_ways(drawn["reviewer"], "read") == ["write"]
    send_back(drawn["reviewer"], item["id"], 2, "write", ["缺附件。", " ", "无盖章"], until)
    back = open_item("write")
    assert (back["assignee_id"], back["due_on"]) == (drawn["applicant"].id, until)
    assert opened("read") == [["read", drawn["reviewer"].id, "cancelled"]]
    told_list = rows(corrections)[0]
    assert (told_list["task_id"], told_list["due_on"]) == (back["task_id"], until)
    assert told_list["defects"] == ["缺附件。", "无盖章"]
    assert rows(jobs, kind="timer")[0]["status"] == "done"
    assert told(drawn["applicant"]) == ["return"]
    ((notice,),) = [day["items"] for day in rows(notifications, person_id=drawn["applicant"].id)]
    assert (notice["text"], notice["due_on"]) == ("缺附件；无盖章。", until.isoformat())
    (listed,) = inbox.tasks(drawn["applicant"], Wanted()).items
    assert listed["returned"]
    do(drawn["applicant"], "write")
    assert open_item("read")["version"] == 1
    assert len(rows(jobs, kind="timer", status="due")) == 1
    assert_intact()


def test_a_return_names_defects_and_a_day_ahead(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    item, today = in_hand(drawn, "reviewer", "read"), clock.today()
    wrong: list[tuple[list[str], date | None]] = [
        ([], today + SOON),
        (["  "], today + SOON),
        (["x"] * 51, today + SOON),
        (["x"], today),
        (["x"], None),
        (["x"], today + timedelta(days=400)),
    ]
    for defects, until in wrong:
        with pytest.raises(Invalid):
            send_back(drawn["reviewer"], item["id"], 2, "write", defects, until)
    for to in ("check", "nowhere", "asked"):
        with pytest.raises(Refused):
            send_back(drawn["reviewer"], item["id"], 2, to, ["x"], today + SOON)
    assert open_item("read")["version"] == 2


def test_where_the_diagram_draws_the_way_back_nothing_is_added(office: Office) -> None:
    shared.publish()
    office.start("shared")
    hand_in(office, "applicant", "write")
    assert offered_ways(office["applicant"], "add") == ["write"]
    hand_in(office, "applicant", "add")
    assert offered_ways(office["reviewer"], "read") == []
    hand_in(office, "reviewer", "read")
    assert offered_ways(office["officer"], "settle") == []  # the register was asked on the way


def test_work_goes_back_over_two_steps_to_the_post_when_the_person_has_left(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    hand_in(drawn, "reviewer", "read")
    with db.transaction() as tx:
        tx.execute(update(people).where(people.c.login == "applicant").values(active=False))
    item = in_hand(drawn, "reviewer", "check")
    assert offered_ways(drawn["reviewer"], "check") == ["write"]  # reading has a legal date
    send_back(drawn["reviewer"], item["id"], 2, "write", ["重写"], clock.today() + SOON)
    assert open_item("write")["assignee_id"] is None
    assert_intact()


# --- withdrawing --------------------------------------------------------------------------------


def test_who_handed_in_takes_back_while_nobody_has_begun(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    first = open_item("read")
    hand_in(drawn, "reviewer", "read")
    assert rows(deadlines)[0]["status"] == "met"
    answered = withdraw(drawn["reviewer"], first["id"])
    back = open_item("read")
    assert answered["next"] == [{"id": back["id"], "name": "审阅"}]
    assert (back["assignee_id"], back["due_on"]) == (drawn["reviewer"].id, first["due_on"])
    assert back["deadline_id"] == first["deadline_id"]
    assert [row["status"] for row in rows(deadlines)] == ["open"]
    assert opened("check") == [["check", None, "cancelled"]]
    do(drawn["reviewer"], "read")
    assert rows(deadlines)[0]["status"] == "met"
    assert acts()[-3:] == ["complete", "take_back", "complete"]
    assert_intact()


def test_nothing_is_taken_back_once_somebody_has_begun(drawn: Office) -> None:
    first = open_item("write")
    hand_in(drawn, "applicant", "write")
    with pytest.raises(NotFound):
        withdraw(drawn["colleague"], first["id"])
    item = in_hand(drawn, "reviewer", "read")
    with pytest.raises(Stale) as refused:
        withdraw(drawn["applicant"], first["id"])
    assert refused.value.code == "begun"
    worklist.release(drawn["reviewer"], item["id"])
    with pytest.raises(Stale):
        withdraw(drawn["applicant"], first["id"])


def test_what_has_had_effect_is_not_taken_back(office: Office) -> None:
    office.start()
    item = open_item("fill")
    fill(office, size=1)
    with pytest.raises(Refused) as refused:
        withdraw(office["applicant"], item["id"])
    assert refused.value.code == "no_way_back"
    expert = office["expert_1"]
    opinion = open_item("review", assignee_id=expert.id)
    worklist.complete(expert, opinion["id"], 1, {"opinion": "同意"})
    with pytest.raises(NotAllowed):
        withdraw(expert, opinion["id"])


# --- copies -------------------------------------------------------------------------------------


def test_a_copy_is_listed_until_read_and_opens_nothing(drawn: Office, head: Person) -> None:
    item = in_hand(drawn, "applicant", "write")
    for login in ("officer", "stranger", "expert_1"):
        with pytest.raises(Invalid):
            copy(drawn["applicant"], item["id"], [drawn[login].id])
    copy(drawn["applicant"], item["id"], [drawn["colleague"].id], "请知悉")
    do(drawn["applicant"], "write")
    reading = in_hand(drawn, "reviewer", "read")
    copy(drawn["reviewer"], reading["id"], [drawn["officer"].id, head.id], "请阅")
    received = copying.received(drawn["officer"], Wanted())
    assert [(row["step"], row["note"], row["read_at"]) for row in received.items] == [
        ("审阅", "请阅", None)
    ]
    assert badges.of(head).copies == 1
    with pytest.raises(NotFound):
        mark_read(head, received.items[0]["id"])
    assert mark_read(drawn["officer"], received.items[0]["id"]) == reading["case_id"]
    assert badges.of(drawn["officer"]).copies == 0
    sent = copying.sent(drawn["reviewer"], reading["case_id"])
    assert {row["person_name"]: row["read_at"] is not None for row in sent} == {
        "officer": True,
        "head": False,
    }
    with db.transaction() as tx:
        tx.execute(memberships.delete().where(memberships.c.person_id == head.id))
    assert copying.received(again(head), Wanted()).items == []
    assert badges.of(again(head)).copies == 0
    assert len(rows(copies)) == 3


# --- urging -------------------------------------------------------------------------------------


def test_who_waits_urges_once_a_day(drawn: Office) -> None:
    hand_in(drawn, "applicant", "write")
    item = open_item("read")
    urge(drawn["applicant"], item["id"], "请尽快")
    assert told(drawn["reviewer"]) == ["urge"]
    with pytest.raises(Refused) as refused:
        urge(drawn["applicant"], item["id"])
    assert refused.value.code == "urged_today"
    urge(drawn["colleague"], item["id"])
    with clock.frozen(clock.today() + timedelta(days=1)):
        urge(drawn["applicant"], item["id"])
    assert len(rows(urges)) == 3
    with pytest.raises(NotFound):
        urge(drawn["stranger"], item["id"])
    shown = inbox.tasks(drawn["reviewer"], Wanted()).items[0]
    assert shown["urged_on"] is not None
    in_hand(drawn, "reviewer", "read")
    with pytest.raises(NotAllowed):
        urge(drawn["reviewer"], item["id"])


# --- deputies -----------------------------------------------------------------------------------


def test_a_deputy_does_what_waits_in_the_name_of_the_absent(
    drawn: Office, second_reviewer: Person
) -> None:
    clerk = newcomer(drawn, "clerk", "reviewer", "assistant")
    hand_in(drawn, "applicant", "write")
    item, today = in_hand(drawn, "reviewer", "read"), clock.today()
    assert inbox.tasks(clerk, Wanted()).items == []
    appoint_deputy(drawn["reviewer"], clerk.id, today, today + SOON)
    deputy = again(clerk)
    assert [row["id"] for row in inbox.tasks(deputy, Wanted()).items] == [item["id"]]
    worklist.complete(deputy, item["id"], 2, {})
    entry = rows(journal)[-1]
    assert entry["actor_name"] == "clerk 代 reviewer 办理"
    assert entry["detail"]["for"] == drawn["reviewer"].id
    worklist.claim(deputy, open_item("check")["id"])
    assert open_item("check")["assignee_id"] == drawn["reviewer"].id
    with clock.frozen(today + SOON + timedelta(days=1)):
        assert again(clerk).stands_in_for == ()
        assert inbox.tasks(again(clerk), Wanted()).items == []
        with pytest.raises(NotFound):
            worklist.complete(again(clerk), open_item("check")["id"], 2, {})
    assert_intact()


def test_deputies_have_no_deputies_and_end_when_told(drawn: Office) -> None:
    first = newcomer(drawn, "first", "reviewer", "assistant")
    second = newcomer(drawn, "second", "reviewer", "assistant")
    hand_in(drawn, "applicant", "write")
    today = clock.today()
    row = appoint_deputy(drawn["reviewer"], first.id, today, today)
    appoint_deputy(first, second.id, today, today)
    assert len(inbox.tasks(again(first), Wanted()).items) == 1
    assert inbox.tasks(again(second), Wanted()).items == []
    with pytest.raises(NotFound):
        worklist.claim(again(second), open_item("read")["id"])
    with pytest.raises(NotFound):
        end_deputy(second, row)
    end_deputy(drawn["reviewer"], row)
    assert inbox.tasks(again(first), Wanted()).items == []
    with db.read() as tx:
        assert [d["phase"] for d in deputies.of_person(tx, drawn["reviewer"])] == ["ended"]


def test_a_deputy_who_acted_from_another_post_does_not_check_their_own_work(
    drawn: Office,
) -> None:
    both = newcomer(drawn, "both", "unit", "undertaker")
    reader = newcomer(drawn, "reader", "unit", "formal_reviewer")
    today = clock.today()
    worklist.claim(both, open_item("write")["id"])
    worklist.complete(both, open_item("write")["id"], 2, {})
    with db.transaction() as tx:
        place = drawn.organisations["unit"]
        tx.execute(update(work_items).values(organisation_id=place))
    appoint_deputy(reader, both.id, today, today)
    with pytest.raises(NotAllowed) as refused:
        worklist.claim(again(both), open_item("read")["id"])
    assert refused.value.code == "posts_apart"


@pytest.mark.parametrize(("start", "length"), [(5, -1), (-9, 3), (0, 400)])
def test_a_period_lies_ahead_and_is_no_longer_than_a_year(
    office: Office, start: int, length: int
) -> None:
    begin = clock.today() + timedelta(days=start)
    with pytest.raises(Invalid):
        appoint_deputy(
            office["applicant"], office["colleague"].id, begin, begin + timedelta(days=length)
        )


def test_one_deputy_at_a_time_chosen_among_colleagues(office: Office, head: Person) -> None:
    today, mine = clock.today(), office["officer"]
    appoint_deputy(mine, office["second_officer"].id, today, today + SOON)
    with pytest.raises(Invalid):
        appoint_deputy(mine, head.id, today + SOON, today + SOON)
    with pytest.raises(Invalid):
        appoint_deputy(office["applicant"], office["officer"].id, today, today)
    with pytest.raises(NotAllowed):
        appoint_deputy(office["applicant"], mine.id, today, today, office["colleague"].id)
    appoint_deputy(head, mine.id, today, today, office["second_officer"].id)


# --- handing over -------------------------------------------------------------------------------


def test_what_a_leaver_has_in_hand_goes_to_the_successor_in_batches(
    office: Office, head: Person
) -> None:
    shared.publish()
    items = []
    for _ in range(5):
        office.start("plain")
        hand_in(office, "applicant", "write")
        items.append(in_hand(office, "reviewer", "read"))
    leaver, lead = office["reviewer"], newcomer(office, "lead", "reviewer", "leader")
    successor = newcomer(office, "successor", "reviewer", "formal_reviewer")
    place = office.organisations["reviewer"]
    with pytest.raises(NotAllowed):
        hand_over(head, leaver.id, successor.id, place, REGIME)
    order = hand_over(lead, leaver.id, successor.id, place, REGIME)
    worklist.complete(leaver, items[0]["id"], 2, {})
    state = go_on(lead, order, most=2)
    assert (state["moved"], state["kept"], state["waiting"]) == (1, 1, 3)
    state = go_on(lead, order)
    assert (state["moved"], state["kept"], state["waiting"]) == (4, 1, 0)
    assert state["finished_at"] is not None
    assert {i["reason"] for i in state["items"]} == {"", "not_open"}
    mine = [row["assignee_id"] for row in rows(work_items, element_id="read", status="open")]
    assert mine == [successor.id] * 4
    assert acts().count("hand_over") == 4
    with pytest.raises(NotFound):
        go_on(head, order)
    assert_intact()


def test_expert_opinions_and_other_posts_stay_with_the_leaver(office: Office) -> None:
    office.start()
    fill(office, size=1)
    lead = newcomer(office, "lead", "college", "leader")
    one, other = office["expert_1"], office["expert_2"]
    order = hand_over(lead, one.id, other.id, office.organisations["college"], REGIME)
    state = go_on(lead, order)
    assert [(i["status"], i["reason"]) for i in state["items"]] == [("kept", "independent")]
    assert open_item("review")["assignee_id"] == one.id


# --- comments -----------------------------------------------------------------------------------


def seen_by(person: Person, case_id: str) -> list[str]:
    with db.read() as tx:
        found = cases.readable(tx, person, case_id)
        return [row["body"] for row in remarks.of_case(tx, person, found)]


def test_applicants_do_not_read_internal_comments(office: Office) -> None:
    case = office.start()["case"]
    comment(office["officer"], case, "请核实地址", internal=True)
    comment(office["officer"], case, "已收到", internal=False)
    comment(office["applicant"], case, "谢谢", internal=False)
    assert seen_by(office["applicant"], case) == ["已收到", "谢谢"]
    assert seen_by(office["reviewer"], case) == ["请核实地址", "已收到", "谢谢"]
    with pytest.raises(NotAllowed):
        comment(office["applicant"], case, "内部", internal=True)
    with pytest.raises(NotFound):
        comment(office["stranger"], case, "？", internal=False)
    with pytest.raises(Invalid):
        comment(office["officer"], case, "  ", internal=False)
    assert len(rows(comments)) == 3
    assert_intact()


def test_no_comment_gives_an_expert_away(office: Office) -> None:
    case = office.start()["case"]
    fill(office, size=1)
    with pytest.raises(NotAllowed):
        comment(office["expert_1"], case, "我认为可行", internal=False)
    with pytest.raises(Refused) as refused:
        comment(office["officer"], case, "expert_1 认为可行", internal=False)
    assert refused.value.code == "names_expert"
    comment(office["officer"], case, "expert_1 认为可行", internal=True)
    comment(office["applicant"], case, "是 expert_1 吗？", internal=False)  # learns nothing


@pytest.mark.parametrize("change", [update(comments).values(body="x"), comments.delete()])
def test_a_comment_cannot_be_changed(office: Office, change: Any) -> None:
    comment(office["officer"], office.start()["case"], "原话", internal=False)
    with pytest.raises(Exception, match="append-only"), db.transaction() as tx:
        tx.execute(change)


# --- which buttons ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "claimed", "acts"),
    [
        ("reviewer", False, ["transfer"]),
        ("reviewer", True, ["transfer", "consult", "return", "copy"]),
        ("officer", True, ["urge"]),
    ],
)
def test_each_sees_the_acts_open_to_them(
    drawn: Office, login: str, claimed: bool, acts: list[str]
) -> None:
    hand_in(drawn, "applicant", "write")
    if claimed:
        in_hand(drawn, "reviewer", "read")
    with db.read() as tx:
        desk = cases.task(tx, drawn[login], open_item("read")["id"])
        assert list(offers.open_to(drawn[login], desk)) == acts


def test_drafts_of_others_are_left_alone(office: Office) -> None:
    office.start()
    item = in_hand(office, "applicant", "fill")
    worklist.save_draft(office["applicant"], item["id"], {"summary": "甲"})
    transfer(office["applicant"], item["id"], 2, office["colleague"].id)
    worklist.save_draft(office["colleague"], item["id"], {"summary": "乙"})
    transfer(office["colleague"], item["id"], 3, office["applicant"].id)
    assert [row["data"] for row in rows(drafts)] == [{"summary": "乙"}]


def test_nobody_is_offered_who_may_not_read_the_case(drawn: Office, head: Person) -> None:
    with db.read() as tx:
        desk = cases.task(tx, drawn["applicant"], open_item("write")["id"])
        of_officials = {row["name"] for row in colleagues.readers(desk, drawn["officer"])}
        of_applicants = {row["name"] for row in colleagues.readers(desk, drawn["applicant"])}
    assert of_officials == {"second_officer", "reviewer", "head"}
    assert of_applicants == {"colleague"}
