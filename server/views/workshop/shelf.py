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
from server.studio.shelf import KINDS, Model
from server.views import exports
from server.views.diagrams import address
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.published import regime_short
from server.views.words import word
from server.views.workshop.blueprint import bp
from server.views.workshop.lists import Key, listing
from server.views.workshop.words import DRAFT_STATES, MODEL_KINDS, model_name
from server.work import access, publications
from server.work.people import names_of

KEYS: Mapping[str, Key] = {
    "kind": lambda line: KINDS.index(line.model.kind),
    "name": lambda line: line.model.name,
    "version": lambda line: line.version,
    "since": lambda line: str(line.since),
    "by": lambda line: line.by,
    "running": lambda line: line.running,
    "state": lambda line: [draft["status"] for draft in line.drafts],
}


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
    kind, regime = request.args.get("kind", ""), request.args.get("regime", "")
    with db.read() as tx:
        lines = lines_of(tx, held)
    wanted = [line for line in lines if fits(line, kind, regime)]
    found = listing(wanted, said, KEYS, "kind", "regime")
    if exports.asked():
        return exports.answer(gettext("流程模型"), _columns(), exports.whole(found.found))
    return render_template(
        "workshop/shelf.html",
        found=found,
        counts={k: sum(line.model.kind == k for line in lines) for k in MODEL_KINDS},
        owns=bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
    )


def lines_of(tx: Any, held: frozenset[str]) -> list[Line]:
    """Everything on the shelf, with the counts of the regimes that a person reads."""
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


def fits(line: Line, kind: str, regime: str) -> bool:
    """Whether a model is of this kind and regime; empty: of any."""
    return kind in ("", line.model.kind) and regime in ("", *line.model.regimes)


def said(line: Line) -> str:
    """What a search looks through."""
    model = line.model
    return f"{model.name} {labelled(model.name)} {model.path} {line.by}"


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
        Column(gettext("状态"), _state),
    ]


def _state(line: Line) -> str:
    """What happens to a model now: the drafts that change it."""
    drafts = (f"{word(DRAFT_STATES, d['status'])} {d['title']}" for d in line.drafts)
    return "；".join(drafts) or gettext("施行中")


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
        lines = lines_of(tx, held)
        versions = acts.versions_of(tx, path)
        people = names_of(tx, {row["released_by"] for row in versions})
        drafts = store.listed(tx, "open")
        pictures = store.pictured(tx, [str(row["change_set_id"]) for row in versions])
    regime = found.regimes[0] if found.regimes else next(iter(made.regimes))
    return render_template(
        "workshop/model.html",
        line=next(line for line in lines if line.model.path == path),
        picture=address(number, regime, stem(path)) if path.endswith(".bpmn") else "",
        sheets=sheets.read(made.files[path]) if path.endswith(".dmn") else [],
        regime=made.regimes.get(regime) if found.kind == "regime" else None,
        versions=versions,
        pictures=pictures,
        people=people,
        drafts=drafts,
        editable=bool(EDITABLE.fullmatch(path)),
        owns=bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
        name=model_name(found),
    )
