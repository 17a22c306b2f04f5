"""Trying a draft out step by step: real acts in an office in memory, played anew each time."""

from server.studio.tryout.acts import Act, Begun, Malformed, act_of, beginnings, begun_of
from server.studio.tryout.playing import played
from server.studio.tryout.store import drop, find, keep

__all__ = [
    "Act",
    "Begun",
    "Malformed",
    "act_of",
    "beginnings",
    "begun_of",
    "drop",
    "find",
    "keep",
    "played",
]
