"""The public portal: a notice, objections of every kind, receipts, what stays hidden."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from lxml import etree
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from server import clock
from server.jobs import claims, worker
from server.views.portal.throttle import Allowance, Throttle
from server.views.security import Headed
from tests.server.views.conftest import PDF, Visit, Visitor
from tests.server.views.test_objections import authority

__all__ = ["authority"]

LAST_DAY = date(2026, 12, 21)
"""A month after 2026-11-20 is a Sunday; the period ends on the Monday."""

OBJECTION = {"sender": "某检测公司", "contact": "0351-7654321", "content": "承担单位条件不足。"}


@pytest.fixture
def public(visit: Visit, authority: Visitor) -> Visitor:
    """Somebody who has not signed in, while a notice runs."""
    return visit("")


def address(public: Visitor) -> str:
    found = re.search(r'href="(/portal/notices/\w+)"', public.get("/portal/notices").text)
    assert found
    return found[1]


def send(public: Visitor, **given: Any) -> TestResponse:
    return public.client.post(address(public), data={**OBJECTION, **given}, headers=PAGE)


PAGE = {"Accept": "text/html"}


def receipt(answer: TestResponse) -> tuple[str, str]:
    assert answer.status_code == 201, answer.text
    found = re.search(r"(GZ-\d{4}-\d{4}).*?gc-hash\">([\w-]+)<", answer.text, re.DOTALL)
    assert found
    return found[1], found[2]


def look_up(public: Visitor, number: str, code: str) -> TestResponse:
    given = {"receipt": number, "code": code}
    return public.client.post("/portal/receipts", data=given, headers=PAGE)


def test_a_notice_is_read_by_everybody_with_its_period(public: Visitor) -> None:
    text = public.get(address(public)).text
    assert "先进计算" in text
    assert LAST_DAY.isoformat() in text
    assert "还有 31 天" in text
    assert "推荐单位" in text


def test_a_notice_stays_in_the_list_after_its_end(public: Visitor) -> None:
    with clock.frozen(date(2027, 1, 5)):
        assert "已期满" in public.get("/portal/notices").text


def test_an_objection_reaches_the_office_and_its_answer_the_sender(
    public: Visitor, authority: Visitor
) -> None:
    number, code = receipt(send(public))
    assert "已登记" in look_up(public, number, code).text
    assert worker.drain(claims.ENGINE) == 1
    assert "正在办理" in look_up(public, number, code).text
    form = authority.claim()
    assert OBJECTION["content"] in str(form)
    settled = {"settled_objection": "1", "objection_result": "dismissed", "settlement_note": "经查"}
    authority.do_claimed(form, settled)
    told = look_up(public, number, code).text
    assert "已答复" in told
    assert "异议不成立。经查" in told


def test_an_objection_on_the_last_evening_is_in_time(public: Visitor, authority: Visitor) -> None:
    evening = clock.midnight(LAST_DAY).replace(hour=15, minute=59)
    with clock.frozen(evening):
        answer = send(public)
        assert "公示期已过" not in answer.text
        worker.drain(claims.ENGINE)
    assert "处理异议" in authority.get("/inbox").text


@pytest.mark.parametrize(
    ("day", "sender"), [(LAST_DAY, ""), (date(2026, 12, 22), OBJECTION["sender"])]
)
def test_a_late_or_anonymous_one_is_registered_and_answered(
    public: Visitor, authority: Visitor, day: date, sender: str
) -> None:
    with clock.frozen(day):
        number, code = receipt(send(public, sender=sender))
        worker.drain(claims.ENGINE)
        inbox = authority.sign_in("national_authority").get("/inbox").text
        assert "答复来件" in inbox
        assert "处理异议" not in inbox
        rows = re.findall(r"<tr.*?</tr>", inbox, re.DOTALL)
        row = next(each for each in rows if "答复来件" in each)
        task = re.findall(r"/tasks/\w+", row)[0]
        authority.post(f"{task}/claim")
        authority.do_claimed(authority.form(task), {"submission_answer": "经核实，符合条件。"})
        assert "经核实，符合条件。" in look_up(public, number, code).text


def test_only_the_office_learns_who_objected(
    visit: Visit, public: Visitor, authority: Visitor
) -> None:
    number, _ = receipt(send(public))
    worker.drain(claims.ENGINE)
    page = authority.get("/submissions").text
    assert number in page
    assert OBJECTION["sender"] in page
    for login in ("national_applicant", "national_recommender", "national_expert_1", ""):
        who = visit(login)
        listed = re.search(r'href="(/cases/\w+)"', who.get("/cases").text) if login else None
        pages = ["/portal/", address(public), "/submissions", *([listed[1]] if listed else [])]
        for path in pages:
            assert OBJECTION["sender"] not in who.get(path).text, (login, path)
            assert OBJECTION["contact"] not in who.get(path).text, (login, path)


def test_evidence_is_for_the_office_alone(
    visit: Visit, public: Visitor, authority: Visitor
) -> None:
    send(public, files=(io.BytesIO(PDF), "证据.pdf"))
    page = re.search(r'href="(/submissions/\w+)"', authority.get("/submissions").text)
    assert page
    assert "证据.pdf" in authority.get(page[1]).text
    assert authority.get(f"{page[1]}/files/0").data == PDF
    assert authority.get(f"{page[1]}/files/1").status_code == 404
    for login in ("national_applicant", "national_formal_reviewer"):
        assert visit(login).get(f"{page[1]}/files/0").status_code == 404


def test_a_file_that_is_not_what_it_says_is_refused_and_what_was_typed_stays(
    public: Visitor,
) -> None:
    answer = send(public, files=(io.BytesIO(b"MZ\x90"), "证据.pdf"))
    assert answer.status_code == 422
    assert OBJECTION["content"] in answer.text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"content": " "}, "请填写内容"),
        ({"contact": ""}, "请填写联系方式"),
        ({"content": "字" * 5001}, "不超过 5000 字"),
        ({"sender": "字" * 201}, "不超过 200 字"),
    ],
)
def test_what_cannot_be_handled_is_refused_in_words(
    public: Visitor, given: dict[str, str], sentence: str
) -> None:
    answer = send(public, **given)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_receipt_needs_its_code(public: Visitor) -> None:
    number, _ = receipt(send(public))
    assert look_up(public, number, "wrong").status_code == 404
    assert look_up(public, "GZ-2026-9999", "wrong").status_code == 404


def test_too_many_from_one_address_get_a_sentence_and_none_accepted_is_lost(
    public: Visitor, authority: Visitor
) -> None:
    answers = [send(public, content=f"第{number}件") for number in range(8)]
    accepted = [each for each in answers if each.status_code == 201]
    refused = [each for each in answers if each.status_code == 429]
    assert (len(accepted), len(refused)) == (5, 3)
    assert "请稍后再试" in refused[0].text
    kept = authority.get("/submissions").text
    assert all(receipt(each)[0] in kept for each in accepted)


def test_the_office_answers_itself_where_the_case_is_over(
    public: Visitor, authority: Visitor, app: Flask
) -> None:
    number, code = receipt(send(public, sender=""))
    page = re.search(r'href="(/submissions/\w+)"', authority.get("/submissions").text)
    assert page
    headers = {**PAGE, "X-CSRFToken": authority.token}
    sent = authority.client.post(f"{page[1]}/answer", data={"answer": "  "}, headers=headers)
    assert sent.status_code == 422
    authority.client.post(f"{page[1]}/answer", data={"answer": "已知悉。"}, headers=headers)
    assert "已知悉。" in look_up(public, number, code).text
    again = authority.client.post(f"{page[1]}/answer", data={"answer": "又"}, headers=headers)
    assert again.status_code == 409


def test_pages_may_be_kept_and_are_not_sent_twice(public: Visitor) -> None:
    first = public.get("/portal/notices")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = public.get("/portal/notices", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_feed_names_what_is_published(public: Visitor) -> None:
    feed = etree.fromstring(public.get("/portal/feed.atom").data)
    titles = feed.xpath("//a:entry/a:title/text()", namespaces={"a": feed.nsmap[None]})
    assert any("先进计算" in title for title in titles)


def test_the_directory_lists_bases_from_their_approval_on(public: Visitor) -> None:
    assert "没有符合条件的基地" in public.get("/portal/bases").text
    assert public.get("/portal/statistics").status_code == 200


@pytest.mark.parametrize("path", ["/portal/notices/NOTHING", "/portal/secrets", "/portal/bases/x"])
def test_nothing_else_is_public(public: Visitor, path: str) -> None:
    assert public.get(path).status_code == 404


def test_an_allowance_fills_again_with_time() -> None:
    allowance = Allowance(burst=2, per_second=1)
    assert [allowance.take("a", now) for now in (0, 0, 0, 1, 1.5)] == [
        True,
        True,
        False,
        True,
        False,
    ]
    assert allowance.take("b", 1.5)


def test_who_asks_too_fast_is_turned_away_with_a_sentence() -> None:
    guarded = Client(Headed(Throttle(Response("ok"), "/portal", rate=2)))
    answers = [guarded.get("/portal/notices") for _ in range(8)]
    assert [each.status_code for each in answers].count(200) == 6
    assert (answers[-1].status_code, answers[-1].headers["Retry-After"]) == (429, "5")
    assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    assert "过于频繁" in answers[-1].text
    assert guarded.get("/sign-in").status_code == 200


def test_a_unit_without_an_account_checks_the_conditions_and_needs_no_sign_in(
    visit: Visit,
) -> None:
    public = visit("")
    assert 'href="/portal/self-check/' in public.get("/portal/").text
    page = public.get("/portal/self-check/shanxi?checked=1&legal_person=1").text
    assert "有 3 项条件不符合，现在还不能申报。" in page and "SX-11.1" in page
    assert "/clauses/" not in page and "退出" not in page
    assert public.get("/portal/self-check/nowhere").status_code == 404
