"""What makes something asks for Idempotency-Key: asked twice, it makes one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import db
from server.models import idempotency, tokens
from server.views.api import PREFIX
from tests.server.views.api.conftest import Json, Program, Programs
from tests.server.views.conftest import Visit

Asked = Callable[[Programs], tuple[Program, str, Json]]
"""Who asks, where, for what."""

ROOT = "/administration"


def a_draft(program: Programs) -> tuple[Program, str, Json]:
    return program("shanxi_process_owner"), "/drafts", {"title": "修改表单"}


def a_deputy(program: Programs) -> tuple[Program, str, Json]:
    away = program("shanxi_leader")
    deputy = away.get("/deputies")["candidates"][0]["id"]
    return away, "/deputies", {"deputy": deputy, "fromOn": "2026-12-01", "untilOn": "2026-12-02"}


def a_handover(program: Programs) -> tuple[Program, str, Json]:
    head = program("shanxi_leader")
    office = next(one for one in head.get("/session")["memberships"] if one["role"] == "leader")
    people = [one["id"] for one in head.get("/handovers")["people"]]
    body = {"leaver": people[0], "successor": people[-1], "regime": office["regime"]}
    return head, "/handovers", body | {"organisationId": office["organisationId"]}


def an_organisation(program: Programs) -> tuple[Program, str, Json]:
    body = {"code": "new_lab", "kind": "technical_body", "name": "新实验室", "nameEn": ""}
    return program("system_administrator"), f"{ROOT}/organisations", body


def a_name(program: Programs) -> tuple[Program, str, Json]:
    system = program("system_administrator")
    (place,) = system.search("administration/organisations", filter={"text": "云岭"})
    body = {"name": "更名研究院", "nameEn": "", "fromOn": "2026-12-01"}
    return system, f"{ROOT}/organisations/{place['id']}/names", body


def an_end(program: Programs) -> tuple[Program, str, Json]:
    system = program("system_administrator")
    (place,) = system.search("administration/organisations", filter={"text": "云岭"})
    return system, f"{ROOT}/organisations/{place['id']}/end", {"on": "2026-12-01"}


def a_person(program: Programs) -> tuple[Program, str, Json]:
    body = {"login": "newcomer", "name": "新来的人", "nameEn": ""}
    return program("system_administrator"), f"{ROOT}/people", body


def a_password(program: Programs) -> tuple[Program, str, Json]:
    return program("system_administrator"), f"{ROOT}/people/{applicant(program)}/password", {}


def an_office(program: Programs) -> tuple[Program, str, Json]:
    system = program("system_administrator")
    (place,) = system.search("administration/organisations", filter={"text": "云岭"})
    body = {"organisationId": place["id"], "role": "recommender", "regime": "shanxi"}
    path = f"{ROOT}/people/{applicant(program)}/appointments"
    return program("security_administrator"), path, body


def applicant(program: Programs) -> str:
    return str(program("shanxi_applicant").get("/session")["id"])


MAKING: dict[str, Asked] = {
    each.__name__: each
    for each in (
        a_draft,
        a_deputy,
        a_handover,
        an_organisation,
        a_name,
        an_end,
        a_person,
        a_password,
        an_office,
    )
}


@pytest.mark.parametrize("name", MAKING)
def test_what_is_asked_twice_is_made_once(program: Programs, name: str) -> None:
    asker, path, body = MAKING[name](program)
    first = asker.ask("POST", path, body, Idempotency_Key="the-same")
    again = asker.ask("POST", path, body, Idempotency_Key="the-same")
    made = first.get_json()
    assert first.status_code in (200, 201) and again.status_code == first.status_code
    assert again.get_json() == made | ({"secret": None} if "secret" in made else {})


def test_a_key_is_for_one_request(program: Programs) -> None:
    owner, path, body = a_draft(program)
    owner.post(path, body, 201, Idempotency_Key="the-same")
    assert owner.post(path, {"title": "另一份"}, 422, Idempotency_Key="the-same")["code"] == (
        "key_reused"
    )
    assert owner.ask("POST", path, body).status_code == 400
    titles = [one["title"] for one in owner.get("/drafts")["items"]]
    assert titles.count("修改表单") == 1 and "另一份" not in titles


def test_a_token_is_shown_to_the_first_request_only(visit: Visit, app: Flask) -> None:
    visitor = visit("shanxi_applicant")
    body = {"name": "对账程序", "scope": "read", "days": 30}
    first, again = (
        visitor.send(f"{PREFIX}/tokens", body, **{"Idempotency-Key": "the-same"}).get_json()
        for _ in range(2)
    )
    assert first["token"] and again == first | {"token": None}
    with db.read() as tx:
        assert tx.execute(select(func.count()).select_from(tokens)).scalar_one() == 1
        kept = tx.execute(select(idempotency.c.response)).scalar_one()
    assert first["token"] not in str(kept)
    visitor.send(f"{PREFIX}/tokens/{first['id']}", None, "DELETE")
    assert visitor.send(
        f"{PREFIX}/tokens", body, **{"Idempotency-Key": "the-same"}
    ).status_code == (404)


def test_everything_that_makes_something_asks_for_a_key(app: Flask) -> None:
    raw = app.test_client().get(f"{PREFIX}/openapi.json").get_json()
    making = {
        path: {each["name"] for each in item["post"].get("parameters", []) if "name" in each}
        for path, item in raw["paths"].items()
        if "201" in item.get("post", {}).get("responses", {})
    }
    assert len(making) > 15
    assert [path for path, headers in making.items() if "Idempotency-Key" not in headers] == []
