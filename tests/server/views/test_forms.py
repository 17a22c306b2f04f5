"""What scripts send: forms, drafts, documents."""

import io
import re
from typing import Any

import pytest
from flask import Flask

from server.views.forms import named_data
from tests.server.views.conftest import PAPERS, PDF, Visit, Visitor


@pytest.fixture
def task(applicant: Visitor) -> str:
    """The applicant's task, claimed."""
    address = applicant.task()
    applicant.post(f"{address}/claim")
    return address


def upload(visitor: Visitor, name: str = "申报书.pdf", content: bytes = PDF) -> Any:
    return visitor.client.post(
        "/documents",
        data={"file": (io.BytesIO(content), name)},
        headers={"X-CSRFToken": visitor.token, "Accept": "application/json"},
    )


def test_only_what_a_form_names_leaves_the_server() -> None:
    form = b'{"components": [{"key": "field_name"}, {"valuesKey": "x_choices"}]}'
    known = {"field_name": "碳", "secret": "s", "x_choices": [{"value": "1", "label": "一"}]}

    with Flask(__name__).test_request_context():
        assert named_data(form, known) == {"field_name": "碳", "x_choices": known["x_choices"]}


def test_a_complete_form_is_taken_and_counts_once(applicant: Visitor, task: str) -> None:
    body = {"version": applicant.form(task)["version"], "data": PAPERS}
    key = {"Idempotency-Key": "a" * 32}
    first = applicant.send(f"{task}/complete", body, **key)
    again = applicant.send(f"{task}/complete", body, **key)
    assert (first.status_code, again.get_json()) == (200, first.get_json())
    assert first.get_json()["next"].startswith("/inbox?done=SHANXI-2026-")
    assert "编制申报材料" in applicant.get("/done").text


def test_wrong_fields_come_back_with_their_sentences(applicant: Visitor, task: str) -> None:
    body = {"version": applicant.form(task)["version"], "data": {**PAPERS, "credit_code": "1"}}
    answer = applicant.send(f"{task}/complete", body)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert "credit_code" in answer.get_json()["errors"]


def test_a_rules_refusal_names_its_clauses(applicant: Visitor, task: str) -> None:
    body = {
        "version": applicant.form(task)["version"],
        "data": {**PAPERS, "registered_in_province": False},
    }
    problem = applicant.send(f"{task}/complete", body).get_json()
    assert (problem["status"], problem["code"]) == (422, "not_eligible")
    assert problem["clauses"] == ["SX-11.1"] and "注册登记" in problem["detail"]


def test_who_acts_on_an_old_view_is_told_so(applicant: Visitor, task: str) -> None:
    version = applicant.form(task)["version"]
    answer = applicant.send(f"{task}/complete", {"version": version - 1, "data": PAPERS})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "stale")


@pytest.mark.parametrize("body", [[], {}, {"data": []}, {"data": {}, "version": "1"}])
def test_a_body_of_another_shape_is_malformed(applicant: Visitor, task: str, body: Any) -> None:
    assert applicant.send(f"{task}/complete", body).status_code == 400


def test_a_draft_is_there_again_with_the_files_it_names(applicant: Visitor, task: str) -> None:
    document = upload(applicant).get_json()
    draft = {"goals": "写到一半", "application_form": [document["id"]]}
    saved = applicant.send(f"{task}/draft", {"data": draft}, "PUT")
    assert saved.status_code == 200
    form = applicant.form(task)
    assert form["data"]["goals"] == "写到一半"
    assert [one["name"] for one in form["documents"]] == ["申报书.pdf"]


def test_the_form_follows_the_language_of_the_page(applicant: Visitor, task: str) -> None:
    applicant.get("/language/en")
    labels = re.findall(
        r'"label": "([^"]*)"', str(applicant.form(task)["schema"]).replace("'", '"')
    )
    assert labels and not [text for text in labels if re.search("[\u4e00-\u9fff]", text)]


def test_a_document_is_saved_not_shown_and_only_for_its_readers(
    applicant: Visitor, visit: Visit
) -> None:
    document = upload(applicant).get_json()
    assert (document["name"], document["size"]) == ("申报书.pdf", len(PDF))
    path = f"/documents/{document['id']}"
    answer = applicant.get(path)
    assert (answer.status_code, answer.get_data()) == (200, PDF)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert visit("national_applicant").get(path).status_code == 404


def test_a_file_of_another_kind_is_refused_in_words(applicant: Visitor) -> None:
    answer = upload(applicant, "程序.pdf", b"MZ not a pdf")
    assert answer.status_code == 422
    assert answer.get_json()["detail"]


def test_an_upload_without_file_is_malformed(applicant: Visitor) -> None:
    assert applicant.post("/documents", Accept="application/json").status_code == 400


def test_a_case_opens_with_a_title_that_names_its_field(visit: Visit, applicant: Visitor) -> None:
    page = visit("shanxi_recommender").get("/started").text
    assert "山西省技术标准创新基地（碳基新材料）申报" in page
