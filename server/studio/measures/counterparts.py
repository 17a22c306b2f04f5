"""Which clause of the new regime stands for which of the regime it is modelled on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.law.catalogue import Catalogue
from server.law.clauses import READING_ID
from server.law.coverage import WITHOUT_PROCEDURE
from server.studio.measures.likeness import Likeness, Vector, alike, counterparts
from server.studio.measures.sheets import BY_HAND, Entry, Part

FAINT = 0.05
"""How alike an article must be to the one that nothing else is alike to."""

UNTOLD = "D-50"
"""The reading that a row cites where the new text says nothing of it."""

CLAUSE = re.compile(r"\b[A-Z]{2}-\d+\.\d+[a-z]?\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Near:
    """A regime in force and how alike its text is to the new one, 0 to 100."""

    id: str
    percent: int


def nearest(made: Catalogue, told: Iterable[Entry], without: str) -> list[Near]:
    """The regimes in force, the most alike first."""
    new = [one.text for one in told]
    likeness = _likeness(made, new)
    found = []
    for regime in made.regimes:
        old = _articles(made, regime)
        if regime != without and old:
            scores = counterparts(likeness, dict(enumerate_(new)), old).values()
            found.append(Near(regime, round(100 * sum(s for _, s in scores) / max(len(new), 1))))
    return sorted(found, key=lambda one: -one.percent)


def enumerate_(texts: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Texts with names."""
    return ((str(place), text) for place, text in enumerate(texts))


def suggested(made: Catalogue, model: str, told: Iterable[Entry]) -> dict[str, str]:
    """Article of the model -> the article of the new regime that speaks of the same."""
    new = {one.id: one.text for one in told}
    old = _articles(made, model)
    likeness = _likeness(made, new.values())
    pairs = {name: best for name, (best, _) in counterparts(likeness, old, new).items()}
    left = {name: text for name, text in new.items() if name not in pairs.values()}
    free = {name: text for name, text in old.items() if name not in pairs}
    back = counterparts(likeness, left, free, FAINT)
    return pairs | {best: name for name, (best, _) in back.items()}


def _likeness(made: Catalogue, new: Iterable[str]) -> Likeness:
    return Likeness([*(one.text for one in made.clauses.articles.values()), *new])


def _articles(made: Catalogue, regime: str) -> dict[str, str]:
    own = (one for one in made.clauses.articles.values() if one.regime == regime)
    return {one.id: one.text for one in own if not one.id.endswith("-0")}


class Citing:
    """Turns clauses of the model into those of the new regime."""

    def __init__(self, made: Catalogue, told: Iterable[Entry], pairs: Mapping[str, str]) -> None:
        self._made, self._pairs = made, pairs
        self._told = {one.id: one for one in told}
        self._likeness = _likeness(made, (one.text for one in self._told.values()))
        self._known: dict[str, str] = {}

    def of(self, clause: str) -> str:
        """The counterpart of one clause, empty where there is none."""
        if clause not in self._known:
            self._known[clause] = self._found(clause)
        return self._known[clause]

    def basis(self, model: str) -> dict[str, str]:
        """Every clause that shared diagrams cite for the model -> its counterpart, which is none
        that people carry out by hand."""
        own = (one.id for one in self._made.clauses.search(regime=model))
        of_model = {**{each: each for each in own}, **self._made.regimes[model].basis}
        found = {cited: self._found(clause, BY_HAND) for cited, clause in of_model.items()}
        return {cited: clause for cited, clause in found.items() if clause}

    def cell(self, words: str) -> str:
        """The words of a clause cell; the reading for what is not told where nothing is."""
        each = words.split()
        readings = [word for word in each if READING_ID.fullmatch(word)]
        found = [self.of(word) for word in each if not READING_ID.fullmatch(word)]
        return " ".join(dict.fromkeys([*filter(None, found), *readings])) or UNTOLD

    def text(self, content: bytes) -> bytes:
        """A file with the clauses that have counterparts replaced; others stay, for they say
        after what it was made."""
        return CLAUSE.sub(lambda m: self.of(m[0]) or m[0], content.decode()).encode()

    def _found(self, clause: str, without: str = "") -> str:
        entry = self._told.get(self._pairs.get(clause.partition(".")[0], ""))
        parts = [one for one in entry.parts if one.mark.kind != without] if entry else []
        own = self._likeness.vector(self._made.rule_text(clause))
        best = max(parts, key=lambda part: self._speaks_of(part, own), default=None)
        return best.id if best else ""

    def _speaks_of(self, part: Part, own: Vector) -> float:
        """How alike; what asks for no procedure must be twice as alike to stand for what does."""
        weight = 0.5 if part.mark.kind == WITHOUT_PROCEDURE else 1
        return weight * alike(own, self._likeness.vector(part.text))
