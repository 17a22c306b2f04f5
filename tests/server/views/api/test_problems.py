"""Problems: one document, a stable code, pointers into the request, the clauses."""

from __future__ import annotations

import io
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from server.views.api import PREFIX
from server.work import inbox
from tests.server.views.api.conftest import Json, Program, Programs

NOWHERE = "01ARZ3NDEKTSV4RRFFQ69G5FAV"


@pytest.fixture
def applicant(program: Programs) -> Program:
    return program("shanxi_applicant")


def places(problem: Json) -> set[tuple[str, str]]:
    return {(each["in"], each["pointer"]) for each in problem["errors"]}


BODIES: list[tuple[Any, tuple[str, str]]] = [
    ({"filter": {"role": "Ä"}}, ("body", "/filter/role")),
    ({"filter": {"text": "x" * 101}}, ("body", "/filter/text")),
    ({"filter": {"text": "a\nb"}}, ("body", "/filter/text")),
    ({"filter": {"text": "\u0000"}}, ("body", "/filter/text")),
    ({"filter": {"state": "lost"}}, ("body", "/filter/state")),
    ({"filter": {"unknown": 1}}, ("body", "/filter/unknown")),
    ({"filter": {"a/b~c": 1}}, ("body", "/filter/a~1b~0c")),
    ({"filter": None}, ("body", "/filter")),
    ({"sort": {"field": "name"}}, ("body", "/sort/field")),
    ({"sort": {}}, ("body", "/sort/field")),
    ({"page": {"limit": 0}}, ("body", "/page/limit")),
    ({"page": {"limit": 501}}, ("body", "/page/limit")),
    ({"page": {"limit": "5"}}, ("body", "/page/limit")),
    ({"page": {"limit": 5.5}}, ("body", "/page/limit")),
    ({"page": {"limit": True}}, ("body", "/page/limit")),
    ({"page": {"after": "x" * 200}}, ("body", "/page/after")),
    ([], ("body", "")),
    ("text", ("body", "")),
]


@pytest.mark.parametrize(("body", "place"), BODIES)
def test_a_body_is_refused_at_its_place(applicant: Program, body: Any, place: Any) -> None:
    assert place in places(applicant.post("/user-tasks/search", body, 422))


ARGUMENTS = [
    ("limit=0", "/limit"),
    ("limit=1e2", "/limit"),
    ("limit=%EF%BC%95", "/limit"),
    ("limit=5&limit=6", "/limit"),
    ("surprise=1", "/surprise"),
    ("sort=name", "/sort"),
    ("state=", "/state"),
]


@pytest.mark.parametrize(("argument", "pointer"), ARGUMENTS)
def test_an_argument_is_refused_by_name(applicant: Program, argument: str, pointer: str) -> None:
    assert places(applicant.get(f"/user-tasks?{argument}", 422)) == {("query", pointer)}


@pytest.mark.parametrize(
    "day", ["20261120", "2026-11-31", "2026-W47-5", "２０２６-11-20", "2026-11-20T00:00:00"]
)
def test_a_day_is_written_in_one_way(applicant: Program, case: str, day: str) -> None:
    assert places(applicant.get(f"/cases/{case}?on={day}", 422)) == {("query", "/on")}


def test_sentences_are_in_the_language_of_the_person(applicant: Program) -> None:
    chinese = applicant.get("/user-tasks?sort=name", 422)
    applicant.client.set_cookie("language", "en")
    english = applicant.get("/user-tasks?sort=name", 422)
    assert chinese["errors"][0]["detail"] == "不在可选范围内。"
    assert english["errors"][0]["detail"] == "Not among the choices."
    assert (chinese["title"], english["title"]) == ("填写内容有误", "Some values do not fit")


def test_a_program_says_in_which_language_it_wants_a_refusal(applicant: Program, case: str) -> None:
    body = {"processId": "extension", "data": {}}
    at = f"/cases/{case}/process-instances"
    english = applicant.post(at, body, 422, Accept_Language="en-GB, zh;q=0.5")
    assert english["detail"] == (
        "An extension may be asked for within the construction (preparatory) period, "
        "with no request pending."
    )
    assert applicant.post(at, body, 422)["detail"].startswith("只有建设（筹建）期内")


