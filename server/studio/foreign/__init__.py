"""Diagrams that other tools wrote: read in any encoding, repaired where an editor would stumble,
drawn where they bring no drawing. Nothing of what they say is taken away."""

from server.studio.foreign.reading import text_of
from server.studio.foreign.taking import Taken, take

__all__ = ["Taken", "take", "text_of"]
