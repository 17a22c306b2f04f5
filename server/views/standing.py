"""Where a case stands, for the sentence a stranger understands: who has it, until when, by which
article, and what comes next as the diagram has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from server.law.ahead import next_steps
from server.law.catalogue import Catalogue
from server.views.language import current
from server.views.words import STATES, local_day, word

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Standing:
    """One step a case is at. ``places`` is how many people do it at the same time; ``office`` is
    the party's row, None where the step belongs to persons; ``then`` are the names of what may
    come next."""

    item: Row
    places: int
    office: Row | None
    then: tuple[str, ...]


def standings(
    laws: Mapping[str, Catalogue], regime: str, items: Iterable[Row], parties: Iterable[Row]
) -> list[Standing]:
    """The open steps of a case, the first due first; seats of one panel are one step. ``laws`` are
    the catalogues to which the instances are pinned, by their ids."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for item in items:
        if item["status"] == "open":
            found.setdefault(_step(item), []).append(item)
    offices = {(party["role"], party["organisation_id"]): party for party in parties}
    return [
        _standing(laws[group[0]["instance_id"]], regime, group, offices)
        for group in sorted(found.values(), key=_due)
    ]


def _step(item: Row) -> tuple[str, ...]:
    return item["instance_id"], item["process_id"], item["element_id"], str(item["due_on"])


def _due(group: list[Row]) -> str:
    return str(group[0]["due_on"] or "9999")


def _standing(
    law: Catalogue, regime: str, group: list[Row], offices: Mapping[tuple[str, str], Row]
) -> Standing:
    mine = next((item for item in group if item["mine"]), group[0])
    office = offices.get((mine["role"], mine["organisation_id"] or ""))
    return Standing(
        mine, len(group), office, next_steps(law, regime, mine["process_id"], mine["element_id"])
    )


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
