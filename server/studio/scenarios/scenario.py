"""A scenario file read into steps; whatever is wrong with it is said with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from server.feel.sentence import told
from server.studio.scenarios.document import Unreadable, read
from server.studio.scenarios.words import ACTS, EXPECTED, HEAD, SENTENCES, STEP, misfit

LIMIT_STEPS = 200
THE_CASE = "本案"

Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``loose`` answers are given only where the form at hand has the field."""

    place: str
    words: str = ""
    moment: date | None = None
    case: str = THE_CASE
    act: str | None = None
    target: str = ""
    manner: Answers = field(default_factory=dict)
    expected: Answers = field(default_factory=dict)
    loose: bool = False

    @property
    def answers(self) -> Answers:
        """What is filled in differently from the usual."""
        found: Answers = self.manner.get("with", {})
        return found

    @property
    def each(self) -> list[Answers]:
        """One set of answers for each element of a multi-instance; empty when all are alike."""
        found: list[Answers] = self.manner.get("each", [])
        return found


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a file says."""

    id: str
    title: str
    regime: str
    clauses: tuple[str, ...]
    basis: str
    empty: bool
    records: tuple[Answers, ...]
    steps: tuple[Step, ...]


def load(data: bytes, name: str, folder: str) -> Scenario:
    """The scenario in a file called ``name`` (without ending) in ``folder``; raises Unreadable."""
    tree = read(data)
    if not isinstance(tree, dict):
        raise Unreadable("最外层应是名称和内容。")
    _check(HEAD, tree, "文件头")
    missing = [key for key in ("id", "title", "steps") if not tree.get(key)]
    if missing:
        raise Unreadable(f"缺少{'、'.join(missing)}。")
    if tree["id"] != name:
        raise Unreadable(f"编号“{tree['id']}”与文件名“{name}”不同。")
    return Scenario(
        id=tree["id"],
        title=tree["title"],
        regime=tree.get("regime", folder),
        clauses=tuple(map(str, tree.get("clauses", ()))),
        basis=tree.get("basis", ""),
        empty=tree.get("empty", False),
        records=tuple(tree.get("records", ())),
        steps=tuple(steps_of(tree["steps"])),
    )


def steps_of(raw: list[Any]) -> Iterator[Step]:
    """The steps of a list; raises Unreadable."""
    if len(raw) > LIMIT_STEPS:
        raise Unreadable(f"超过 {LIMIT_STEPS} 步。")
    for number, each in enumerate(raw, 1):
        place = told("第%(number)s步", number=number)
        if not isinstance(each, dict):
            raise Unreadable(f"{place}：应写名称和内容。")
        _check(STEP, each, place)
        yield _step(place, each)


def _step(place: str, raw: dict[str, Any]) -> Step:
    acts = [key for key in ACTS if key in raw]
    if len(acts) > 1 or (acts and "until" in raw):
        raise Unreadable(f"{place}：一步只做一件事。")
    if not all(isinstance(answers, dict) for answers in raw.get("each", ())):
        raise Unreadable(f"{place}：“each”的每一项应是字段和值。")
    read_apart = {*SENTENCES, *ACTS, *EXPECTED, "on", "until", "case"}
    return Step(
        place=place,
        words="".join(raw[key] for key in SENTENCES if key in raw),
        moment=raw.get("on", raw.get("until")),
        case=raw.get("case", THE_CASE),
        act=acts[0] if acts else None,
        target=raw[acts[0]] if acts else "",
        manner={key: value for key, value in raw.items() if key not in read_apart},
        expected={key: raw[key] for key in EXPECTED if key in raw},
    )


def _check(known: Any, given: Mapping[str, Any], place: str) -> None:
    sentence = misfit(known, given)
    if sentence:
        raise Unreadable(f"{place}：{sentence}。")
