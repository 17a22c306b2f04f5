"""Rehearsals and try-outs over HTTP: asked for once, watched, read, shown where it is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from typing import Any

import pytest

from server import db
from server.config import Config
from server.rehearsal import machinery
from server.studio.drafts import overlay
from server.studio.drafts import store as drafts
from server.studio.rehearsal import Told, store
from server.studio.rehearsal.results import packed
from server.studio.rehearsal.visits import Visits
from server.studio.tryout import Act, Begun
from server.studio.tryout.playing import play
from server.views import apart
from tests.server.views.conftest import Visitor
from tests.server.views.test_workshop import begun, longer_notice, saved, table

Visit = Callable[[str], Visitor]
NOTICE = "processes/parts/public_notice.bpmn"
SCENARIO = "processes/scenarios/national/SC-00{}.yaml"
PASSED = {"conclude_notice": 2}


@pytest.fixture
def owner(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """A process owner; what would run in a process of its own does not begin."""
    monkeypatch.setattr(apart, "rehearse", lambda config, identity: None)
    return visit("national_process_owner")


@pytest.fixture
def draft(owner: Visitor) -> str:
    address = begun(owner)
    assert saved(owner, address, longer_notice(table(owner, address))).status_code == 200
    return address


def told(number: int, *lines: str) -> Told:
    visits = Visits({NOTICE: PASSED}, ("deadlines",))
    path = SCENARIO.format(number)
    return Told(path, f"公示{number}", ("GB-15.2",), lines, 0.2, visits)


def finished(address: str, *found: Told) -> None:
    with db.read() as tx:
        laid = overlay.of(tx, drafts.find(tx, address.rsplit("/", 1)[-1]))
        row = store.of_draft(tx, laid)
    assert row is not None
    store.beat(row["id"], total=len(found), played=len(found), phase="draft")
    before = {each.path: () for each in found}
    store.finish(row["id"], packed(found, before), sum(bool(each.lines) for each in found))


def rehearse(visitor: Visitor, address: str) -> int:
    given = {"csrf_token": visitor.token}
    return visitor.client.post(f"{address}/rehearsal", data=given).status_code


def test_while_it_runs_the_page_follows_and_then_asks_for_itself_anew(
    owner: Visitor, draft: str
) -> None:
    assert rehearse(owner, draft) == 303
    assert "<progress" in owner.get(f"{draft}/rehearsal").get_data(as_text=True)
    assert "HX-Refresh" not in owner.get(f"{draft}/rehearsal/progress").headers
    finished(draft, told(1))
    assert owner.get(f"{draft}/rehearsal/progress").headers["HX-Refresh"] == "true"


def test_what_came_of_it_is_searched_sorted_and_exported(owner: Visitor, draft: str) -> None:
    rehearse(owner, draft)
    finished(draft, told(1), told(2, "第2步：应为 甲，实为 乙"))
    page = owner.get(f"{draft}/rehearsal").get_data(as_text=True)
    assert page.index("SC-002") < page.index("SC-001")
    assert "第2步：应为 甲，实为 乙" in page
    assert "GB-15.2" in page
    only = owner.get(f"{draft}/rehearsal?standing=worse&q=公示").get_data(as_text=True)
    assert "SC-002" in only
    assert "SC-001" not in only
    sheet = owner.get(f"{draft}/rehearsal?format=csv")
    assert sheet.mimetype == "text/csv"
    assert "修改后不符" in sheet.get_data(as_text=True)
    for sort in ("name", "-seconds", "standing", "nothing"):
        assert owner.get(f"{draft}/rehearsal?sort={sort}").status_code == 200


def test_boxes_that_no_scenario_came_to_stand_out(owner: Visitor, draft: str) -> None:
    rehearse(owner, draft)
    finished(draft, told(1))
    page = owner.get(f"{draft}/rehearsal?diagram={NOTICE}").get_data(as_text=True)
    assert "没有场景走到的环节" in page
    assert r"\u00d72" in page


def test_who_decides_sees_whether_exactly_this_version_passed(
    owner: Visitor, draft: str, visit: Visit
) -> None:
    rehearse(owner, draft)
    finished(draft, told(1), told(2))
    assert "演练通过：2 个场景" in owner.get(draft).get_data(as_text=True)
    given = {"reason": "延长", "effective_on": "2026-11-20", "csrf_token": owner.token}
    owner.client.post(f"{draft}/acts/submit", data=given)
    approver = visit("national_approver")
    assert "演练通过：2 个场景" in approver.get(draft).get_data(as_text=True)
    approver.client.post(f"{draft}/acts/consent", data={"csrf_token": approver.token})
    assert "演练通过：2 个场景" in approver.get("/workshop/releases").get_data(as_text=True)


def test_another_save_is_another_version(owner: Visitor, draft: str) -> None:
    rehearse(owner, draft)
    finished(draft, told(1))
    assert saved(owner, draft, f"{table(owner, draft)}\n", 1).status_code == 200
    assert "演练通过" not in owner.get(draft).get_data(as_text=True)


# --- trying out ---


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try-outs are played in this process."""

    def try_out(
        config: Config, draft_id: str, begin: Begun, acts: Iterable[Act]
    ) -> Mapping[str, Any]:
        engine = db.engine()
        with db.read() as tx:
            laid = overlay.of(tx, drafts.find(tx, draft_id))
        try:
            return play(overlay.catalogue(laid.tree), machinery(), begin, acts)
        finally:
            db.bind(engine)

    monkeypatch.setattr(apart, "try_out", try_out)


