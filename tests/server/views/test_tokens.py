"""The page of a person's access tokens, without scripts."""

import re

from server.views.api import PREFIX
from tests.server.views.conftest import Visit, Visitor

ASKED = {"name": "对账程序", "scope": "read", "days": "30"}


def make(visitor: Visitor, **changes: str) -> tuple[int, str]:
    given = {"csrf_token": visitor.token, **ASKED, **changes}
    answer = visitor.client.post("/tokens", data=given, headers={"Accept": "text/html"})
    return answer.status_code, answer.text


def test_a_token_is_shown_once_and_works_until_it_is_revoked(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    status, page = make(visitor)
    token = re.search(r"gct_[\w-]+", page)
    assert status == 201 and token and "对账程序" in page
    listed = visitor.get("/tokens").text
    assert "对账程序" in listed and token[0] not in listed
    given = {"Authorization": f"Bearer {token[0]}"}
    program = visit("").client
    assert program.get(f"{PREFIX}/session", headers=given).status_code == 200
    revoke = re.search(r'action="(/tokens/\w+/revoke)"', listed)
    assert revoke and visitor.post(revoke[1]).status_code == 303
    assert program.get(f"{PREFIX}/session", headers=given).status_code == 401


def test_what_does_not_fit_is_said_on_the_page(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    for changes, words in (
        ({"name": " "}, "请填写用途"),
        ({"scope": "everything"}, "权限只有"),
        ({"days": "9999"}, "有效期为"),
        ({"days": "soon"}, "有效期为"),
    ):
        status, page = make(visitor, **changes)
        assert status == 422 and words in page


def test_nobody_revokes_the_token_of_another(visit: Visit) -> None:
    owner, other = visit("shanxi_applicant"), visit("shanxi_authority")
    make(owner)
    path = re.search(r'action="(/tokens/\w+/revoke)"', owner.get("/tokens").text)
    assert path and other.post(path[1]).status_code == 404
    assert "对账程序" in owner.get("/tokens").text


def test_there_is_a_limit_to_tokens(visit: Visit) -> None:
    visitor = visit("shanxi_applicant")
    assert {make(visitor)[0] for _ in range(20)} == {201}
    assert make(visitor)[0] == 422
