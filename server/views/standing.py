"""Where a case stands, for the sentence a stranger understands: who has it, until when, by which
article, and what comes next as the diagram has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from server.law.ahead import next_steps
from server.law.catalogue import Catalogue
from server.views.language import current
from server.views.words import STATES, local_day, word
from server.work.cases import Dossier

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """One step a case is at. ``places`` is how many people do it at the same time; ``office`` is
    the party's row, None where the step belongs to persons; ``then`` are the names of what may
    come next; ``correction`` is the list for which the step was opened again,
    ``asks`` what the box lets everybody read who reads the case."""

    item: Row
    places: int
    office: Row | None
    then: tuple[str, ...]
    correction: Row | None
    asks: list[str]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a case came to its end: the last box it passed, the reason given, the clauses; what is
    open afterwards, by which reading of the law."""

    step: str
    reason: str
    clauses: tuple[str, ...]
    after: str
    reading: str


def standings(
    laws: Mapping[str, Catalogue], found: Dossier, asked: Callable[[Row], list[str]]
) -> list[Standing]:
    """The open steps of a case, the first due first; seats of one panel are one step. ``laws`` are
    the catalogues to which the instances are pinned, by their ids; ``asked`` tells what an item
    asks for."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for item in found.items:
        if item["status"] == "open":
            groups.setdefault(_step(item), []).append(item)
    return [
        _standing(laws[group[0]["instance_id"]], found, group, asked)
        for group in sorted(groups.values(), key=_due)
    ]


def _step(item: Row) -> tuple[str, ...]:
    return item["instance_id"], item["process_id"], item["element_id"], str(item["due_on"])


def _due(group: list[Row]) -> str:
    return str(group[0]["due_on"] or "9999")


def _standing(
    law: Catalogue, found: Dossier, group: list[Row], asked: Callable[[Row], list[str]]
) -> Standing:
    mine = next((item for item in group if item["mine"]), group[0])
    place = mine["role"], mine["organisation_id"]
    offices = (one for one in found.parties if (one["role"], one["organisation_id"]) == place)
    then = next_steps(law, found.case["regime"], mine["process_id"], mine["element_id"])
    return Standing(
        mine, len(group), next(offices, None), then, found.correction(mine), asked(mine)
    )


def ending(law: Catalogue, found: Dossier) -> Ending | None:
    """How a case came to its end, None while it goes on."""
    case = found.case
    if not case["closed_at"]:
        return None
    move, last = _last_move(law, case), _last_step(found)
    clauses = dict.fromkeys([*last["clauses"], *move.get("clause", "").split()])
    reason = case["record"].get("not_approved_reason") or ""
    reading = move.get("reading", "") if case["state"] == "not_approved" else ""
    after = law.row("defaults", case["regime"], id=reading) if reading else None
    return Ending(last["name"], reason, tuple(clauses), _in_language(after or {}), reading)


def _last_step(found: Dossier) -> Row:
    """The entry of the box by whose passing the case was closed."""
    at = found.case["closed_at"]
    passed = [one for one in found.entries if one["act"] == "step" and one["at"] == at]
    return passed[-1] if passed else {"name": "", "clauses": ()}


def _last_move(law: Catalogue, case: Row) -> Row:
    """The row of the table by which a case came into its last state."""
    before, after = ["", "", *case["moves"]][-2:]
    return dict(law.row("transitions", case["regime"], before=before, after=after) or {})


def _in_language(row: Mapping[str, Any]) -> str:
    return str((row.get("reading_en") if current() == "en" else "") or row.get("reading", ""))


def in_a_sentence(case: Row, some: Sequence[Standing], dates: Sequence[Row]) -> str:
    """Where a case stands; ``dates`` are its legal dates that still run, the first due first."""
    state = word(STATES, case["state"])
    if case["closed_at"]:
        return str(gettext("本办件已于 %(day)s 了结：%(state)s。", day=local_day(case["closed_at"]),
                           state=state))  # fmt: skip
    if some:
        sentence = ngettext(
            "目前处于“%(state)s”，有 %(num)d 个环节在办。",
            "目前处于“%(state)s”，有 %(num)d 个环节在办。",
            len(some),
            state=state,
        )
        return str(sentence)
    if dates:
        sentence = gettext(
            "目前处于“%(state)s”，没有等待人办理的环节。下一个日期是 %(day)s：%(title)s。",
            state=state,
            day=dates[0]["due_on"],
            title=(dates[0]["title_en"] if current() == "en" else "") or dates[0]["title"],
        )
        return str(sentence)
    return str(
        gettext("目前处于“%(state)s”，没有等待人办理的环节，也没有未到的期限。", state=state)
    )
