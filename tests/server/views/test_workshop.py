"""The workshop over HTTP: drafts, saves, the lock, consent by a second person, release."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest

from server.views import HERE
from tests.server.studio.foreign.files import BARE, MANNERS, written
from tests.server.views.conftest import Visitor

Visit = Callable[[str], Visitor]
DEADLINES = "processes/tables/deadlines.dmn"
FORM = "forms/publicity/publicize.form"
ROOT = HERE.parents[1]


def begun(visitor: Visitor, title: str = "试改") -> str:
    answer = visitor.client.post(
        "/workshop/drafts", data={"title": title, "csrf_token": visitor.token}
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def table(visitor: Visitor, draft: str) -> str:
    return visitor.get(f"{draft}/files/{DEADLINES}").get_data(as_text=True)


def saved(visitor: Visitor, draft: str, content: str, seen: int = 0, path: str = DEADLINES):  # type: ignore[no-untyped-def]
    body = {"content": content, "seen": seen}
    return visitor.send(f"{draft}/files/{path}", body, "PUT")


def longer_notice(text: str, regime: str = "national") -> str:
    """The table with another length of the public notice."""
    row = re.search(rf'<rule id="deadlines_{regime}_public_notice">.*?</rule>', text, re.DOTALL)
    assert row
    changed = row[0].replace("<text>1</text>", "<text>2</text>", 1)
    assert changed != row[0]
    return text.replace(row[0], changed)


@pytest.fixture
def owner(visit: Visit) -> Visitor:
    return visit("national_process_owner")


def test_the_shelf_lists_everything_and_finds(owner: Visitor) -> None:
    page = owner.get("/workshop?q=公示&kind=part").get_data(as_text=True)
    assert "processes/parts/public_notice.bpmn" in page
    assert "acceptance.bpmn" not in page
    assert owner.get("/workshop?format=csv").mimetype == "text/csv"
    for sort in ("name", "-version", "since", "running"):
        assert owner.get(f"/workshop?sort={sort}").status_code == 200


@pytest.mark.parametrize("path", ["processes/acceptance.bpmn", DEADLINES,
                                  "processes/regimes/shanxi/regime.toml"])  # fmt: skip
def test_a_model_shows_its_versions(owner: Visitor, path: str) -> None:
    assert "V1" in owner.get(f"/workshop/models/{path}").get_data(as_text=True)


def test_who_has_no_part_in_the_procedures_does_not_find_the_workshop(visit: Visit) -> None:
    applicant = visit("national_applicant")
    assert applicant.get("/workshop").status_code == 404
    assert "/workshop" not in applicant.get("/inbox").get_data(as_text=True)


def test_a_leader_reads_but_does_not_change(visit: Visit) -> None:
    leader = visit("national_leader")
    assert leader.get("/workshop/drafts").status_code == 200
    answer = leader.client.post("/workshop/drafts", data={"title": "x", "csrf_token": leader.token})
    assert answer.status_code == 403


def test_a_deadline_is_changed_consented_and_in_force(owner: Visitor, visit: Visit) -> None:
    draft = begun(owner)
    answer = saved(owner, draft, longer_notice(table(owner, draft)))
    assert answer.status_code == 200, answer.get_json()
    page = owner.get(draft).get_data(as_text=True)
    assert "<del>1</del>" in page
    assert "<ins>2</ins>" in page
    given = {"reason": "延长公示", "effective_on": "2026-11-20", "csrf_token": owner.token}
    assert owner.client.post(f"{draft}/acts/submit", data=given).status_code == 303
    approver = visit("national_approver")
    data = {"csrf_token": approver.token}
    assert approver.client.post(f"{draft}/acts/consent", data=data).status_code == 303
    released = visit("national_leader").get("/workshop/releases").get_data(as_text=True)
    assert "延长公示" in released
    after = owner.get(f"/workshop/models/{DEADLINES}").get_data(as_text=True)
    assert "V2" in after


def test_the_editor_does_not_consent_to_an_own_change(owner: Visitor) -> None:
    draft = begun(owner)
    saved(owner, draft, longer_notice(table(owner, draft)))
    given = {"reason": "延长公示", "effective_on": "2026-11-20", "csrf_token": owner.token}
    owner.client.post(f"{draft}/acts/submit", data=given)
    answer = owner.client.post(f"{draft}/acts/consent", data={"csrf_token": owner.token})
    assert answer.status_code == 403


def test_a_row_of_another_regime_is_not_changed(visit: Visit) -> None:
    owner = visit("shanxi_process_owner")
    draft = begun(owner)
    answer = saved(owner, draft, longer_notice(table(owner, draft)))
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "other_regime"


def test_a_window_that_has_fallen_behind_overwrites_nothing(owner: Visitor) -> None:
    draft = begun(owner)
    text = longer_notice(table(owner, draft))
    assert saved(owner, draft, text).get_json() == {"seen": 1}
    assert saved(owner, draft, text).status_code == 409
    assert saved(owner, draft, text, 1).get_json() == {"seen": 2}


def test_while_one_edits_another_does_not(owner: Visitor, visit: Visit) -> None:
    draft = begun(owner)
    owner.send(f"{draft}/hold", {})
    other = visit("shanxi_process_owner")
    assert other.send(f"{draft}/hold", {}).get_json()["code"] == "held"
    owner.send(f"{draft}/hold", {"over": True})
    assert other.send(f"{draft}/hold", {}).status_code == 200


def test_an_error_is_told_and_keeps_the_draft_from_being_submitted(owner: Visitor) -> None:
    draft = begun(owner)
    text = table(owner, draft).replace('"GB-15.2"', '"GB-99.9"')
    text = re.sub(r'<text>"GB-15[^"]*"</text>', '<text>"GB-99.9"</text>', text)
    found = owner.send(f"{draft}/check", {"path": DEADLINES, "content": text}).get_json()
    assert any("GB-99.9" in one["sentence"] for one in found["findings"])
    saved(owner, draft, text)
    given = {"reason": "错误", "effective_on": "2026-11-20", "csrf_token": owner.token}
    assert owner.client.post(f"{draft}/acts/submit", data=given).status_code == 422


def test_a_table_that_cannot_be_read_is_told_before_what_follows_from_it(owner: Visitor) -> None:
    draft = begun(owner)
    broken = table(owner, draft).replace("<text>1</text>", "<text>1 +</text>", 1)
    found = owner.send(f"{draft}/check", {"path": DEADLINES, "content": broken}).get_json()
    first, *others = found["findings"]
    assert (first["file"], first["code"]) == (DEADLINES, "table") and "1 +" in first["sentence"]
    assert others


JAVA = 'function(a) external {java: {class: "x"}}'
LEFT_OUT = {
    "processes/application.bpmn": ('= step("sponsor_argumentation")<', f"= [{JAVA}]<"),
    DEADLINES: ("<text>1</text>", f"<text>{JAVA}</text>"),
    "forms/application/start.form": ('"components": [', '"components": [' + json.dumps(
        {"id": "x", "type": "text", "text": f"= [{JAVA}]", "layout": {"row": "r"}}
    ) + ","),
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "told"), [("zh", "不支持外部函数"), ("en", "external functions")]
)
@pytest.mark.parametrize("path", LEFT_OUT)
def test_feel_that_is_left_out_is_told_as_one_types_and_never_submitted(
    owner: Visitor, path: str, language: str, told: str
) -> None:
    owner.client.set_cookie("language", language)
    draft = begun(owner)
    text = owner.get(f"{draft}/files/{path}").get_data(as_text=True)
    typed = text.replace(*LEFT_OUT[path], 1)
    assert typed != text
    found = owner.send(f"{draft}/check", {"path": path, "content": typed}).get_json()["findings"]
    (one,) = [each for each in found if each["file"] == path and "left_out" in each["code"]]
    assert one["severity"] == "error" and one["element"] and told in one["sentence"]
    assert saved(owner, draft, typed, path=path).status_code == 200
    given = {"reason": "试", "effective_on": "2026-11-20", "csrf_token": owner.token}
    assert owner.client.post(f"{draft}/acts/submit", data=given).status_code == 422


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (DEADLINES, '<!DOCTYPE x [<!ENTITY e "x">]><definitions/>'),
        (DEADLINES, "<definitions"),
        ("processes/../server/cli.py", "x"),
        ("processes/law/clauses.csv", "x"),
        ("forms/publicity/publicize.form", "[]"),
    ],
)
def test_what_is_hostile_is_not_kept(owner: Visitor, path: str, content: str) -> None:
    draft = begun(owner)
    assert saved(owner, draft, content, 0, path).status_code in (404, 422)
    assert "0" in owner.get("/workshop/drafts").get_data(as_text=True)


def test_a_release_is_taken_back_by_a_draft_of_its_own(owner: Visitor, visit: Visit) -> None:
    draft = begun(owner)
    saved(owner, draft, longer_notice(table(owner, draft)))
    given = {"reason": "延长公示", "effective_on": "2026-11-20", "csrf_token": owner.token}
    owner.client.post(f"{draft}/acts/submit", data=given)
    approver = visit("national_approver")
    approver.client.post(f"{draft}/acts/consent", data={"csrf_token": approver.token})
    page = owner.get("/workshop/releases").get_data(as_text=True)
    act = re.search(r'action="(/workshop/releases/\d+/take-back)"', page)
    assert act
    back = owner.client.post(act[1], data={"csrf_token": owner.token})
    assert back.status_code == 303, back.get_data(as_text=True)
    page = owner.get(str(back.headers["Location"])).get_data(as_text=True)
    assert "<del>2</del>" in page
    assert "<ins>1</ins>" in page


@pytest.mark.parametrize("path", [DEADLINES, "processes/application.bpmn",
                                  "forms/formal_review/review_papers.form"])  # fmt: skip
def test_every_kind_of_file_has_an_editor(owner: Visitor, path: str) -> None:
    draft = begun(owner)
    page = owner.get(f"{draft}/edit/{path}")
    assert page.status_code == 200
    assert "style-src-attr" in page.headers["Content-Security-Policy"]


def test_a_form_is_previewed_as_staff_will_see_it(owner: Visitor) -> None:
    draft = begun(owner)
    page = owner.get(f"{draft}/preview/forms/formal_review/review_papers.form")
    assert "form-payload" in page.get_data(as_text=True)


def test_the_editor_is_offered_what_the_catalogue_has(owner: Visitor) -> None:
    offers = owner.get(f"{begun(owner)}/offers").get_json()
    assert {"id": "formal_review/review_papers", "label": "形式审查 · 审查申报材料"} in offers[
        "forms"
    ]
    assert len(offers["clauses"]) > 300


def test_a_new_form_is_made_for_a_step(owner: Visitor) -> None:
    draft = begun(owner)
    body = {"process": "acceptance", "step": "double_check", "title": "复核"}
    answer = owner.send(f"{draft}/forms", body)
    assert answer.get_json()["id"] == "acceptance/double_check"
    assert owner.send(f"{draft}/forms", body).status_code == 422


def brought(visitor: Visitor, draft: str, data: bytes, kind: str = "bpmn"):  # type: ignore[no-untyped-def]
    given = {"file": (io.BytesIO(data), "file.xml"), "csrf_token": visitor.token}
    return visitor.client.post(f"{draft}/bring/{kind}", data=given)


def test_a_file_of_another_tool_comes_back_as_the_editor_reads_it(owner: Visitor) -> None:
    answer = brought(owner, begun(owner), written(BARE, "utf-16", "UTF-16"))
    assert answer.status_code == 200
    assert 'name="审查"' in answer.get_json()["content"]
    assert answer.get_json()["notes"] == ["文件没有图形，已按流程顺序排出一张图。"]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [(b"<definitions", "bpmn", 422), (b"<html/>", "bpmn", 422), (b"{}", "exe", 400)],
)
def test_what_is_no_diagram_is_not_brought(
    owner: Visitor, data: bytes, kind: str, status: int
) -> None:
    assert brought(owner, begun(owner), data, kind).status_code == status


@pytest.mark.parametrize("manner", sorted(MANNERS))
def test_a_foreign_diagram_is_told_every_reason_and_breaks_nothing(
    owner: Visitor, manner: str
) -> None:
    draft, path = begun(owner), "processes/regimes/national/midterm.bpmn"
    content = brought(owner, draft, MANNERS[manner].encode()).get_json()["content"]
    answer = owner.send(f"{draft}/check", {"path": path, "content": content})
    assert answer.status_code == 200
    found = [one for one in answer.get_json()["findings"] if one["file"] == path]
    assert {"process_id", "one_process"} & {one["code"] for one in found}
    assert all(one["sentence"] for one in found)


@pytest.mark.parametrize("page", ["/workshop", "/workshop/drafts", "/workshop/releases"])
def test_every_list_searches_sorts_and_exports(owner: Visitor, page: str) -> None:
    begun(owner, "改得很特别")
    for sort in ("", "name", "-by", "state", "-changed", "opener", "title", "-effective", "x"):
        assert owner.get(f"{page}?sort={sort}&q=&page=99").status_code == 200
    assert owner.get(f"{page}?format=csv").mimetype == "text/csv"
    assert owner.get(f"{page}?format=xlsx").status_code == 200
    assert "改得很特别" not in owner.get(f"{page}?q=nothing").get_data(as_text=True)


def test_a_draft_is_found_by_its_title_and_by_its_files(owner: Visitor) -> None:
    draft = begun(owner, "找得到")
    saved(owner, draft, longer_notice(table(owner, draft)))
    for words in ("找得到", "deadlines.dmn"):
        assert "找得到" in owner.get(f"/workshop/drafts?q={words}").get_data(as_text=True)
    assert "找得到" not in owner.get("/workshop/drafts?q=别的").get_data(as_text=True)
    assert "找得到" in owner.get("/workshop?format=csv&q=deadlines").get_data(as_text=True)


def test_a_release_keeps_the_picture_of_its_diagram(owner: Visitor, visit: Visit) -> None:
    path = "processes/regimes/national/midterm.bpmn"
    draft = begun(owner, "改名")
    text = owner.get(f"{draft}/files/{path}").get_data(as_text=True)
    renamed = re.sub(r'(<bpmn:process id="midterm" name=")[^"]*', r"\1中期检查评估", text)
    assert renamed != text
    assert saved(owner, draft, renamed, 0, path).status_code == 200
    given = {"reason": "改名", "effective_on": "2026-11-20", "csrf_token": owner.token}
    assert owner.client.post(f"{draft}/acts/submit", data=given).status_code == 303
    assert owner.get(f"{draft}/pictures/{path}").status_code == 404
    approver = visit("national_approver")
    approver.client.post(f"{draft}/acts/consent", data={"csrf_token": approver.token})
    answer = owner.get(f"{draft}/pictures/{path}")
    assert answer.mimetype == "image/svg+xml"
    assert 'data-element-id="register_midterm"' in answer.get_data(as_text=True)
    assert f"{draft}/pictures/{path}" in owner.get("/workshop/releases").get_data(as_text=True)


def test_a_form_that_is_sent_twice_begins_one_draft(owner: Visitor) -> None:
    page = owner.get("/workshop/models/processes/acceptance.bpmn").get_data(as_text=True)
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found
    given = {"title": "按了两次", "key": found[1], "csrf_token": owner.token}
    answers = [owner.client.post("/workshop/drafts", data=given) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert owner.get("/workshop/drafts").get_data(as_text=True).count("按了两次") == 1
