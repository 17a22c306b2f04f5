"""Moving running cases over HTTP: dry run, order, consent, progress, the way back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from server.jobs import worker
from tests.server.views.conftest import Visitor
from tests.server.views.test_workshop import begun, saved

Visit = Callable[[str], Visitor]
FORM = "forms/application/fill_application.shanxi.form"
PLAN = "/workshop/migrations/plan/shanxi/application"


@pytest.fixture
def owner(visit: Visit) -> Visitor:
    return visit("shanxi_process_owner")


@pytest.fixture
def approver(visit: Visit) -> Visitor:
    return visit("shanxi_approver")


@pytest.fixture
def draft(applicant: Visitor, owner: Visitor) -> str:
    """A draft of another form for the first step; one case waits there."""
    draft = begun(owner, "多填一项")
    text = owner.get(f"{draft}/files/{FORM}").get_data(as_text=True)
    changed = text.replace('"schemaVersion"', '"exporter": {"name": "x"}, "schemaVersion"')
    assert saved(owner, draft, changed, path=FORM).status_code == 200
    return draft


@pytest.fixture
def released(draft: str, owner: Visitor, approver: Visitor) -> None:
    given = {"reason": "多填一项", "effective_on": "2026-11-20", "csrf_token": owner.token}
    assert owner.client.post(f"{draft}/acts/submit", data=given).status_code == 303
    consent = approver.client.post(f"{draft}/acts/consent", data={"csrf_token": approver.token})
    assert consent.status_code == 303


def ordered(visitor: Visitor, **more: str) -> str:
    given = {"regime": "shanxi", "process": "application", "reason": "统一口径", **more}
    answer = visitor.client.post("/workshop/migrations", data=given | {"csrf_token": visitor.token})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def steer(visitor: Visitor, order: str, act: str, **more: str) -> int:
    given = {"csrf_token": visitor.token, **more}
    return visitor.client.post(f"{order}/acts/{act}", data=given).status_code


def work() -> None:
    while worker.run_one():
        pass


def test_a_draft_says_what_it_means_for_open_cases(draft: str, owner: Visitor) -> None:
    assert f"{draft}/effect" in owner.get(draft).text
    part = owner.get(f"{draft}/effect").text
    assert "申报" in part
    assert "全部可以" in part
    assert "在办 <b>1</b>" in part


def test_a_draft_that_touches_no_open_case_says_so(applicant: Visitor, owner: Visitor) -> None:
    assert "不涉及在办案件" in owner.get(f"{begun(owner)}/effect").text


def test_whoever_reads_another_regime_sees_none_of_its_cases(draft: str, visit: Visit) -> None:
    other = visit("national_process_owner")
    assert "不涉及在办案件" in other.get(f"{draft}/effect").text
    assert other.get(PLAN).status_code == 404


@pytest.mark.usefixtures("released")
def test_cases_are_ordered_agreed_to_moved_and_taken_back(
    owner: Visitor, approver: Visitor, visit: Visit
) -> None:
    assert "application" in owner.get("/workshop/migrations").text
    plan = owner.get(PLAN).text
    assert "可以迁移的全部 1 件" in plan
    order = ordered(owner)
    assert "待确认" in owner.get(order).text
    assert steer(owner, order, "consent") == 403
    assert steer(approver, order, "consent") == 303
    assert "hx-get" in owner.get(f"{order}/progress").text
    work()
    page = owner.get(f"{order}/progress").text
    assert "已完成" in page
    assert "1 / 1" in page
    assert "hx-get" not in page
    assert owner.get(f"{order}?format=csv").text.count("已迁移") == 1
    assert (
        owner.get("/workshop/migrations?q=统一&sort=-cases&format=csv").text.count("统一口径") == 1
    )
    assert "没有在办案件按旧版本办理" in owner.get("/workshop/migrations").text
    case = re.search(r'href="(/cases/\w+)"', visit("shanxi_applicant").get("/cases").text)
    assert case
    assert "迁移到新版本" in visit("shanxi_applicant").get(case[1]).text
    assert steer(approver, order, "undo") == 422
    assert steer(approver, order, "undo", reason="另行通知") == 303
    work()
    assert "已迁回" in owner.get(order).text


@pytest.mark.usefixtures("released")
def test_an_order_names_its_cases_and_refuses_what_is_wrong(
    owner: Visitor, approver: Visitor
) -> None:
    refused = owner.client.post(
        "/workshop/migrations",
        data={
            "regime": "shanxi", "process": "application", "reason": "x", "which": "some",
            "csrf_token": owner.token,
        },
    )  # fmt: skip
    assert refused.status_code == 422
    instance = re.search(r'name="instance" value="(\w+)"', owner.get(PLAN).text)
    assert instance
    order = ordered(owner, which="some", instance=instance[1])
    assert steer(approver, order, "refuse", reason="先不动") == 303
    assert "先不动" in owner.get(order).text
    assert steer(owner, order, "nonsense") == 404
    assert owner.get("/workshop/migrations/none").status_code == 404


@pytest.mark.usefixtures("released")
def test_an_order_is_paused_and_resumed_from_its_page(owner: Visitor, approver: Visitor) -> None:
    order = ordered(owner)
    steer(approver, order, "consent")
    assert steer(owner, order, "pause") == 303
    work()
    assert "已暂停" in owner.get(order).text
    assert steer(approver, order, "resume") == 303
    work()
    assert "已完成" in owner.get(order).text


def test_the_way_into_an_order_is_closed_to_who_reads_no_procedures(applicant: Visitor) -> None:
    for path in ("/workshop/migrations", PLAN, "/workshop/migrations/x"):
        assert applicant.get(path).status_code == 404