def test_a_refusal_with_values_is_english_too(applicant: Program) -> None:
    file = {"file": (io.BytesIO(b"MZ"), "a.exe")}
    headers = applicant.headers | {"Accept-Language": "en", "Idempotency-Key": "a-file-of-no-kind"}
    problem = applicant.client.post(f"{PREFIX}/documents", data=file, headers=headers).json
    assert problem["detail"] == (
        "Files of this kind are not accepted. "
        "Accepted are: csv, docx, jpeg, jpg, ofd, pdf, png, pptx, txt, xlsx."
    )


RAW = [
    (b"", 400),
    (b"{", 400),
    (b'{"page": NaN}', 400),
    (b'{"filter": {"text": "\\ud800"}}', 400),
    (b"[" * 5000 + b"]" * 5000, 400),
    (b"\xff\xfe", 400),
    (b'{"page": {"limit": 123456789012345678901234567890}}', 422),
]


@pytest.mark.parametrize(("raw", "status"), RAW)
def test_what_is_no_json_is_malformed(applicant: Program, raw: bytes, status: int) -> None:
    headers = applicant.headers | {"Content-Type": "application/json"}
    answer = applicant.client.post(f"{PREFIX}/user-tasks/search", data=raw, headers=headers)
    applicant.check("POST", "/user-tasks/search", answer)
    assert answer.status_code == status


def test_what_is_not_sent_as_json_is_not_read(applicant: Program) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        headers = applicant.headers | {"Content-Type": kind}
        answer = applicant.client.post(f"{PREFIX}/user-tasks/search", data=b"{}", headers=headers)
        applicant.check("POST", "/user-tasks/search", answer)
        assert (answer.status_code, answer.get_json()["code"]) == (415, "wrong_media")


def test_what_is_too_large_is_not_read(applicant: Program) -> None:
    body = {"filter": {"text": "x" * 22 * 1024 * 1024}}
    assert applicant.post("/user-tasks/search", body, 413)["code"] == "too_large"


def test_a_method_that_is_not_there_names_those_that_are(applicant: Program) -> None:
    answer = applicant.client.patch(f"{PREFIX}/cases", headers=applicant.headers)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


def test_an_address_that_is_not_there_is_a_problem_document(applicant: Program) -> None:
    answer = applicant.client.get(f"{PREFIX}/nothing", headers={"Accept": "*/*"})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_form_is_refused_by_pointers_into_its_data(applicant: Program, case: str) -> None:
    task = applicant.claim()
    problem = applicant.complete(task, {"surprise": 1}, 422)
    assert places(problem) == {("body", "/data/surprise")}
    missing = places(applicant.complete(task, {}, 422))
    assert ("body", "/data/credit_code") in missing


def test_a_refusal_names_its_legal_basis(applicant: Program, case: str) -> None:
    body = {"processId": "extension", "data": {}}
    problem = applicant.post(f"/cases/{case}/process-instances", body, 422)
    assert problem["clauses"][0]["id"].startswith(("SX-", "GB-", "JX-"))
    assert problem["clauses"][0]["article"].startswith("第")
    assert "办法" in " ".join(each["instrument"] for each in problem["clauses"])


def test_a_regime_or_procedure_that_is_not_there_is_not_found(applicant: Program) -> None:
    body = {"regime": "nowhere", "processId": "application", "data": {}}
    assert applicant.post("/cases", body, 404)["code"] == "not_found"
    for path in ("/regimes/nowhere", "/clauses/SX-99.9", "/process-definitions/shanxi/nothing"):
        applicant.get(path, 404)
    applicant.get("/citations?file=x&element=y", 404)
    applicant.get(f"/deadlines/{NOWHERE}", 404)


def test_a_database_that_is_busy_asks_to_come_again(
    applicant: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked(Exception):
        sqlite_errorname = "SQLITE_BUSY"

    def busy(*_: Any) -> None:
        raise OperationalError("select", {}, Locked())

    monkeypatch.setattr(inbox, "readable", busy)
    answer = applicant.ask("GET", "/cases")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "busy")
    assert answer.headers["Retry-After"]


def test_a_fault_of_ours_tells_a_number_and_nothing_else(
    applicant: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "readable", lambda *_: 1 / 0)
    answer = applicant.client.get(f"{PREFIX}/cases", headers=applicant.headers)
    assert answer.status_code == 500
    assert len(answer.get_json()["incident"]) == 12
    assert "Zero" not in answer.text