def post(visitor: Visitor, address: str, **given: str) -> int:
    answer = visitor.client.post(address, data={"csrf_token": visitor.token, **given})
    return answer.status_code


def begin(owner: Visitor, draft: str) -> None:
    given = {"from": "national application", "on": "2026-03-02"}
    assert post(owner, f"{draft}/tryout", **given) == 303


@pytest.mark.usefixtures("here")
def test_a_form_refused_goes_back_to_the_form_and_one_done_goes_on(
    owner: Visitor, draft: str
) -> None:
    begin(owner, draft)
    form = owner.form(f"{draft}/tryout")
    refused = owner.send(form["urls"]["submit"], {"version": None, "data": {}})
    assert refused.status_code == 422
    assert refused.get_json()["errors"]
    assert post(owner, f"{draft}/tryout/acts", kind="do", target="fill_application") == 303
    assert "论证" in owner.get(f"{draft}/tryout").get_data(as_text=True)


@pytest.mark.usefixtures("here")
def test_days_pass_and_the_end_leaves_nothing(owner: Visitor, draft: str, visit: Visit) -> None:
    begin(owner, draft)
    assert post(owner, f"{draft}/tryout/acts", kind="wait", days="7") == 303
    assert "2026-03-09" in owner.get(f"{draft}/tryout").get_data(as_text=True)
    other = visit("shanxi_process_owner").get(f"{draft}/tryout").get_data(as_text=True)
    assert "2026-03-09" not in other
    assert post(owner, f"{draft}/tryout/end") == 303
    assert "2026-03-09" not in owner.get(f"{draft}/tryout").get_data(as_text=True)


@pytest.mark.usefixtures("here")
def test_what_is_no_act_or_beginning_is_refused(owner: Visitor, draft: str) -> None:
    assert post(owner, f"{draft}/tryout", **{"from": "nowhere x", "on": "2026-03-02"}) == 422
    assert post(owner, f"{draft}/tryout/acts", kind="wait", days="1") == 404
    begin(owner, draft)
    assert post(owner, f"{draft}/tryout/acts", kind="wait", days="100000") == 422
    assert post(owner, f"{draft}/tryout/acts", kind="drop") == 422


def test_a_file_of_a_tryout_is_not_kept(owner: Visitor, draft: str) -> None:
    given = {"file": (BytesIO(b"x"), "../计划.pdf"), "csrf_token": owner.token}
    answer = owner.client.post(f"{draft}/tryout/files", data=given)
    assert answer.get_json() == {"id": "计划.pdf", "name": "计划.pdf", "size": 1}
