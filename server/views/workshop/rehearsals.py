"""演练: a draft on the scenarios that touch it; the diagram painted by what they passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.errors import NotFound
from server.law import checks
from server.law.catalogue import Catalogue
from server.studio import rehearsal
from server.studio.drafts import overlay
from server.studio.drafts.overlay import Overlay
from server.studio.drafts.paths import kind_of
from server.studio.rehearsal import Report, Told
from server.views import apart, exports
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.published import regime_short, said
from server.views.query import LIMIT_TEXT
from server.views.words import word
from server.views.workshop.blueprint import bp
from server.views.workshop.drafts import find, name_of
from server.views.workshop.editors import EDITOR_POLICY
from server.views.workshop.words import STANDINGS
from server.work import access
from server.work.sql import Row

PAGE = 40
SORTS = ("name", "standing", "seconds")
WORST_FIRST = ("worse", "failed", "better", "passed")


@dataclass(frozen=True, slots=True)
class Line:
    """One scenario of a rehearsal as the list shows it."""

    told: Told
    standing: str


@dataclass(frozen=True, slots=True)
class Painted:
    """A diagram with what the scenarios passed; ``missed`` are the boxes that none came to."""

    path: str
    name: str
    url: str
    marks: Mapping[str, list[str]]
    notes: Mapping[str, Mapping[str, str]]
    missed: list[tuple[str, tuple[str, ...]]]


@bp.get("/drafts/<draft_id>/rehearsal")
@signed_in
def rehearsed(draft_id: str) -> ResponseReturnValue:
    """The rehearsal of the draft as it stands: begin it, watch it, read what came of it."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        row = rehearsal.of_draft(tx, laid)
        report = rehearsal.report(tx, row["id"]) if _done(row) and row else Report()
    made, asked = overlay.catalogue(laid.tree), _asked()
    found = _ordered([line for line in _lines(report) if _wanted(line, asked)], asked["sort"])
    if exports.asked():
        return exports.answer(gettext("演练"), _columns(), exports.whole(found))
    page = max(request.args.get("page", 1, int), 1)
    return render_template(
        "workshop/rehearsal.html",
        draft=laid.draft,
        changed=laid.changed,
        row=row,
        running=_runs(row),
        report=report,
        counts={each: report.counts[each] for each in WORST_FIRST},
        lines=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        asked=asked,
        next_page=page + 1 if len(found) > page * PAGE else None,
        regimes_told=sorted({each.regime for each in report.told}),
        drawn=_drawn(laid, made, report),
        painted=_painted(laid, made, report),
    )


@bp.post("/drafts/<draft_id>/rehearsal")
@signed_in
def rehearse(draft_id: str) -> ResponseReturnValue:
    """Begin the rehearsal of the draft as it stands."""
    access.may_read_models(g.person)
    with db.read() as tx:
        laid = find(tx, draft_id)
    identity = rehearsal.begin(g.person, laid)
    apart.rehearse(current_app.config["GUICHENG"], identity)
    return redirect(url_for("workshop.rehearsed", draft_id=draft_id), 303)


