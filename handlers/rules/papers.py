"""The papers a phase demands and those that are there (table `papers`)."""

from collections.abc import Mapping, Sequence

Paper = Mapping[str, object]


def missing(required: Sequence[Paper], submitted: Mapping[str, object]) -> list[Paper]:
    """Rows of the table that are compulsory and for which no document was submitted.

    `submitted` maps a paper's code to its list of document ids; an empty list is no paper.
    """
    return [row for row in required if row["required"] and not submitted.get(str(row["code"]))]


def of_provider(required: Sequence[Paper], role: str) -> list[Paper]:
    """The rows that one role has to provide."""
    return [row for row in required if row["who"] == role]


def titles(rows: Sequence[Paper]) -> str:
    """The papers' titles in one Chinese enumeration."""
    return "、".join(str(row["title"]) for row in rows)
