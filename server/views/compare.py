"""The page that puts two to four regulations side by side."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server.views import exports
from server.views.comparison import Cell, Section, sections
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.published import catalogue, regime_short

FEWEST, MOST = 2, 4

bp = Blueprint("compare", __name__)


@bp.get("/compare")
@signed_in
def regimes() -> ResponseReturnValue:
    """The chosen regimes, all of them when fewer than two are named."""
    law = catalogue()
    chosen = [one for one in dict.fromkeys(request.args.getlist("regime")) if one in law.regimes]
    if len(chosen) < FEWEST:
        chosen = list(law.regimes)
    chosen = chosen[:MOST]
    found = sections(law, chosen)
    if exports.asked():
        return exports.answer(gettext("办法对照"), _columns(chosen), exports.whole(_lines(found)))
    return render_template(
        "compare.html", chosen=chosen, sections=found, only=request.args.get("only") == "different"
    )


Line = tuple[str, str, bool, list[str]]


def _lines(found: list[Section]) -> list[Line]:
    return [
        (section.title, point.title, point.differs, [_told(cell) for cell in point.cells])
        for section in found
        for point in section.points
    ]


def _told(cell: Cell) -> str:
    return f"{cell.text}（{' '.join(cell.clauses)}）" if cell.clauses else cell.text


def _columns(chosen: list[str]) -> list[Column]:
    return [
        Column(gettext("类别"), lambda line: line[0]),
        Column(gettext("事项"), lambda line: line[1]),
        Column(gettext("是否不同"), lambda line: gettext("不同") if line[2] else ""),
        *(Column(regime_short(one), _of(place)) for place, one in enumerate(chosen)),
    ]


def _of(place: int) -> Callable[[Line], str]:
    return lambda line: line[3][place]
