"""What people of a regime usually fill in, and the usual ways to a state of the case.

``processes/scenarios/usual/<regime>.yaml``: ``answers`` by task (or message, or procedure for its
start form), ``ways`` by state: steps whose days are counted back from the day the state is
reached (``before``), ``assumptions`` by word (server/studio/simulation/assumptions.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from server.law.catalogue import Catalogue
from server.studio.scenarios.document import Unreadable, read
from server.studio.scenarios.scenario import Answers, Step, steps_of

FOLDER = "processes/scenarios/usual/"
LIMIT_NESTED = 8


@dataclass(frozen=True)
class Usual:
    """The usual of one regime."""

    answers: Mapping[str, Answers] = field(default_factory=dict)
    ways: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    assumptions: Mapping[str, Answers] = field(default_factory=dict)

    def expand(self, steps: Iterable[Step], depth: int = 0) -> Iterator[Step]:
        """The steps with every way to a state written out; raises Unreadable."""
        if depth > LIMIT_NESTED:
            raise Unreadable("通常做法（ways）互相套用过深。")
        for step in steps:
            if step.act == "reach" and step.target in self.ways:
                yield from self.expand(self._way(step), depth + 1)
            else:
                yield step

    def _way(self, step: Step) -> Iterator[Step]:
        """The steps of a way, ending with what was expected of the step itself."""
        if step.moment is None:
            raise Unreadable(f"{step.place}：“reach: {step.target}”须写明日期。")
        for each in self.ways[step.target]:
            moment = step.moment - timedelta(days=each.manner.get("before", 0))
            answers = {**each.answers, **step.answers}
            manner = {**each.manner, "with": answers}
            yield replace(
                each,
                place=step.place,
                words=step.words,
                case=step.case,
                moment=moment,
                manner={key: value for key, value in manner.items() if key != "before"},
                loose=True,
            )
        yield replace(step, act=None, target="", manner={})


def of(catalogue: Catalogue, regime: str) -> Usual:
    """The usual of a regime, empty where there is no file; raises Unreadable."""
    path = f"{FOLDER}{regime}.yaml"
    try:
        return _parsed(catalogue.files.get(path, b"{}"))
    except Unreadable as error:
        raise Unreadable(f"{path}：{error}") from error


@lru_cache(maxsize=16)
def _parsed(data: bytes) -> Usual:
    tree = read(data)
    if not isinstance(tree, dict) or not tree.keys() <= {"answers", "ways", "assumptions"}:
        raise Unreadable("只能有 answers、ways 和 assumptions。")
    ways = {state: tuple(steps_of(steps)) for state, steps in tree.get("ways", {}).items()}
    return Usual(tree.get("answers", {}), ways, tree.get("assumptions", {}))


def opening(steps: Iterable[Step]) -> date:
    """The day or moment on which a scenario begins; raises Unreadable when no step says it."""
    moment = next((step.moment for step in steps if step.moment), None)
    if moment is None:
        raise Unreadable("没有一步写明日期。")
    return moment
