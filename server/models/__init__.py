"""The schema. Every identifier comes from server/ids.py unless said otherwise."""

from __future__ import annotations

from server.models.administration import (
    administration_head,
    administration_journal,
    appointments,
    identities,
    organisation_names,
    password_history,
    proposals,
)
from server.models.casework import (
    blobs,
    calendars,
    case_parties,
    case_states,
    case_transitions,
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
from server.models.papers import issued_papers
from server.models.portal import submissions
from server.models.together import (
    comments,
    consultations,
    copies,
    corrections,
    deputies,
    handover_items,
    handovers,
    urges,
)
from server.models.waiting import (
    deadlines,
    drafts,
    idempotency,
    jobs,
    notifications,
    subscriptions,
    work_items,
)
from server.models.workshop import change_set_acts, change_set_saves, change_sets, releases

__all__ = [
    "administration_head",
    "administration_journal",
    "appointments",
    "blobs",
    "calendars",
    "case_parties",
    "case_states",
    "case_transitions",
    "cases",
    "change_set_acts",
    "change_set_saves",
    "change_sets",
    "comments",
    "consultations",
    "copies",
    "corrections",
    "counters",
    "deadlines",
    "deputies",
    "documents",
    "drafts",
    "handover_items",
    "handovers",
    "idempotency",
    "identities",
    "instances",
    "issued_papers",
    "jobs",
    "journal",
    "memberships",
    "notifications",
    "organisation_names",
    "organisations",
    "password_history",
    "people",
    "proposals",
    "publication_files",
    "publications",
    "records",
    "releases",
    "sessions",
    "submissions",
    "subscriptions",
    "urges",
    "work_items",
]
