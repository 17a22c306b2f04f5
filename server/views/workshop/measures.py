"""A new regime, page by page: names, text, clauses, model, rows, scenarios, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import db
from server.errors import Invalid, NotFound, Problem
from server.law import coverage_states
from server.law.coverage import coverage
from server.law.regimes import STATUSES
from server.studio import rehearsal
from server.studio.drafts import acts as draft_acts
from server.studio.drafts import overlay, store
from server.studio.measures import (
    acts,
    basis,
    cells,
    counterparts,
    draft,
    facts,
    rows,
    uploads,
)
from server.studio.measures.cells import Cell
from server.studio.measures.counterparts import UNTOLD
from server.studio.measures.draft import New
from server.studio.measures.rows import CLAUSE
from server.studio.measures.sheets import MARKS, Mark
from server.studio.rehearsal import Report
from server.studio.scenarios.document import Unreadable
from server.studio.scenarios.scenario import load
from server.views import apart, published
from server.views.body import form_key
from server.views.guards import signed_in
from server.views.language import current
from server.views.workshop.blueprint import bp
from server.views.workshop.drafts import named
from server.views.workshop.words import MEASURE_STEPS
from server.work import access, publications

ORDER = (
    "roles", "names", "steps", "deadlines", "quotas", "eligibility", "papers", "verdicts",
    "endings", "recipients", "anchors", "states", "transitions", "ballots", "matters",
)  # fmt: skip
"""The tables in the order in which people think of them."""


@bp.get("/regimes/new")
@signed_in
def new_regime() -> ResponseReturnValue:
    """Where a new regime begins."""
    access.may_change_models(g.person)
    return _begin_page({}, None)


@bp.post("/regimes/new")
@signed_in
def begin_regime() -> ResponseReturnValue:
    """A draft for a new regime."""
    access.may_change_models(g.person)
    given = {name: request.form.get(name, "") for name in ("id", "prefix", *facts.FIELDS)}
    with db.read() as tx:
        made = publications.catalogue(tx, publications.current(tx))
    try:
        draft_id = acts.begin(g.person, made, given, form_key())
    except Invalid as error:
        return _begin_page(given, error)
    return _to(draft_id, "text")


def _begin_page(given: Mapping[str, Any], problem: Invalid | None) -> ResponseReturnValue:
    page = render_template(
        "workshop/measures/facts.html",
        draft=None,
        given=given,
        problem=problem,
        statuses=STATUSES,
        editable=True,
        step="facts",
    )
    return page, 422 if problem else 200


def _to(draft_id: str, step: str) -> ResponseReturnValue:
    return redirect(url_for("workshop.measures", draft_id=draft_id, step=step), 303)


@bp.get("/drafts/<draft_id>/regime/<step>")
@signed_in
def measures(draft_id: str, step: str) -> ResponseReturnValue:
    """One page of a new regime as the draft has it."""
    return _page(draft_id, step, None)


@bp.post("/drafts/<draft_id>/regime/<step>")
@signed_in
def enter(draft_id: str, step: str) -> ResponseReturnValue:
    """Keep what was filled in, and go on; what is wrong is said beside what was filled in."""
    access.may_change_models(g.person)
    if step not in ACTS:
        raise NotFound("没有这一步")
    try:
        return ACTS[step](draft_id)
    except Invalid as error:
        if "HX-Request" in request.headers:
            return _said(published.said(error.detail), bad=True)
        return _page(draft_id, step, error)


def _page(draft_id: str, step: str, problem: Problem | None) -> ResponseReturnValue:
    access.may_read_models(g.person)
    if step not in PAGES:
        raise NotFound("没有这一步")
    with db.read() as tx:
        new = draft.of(overlay.of(tx, store.find(tx, draft_id)))
    page = render_template(
        f"workshop/measures/{step}.html",
        draft=new.laid.draft,
        new=new,
        step=step,
        problem=problem,
        editable=draft_acts.may_edit(g.person, new.laid.draft),
        **PAGES[step](new),
    )
    return page, 422 if problem else 200


def _said(text: str, bad: bool = False) -> str:
    return render_template("workshop/measures/_said.html", text=text, bad=bad)


# --- what each page shows -----------------------------------------------------------------------


def _facts(new: New) -> dict[str, Any]:
    typed = {name: request.form[name] for name in facts.FIELDS if name in request.form}
    return {"given": {**new.facts, "id": new.id, **typed}, "statuses": STATUSES}


def _text(new: New) -> dict[str, Any]:
    return {"source": request.form.get("source") or new.source, "entries": new.entries()}


def _clauses(new: New) -> dict[str, Any]:
    return {"entries": new.entries(), "marks": MARKS, "typed": request.form}


def _model(new: New) -> dict[str, Any]:
    entries = new.entries()
    near = counterparts.nearest(new.current, entries, new.id)
    wanted = request.values.get("model") or new.model or (near[0].id if near else "")
    model = wanted if wanted in new.current.regimes else ""
    chosen = dict(new.facts["counterparts"]) if model == new.model else {}
    articles = [one for one in new.current.clauses.articles.values() if one.regime == model]
    return {
        "near": near,
        "model": model,
        "entries": entries,
        "articles": [one for one in articles if not one.id.endswith("-0")],
        "pairs": chosen or counterparts.suggested(new.current, model, entries),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """A row on the page; ``left_out`` is said where it cites only the reading for silence."""

    id: str
    name: str
    key: str
    cells: tuple[Cell, ...]
    clause: str

    @property
    def by_analogy(self) -> bool:
        """Whether the text says nothing of it."""
        return UNTOLD in self.clause.split()


@dataclass(frozen=True, slots=True)
class Section:
    """A table on the page."""

    id: str
    name: str
    lines: tuple[Line, ...]
    others: tuple[tuple[str, str, str], ...]

    @property
    def by_analogy(self) -> int:
        """How many rows the text says nothing of."""
        return sum(line.by_analogy for line in self.lines)


def _rows(new: New) -> dict[str, Any]:
    found = {table.id: _section(new, table) for _, table in new.tables() if table.lines}
    ordered = [found[name] for name in ORDER if name in found]
    known = [part for one in new.entries() for part in one.parts]
    anchors = {a: _named(one) for _, t in new.tables() if t.id == "anchors" for one in t.lines
               if (a := cells.plain(one.cells["anchor"]))}  # fmt: skip
    return {"sections": ordered, "parts": known, "readings": new.readings(), "anchors": anchors}


def _section(new: New, table: rows.Table) -> Section:
    words = cells.choices(new.current, table.id, new.anchors())
    lines = tuple(_line(table, line, words) for line in table.lines)
    return Section(table.id, table.name, lines, tuple(acts.others(new, table)))


def _line(table: rows.Table, line: rows.Line, words: Mapping[str, list[str]]) -> Line:
    key = " · ".join(filter(None, map(cells.plain, line.key(table.columns[1:]))))
    found = (cells.cell(each, line.cells[each.name], words) for each in table.columns[1:])
    shown = tuple(one for one in found if one.how != "fixed" or _is_told(one))
    return Line(
        line.id,
        _named(line) or cells.label(line, table.columns[1:]),
        key,
        shown,
        cells.plain(line.cells[CLAUSE]),
    )


def _named(line: rows.Line) -> str:
    """The title of a row in the language of the page, where it has one."""
    english = cells.plain(line.cells.get("title_en", "")) if current() == "en" else ""
    return english[:1].upper() + english[1:] or cells.plain(line.cells.get("title", ""))


def _is_told(one: Cell) -> bool:
    return bool(one.shown) and not one.column.asked and one.column.name != "title_en"


@dataclass(frozen=True, slots=True)
class Told:
    """A scenario in words."""

    path: str
    title: str
    clauses: tuple[str, ...]
    steps: tuple[str, ...]
    error: str = ""


def _scenarios(new: New) -> dict[str, Any]:
    own = new.scenarios()
    taken = {_title(text) for text in own.values()}
    offered = {p: text for p, text in acts.candidates(new).items() if _title(text) not in taken}
    with db.read() as tx:
        row = rehearsal.of_draft(tx, new.laid)
        report = rehearsal.report(tx, row["id"]) if row else Report()
    return {
        "row": row,
        "running": row and row["status"] in rehearsal.RUNNING,
        "played": {each.path: each for each in report.told},
        "own": [_told(path, text) for path, text in own.items()],
        "offered": [_told(path, text) for path, text in offered.items()],
    }


def _told(path: str, content: bytes) -> Told:
    parts = path.split("/")
    try:
        found = load(content, parts[-1].removesuffix(".yaml"), parts[-2])
    except Unreadable as error:
        return Told(path, path, (), (), str(error))
    steps = tuple(f"{step.moment or ''} {step.words}".strip() for step in found.steps if step.words)
    return Told(path, found.title, found.clauses, steps)


def _title(content: bytes) -> bytes:
    return next((one for one in content.splitlines() if one.startswith(b"title:")), b"")


def _coverage(new: New) -> dict[str, Any]:
    made = new.made
    standings = coverage_states.standings(made, coverage(made), new.id)
    lines = [(table, line) for _, table in new.tables() for line in table.lines]
    untold: dict[str, list[str]] = {}
    silent: dict[str, list[str]] = {}
    for table, line in lines:
        cited = cells.plain(line.cells[CLAUSE]).split()
        place = silent if not cited else untold if UNTOLD in cited else {}
        place.setdefault(table.name, []).append(cells.label(line, table.columns[1:]))
    found = named(made)
    return {
        "standings": standings,
        "states": coverage_states.STATES,
        "red": [one for one in standings if one.state in coverage_states.RED],
        "untold": untold,
        "silent": silent,
        "findings": found,
        "errors": sum(one["severity"] == "error" for one in found),
        "rows": len(lines),
        "cited": basis.cited(new),
        "bare": basis.bare(new),
        "rules": basis.kept(new),
        "parts": [part for one in new.entries() for part in one.parts],
    }


PAGES: Mapping[str, Callable[[New], dict[str, Any]]] = {
    "facts": _facts,
    "text": _text,
    "clauses": _clauses,
    "model": _model,
    "rows": _rows,
    "scenarios": _scenarios,
    "coverage": _coverage,
}
assert PAGES.keys() == MEASURE_STEPS.keys()


# --- what each page keeps -----------------------------------------------------------------------


def _keep_facts(draft_id: str) -> ResponseReturnValue:
    acts.set_facts(g.person, draft_id, request.form)
    return _to(draft_id, "text")


def _keep_text(draft_id: str) -> ResponseReturnValue:
    file = request.files.get("file")
    text = request.form.get("source", "")
    if file and file.filename:
        with closing(file):
            text = uploads.text_of(file.filename, file.stream.read(uploads.MAX_BYTES + 1))
    acts.set_text(g.person, draft_id, text)
    return _to(draft_id, "clauses")


def _keep_clauses(draft_id: str) -> ResponseReturnValue:
    given = request.form
    lines = {name[6:]: text for name, text in given.items() if name.startswith("lines/")}
    marks: dict[str, list[Mark]] = {}
    for name in given:
        if name.startswith("mark/"):
            clause = name[5:]
            reason = given.get(f"reason/{clause}", "").strip()
            mark = Mark(given[name], reason if given[name] == "manual" else "")
            marks.setdefault(clause.partition(".")[0], []).append(mark)
    acts.set_clauses(g.person, draft_id, lines, marks)
    return _to(draft_id, "clauses" if given.get("act") == "split" else "model")


def _keep_model(draft_id: str) -> ResponseReturnValue:
    pairs = {
        name[5:]: chosen
        for name, chosen in request.form.items()
        if name.startswith("pair/") and chosen
    }
    acts.set_model(g.person, draft_id, request.form.get("model", ""), pairs)
    return _to(draft_id, "rows")


def _keep_rows(draft_id: str) -> ResponseReturnValue:
    table, row = request.form.get("table", ""), request.form.get("source", "")
    act = request.form.get("act", "")
    if act == "add":
        acts.add_row(g.person, draft_id, table, row)
    elif act.startswith("remove/"):
        acts.remove_row(g.person, draft_id, table, act[7:])
    else:
        acts.set_rows(g.person, draft_id, table, _given())
        if "HX-Request" in request.headers:
            return _said(gettext("已保存"))
    where = url_for("workshop.measures", draft_id=draft_id, step="rows", open=table)
    return redirect(f"{where}#table-{table}" if table.isidentifier() else where, 303)


def _given() -> dict[str, dict[str, str]]:
    """Row -> column -> what is in its field."""
    found: dict[str, dict[str, str]] = {row: {} for row in request.form.getlist("row")}
    for name, text in request.form.items():
        row, _, column = name.partition("/")
        if row in found and column:
            found[row][column] = text
    return found


def _keep_scenarios(draft_id: str) -> ResponseReturnValue:
    act = request.form.get("act", "")
    if act == "play":
        with db.read() as tx:
            laid = overlay.of(tx, store.find(tx, draft_id))
        apart.rehearse(current_app.config["GUICHENG"], rehearsal.begin(g.person, laid))
    elif act.startswith("drop/"):
        acts.drop_scenario(g.person, draft_id, act[5:])
    else:
        acts.take_scenarios(g.person, draft_id, request.form.getlist("path"))
    return _to(draft_id, "scenarios")


def _keep_basis(draft_id: str) -> ResponseReturnValue:
    given = request.form.items()
    chosen = {name[6:]: own for name, own in given if name.startswith("basis/")}
    acts.set_basis(g.person, draft_id, chosen)
    return _to(draft_id, "coverage")


ACTS: Mapping[str, Callable[[str], ResponseReturnValue]] = {
    "facts": _keep_facts,
    "text": _keep_text,
    "clauses": _keep_clauses,
    "model": _keep_model,
    "rows": _keep_rows,
    "scenarios": _keep_scenarios,
    "coverage": _keep_basis,
}
