"""The OpenAPI document, made when it is first asked for, and a page to read it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Flask, Response, current_app, json, render_template
from flask.typing import ResponseReturnValue
from flask_smorest import Api
from markupsafe import Markup

from server.views.api.manual import tell
from server.views.api.resource import Resource
from server.views.api.schemas.common import Problem
from server.views.guards import anyone, signed_in
from server.views.language import current
from server.views.security import TOKEN_HEADER
from server.views.session import cookie_name

EXTENSION = "guicheng-api"
PROBLEM = "application/problem+json"

DESCRIPTION = """规程的每一项操作都可以由程序完成，规则、权限与页面相同。
Everything the pages do, programs do here: the same functions, rules and access decisions.

* Credentials: a token (`Authorization: Bearer gct_…`) made on the page 访问令牌, or the session of
  the browser with its token in `X-CSRFToken`.
* Ids are strings, numbers are numbers, instants are ISO 8601 in UTC, days are ISO 8601 civil days
  of Asia/Shanghai, names are camelCase. Values of forms keep the names their form gives them.
* What you may not know of is 404, never 403.
* `Idempotency-Key` makes an act count once; `If-Match` makes it fail (412) when somebody else
  acted first.
* Problems are RFC 9457 documents with a stable `code`, the `clauses` that are the legal basis of a
  refusal, and `errors` that point into the request.
"""

bp = Blueprint("api_document", __name__)


class Described:
    """The document of an application's API."""

    def __init__(self, app: Flask, operations: Resource, rooms: Sequence[Resource]) -> None:
        self.app, self.operations, self.rooms = app, operations, rooms
        self.read: dict[str, Markup] = {}

    @cached_property
    def openapi(self) -> dict[str, Any]:
        """OpenAPI 3.1."""
        api = _Api(self.app, spec_kwargs=_frame(self.rooms))
        self.operations.register_views_in_doc(
            api, self.app, api.spec, name=self.operations.name, parameters=None
        )
        found: dict[str, Any] = api.spec.to_dict()
        return found

    def told(self) -> Markup:
        """Every operation for people, in the language of the page; made once for each."""
        language = current()
        if language not in self.read:
            given = {"document": self.openapi, "operations": tell(self.openapi)}
            self.read[language] = Markup(render_template("_operations.html", **given))
        return self.read[language]


class _Api(Api):  # type: ignore[misc]
    """Flask-smorest's own, with our problems and without its pages and handlers."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_doc_blueprint(self) -> None:
        """The document has its own routes below."""

    def _register_error_handlers(self) -> None:
        """server/errors.py answers for everything."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            said = {"description": status.phrase, "content": {PROBLEM: {"schema": Problem}}}
            self.spec.components.response(status.name, said, lazy=True)


def _frame(rooms: Sequence[Resource]) -> dict[str, Any]:
    return {
        "title": "规程 Guicheng",
        "version": version("guicheng"),
        "openapi_version": "3.1.0",
        "info": {"description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
        "tags": [{"name": room.name, "description": room.description} for room in rooms],
        "components": {"securitySchemes": _schemes()},
    }


def _schemes() -> dict[str, Any]:
    return {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A token of yours."},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie_name()},
        "csrf": {
            "type": "apiKey",
            "in": "header",
            "name": TOKEN_HEADER,
            "description": "The token of the session, from GET /session of the pages.",
        },
    }


def described() -> Described:
    """What the application that answers says of its API."""
    found: Described = current_app.extensions[EXTENSION]
    return found


def openapi() -> dict[str, Any]:
    """The document of the application that answers."""
    return described().openapi


@bp.get("/openapi.json")
@anyone
def source() -> ResponseReturnValue:
    """The document itself; it tells nothing of any case."""
    return Response(json.dumps(openapi(), sort_keys=False), mimetype="application/json")


@bp.get("/ui")
@signed_in
def page() -> ResponseReturnValue:
    """The document to be read by people."""
    return render_template("api.html", document=openapi(), operations=described().told())
