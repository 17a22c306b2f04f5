"""The built-in functions of FEEL (DMN 1.3 clause 10.3.4); importing this declares them all."""

from server.feel.builtins import (
    contexts,
    conversions,
    dates,
    lists,
    numbers,
    ranges,
    statistics,
    strings,
)
from server.feel.builtins.registry import BUILTINS

__all__ = [
    "BUILTINS",
    "contexts",
    "conversions",
    "dates",
    "lists",
    "numbers",
    "ranges",
    "statistics",
    "strings",
]
