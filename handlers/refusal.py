"""The one exception a handler raises on purpose."""

from collections.abc import Sequence


class Refusal(Exception):
    """The rule says no.

    ``code`` is the machine word that an error boundary event catches, ``reason`` the sentence
    for the person, ``clauses`` the ids of the clauses it rests on.
    """

    def __init__(self, code: str, reason: str, clauses: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.clauses = tuple(clauses)
