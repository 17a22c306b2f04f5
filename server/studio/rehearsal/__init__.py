"""Rehearsal: a draft played through the scenarios that touch what it changes."""

from server.studio.rehearsal.carrying import carry_out
from server.studio.rehearsal.results import Report, Standing, Told
from server.studio.rehearsal.store import (
    RUNNING,
    begin,
    broke_off,
    find,
    of_draft,
    of_releases,
    of_version,
    report,
)

__all__ = [
    "RUNNING",
    "Report",
    "Standing",
    "Told",
    "begin",
    "broke_off",
    "carry_out",
    "find",
    "of_draft",
    "of_releases",
    "of_version",
    "report",
]
