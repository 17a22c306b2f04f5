"""办法视图: a diagram seen as one regime, or as two, one above the other with what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from server import clock, db
from server.errors import NotFound
from server.law.catalogue import Catalogue
from server.law.lens import Lens, Seen, lens
from server.law.tables import Row
from server.studio import shelf
from server.studio.drafts import overlay, store
from server.studio.shelf import Model
from server.views import exports, rule_words
from server.views.comparison import Section, deadline_text, sections
from server.views.diagrams import labelled
from server.views.drawing import Look, picture
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.language import current
from server.views.language import labelled as label
from server.views.published import catalogue, regime_short
from server.views.words import word
from server.views.workshop.words import MODEL_KINDS, model_name
from server.work import access

MOST = 2
SHOWN = 2
"""Clauses that stand beside a box; the table below has all of them."""

bp = Blueprint("lenses", __name__)


@dataclass(frozen=True, slots=True)
class Told:
    """A box in words: who does it, whether the regime has it, its dates and clauses."""

    on: bool
    office: str
    dates: tuple[str, ...]
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One box beside itself in the other regime; None where that has no such box."""

    name: str
    cells: tuple[Told | None, ...]

    @property
    def differs(self) -> bool:
        """Whether one regime has the box and another not, or other dates; every office and every
        number of a clause is another anyway."""
        return len({(cell is not None and cell.on, cell and cell.dates) for cell in self.cells}) > 1


@bp.get("/lens")
@signed_in
def choose() -> ResponseReturnValue:
    """Every diagram with the regimes that use it."""
    models = _models(catalogue())
    if exports.asked():
        return exports.answer(gettext("办法视图"), _of_models(), exports.whole(models))
    return render_template("lens_list.html", models=models)


def _of_models() -> list[Column]:
    return [
        Column(gettext("种类"), lambda model: word(MODEL_KINDS, model.kind)),
        Column(gettext("名称"), model_name),
        Column(gettext("适用"), lambda model: "、".join(map(regime_short, model.regimes))),
    ]


@bp.get("/lens/<process_id>")
@signed_in
def page(process_id: str) -> ResponseReturnValue:
    """One diagram through one or two regimes; ``format=html`` is a file of its own."""
    law = _law()
    users = [model for model in _models(law) if model.process == process_id]
    known = [one for model in users for one in model.regimes]
    chosen = [one for one in dict.fromkeys(request.args.getlist("regime")) if one in known]
    seen = [found for one in (chosen or known)[: MOST if chosen else 1]
            if (found := lens(law, one, process_id))]  # fmt: skip
    if not seen:
        raise NotFound("没有这个流程图")
    points = _points(law, seen)
    if exports.asked():
        return exports.answer(gettext("办法视图"), _columns(seen), exports.whole(points))
    told = {
        "process_id": process_id,
        "name": label(seen[0].diagram.name),
        "known": known,
        "lenses": seen,
        "pictures": [_picture(law, each, _differing(points, seen)) for each in seen],
        "points": points,
        "sections": _sections(law, seen),
        "draft": request.args.get("draft", ""),
        "day": clock.today(),
        "only": request.args.get("only") == "different",
    }
    if request.args.get("format") == "html":
        return _file(process_id, seen, render_template("lens_file.html", **told))
    return render_template("lens.html", **told)


def _law() -> Catalogue:
    """What is in force, or what a draft would make of it."""
    if draft_id := request.args.get("draft", ""):
        access.may_read_models(g.person)
        with db.read() as tx:
            return overlay.catalogue(overlay.of(tx, store.find(tx, draft_id)).tree)
    return catalogue()


def _models(law: Catalogue) -> list[Model]:
    found = (each for each in shelf.models(law) if each.kind in ("procedure", "part"))
    return [each for each in found if each.regimes]


def _file(process_id: str, seen: Sequence[Lens], page: str) -> Response:
    name = "-".join((process_id, *(each.regime for each in seen), current()))
    held = {"Content-Disposition": f"attachment; filename={name}.html"}
    return Response(page, content_type="text/html; charset=utf-8", headers=held)


# --- in words ---


def _points(law: Catalogue, seen: Sequence[Lens]) -> list[Point]:
    """The boxes that people know by name, in the order of the diagrams."""
    names = {
        each.element.id: each.element.name
        for one in seen
        for each in one.boxes
        if each.element.name and "Gateway" not in each.element.kind
    }
    return [
        Point(label(name), tuple(_told(law, one, one.by_id.get(box)) for one in seen))
        for box, name in names.items()
    ]


def _told(law: Catalogue, one: Lens, seen: Seen | None) -> Told | None:
    if seen is None:
        return None
    dates = tuple(_date(law, one.regime, row) for row in seen.dates)
    return Told(seen.on, _office(one, seen.element.lane or ""), dates, seen.clauses)


def _date(law: Catalogue, regime: str, row: Row) -> str:
    return f"{rule_words.title(row, row['milestone'])}：{deadline_text(law, regime, row)}"


def _office(one: Lens, lane: str) -> str:
    row = one.offices.get(lane)
    named = {each.id: each.name for each in one.diagram.lanes}
    return rule_words.title(row, lane) if row else label(named.get(lane, ""))


def _sections(law: Catalogue, seen: Sequence[Lens]) -> list[Section]:
    """What the tables say on the rows on which these diagrams rest."""
    keys: dict[str, frozenset[str]] = {}
    for one in seen:
        for table, names in one.keys.items():
            keys[table] = keys.get(table, frozenset()) | names
    found = sections(law, [one.regime for one in seen], keys)
    return [each for each in found if each.id in keys]


def _columns(seen: Sequence[Lens]) -> list[Column]:
    return [
        Column(gettext("环节"), lambda point: point.name),
        *(Column(regime_short(one.regime), _cell(at)) for at, one in enumerate(seen)),
    ]


def _cell(at: int) -> Callable[[Point], str]:
    def text(point: Point) -> str:
        told = point.cells[at]
        if told is None or not told.on:
            return str(gettext("没有这个环节"))
        return "；".join((told.office, *told.dates, *told.clauses))

    return text


# --- drawn ---


def _differing(points: Sequence[Point], seen: Sequence[Lens]) -> frozenset[str]:
    """Names of boxes that the other regime has otherwise."""
    return frozenset(p.name for p in points if p.differs) if len(seen) > 1 else frozenset()


def _picture(law: Catalogue, one: Lens, differing: frozenset[str]) -> Markup:
    shades = {each.element.id: "differs" for each in one.boxes
              if label(each.element.name) in differing}  # fmt: skip
    shades |= dict.fromkeys(one.off, "off")
    names = {lane.id: _office(one, lane.id) for lane in one.diagram.lanes}
    notes = {each.element.id: list(_notes(each)) for each in one.boxes if each.on}
    title = f"{label(one.diagram.name)} · {regime_short(one.regime)}"
    xml = labelled(law.files[one.path], current())
    return picture(xml, title, Look(shades, names, {k: v for k, v in notes.items() if v}))


def _notes(seen: Seen) -> list[str]:
    """What stands beside a box: how long, and the first clauses."""
    if "Gateway" in seen.element.kind or not seen.element.name:
        return []
    amounts = [rule_words.amount(row) for row in seen.dates][:1]
    most = 1 if seen.element.kind.endswith("Event") else SHOWN
    cited = list(seen.clauses[:most])
    more = ["…"] if len(seen.clauses) > most else []
    return [*amounts, *([" ".join([*cited, *more])] if cited else [])]
