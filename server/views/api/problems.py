"""Problem documents of the API (RFC 9457): what is wrong, where, by which clauses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import request
from flask_babel import gettext

from server import errors
from server.errors import PROGRAMS, Problem
from server.views import published
from server.views.api.fields import camel
from server.views.api.parser import escaped

Json = dict[str, Any]


def describe(problem: Problem, incident: str) -> Json:
    """The document of a problem: for a program of ours, or as the pages' scripts read it."""
    plain = errors.document(problem, incident)
    if not request.path.startswith(PROGRAMS):
        return plain | _worded(problem)
    return {
        "type": plain["type"],
        "title": gettext(problem.title),
        "status": problem.status,
        "code": problem.code,
        "detail": published.said(problem.detail),
        "instance": request.path,
        "clauses": [_clause(each) for each in problem.clauses],
        "errors": list(_errors(problem)),
        "incident": incident or None,
    }


def _worded(problem: Problem) -> Json:
    """What the pages' scripts show."""
    texts = {"title": gettext(problem.title), "detail": published.said(problem.detail)}
    found = {path: list(map(published.said, said)) for path, said in problem.errors.items()}
    return texts | ({"errors": found} if found else {})


def _clause(clause_id: str) -> Json:
    """A legal basis: the clause, its instrument, its article."""
    clause = published.catalogue().clauses.by_id(clause_id)
    place = published.clause_place(clause) if clause else ""
    article = clause.article if clause else ""
    instrument = place.removesuffix(article).removeprefix("《").removesuffix("》")
    return {"id": clause_id, "instrument": instrument, "article": article}


def _errors(problem: Problem) -> Iterator[Json]:
    for path, sentences in problem.errors.items():
        place, colon, pointer = path.partition(":")
        is_ours = bool(colon) and place in ("body", "query", "header")
        where = (place, pointer) if is_ours else ("body", _pointer(path))
        for sentence in sentences:
            yield {"in": where[0], "pointer": where[1], "detail": published.said(sentence)}


def _pointer(path: str) -> str:
    """A path of server/work: dotted, inside the form when one was handed in."""
    sent = request.get_json(silent=True)
    if isinstance(sent, dict) and "data" in sent:
        return "/data/" + "/".join(map(escaped, path.split(".")))
    return f"/{escaped(camel(path))}"
