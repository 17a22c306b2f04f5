"""How an operation of the API is declared: route, guard, schemas and document in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema

from server.views.api.conditions import ETAG, IDEMPOTENCY_KEY, IF_MATCH
from server.views.api.fields import CLAUSE, ID, NAME, camel
from server.views.api.parser import Parser
from server.views.guards import acting, anyone, in_person, signed_in
from server.work.portal import LISTS
from server.work.together import offers

View = Callable[..., Any]
Guard = Callable[[View], View]

SCOPES: Mapping[Guard, str] = {
    anyone: "none",
    signed_in: "scope:read",
    acting: "scope:act",
    in_person: "session",
}
"""What each guard asks of the credentials, as ``x-required-permissions`` says it."""

IDENTITY = {"type": "string", "pattern": ID, "minLength": 26, "maxLength": 26}
NUMBER = r"^[0-9]{1,9}$"
WORD = {"type": "string", "pattern": NAME, "minLength": 1, "maxLength": 64}
PATH: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "regime": ("Regime, for example `shanxi`.", WORD),
    "process_id": ("Procedure, for example `application`.", WORD),
    "act": ("One of the acts on a task.", {"type": "string", "enum": list(offers.ALL)}),
    "what": ("List of the portal.", {"type": "string", "enum": list(LISTS)}),
    "number": ("Place in a list, from 0.", {"type": "string", "pattern": NUMBER}),
    "release_id": ("Number of a release.", {"type": "string", "pattern": NUMBER}),
    "clause_id": ("Clause, for example `SX-15.2`.", {"type": "string", "pattern": CLAUSE}),
}
"""Parameters in the path that are not identifiers."""

ALWAYS = (400, 401, 403, 429, 503)
WITH_BODY = (413, 415, 422)


class Resource(Blueprint):  # type: ignore[misc]
    """The operations on one kind of thing, or a group of such resources."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prepare_doc_cbks.append(_add_headers)

    def operation(
        self,
        method: str,
        path: str,
        answer: type[Schema] | Mapping[str, Any] | None,
        *,
        status: int = 200,
        guard: Guard = signed_in,
        needs: str = "",
        body: type[Schema] | None = None,
        query: type[Schema] | None = None,
        keyed: bool = False,
        versioned: bool = False,
        tagged: bool = False,
        refuses: Sequence[int] = (),
        media: str | None = None,
        receives: str | None = None,
    ) -> Callable[[View], View]:
        """Declare a view as an operation.

        ``needs`` is what server/work/access asks of the person; ``keyed`` and ``versioned`` ask
        for Idempotency-Key and If-Match; ``tagged`` answers carry an ETag; ``refuses`` are the
        statuses of refusals beyond those every such operation knows.
        """

        def declare(view: View) -> View:
            headers = ETAG if tagged else None
            view = self.response(status, answer, content_type=media, headers=headers)(view)
            if query:
                view = self.arguments(query, location="query", arg_name="query")(view)
            if body:
                place = "files" if receives else "json"
                view = self.arguments(body, location=place, arg_name="body", content_type=receives)(
                    view
                )
            for code in sorted({*refuses, *_refusals(path, body, query, keyed, versioned)}):
                view = self.alt_response(code, response=HTTPStatus(code).name)(view)
            view = guard(self.doc(**_document(view.__name__, method, guard, needs))(view))
            view._apidoc["headers"] = _headers(keyed, versioned)  # type: ignore[attr-defined]
            self.add_url_rule(
                path,
                view_func=view,
                methods=[method],
                parameters=_path_parameters(path),
                tags=[self.name],
            )
            return view

        return declare


def _refusals(
    path: str, body: object, query: object, keyed: bool, versioned: bool
) -> tuple[int, ...]:
    return (
        *ALWAYS,
        *((404,) if "<" in path else ()),
        *(WITH_BODY if body else ()),
        *((422,) if query or keyed else ()),
        *((409, 412, 428) if versioned else ()),
    )


def _document(name: str, method: str, guard: Guard, needs: str) -> dict[str, Any]:
    permissions = [*filter(None, (SCOPES[guard], needs))]
    return {
        "operationId": camel(name),
        "x-required-permissions": permissions,
        "security": _security(method, guard),
    }


def _security(method: str, guard: Guard) -> list[dict[str, list[str]]]:
    """The ways to prove who asks; a session that changes something also sends its token."""
    if guard is anyone:
        return []
    session: dict[str, list[str]] = {"session": []}
    if method != "GET":
        session["csrf"] = []
    return [session] if guard is in_person else [{"bearer": []}, session]


def _headers(keyed: bool, versioned: bool) -> list[Mapping[str, Any]]:
    wanted = ((IDEMPOTENCY_KEY, keyed), (IF_MATCH, versioned))
    return [header for header, is_wanted in wanted if is_wanted]


def _add_headers(doc: dict[str, Any], info: Mapping[str, Any], **_: Any) -> dict[str, Any]:
    """Flask-smorest knows arguments; these headers are read by conditions.py instead."""
    if headers := info.get("headers"):
        doc["parameters"] = [*doc.get("parameters", []), *headers]
    return doc


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part.strip("<>") for part in path.split("/") if "<" in part]
    return [_path_parameter(name) for name in names]


def _path_parameter(name: str) -> dict[str, Any]:
    words, schema = PATH.get(name, ("Identifier.", IDENTITY))
    return {"in": "path", "name": name, "description": words, "schema": dict(schema)}
