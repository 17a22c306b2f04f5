"""The operators' outbox and a person's wishes, as pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from server import clock, db
from server.ids import new_id
from server.models import administration_journal, contacts, outbox, pauses, people
from server.work.outside import outbox as room
from tests.server.views.conftest import PAGE, Visitor
from tests.server.work.helpers import rows

LINE = {
    "event": "task", "case": "C1", "number": "SX-2026-1", "case_title": "某创新基地", "item": "I1",
    "title": "形式审查", "title_en": None, "due_on": "2026-12-01", "days": None,
}  # fmt: skip


def message(status: str = "dead", regime: str = "shanxi", **more: Any) -> str:
    """A message to the applicant of Shanxi."""
    with db.transaction() as tx:
        who = people.c.login == "shanxi_applicant"
        person = tx.execute(select(people.c.id).where(who)).scalar_one()
        row = {
            "id": new_id(),
            "channel": "mail",
            "recipient": person,
            "person_id": person,
            "regime": regime,
            "locale": "zh",
            "address": "shanxi.applicant@office.example",
            "items": [LINE],
            "created_at": clock.now(),
            "run_at": clock.now(),
            "status": status,
            "error": "address" if status == "dead" else "",
            "sent_at": clock.now() if status == "sent" else None,
        }
        tx.execute(insert(outbox).values(row | more))
    return str(row["id"])


def post(visitor: Visitor, path: str, **data: Any) -> Any:
    headers = {**PAGE, "X-CSRFToken": visitor.token}
    return visitor.client.post(path, data=data, headers=headers)


@pytest.fixture
def operator(visit: Any) -> Visitor:
    found: Visitor = visit("shanxi_operator")
    return found


def test_an_operator_sees_what_was_given_up_and_why(operator: Visitor) -> None:
    message()
    page = operator.get("/operations/messages").text
    assert "shanxi.applicant@office.example" in page
    assert "收件地址不被接受，请本人更正邮箱" in page
    assert "发送失败" in page


def test_messages_of_other_regimes_are_not_found(operator: Visitor) -> None:
    other = message(regime="national")
    page = operator.get("/operations/messages").text
    assert "没有符合条件的记录" in page
    assert operator.get(f"/operations/messages/{other}").status_code == 404
    assert post(operator, f"/operations/messages/{other}/resend").status_code == 404


def test_the_list_is_searched_filtered_sorted_and_exported(operator: Visitor) -> None:
    message()
    message("sent", address="somebody@office.example")
    page = operator.get("/operations/messages?status=sent&sort=-created").text
    assert "somebody@office.example" in page
    assert "shanxi.applicant@office.example" not in page
    assert "没有符合条件" in operator.get("/operations/messages?q=nobody").text
    sheet = operator.get("/operations/messages?format=csv").text
    assert "somebody@office.example" in sheet


def test_a_message_is_shown_in_its_words(operator: Visitor) -> None:
    page = operator.get(f"/operations/messages/{message()}").text
    assert "新的待办：形式审查（SX-2026-1）" in page
    assert "办理期限：2026-12-01" in page


def test_a_message_is_sent_again_and_taken_back_and_both_are_journaled(operator: Visitor) -> None:
    made = message()
    assert post(operator, f"/operations/messages/{made}/resend").status_code == 303
    assert (rows(outbox)[0]["status"], rows(outbox)[0]["fence"]) == ("due", 1)
    assert post(operator, f"/operations/messages/{made}/resend").status_code == 409
    assert post(operator, f"/operations/messages/{made}/cancel").status_code == 303
    assert (rows(outbox)[0]["status"], rows(outbox)[0]["error"]) == ("cancelled", "taken_back")
    acts = [row["act"] for row in rows(administration_journal)]
    assert acts[-2:] == ["resend_message", "cancel_message"]


def test_a_message_under_way_is_not_taken_back(operator: Visitor) -> None:
    made = message("due", lease_until=clock.now() + timedelta(seconds=10))
    assert post(operator, f"/operations/messages/{made}/cancel").status_code == 409
    assert rows(outbox)[0]["status"] == "due"


def test_everything_is_held_back_and_let_go(operator: Visitor) -> None:
    assert post(operator, "/operations/messages/pause").status_code == 303
    assert post(operator, "/operations/messages/pause").status_code == 303
    assert "已暂停外发" in operator.get("/operations/messages").text
    assert "已暂停外发" in operator.get("/operations").text
    (row,) = rows(pauses)
    assert row["lifted_at"] is None
    assert post(operator, "/operations/messages/lift", suspects="send").status_code == 303
    assert rows(pauses)[0]["lifted_at"] is not None


@pytest.mark.parametrize(("choice", "status"), [("cancel", "cancelled"), ("send", "gathering")])
def test_after_a_restore_the_operator_decides_about_what_may_have_left(
    operator: Visitor, choice: str, status: str
) -> None:
    message("gathering")
    with db.transaction() as tx:
        room.quarantine(tx, clock.now() - timedelta(days=2))
    page = operator.get("/operations/messages?suspect=yes").text
    assert "恢复" in page
    assert "可能已发送" in page
    assert "shanxi.applicant@office.example" in page
    assert post(operator, "/operations/messages/lift", suspects="both").status_code == 422
    assert post(operator, "/operations/messages/lift", suspects=choice).status_code == 303
    assert rows(outbox)[0]["status"] == status
    assert rows(pauses)[0]["lifted_at"] is not None


def test_nobody_else_finds_the_outbox(visit: Any) -> None:
    applicant = visit("shanxi_applicant")
    made = message()
    for address in ("/operations/messages", f"/operations/messages/{made}"):
        assert applicant.get(address).status_code == 404
    for act in ("pause", "lift", f"{made}/resend", f"{made}/cancel"):
        given = {"suspects": "send"}
        assert post(applicant, f"/operations/messages/{act}", **given).status_code == 404


def test_a_person_says_how_they_want_to_be_told(visit: Any) -> None:
    applicant = visit("shanxi_applicant")
    given = {"mail": "me@office.example", "events": ["due"], "quiet_from": "21:00",
             "quiet_until": "07:30"}  # fmt: skip
    assert post(applicant, "/account/messages", **given).status_code == 303
    page = applicant.get("/account").text
    assert 'value="me@office.example"' in page
    assert 'value="due" checked' in page
    assert 'value="task" checked' not in page
    kept = rows(contacts, mail="me@office.example")[0]
    assert (kept["events"], kept["quiet_from"]) == (["due"], "21:00")


def test_an_address_that_is_none_is_refused_beside_what_was_filled_in(visit: Any) -> None:
    applicant = visit("shanxi_applicant")
    answer = post(applicant, "/account/messages", mail="nobody", quiet_from="21:00", quiet_until="")
    assert answer.status_code == 422
    assert "请填写有效的电子邮件地址" in answer.text
    assert 'value="nobody"' in answer.text


def test_the_list_names_people_in_the_language_of_the_page(operator: Visitor) -> None:
    message()
    assert "申报单位经办人" in operator.get("/operations/messages").text
    operator.client.set_cookie("language", "en")
    page = operator.get("/operations/messages").text
    assert "申报单位经办人" not in page
    assert "The address was not accepted" in page


def test_who_watches_learns_of_what_waits_and_of_a_pause(operator: Visitor) -> None:
    message("due", attempts=2)
    message("gathering")
    post(operator, "/operations/messages/pause")
    text = operator.get("/metrics").text
    assert "guicheng_messages_waiting 2.0" in text
    assert "guicheng_messages_tried 1.0" in text
    assert "guicheng_messages_paused 1.0" in text
