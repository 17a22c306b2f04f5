"""统计看板: figures that lead to lists, lives of cases, states, time used, workload."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from server import clock
from server.views import charts, exports
from server.views.charts import Bar, Life, Mark, Part, Range
from server.views.exports import Column, Sheet
from server.views.guards import signed_in
from server.views.pages import titled_row
from server.views.published import catalogue, regime_short
from server.views.words import ROLES, STATES, word
from server.work import figures
from server.work.figures import CASES_SHOWN, Figures
from server.work.sql import Row

FIELD = re.compile(r"（([^（）]+)）")

bp = Blueprint("dashboard", __name__)


@bp.get("/dashboard")
@signed_in
def page() -> ResponseReturnValue:
    """Everything the person may read, or one regime of it."""
    wanted = request.args.get("regime", "")
    regime = wanted if wanted in catalogue().regimes else ""
    told = figures.figures(g.person, regime)
    shown = list(dict.fromkeys(row["regime"] for row in told.states))
    lives = _lives(told)
    if exports.asked():
        return exports.chosen(_sheets(told, lives))
    return render_template(
        "dashboard.html",
        regime=regime,
        told=told,
        shown=shown,
        lives=lives,
        limit=CASES_SHOWN,
        now=told.at,
        life_chart=charts.lives(lives, clock.today()),
        states=_state_bars(told, shown),
        state_chart=charts.bars(_state_bars(told, shown), gettext("各状态办件数")),
        used_chart=charts.ranges(_ranges(told), gettext("办理用时与法定期限")),
        dates_href=_dates_href,
        work_chart=charts.bars(_work_bars(told, regime), gettext("各角色在办环节")),
    )


def _sheets(told: Figures, lives: Sequence[Life]) -> Mapping[str, Sheet]:
    return {
        "lives": Sheet(gettext("办件生命周期"), _of_lives(), lives),
        "states": Sheet(gettext("各状态办件数"), _of_states(), told.states),
        "workload": Sheet(gettext("各角色在办环节"), _of_workload(), told.workload),
        "used": Sheet(gettext("办理用时与法定期限"), _of_used(), told.used),
    }


def _of_lives() -> list[Column]:
    return [
        Column(gettext("办件名称"), lambda life: life.title),
        Column(gettext("阶段"), lambda life: "；".join(map(_phase, life.bars))),
        Column(gettext("未到办结的期限"), lambda life: "；".join(map(_mark, life.marks))),
    ]


def _phase(bar: Bar) -> str:
    return f"{bar.name} {bar.begin}–{bar.end}"


def _mark(mark: Mark) -> str:
    return f"{mark.day} {mark.title}"


def _of_states() -> list[Column]:
    return [
        Column(gettext("状态"), lambda row: _state_named(row["state"])),
        Column(gettext("类别"), lambda row: regime_short(row["regime"])),
        Column(gettext("件数"), itemgetter("count")),
    ]


def _of_workload() -> list[Column]:
    return [
        Column(gettext("角色"), lambda row: word(ROLES, row["role"])),
        Column(gettext("在办环节"), itemgetter("count")),
        Column(gettext("超期"), itemgetter("overdue")),
    ]


def _of_used() -> list[Column]:
    return [
        Column(gettext("事项"), titled_row),
        Column(gettext("类别"), lambda row: regime_short(row["regime"])),
        Column(gettext("件数"), itemgetter("count")),
        Column(gettext("平均（天）"), lambda row: round(float(row["used"]), 1)),
        Column(gettext("最长（天）"), lambda row: round(float(row["longest"]))),
        Column(gettext("法定（天）"), lambda row: round(float(row["allowed"]), 1)),
        Column(gettext("超期"), itemgetter("late")),
    ]


def _lives(told: Figures) -> list[Life]:
    dates: dict[str, list[Mark]] = defaultdict(list)
    for row in told.dates:
        href = url_for("agenda.proof", deadline_id=row["id"])
        dates[row["case_id"]].append(Mark(row["due_on"], titled_row(row), href))
    return [_life(row, dates[row["id"]]) for row in told.lives]


def _life(row: Row, marks: Sequence[Mark]) -> Life:
    fields = FIELD.findall(row["title"])
    label = fields[-1] if fields else row["number"]
    return Life(
        f"{label} · {regime_short(row['regime'])}",
        f"{row['number']} {row['title']}",
        url_for("cases.page", case_id=row["id"]),
        charts.phases(row["record"], row["opened_on"], clock.today()),
        marks,
    )


def _states(told: Figures, shown: Sequence[str]) -> list[tuple[str, list[int]]]:
    """State and its numbers in the order of the regimes shown, in the order of a case's life."""
    counts = {(row["state"], row["regime"]): row["count"] for row in told.states}
    order = [state for state in STATES if any((state, one) in counts for one in shown)]
    others = [row["state"] for row in told.states if row["state"] not in STATES]
    return [
        (state, [counts.get((state, one), 0) for one in shown])
        for state in dict.fromkeys([*order, *others])
    ]


def _state_bars(told: Figures, shown: Sequence[str]) -> list[tuple[str, list[Part]]]:
    return [
        (
            _state_named(state),
            [
                Part(f"gc-r-{place}", count, regime_short(one), _cases_href(state, one))
                for place, (one, count) in enumerate(zip(shown, counts, strict=True))
            ],
        )
        for state, counts in _states(told, shown)
    ]


def _state_named(state: str) -> str:
    return word(STATES, state) if state else gettext("未分阶段")


def _cases_href(state: str, regime: str) -> str:
    return url_for("cases.register", state=state or "stateless", regime=regime)


def _dates_href(row: Row, state: str = "met") -> str:
    where = {"milestone": row["milestone"], "regime": row["regime"]}
    return url_for("agenda.dates", state=state, **where)


def _ranges(told: Figures) -> list[Range]:
    return [
        Range(
            f"{titled_row(row)} · {regime_short(row['regime'])}",
            float(row["used"]),
            float(row["longest"]),
            float(row["allowed"]),
            _dates_href(row),
            row["count"],
        )
        for row in told.used
    ]


def _work_bars(told: Figures, regime: str) -> list[tuple[str, list[Part]]]:
    return [(word(ROLES, row["role"]), _work_parts(row, regime)) for row in told.workload]


def _work_parts(row: Row, regime: str) -> list[Part]:
    def href(state: str) -> str:
        return url_for("agenda.steps", role=row["role"], state=state, regime=regime or None)

    late = row["overdue"]
    return [
        Part("gc-r-late", late, gettext("超期"), href("overdue")),
        Part("gc-r-0", row["count"] - late, gettext("未超期"), href("timely")),
    ]
