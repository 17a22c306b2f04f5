"""Papers that offices have issued."""

from __future__ import annotations

from sqlalchemy import Column, Date, Integer, String, Table, UniqueConstraint

from server.db import db
from server.models.columns import Json, identifier, reference

issued_papers = Table(
    "issued_papers",
    db.metadata,
    identifier(primary_key=True),
    reference("case_id", "cases.id", index=True),
    reference("organisation_id", "organisations.id", nullable=True),
    Column("kind", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("serial", Integer),
    Column("number", String(100), nullable=False),
    Column("title", String(300), nullable=False),
    Column("signed_on", Date, nullable=False),
    reference("signed_by", "people.id", nullable=True),
    Column("template", String(64), nullable=False),
    Column("content", Json, nullable=False),
    reference("docx_id", "documents.id", nullable=True),
    reference("pdf_id", "documents.id", nullable=True),
    UniqueConstraint("organisation_id", "year", "serial"),
)
"""``content`` is all that the paper says, as it was when it was signed; ``template`` the SHA-256 of
the template's file. The files are drawn from these by a job. ``serial`` runs without a gap per
office and year; it is empty where the office gave a number of its own."""
