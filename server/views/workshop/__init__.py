"""The workshop of the process owners: what there is, drafts, editors, consent, release."""

from server.views.workshop import (
    drafts,
    editors,
    measures,
    migration,
    rehearsals,
    shelf,
    tryouts,
    words,
)
from server.views.workshop.blueprint import bp

__all__ = [
    "bp", "drafts", "editors", "measures", "migration", "rehearsals", "shelf", "tryouts", "words",
]  # fmt: skip
