"""How alike texts of the law are: pairs of characters, weighed by how rare they are."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping

ENOUGH = 0.12
"""From this likeness on an article is suggested as the counterpart of another; chosen by looking
at the pairs of the shipped regimes. People confirm or change what is suggested."""

Vector = Mapping[str, float]


class Likeness:
    """Compares texts; what most of the texts it was made of share weighs little."""

    def __init__(self, texts: Iterable[str]) -> None:
        held = [set(_pairs(text)) for text in texts]
        self._of = len(held)
        self._in = Counter(pair for pairs in held for pair in pairs)

    def vector(self, text: str) -> Vector:
        """A text as weights of its pairs, of length one."""
        counts = Counter(_pairs(text))
        weights = {pair: math.sqrt(n) * self._rarity(pair) for pair, n in counts.items()}
        length = math.sqrt(sum(value * value for value in weights.values())) or 1.0
        return {pair: value / length for pair, value in weights.items()}

    def _rarity(self, pair: str) -> float:
        return math.log((1 + self._of) / (1 + self._in[pair])) + 0.1


def alike(one: Vector, other: Vector) -> float:
    """0 for nothing in common, 1 for the same."""
    short, long = sorted((one, other), key=len)
    return sum(value * long[pair] for pair, value in short.items() if pair in long)


def counterparts(
    likeness: Likeness, texts: Mapping[str, str], among: Mapping[str, str], enough: float = ENOUGH
) -> dict[str, tuple[str, float]]:
    """Each text's nearest among others, with how alike they are; left out below ``enough``."""
    known = {name: likeness.vector(text) for name, text in among.items()}
    found = {}
    for name, text in texts.items():
        own = likeness.vector(text)
        best = max(known, key=lambda other: alike(own, known[other]), default=None)
        if best is not None and (score := alike(own, known[best])) >= enough:
            found[name] = (best, score)
    return found


def _pairs(text: str) -> list[str]:
    words = re.sub(r"[\W_]", "", text)
    return [words[place : place + 2] for place in range(len(words) - 1)]
