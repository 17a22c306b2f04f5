"""The schema. Every identifier comes from server/ids.py unless said otherwise."""

from __future__ import annotations

from server.models.casework import (
    blobs,
    calendars,
    case_parties,
    cases,
    counters,
    documents,
    instances,
    journal,
    publication_files,
    publications,
    records,
)
from server.models.identity import memberships, organisations, people, sessions
from server.models.waiting import (
    deadlines,
    drafts,
    idempotency,
    jobs,
    subscriptions,
    work_items,
)

__all__ = [
    "blobs",
    "calendars",
    "case_parties",
    "cases",
    "counters",
    "deadlines",
    "documents",
    "drafts",
    "idempotency",
    "instances",
    "jobs",
    "journal",
    "memberships",
    "organisations",
    "people",
    "publication_files",
    "publications",
    "records",
    "sessions",
    "subscriptions",
    "work_items",
]
