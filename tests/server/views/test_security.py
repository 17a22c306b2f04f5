"""Forged requests are refused; every answer carries its headers."""

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from server import errors
from server.views import security


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    errors.register(app, lambda problem, incident: problem.detail)

    @app.before_request
    def session() -> None:
        g.csrf = "token of the session"

    security.register(app)
    app.wsgi_app = security.Headed(app.wsgi_app)  # type: ignore[method-assign]
    app.add_url_rule("/act", "act", lambda: "done", methods=["GET", "POST"])
    return app.test_client()


def test_reading_needs_no_token(client: FlaskClient) -> None:
    assert client.get("/act").status_code == 200


@pytest.mark.parametrize("given", [{}, {"X-CSRFToken": "another"}, {"X-CSRFToken": "汉字"}])
def test_a_changing_request_without_the_sessions_token_is_refused(
    client: FlaskClient, given: dict[str, str]
) -> None:
    headers = {name: value.encode().decode("latin-1") for name, value in given.items()}
    assert client.post("/act", headers=headers).status_code == 403


def test_the_token_counts_in_the_header_and_in_the_form(client: FlaskClient) -> None:
    token = "token of the session"
    assert client.post("/act", headers={"X-CSRFToken": token}).status_code == 200
    assert client.post("/act", data={"csrf_token": token}).status_code == 200


@pytest.mark.parametrize(
    "sign",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_is_refused_even_with_the_token(
    client: FlaskClient, sign: dict[str, str]
) -> None:
    headers = {"X-CSRFToken": "token of the session", **sign}
    assert client.post("/act", headers=headers).status_code == 403


def test_every_answer_forbids_frames_sniffing_and_foreign_content(client: FlaskClient) -> None:
    headers = client.get("/act").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
