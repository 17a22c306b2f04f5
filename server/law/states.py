"""The states of a regime's cases and the moves between them (tables `states`, `transitions`)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class States:
    """The state machine of one regime; a case begins in the state "".

    `words` maps a state to its Chinese and English name, `finals` are those after which nothing
    happens, `moves` maps (before, after) to the clause that carries the move.
    """

    words: Mapping[str, tuple[str, str]]
    finals: frozenset[str]
    moves: Mapping[tuple[str, str], str]

    def is_final(self, state: str) -> bool:
        """Whether nothing more happens in a case in this state."""
        return state in self.finals

    def forbids(self, before: str, after: str) -> str:
        """Why a case may not go from one state to the other, for people; empty when it may.

        A regime without a table of moves forbids none.
        """
        if not self.moves or (before, after) in self.moves:
            return ""
        return f"办件状态转换表中没有从“{self._name(before)}”到“{self._name(after)}”的转换。"

    def _name(self, state: str) -> str:
        return self.words.get(state, (state or "未立案", ""))[0]


def read(states: Iterable[Mapping[str, Any]], moves: Iterable[Mapping[str, Any]]) -> States:
    """The state machine from the rows of the two tables."""
    rows = list(states)
    return States(
        words={row["state"]: (row["title"], row["title_en"]) for row in rows},
        finals=frozenset(row["state"] for row in rows if row["final"]),
        moves={(row["before"], row["after"]): str(row["clause"]) for row in moves},
    )
