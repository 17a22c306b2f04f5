"""Problems over HTTP: one document for programs, one page for people, never a bare 500."""

from __future__ import annotations

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from server import errors


def draw(problem: errors.Problem, incident: str) -> str:
    return f"<h1>{problem.title}</h1><p>{problem.detail}</p><p>{incident}</p>"


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    errors.register(app, draw)

    @app.get("/refused")
    def refused() -> str:
        raise errors.Refused("建设期超过三年", code="period_too_long", clauses=["GB-16.2"])

    @app.get("/invalid")
    def invalid() -> str:
        raise errors.Invalid(errors={"months": ["请填写整数。"]})

    @app.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError

    @app.get("/teapot")
    def teapot() -> str:
        abort(418)

    return app.test_client()


JSON = {"Accept": "application/json"}


def test_a_refusal_names_its_code_and_its_legal_basis(client: FlaskClient) -> None:
    answer = client.get("/refused", headers=JSON)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["code"] == "period_too_long"
    assert answer.json["clauses"] == ["GB-16.2"]
    assert answer.json["detail"] == "建设期超过三年"


def test_invalid_fields_come_back_by_path(client: FlaskClient) -> None:
    answer = client.get("/invalid", headers=JSON)
    assert answer.json is not None
    assert answer.json["errors"] == {"months": ["请填写整数。"]}


def test_a_person_gets_a_page(client: FlaskClient) -> None:
    answer = client.get("/refused", headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert "<h1>不符合规定</h1>" in answer.text


def test_a_bug_answers_with_an_incident_number_and_no_detail(client: FlaskClient) -> None:
    answer = client.get("/broken", headers=JSON)
    assert answer.status_code == 500
    assert answer.json is not None
    assert len(answer.json["incident"]) == 12
    assert "Zero" not in answer.text


@pytest.mark.parametrize(
    ("path", "status", "code"), [("/nowhere", 404, "not_found"), ("/teapot", 418, "i'm_a_teapot")]
)
def test_the_frameworks_own_refusals_have_the_same_shape(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    answer = client.get(path, headers=JSON)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code)
