"""What everybody may read without signing in, and what everybody may hand in.

Only what a procedure has put on record for the public is read here: what was published stays as it
was published, and nothing of a case beside it is known to the portal.
"""

from server.work.portal.published import (
    LISTS,
    Listed,
    Published,
    directory,
    latest,
    listed,
    published,
    statistics,
)
from server.work.portal.submissions import (
    KINDS,
    STATES,
    Evidence,
    Handed,
    answer,
    evidence,
    forward,
    hand_in,
    of_office,
    one_of_office,
    status,
)

__all__ = [
    "KINDS",
    "LISTS",
    "STATES",
    "Evidence",
    "Handed",
    "Listed",
    "Published",
    "answer",
    "directory",
    "evidence",
    "forward",
    "hand_in",
    "latest",
    "listed",
    "of_office",
    "one_of_office",
    "published",
    "statistics",
    "status",
]
