"""What changes between two versions of a file: a list that people read and diagrams show."""

from server.studio.difference.change import Change
from server.studio.difference.files import compare

__all__ = ["Change", "compare"]
