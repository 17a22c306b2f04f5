"""How a file is refused."""

from __future__ import annotations

from server.errors import Invalid


def refusal(code: str, sentence: str) -> Invalid:
    """The exception for the file at hand: ``code`` for programs, the sentence for the person."""
    return Invalid(sentence, code=f"file_{code}")
