"""The acts of people: what each leaves behind, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from server import db
from server.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from server.models import (
    case_parties,
    cases,
    counters,
    deadlines,
    idempotency,
    instances,
    jobs,
    journal,
    records,
    work_items,
)
from server.work import worklist
from server.work.submission import draft
from tests.office import REGIME, Office
from tests.server.work.helpers import (
    FILLED,
    assert_intact,
    count,
    do,
    fill,
    open_item,
    review_all,
    rows,
)

# --- starting -----------------------------------------------------------------------------------


def test_a_start_makes_case_parties_instance_item_and_journal(office: Office) -> None:
    answer = office.start()
    case = rows(cases)[0]
    assert (case["id"], case["number"]) == (answer["case"], "SHANXI-" + case["number"][7:])
    assert case["state"] == "application_drafting"
    held = {p["role"]: p["organisation_id"] for p in rows(case_parties)}
    assert held["undertaker"] == office.organisations["unit"]
    assert held["authority"] == office.organisations["authority"]
    assert held["formal_reviewer"] == office.organisations["reviewer"]
    item = open_item("fill")
    assert answer["next"] == [{"id": item["id"], "name": "编制材料"}]
    assert (item["role"], item["organisation_id"]) == ("undertaker", held["undertaker"])
    assert item["due_on"] is not None
    assert [entry["act"] for entry in rows(journal)] == ["start"]
    assert_intact()


def test_the_number_of_a_case_has_no_gap_after_a_failed_start(office: Office) -> None:
    office.start()
    with pytest.raises(Invalid):
        office.start(field_name="")
    office.start()
    assert sorted(case["number"][-4:] for case in rows(cases)) == ["0001", "0002"]


def test_a_start_by_somebody_without_the_role_is_not_allowed(office: Office) -> None:
    with pytest.raises(NotAllowed):
        worklist.start_case(office["officer"], REGIME, "permit", "某基地", {}, {})
    assert count(cases) == 0


@pytest.mark.parametrize(
    ("regime", "process"), [("nowhere", "permit"), (REGIME, "nothing"), (REGIME, "../permit")]
)
def test_what_is_not_published_cannot_be_started(office: Office, regime: str, process: str) -> None:
    with pytest.raises(NotFound):
        worklist.start_case(office["applicant"], regime, process, "某基地", {}, {})


def test_a_chosen_organisation_must_hold_the_role(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.start(recommender_id=office.organisations["unit"])
    assert list(refused.value.errors) == ["recommender_id"]
    office.start(recommender_id=office.organisations["recommender"])
    held = {p["role"]: p["organisation_id"] for p in rows(case_parties)}
    assert held["recommender"] == held["sponsor"] == office.organisations["recommender"]


def test_a_person_cannot_start_for_an_organisation_they_do_not_serve(office: Office) -> None:
    other = {"undertaker": office.organisations["other_unit"]}
    with pytest.raises(NotAllowed):
        worklist.start_case(
            office["applicant"], REGIME, "permit", "某基地", other, {"field_name": "x"}
        )


def test_a_long_form_is_kept_pressed_and_read_as_it_was(office: Office) -> None:
    office.start()
    words = "建设任务逐年安排，进度、经费和人员均已落实。" * 100
    fill(office, summary=words)
    with db.read() as tx:
        kept = text("SELECT result FROM work_items WHERE element_id = 'fill'")
        (stored,) = tx.execute(kept).scalars()
    assert stored.startswith("z") and len(stored) < 600 < len(words)
    assert rows(work_items, element_id="fill")[0]["result"]["summary"] == words
    assert_intact()


@pytest.mark.parametrize("title", ["", "   ", "长" * 201])
def test_a_case_needs_a_title_of_sensible_length(office: Office, title: str) -> None:
    with pytest.raises(Invalid) as refused:
        worklist.start_case(office["applicant"], REGIME, "permit", title, {}, {"field_name": "x"})
    assert "title" in refused.value.errors


# --- completing ---------------------------------------------------------------------------------


def test_a_completion_moves_the_case_on_and_is_told(office: Office) -> None:
    office.start()
    answer = fill(office)
    assert answer["state"] == "expert_review"
    assert answer["next"] == []
    done = rows(work_items, element_id="fill")[0]
    assert (done["status"], done["completed_by"]) == ("completed", office["applicant"].id)
    assert done["result"]["summary"] == "建设方案"
    opened = rows(work_items, element_id="review", status="open")
    assert {item["assignee_id"] for item in opened} == {e.id for e in office.experts[:3]}
    assert rows(deadlines)[0]["status"] == "met"
    assert [(e["act"], e["element_id"]) for e in rows(journal)][1:] == [
        ("complete", "fill"),
        ("step", "check"),
    ]
    assert rows(records, kind="permit")[0]["data"]["number"] == "0001"
    assert_intact()


def test_the_whole_procedure_ends_with_its_register_entry(office: Office) -> None:
    office.start()
    fill(office)
    review_all(office)
    answer = do(office["officer"], "decide", decision="approve")
    assert (answer["ended"], answer["state"]) == (True, "in_construction")
    case, instance = rows(cases)[0], rows(instances)[0]
    assert case["record"] == {"approval_number": "0001"}
    assert (instance["status"], instance["outcome"]) == ("ended", "approved")
    assert case["closed_at"] is None
    assert rows(jobs, kind="timer")[0]["status"] == "done"
    assert_intact()


def test_a_case_that_ends_without_approval_is_closed(office: Office) -> None:
    office.start()
    fill(office)
    review_all(office)
    assert do(office["officer"], "decide", decision="refuse")["state"] == "not_approved"
    assert rows(cases)[0]["closed_at"] is not None


def test_a_returned_application_is_filled_in_again(office: Office) -> None:
    office.start()
    for _ in range(3):
        fill(office)
        review_all(office)
        do(office["officer"], "decide", decision="return")
    assert len(rows(work_items, element_id="fill", status="completed")) == 3
    assert open_item("fill")["version"] == 1
    assert_intact()


def test_a_second_completion_is_stale(office: Office) -> None:
    office.start()
    item = open_item("fill")
    fill(office)
    with pytest.raises(Stale):
        worklist.complete(office["applicant"], item["id"], 1, FILLED | {"panel": []})


def test_a_version_that_has_moved_on_is_stale(office: Office) -> None:
    office.start()
    item = open_item("fill")
    with pytest.raises(Stale):
        worklist.complete(office["applicant"], item["id"], item["version"] + 1, FILLED)


def test_wrong_values_are_told_by_field_and_change_nothing(office: Office) -> None:
    office.start()
    with pytest.raises(Invalid) as refused:
        do(office["applicant"], "fill", mode="plain", decision="approve")
    assert "decision" in refused.value.errors
    with pytest.raises(Invalid) as refused:
        do(office["applicant"], "fill", mode="plain")
    assert {"summary", "panel"} <= refused.value.errors.keys()
    assert count(journal) == 1


def test_what_a_rule_refuses_is_not_written(office: Office) -> None:
    office.start()
    with pytest.raises(Refused) as refused:
        fill(office, mode="refuse")
    assert (refused.value.code, refused.value.clauses) == ("papers_missing", ("SX-14.1",))
    assert refused.value.detail == "缺少法人证明"
    assert open_item("fill")["version"] == 1
    assert count(journal) == 1
    assert rows(records) == []
    assert rows(counters, series="permit") == []


def test_a_failing_step_keeps_the_work_and_leaves_a_job(office: Office) -> None:
    office.start()
    answer = fill(office, mode="fail")
    assert answer["fault"] is True
    assert rows(work_items, element_id="fill")[0]["status"] == "completed"
    job = rows(jobs, kind="resume")[0]
    assert (job["status"], job["attempts"]) == ("due", 0)
    fault = rows(journal)[-1]
    assert (fault["act"], fault["element_id"]) == ("fault", "check")
    assert rows(records) == []
    assert rows(counters, series="permit")[0]["value"] == 0
    assert_intact()


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["stranger", "officer", "expert_1"])
def test_an_item_of_another_office_is_not_found(office: Office, login: str) -> None:
    office.start()
    item = open_item("fill")
    with pytest.raises(NotFound):
        worklist.complete(office[login], item["id"], 1, FILLED)
    with pytest.raises(NotFound):
        worklist.claim(office[login], item["id"])


def test_what_does_not_exist_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        worklist.complete(office["applicant"], "nothing", 1, {})


def test_one_expert_cannot_hand_in_the_opinion_of_another(office: Office) -> None:
    office.start()
    fill(office)
    item = open_item("review", assignee_id=office["expert_1"].id)
    with pytest.raises(NotFound):
        worklist.complete(office["expert_2"], item["id"], 1, {"opinion": "代签"})


def test_a_claimed_item_is_for_the_claimant_alone(office: Office) -> None:
    office.start()
    item = open_item("fill")
    claimed = worklist.claim(office["applicant"], item["id"])
    assert claimed["version"] == 2
    assert worklist.claim(office["applicant"], item["id"])["version"] == 2
    with pytest.raises(NotAllowed):
        worklist.complete(office["colleague"], item["id"], 2, FILLED)
    with pytest.raises(NotAllowed):
        worklist.release(office["colleague"], item["id"])
    worklist.release(office["applicant"], item["id"])
    assert worklist.claim(office["colleague"], item["id"])["version"] == 4
    assert [e["act"] for e in rows(journal)] == ["start", "claim", "release", "claim"]
    assert_intact()


def test_an_item_of_a_named_person_is_not_handed_back(office: Office) -> None:
    office.start()
    fill(office)
    item = open_item("review", assignee_id=office["expert_1"].id)
    with pytest.raises(NotAllowed):
        worklist.release(office["expert_1"], item["id"])


# --- requests that come twice -------------------------------------------------------------------


def test_a_repeated_request_gets_the_stored_answer(office: Office) -> None:
    office.start()
    item = open_item("fill")
    data = FILLED | {"panel": [office["expert_1"].id]}
    first = worklist.complete(office["applicant"], item["id"], 1, data, "key-1")
    again = worklist.complete(office["applicant"], item["id"], 1, data, "key-1")
    assert first == again
    assert count(idempotency) == 1
    assert len(rows(journal, act="complete")) == 1


def test_a_key_with_another_body_is_refused(office: Office) -> None:
    office.start()
    item = open_item("fill")
    data = FILLED | {"panel": [office["expert_1"].id]}
    worklist.complete(office["applicant"], item["id"], 1, data, "key-1")
    with pytest.raises(Invalid) as refused:
        worklist.complete(office["applicant"], item["id"], 1, data | {"mode": "fail"}, "key-1")
    assert refused.value.code == "key_reused"


def test_a_failed_request_may_use_its_key_again(office: Office) -> None:
    office.start()
    with pytest.raises(Refused):
        do(
            office["applicant"],
            "fill",
            "key-1",
            **FILLED | {"panel": [office["expert_1"].id]},
        ) if False else fill_with_key(office, "refuse")
    assert fill_with_key(office, "plain")["state"] == "expert_review"


def fill_with_key(office: Office, mode: str) -> dict[str, Any]:
    data = FILLED | {"mode": mode, "panel": [office["expert_1"].id]}
    return do(office["applicant"], "fill", "key-1", **data)


def test_a_repeated_start_opens_one_case(office: Office) -> None:
    def start() -> dict[str, Any]:
        data = {"field_name": "绿色生态"}
        applicant = office["applicant"]
        return worklist.start_case(applicant, REGIME, "permit", "某基地", {}, data, "key-1")

    assert start() == start()
    assert count(cases) == 1


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_key_of_no_or_great_length_is_refused(office: Office, key: str) -> None:
    with pytest.raises(Invalid):
        worklist.complete(office["applicant"], "nothing", 1, {}, key)


# --- drafts -------------------------------------------------------------------------------------


def test_a_draft_is_kept_until_the_item_is_handed_in(office: Office) -> None:
    office.start()
    item = open_item("fill")
    worklist.save_draft(office["applicant"], item["id"], {"summary": "写到一半"})
    worklist.save_draft(office["applicant"], item["id"], {"summary": "写完了"})
    with db.read() as tx:
        assert draft(tx, item["id"], office["applicant"]) == {"summary": "写完了"}
        assert draft(tx, item["id"], office["colleague"]) == {}
    fill(office)
    with db.read() as tx:
        assert draft(tx, item["id"], office["applicant"]) == {}


def test_a_draft_takes_only_fields_of_the_form(office: Office) -> None:
    office.start()
    with pytest.raises(Invalid):
        worklist.save_draft(office["applicant"], open_item("fill")["id"], {"approved": True})