@bp.get("/drafts/<draft_id>/rehearsal/progress")
@signed_in
def progress(draft_id: str) -> ResponseReturnValue:
    """How far the rehearsal is; the page is asked for anew when it has ended."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        row = rehearsal.of_version(tx, laid.tree, laid.current)
    answer = Response(render_template("workshop/_progress.html", draft=laid.draft, row=row))
    if not _runs(row):
        answer.headers["HX-Refresh"] = "true"
    return answer


def _done(row: Row | None) -> bool:
    return row is not None and row["status"] == "done"


def _runs(row: Row | None) -> bool:
    return row is not None and row["status"] in rehearsal.RUNNING


@bp.get("/drafts/<draft_id>/simulation/<path:path>")
@signed_in
def simulated(draft_id: str, path: str) -> ResponseReturnValue:
    """Tokens that walk through a diagram of the draft, for the eye."""
    with db.read() as tx:
        laid = find(tx, draft_id)
    made = overlay.catalogue(laid.tree)
    if kind_of(path) != "bpmn" or made.files.get(path) is None:
        raise NotFound("没有找到这个流程文件")
    page = render_template(
        "workshop/simulation.html", draft=laid.draft, path=path, name=name_of(path, made)
    )
    return Response(page, headers={"Content-Security-Policy": EDITOR_POLICY})


# --- the list ---


def _asked() -> dict[str, str]:
    names = ("q", "standing", "regime", "diagram", "sort")
    return {name: request.args.get(name, "")[:LIMIT_TEXT] for name in names}


def _lines(report: Report) -> list[Line]:
    return [Line(each, report.standing(each)) for each in report.told]


def _wanted(line: Line, asked: Mapping[str, str]) -> bool:
    told, text = line.told, asked["q"].strip().lower()
    words = " ".join((told.name, told.title, *told.clauses, *map(said, told.lines))).lower()
    fits = asked["standing"] in ("", line.standing) and asked["regime"] in ("", told.regime)
    return fits and text in words


def _ordered(lines: list[Line], sort: str) -> list[Line]:
    keys: Mapping[str, Any] = {
        "name": lambda line: (line.told.name, line.told.regime),
        "seconds": lambda line: line.told.seconds,
        "standing": lambda line: WORST_FIRST.index(line.standing),
    }
    key = sort.removeprefix("-")
    return sorted(lines, key=keys.get(key, keys["standing"]), reverse=sort.startswith("-"))


def _columns() -> list[Column]:
    return [
        Column(gettext("编号"), lambda line: line.told.name),
        Column(gettext("管理办法"), lambda line: regime_short(line.told.regime)),
        Column(gettext("场景"), lambda line: line.told.title),
        Column(gettext("结果"), lambda line: word(STANDINGS, line.standing)),
        Column(gettext("条款"), lambda line: " ".join(line.told.clauses)),
        Column(gettext("不符之处"), lambda line: "\n".join(map(said, line.told.lines))),
    ]


# --- the diagrams ---


def _drawn(laid: Overlay, made: Catalogue, report: Report) -> list[tuple[str, str]]:
    """The diagrams that can be looked at, those changed first, with their names."""
    visited = report.diagrams
    changed = [path for path in laid.changed if path.endswith(".bpmn") and laid.after(path)]
    paths = dict.fromkeys([*changed, *visited]) if report.told else {}
    return [(path, name_of(path, made)) for path in paths]


def _painted(laid: Overlay, made: Catalogue, report: Report) -> Painted | None:
    drawn = dict(_drawn(laid, made, report))
    path = request.args.get("diagram", "")
    path = path if path in drawn else next(iter(drawn), "")
    diagram = made.describe(path) if path else None
    if diagram is None:
        return None
    counts, reached = report.passed(path), _reached(made, path, report)
    boxes = [each.id for each in diagram.elements]
    ways = [each for each in diagram.flows if {each.source, each.target} <= reached]
    due = [each for each in boxes if each in reached] + [each.id for each in ways]
    missed = [each for each in due if not counts[each]]
    return Painted(
        path=path,
        name=drawn[path],
        url=url_for("workshop.file", draft_id=laid.draft["id"], path=path, show=""),
        marks={
            "passed": [each for each in due if counts[each]],
            "unpassed": missed,
            "off": [each for each in boxes if each not in reached],
        },
        notes={each: {"text": f"×{counts[each]}", "kind": "count"}
               for each in boxes if counts[each]},
        missed=[(each.label, each.clauses) for each in diagram.elements if each.id in missed],
    )  # fmt: skip


def _reached(made: Catalogue, path: str, report: Report) -> frozenset[str]:
    """The boxes that the regimes of the scenarios can come to."""
    regimes = {each.regime for each in report.told}
    places = (place for place in checks.look(made).places if place.path == path)
    return frozenset().union(*(each.reached for each in places if each.regime.id in regimes))
