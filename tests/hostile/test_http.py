"""Whatever is sent to whichever route: a problem document or a page, never a fault of the server.

Every route of the application is asked with every trick, signed in and not; routes that come later
are asked as soon as they exist.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.hostile.clockwork import within
from tests.server.views import conftest as views
from tests.server.views.conftest import Visitor
from tests.server.views.matrix import methods
from tests.server.views.snapshot import Snapshot

office, app, visit = views.office, views.app, views.visit

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
DEEP = b"[" * 100_000 + b"]" * 100_000

BODIES: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", JSON),
    "no json": (b"{", JSON),
    "a list": (b"[]", JSON),
    "null": (b"null", JSON),
    "a number": (b"1e400", JSON),
    "not a number": (b'{"version": NaN, "data": {}}', JSON),
    "a text": (b'"x"', JSON),
    "wrong types": (b'{"version": "1", "data": [], "expert": {}, "reason": 1}', JSON),
    "a huge number": (b'{"version": ' + b"9" * 5_000 + b', "data": {}}', JSON),
    "doubled keys": (b'{"version": 1, "version": 2, "data": {}, "data": {"a": 1}}', JSON),
    "deep": (b'{"version": 1, "data": {"a": ' + DEEP + b"}}", JSON),
    "broken utf-8": (b'{"version": 1, "data": {"a": "\xff\xfe"}}', JSON),
    "a surrogate": (b'{"version": 1, "data": {"a": "\\ud800"}}', JSON),
    "null bytes": (b'{"version": 1, "data": {"a\\u0000b": "\\u0000"}}', JSON),
    "utf-16": ('{"version": 1, "data": {}}'.encode("utf-16"), JSON),
    "another charset": (b'{"version": 1, "data": {}}', "application/json; charset=ebcdic-xx"),
    "a prototype": (b'{"version": 1, "data": {"__proto__": {"admin": true}}}', JSON),
    "many keys": (json.dumps({"data": dict.fromkeys(map(str, range(50_000)), 1)}).encode(), JSON),
    "xml as json": (b"<x/>", JSON),
    "json as text": (b'{"version": 1}', "text/plain"),
    "json as a form": (b'{"version": 1}', FORM),
    "xml": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "text/xml"),
    "no content type": (b"x", ""),
    "an odd content type": (b"x", "a/b; c=\xff"),
    "a form of nulls": (b"login=%00&password=%00&reason=%00&q=%00&name=%00&code=%00", FORM),
    "a form of broken utf-8": (b"login=%ff%fe&password=%c0%80&reason=%ed%a0%80", FORM),
    "many fields": (b"&".join(b"f%d=1" % n for n in range(5_000)), FORM),
    "no boundary": (b"--x\r\n\r\n", "multipart/form-data"),
    "an open part": (b"--x\r\nContent-Disposition: form-data; name=a", "multipart/form-data; boundary=x"),
    "a part of tricks": (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a\\0.pdf"\r\n\r\nx\r\n--x--',
        "multipart/form-data; boundary=x",
    ),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", JSON),
}  # fmt: skip

QUERIES = (
    "?q=%00",
    "?q=%ff%fe",
    "?q=%ed%a0%80",
    "?q=" + "%25" * 2_000,
    "?q='%20OR%201=1--&role=%00&regime=../../etc&state=%F0%9F%92%A3",
    "?page=-1",
    "?page=999999999999999999999",
    "?page=NaN&limit=1e400&size=-5",
    "?sort=__class__&after=~~~&cursor=%00",
    "?after=" + "~" * 500,
    "?after=9999-99-99~zzz",
    "?format=exe",
    "?element=%00&next=//evil.example",
    "?from=2026-02-30&until=0000-00-00&on=99999-01-01&day=x&year=99999&month=13",
    "?" + "&".join(f"a{n}=1" for n in range(1_200)),
)

ARGUMENTS = (
    "x",
    "0",
    "-1",
    "9" * 30,
    "%00",
    "%ff",
    "..%2f..%2fetc%2fpasswd",
    "a" * 2_000,
    "𠀀",
    "'",
)

HEADERS: Mapping[str, dict[str, str]] = {
    "a foreign host": {"Host": "evil.example"},
    "forwarded": {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"},
    "odd languages": {"Accept-Language": "x" * 5_000, "Accept": ";;;q=9"},
    "odd ranges": {"Range": "bytes=0-,-1,5-1", "If-Range": "x"},
    "odd conditions": {"If-Match": '"' * 50, "If-None-Match": "*" * 50, "If-Modified-Since": "x"},
    "odd keys": {"Idempotency-Key": "\x00" * 3 + "k" * 500, "X-CSRFToken": "\xff"},
    "odd cookies": {"Cookie": "guicheng=\xff\xfe; language=../../x; guicheng=;;;=="},
    "odd authorization": {"Authorization": "Bearer " + "x" * 9_000},
    "basic authorization": {"Authorization": "Basic ////"},
    "htmx": {"HX-Request": "true", "HX-Target": "item-\xff", "HX-Current-URL": "//evil"},
    "another method": {"X-HTTP-Method-Override": "DELETE"},
}


@pytest.fixture
def visitor(visit: views.Visit) -> Visitor:
    return visit("shanxi_recommender")


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=str)


def fill(app: Flask, rule: Rule, value: str) -> str:
    """The address of a route with the same text for every parameter."""
    path = str(rule.rule)
    for name in rule.arguments:
        for kind in ("", "int:", "path:", "string:", "uuid:"):
            number = value if value.lstrip("-").isdigit() else "1"
            path = path.replace(f"<{kind}{name}>", number if kind == "int:" else value)
    return path


def sound(answer: TestResponse, asked: str) -> None:
    """No fault, no foreign address, and for programs a problem document."""
    assert answer.status_code < 500, asked
    target = answer.headers.get("Location", "/")
    assert target.startswith("/") and not target.startswith(("//", "/\\")), f"{asked} -> {target}"
    if answer.status_code >= 400:
        kind = answer.content_type or ""
        assert kind.startswith(("application/problem+json", "text/html")), f"{asked}: {kind}"
        if kind.startswith("application/problem+json"):
            told = answer.get_json()
            assert told["status"] == answer.status_code and told["code"] and told["detail"], asked


def ask(visitor: Visitor, path: str, method: str, body: bytes, kind: str) -> TestResponse:
    headers = {"X-CSRFToken": visitor.token, "Accept": JSON}
    return visitor.client.open(
        path, method=method, data=body, content_type=kind or None, headers=headers, buffered=True
    )


def acts(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in rules(app):
        for method in methods(rule):
            if method != "GET" and rule.endpoint not in ("session.sign_out", "session.enter"):
                yield rule, method


@pytest.mark.parametrize("name", BODIES)
def test_no_body_brings_a_route_down(
    app: Flask, visitor: Visitor, tmp_path: Path, name: str
) -> None:
    body, kind = BODIES[name]
    before = Snapshot(tmp_path / "office.sqlite")
    for rule, method in acts(app):
        path = fill(app, rule, "x")
        with within():
            answer = ask(visitor, path, method, body, kind)
        sound(answer, f"{method} {path} with {name}")
        if answer.status_code < 400:
            before.restore()
    before.close()


def test_no_query_brings_a_list_down(app: Flask, visitor: Visitor) -> None:
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and not rule.arguments:
            for query in QUERIES:
                with within():
                    sound(visitor.get(f"{rule.rule}{query}"), f"{rule.rule}{query}"[:200])


def test_no_argument_brings_a_route_down(app: Flask, visitor: Visitor) -> None:
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and rule.arguments:
            for value in ARGUMENTS:
                path = fill(app, rule, value)
                with within():
                    sound(visitor.get(path), path[:200])


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_brings_a_route_down(app: Flask, visitor: Visitor, name: str) -> None:
    for rule in rules(app):
        if "GET" in (rule.methods or ()) and not rule.arguments:
            answer = visitor.client.get(str(rule.rule), headers=HEADERS[name], buffered=True)
            sound(answer, f"{rule.rule} with {name}")
            if (answer.content_type or "").startswith("text/html"):
                assert "evil.example" not in answer.get_data(as_text=True)


def test_a_host_that_is_not_ours_is_refused_where_ours_are_known(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["office.example"]
    client = app.test_client()
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/sign-in", headers={"Host": "office.example"}).status_code == 200


def test_a_body_over_the_limit_is_refused_before_it_is_read(visitor: Visitor) -> None:
    for path in ("/documents", "/sign-in", "/tasks/x/complete"):
        with within():
            answer = ask(visitor, path, "POST", b"x" * (21 * 1024 * 1024), JSON)
        assert answer.status_code == 413 and answer.get_json()["code"] == "too_large"


@pytest.mark.parametrize(
    "sign",
    [
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "of another session"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_no_act_of_a_session_can_be_forged(
    app: Flask, visitor: Visitor, sign: dict[str, str]
) -> None:
    for rule, method in acts(app):
        headers = {"X-CSRFToken": visitor.token, "Accept": JSON, **sign}
        answer = visitor.client.open(fill(app, rule, "x"), method=method, headers=headers)
        assert answer.status_code == 403, f"{method} {rule}"
        assert answer.get_json()["code"] == "csrf", f"{method} {rule}"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "////evil.example",
        "/\n/evil.example",
    ],
)
def test_nobody_is_led_to_another_site(visitor: Visitor, elsewhere: str) -> None:
    for path in ("/language/en", "/language/zh"):
        answer = visitor.client.get(path, query_string={"next": elsewhere})
        target = answer.headers["Location"]
        assert target.startswith("/") and not target.startswith(("//", "/\\", "/\t", "/\n"))
