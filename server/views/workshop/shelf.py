"""The list of procedures, parts, tables, forms and regimes; one of them with its versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.errors import NotFound
from server.law.catalogue import stem
from server.studio import sheets, shelf
from server.studio.drafts import acts, store
from server.studio.drafts.paths import EDITABLE
from server.studio.shelf import Model
from server.views import exports
from server.views.diagrams import address
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.published import regime_short
from server.views.query import LIMIT_TEXT
from server.views.words import word
from server.views.workshop.blueprint import bp
from server.views.workshop.words import MODEL_KINDS, model_name
from server.work import access, publications
from server.work.people import names_of

PAGE = 40
SORTS = ("name", "version", "since", "running")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the list."""

    model: Model
    version: int
    since: date | None
    by: str
    running: int
    drafts: list[Mapping[str, Any]]


@bp.get("")
@signed_in
def models() -> ResponseReturnValue:
    """Everything on the shelf: search, filter, sort; a page at a time, or a file of all."""
    held = access.may_read_models(g.person)
    asked = {name: request.args.get(name, "")[:LIMIT_TEXT] for name in ("q", "kind", "regime")}
    sort = request.args.get("sort", "")
    page = max(request.args.get("page", 1, int), 1)
    with db.read() as tx:
        lines = _lines(tx, held)
    found = [line for line in lines if _wanted(line, asked)]
    found = _ordered(found, sort)
    if exports.asked():
        return exports.answer(gettext("流程模型"), _columns(), exports.whole(found))
    return render_template(
        "workshop/shelf.html",
        lines=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        counts={k: sum(line.model.kind == k for line in lines) for k in MODEL_KINDS},
        asked=asked,
        sort=sort,
        page=page,
        next_page=page + 1 if len(found) > page * PAGE else None,
        owns=bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
    )


def _lines(tx: Any, held: frozenset[str]) -> list[Line]:
    made = publications.catalogue(tx, publications.current(tx))
    versions, running = acts.versions(tx), shelf.running(tx, held)
    people = names_of(tx, {row["released_by"] for _, row in versions.values()})
    changing: dict[str, list[Mapping[str, Any]]] = {}
    for draft in store.listed(tx, "open", "submitted"):
        for path in store.paths_of(tx, draft["id"]):
            changing.setdefault(path, []).append(draft)
    lines = []
    for model in shelf.models(made):
        number, row = versions.get(model.path, (1, {}))
        by, since = people.get(row.get("released_by") or "", ""), row.get("effective_on")
        count = running[model.process] if model.kind in ("procedure", "part") else 0
        lines.append(Line(model, number, since, by, count, changing.get(model.path, [])))
    return lines


def _wanted(line: Line, asked: Mapping[str, str]) -> bool:
    model, text = line.model, asked["q"].strip().lower()
    said = f"{model.name} {labelled(model.name)} {model.path}".lower()
    fits = asked["kind"] in ("", model.kind) and asked["regime"] in ("", *model.regimes)
    return fits and text in said


def _ordered(lines: list[Line], sort: str) -> list[Line]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        return lines
    if key == "name":
        return sorted(lines, key=lambda each: each.model.name, reverse=sort.startswith("-"))
    return sorted(lines, key=lambda each: str(getattr(each, key)) if key == "since"
                  else getattr(each, key), reverse=sort.startswith("-"))  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(gettext("种类"), lambda line: word(MODEL_KINDS, line.model.kind)),
        Column(gettext("名称"), lambda line: model_name(line.model)),
        Column(gettext("文件"), lambda line: line.model.path),
        Column(gettext("适用"), lambda line: "、".join(map(regime_short, line.model.regimes))),
        Column(gettext("版本"), lambda line: f"V{line.version}"),
        Column(gettext("施行"), lambda line: line.since),
        Column(gettext("修改人"), lambda line: line.by),
        Column(gettext("在办"), lambda line: line.running),
    ]


@bp.get("/models/<path:path>")
@signed_in
def model(path: str) -> ResponseReturnValue:
    """One model as it is in force, its versions and the drafts that change it."""
    held = access.may_read_models(g.person)
    with db.read() as tx:
        number = publications.current(tx)
        made = publications.catalogue(tx, number)
        found = shelf.find(made, path)
        if found is None:
            raise NotFound("没有找到这个流程文件")
        lines = _lines(tx, held)
        versions = acts.versions_of(tx, path)
        people = names_of(tx, {row["released_by"] for row in versions})
        drafts = store.listed(tx, "open")
    regime = found.regimes[0] if found.regimes else next(iter(made.regimes))
    return render_template(
        "workshop/model.html",
        line=next(line for line in lines if line.model.path == path),
        picture=address(number, regime, stem(path)) if path.endswith(".bpmn") else "",
        sheets=sheets.read(made.files[path]) if path.endswith(".dmn") else [],
        regime=made.regimes.get(regime) if found.kind == "regime" else None,
        versions=versions,
        people=people,
        drafts=drafts,
        editable=bool(EDITABLE.fullmatch(path)),
        owns=bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
        name=model_name(found),
    )
