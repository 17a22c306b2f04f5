"""Signing in and out over HTTP."""

import pytest
from flask import Flask

from server import demo
from tests.server.views.conftest import Visit

PASSWORD = demo.DEMONSTRATION_PASSWORD


def sign_in(app: Flask, **given: str) -> str:
    form = {"login": "shanxi_applicant", "password": PASSWORD, **given}
    return app.test_client().post("/sign-in", data=form).headers["Location"]


def test_nobody_sees_the_sign_in_form_instead_of_a_page(visit: Visit) -> None:
    answer = visit("").get("/done?q=x")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert 'name="password"' in page and 'name="next" value="/done?q=x"' in page


def test_a_program_without_session_gets_a_problem_document(visit: Visit) -> None:
    answer = visit("").get("/inbox", Accept="application/json")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_the_right_password_opens_a_session_with_a_closed_cookie(app: Flask) -> None:
    form = {"login": "shanxi_applicant", "password": PASSWORD}
    answer = app.test_client().post("/sign-in", data=form)
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 303
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_a_wrong_password_shows_the_form_again_with_one_sentence(app: Flask) -> None:
    form = {"login": "shanxi_applicant", "password": "not the password"}
    answer = app.test_client().post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "账号或密码不正确" in answer.get_data(as_text=True)
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "evil"],
)
def test_signing_in_never_leads_to_another_site(app: Flask, elsewhere: str) -> None:
    assert sign_in(app, next=elsewhere) == "/"


def test_signing_in_leads_to_the_page_that_was_wanted(app: Flask) -> None:
    assert sign_in(app, next="/cases?q=1") == "/cases?q=1"


def test_signing_out_ends_the_session_in_the_database_too(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    cookie = visitor.client.get_cookie("guicheng")
    assert cookie is not None
    visitor.post("/sign-out")
    assert visitor.get("/inbox", Cookie=f"guicheng={cookie.value}").status_code == 401


def test_the_token_is_given_to_the_signed_in_only(visit: Visit) -> None:
    assert visit("").get("/session").status_code == 401
    assert len(visit("shanxi_applicant").token) > 20


def test_the_language_is_kept_in_the_browser(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    back = visitor.get("/language/en?next=/inbox")
    assert (back.status_code, back.headers["Location"]) == (303, "/inbox")
    assert "My tasks" in visitor.get("/inbox").get_data(as_text=True)
    visitor.get("/language/xx")
    assert "My tasks" in visitor.get("/inbox").get_data(as_text=True)
    visitor.get("/language/zh")
    assert "我的待办" in visitor.get("/inbox").get_data(as_text=True)
