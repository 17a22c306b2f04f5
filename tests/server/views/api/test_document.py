"""The OpenAPI document: complete, closed, and readable as a page that keeps our policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from server.views.api import PREFIX, ROOMS
from tests.server.views.conftest import Visit

CHINESE = re.compile("[\u4e00-\u9fff]")
METHODS = {"get", "post", "put", "delete"}

Json = dict[str, Any]


@pytest.fixture
def raw(app: Flask) -> Json:
    found: Json = app.test_client().get(f"{PREFIX}/openapi.json").get_json()
    return found


def operations(raw: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in raw["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def test_every_route_is_in_the_document_and_nothing_else(app: Flask, raw: Json) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule)))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if str(rule).startswith(PREFIX) and rule.endpoint.startswith("api.")
    }
    assert routes == {(method, path) for method, path, _ in operations(raw)}
    assert len(routes) > 50


def test_every_operation_is_described_in_both_languages(raw: Json) -> None:
    for method, path, operation in operations(raw):
        assert CHINESE.search(operation["summary"]), (method, path)
        assert (
            operation["description"].isascii() is not None and operation["description"][0].isupper()
        )
        assert operation["operationId"] and operation["tags"]
    assert len({one["operationId"] for _, _, one in operations(raw)}) == len(list(operations(raw)))
    assert [tag["name"] for tag in raw["tags"]] == [room.name for room in ROOMS]


def test_every_operation_says_what_it_asks_of_the_caller(raw: Json) -> None:
    for method, path, operation in operations(raw):
        scope = operation["x-required-permissions"][0]
        assert scope in {"scope:read", "scope:act", "session"}, (method, path)
        assert operation["security"]
        assert {"400", "401", "403", "429", "503"} <= operation["responses"].keys()
        if "requestBody" in operation:
            assert {"413", "415", "422"} <= operation["responses"].keys()


def test_refusals_are_problem_documents(raw: Json) -> None:
    refusals = raw["components"]["responses"]
    assert refusals
    for response in refusals.values():
        schema = response["content"]["application/problem+json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/Problem"}


def test_every_schema_is_closed(raw: Json) -> None:
    for name, schema in raw["components"]["schemas"].items():
        assert schema["additionalProperties"] is False, name


def test_every_text_that_is_sent_has_a_limit(raw: Json) -> None:
    for name in sent(raw):
        for member, schema in raw["components"]["schemas"][name]["properties"].items():
            if schema.get("type") == "string" and schema.get("format") not in ("date", "binary"):
                assert schema.keys() & {"maxLength", "pattern", "enum"}, (name, member)


def sent(raw: Json) -> set[str]:
    """The schemas of requests, those inside them included."""
    found: set[str] = set()
    waiting = [
        content["schema"]["$ref"].rpartition("/")[2]
        for _, _, operation in operations(raw)
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    while waiting:
        name = waiting.pop()
        found.add(name)
        inner = raw["components"]["schemas"][name]["properties"].values()
        waiting += [one["$ref"].rpartition("/")[2] for one in inner if "$ref" in one]
    return found


@pytest.mark.parametrize(("language", "word"), [("zh", "接口"), ("en", "API")])
def test_the_page_shows_every_operation(visit: Visit, raw: Json, language: str, word: str) -> None:
    visitor = visit("shanxi_applicant")
    visitor.get(f"/language/{language}")
    page = visitor.get(f"{PREFIX}/ui").text
    assert word in page
    for _, path, operation in operations(raw):
        assert path.replace("{", "&#123;") in page or path in page
        assert operation["operationId"] in page
    assert not re.search(r"\s(style|on\w+)=", page)
    assert not re.search(r'(src|href|action)="(https?:)?//', page)
    assert not re.findall(r"<script(?![^>]* src=)[^>]*>", page)
