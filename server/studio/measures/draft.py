"""The new regime in a draft: what has been entered so far."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from server.errors import NotFound
from server.law.catalogue import Catalogue
from server.studio.drafts import overlay
from server.studio.drafts.overlay import Overlay
from server.studio.measures import facts, rows, sheets
from server.studio.measures.counterparts import Citing

TOML = re.compile(r"processes/regimes/([a-z][a-z0-9_]+)/regime\.toml", re.ASCII)


@dataclass(frozen=True)
class New:
    """A draft that holds a regime which is not in force; ``facts`` as facts.read gives them."""

    laid: Overlay
    id: str
    facts: Mapping[str, Any]

    @property
    def folder(self) -> str:
        """Where its own files lie."""
        return f"processes/regimes/{self.id}/"

    @property
    def prefix(self) -> str:
        """What its clause ids begin with."""
        return str(self.facts["prefix"])

    @property
    def model(self) -> str:
        """The regime it is modelled on; empty until one is chosen."""
        return str(self.facts["modelled_on"])

    @property
    def named(self) -> dict[str, str]:
        """What people fill in of its facts."""
        return {name: str(self.facts[name]) for name in facts.FIELDS}

    @cached_property
    def current(self) -> Catalogue:
        """What is in force."""
        return overlay.catalogue(self.laid.current)

    @cached_property
    def made(self) -> Catalogue:
        """What would be published."""
        return overlay.catalogue(self.laid.tree)

    @property
    def source(self) -> str:
        """The text as it was handed in."""
        return self.laid.after(f"{self.folder}source.txt").decode()

    def entries(self) -> list[sheets.Entry]:
        """Its articles and clauses."""
        return sheets.entries(self.laid.contents, self.id)

    def citing(self) -> Citing:
        """What turns the model's clauses into its own."""
        return Citing(self.current, self.entries(), self.facts["counterparts"])

    def tables(self) -> Iterator[tuple[str, rows.Table]]:
        """Path and table of every decision table that has rows of it."""
        for path in sorted(self.laid.contents):
            if path.endswith(".dmn"):
                for table in rows.read(self.laid.contents[path], self.id):
                    yield path, table

    def anchors(self) -> list[str]:
        """Its days of reckoning."""
        tables = (table for _, table in self.tables() if table.id == "anchors")
        return [line.cells["anchor"].strip('"') for table in tables for line in table.lines]

    def readings(self) -> list[dict[str, Any]]:
        """The readings that rows may cite."""
        return self.current.rows("defaults", self.model) if self.model else []

    def citable(self) -> set[str]:
        """The clauses and readings that its rows may cite."""
        clauses = (part.id for one in self.entries() for part in one.parts)
        return {*clauses, *(str(row["id"]) for row in self.readings())}

    def scenarios(self) -> dict[str, bytes]:
        """Path to content of its scenarios."""
        folder = f"processes/scenarios/{self.id}/"
        return {p: text for p, text in self.laid.contents.items() if p.startswith(folder) and text}


def of(laid: Overlay) -> New:
    """The new regime of a draft; raises NotFound where it has none."""
    for path, content in laid.contents.items():
        found = TOML.fullmatch(path)
        if found and content and path not in laid.current:
            return New(laid, found[1], facts.read(content))
    raise NotFound("这份草稿没有新办法")


def holds(laid: Overlay) -> bool:
    """Whether a draft is about a new regime."""
    found = (TOML.fullmatch(path) for path, text in laid.contents.items() if text)
    return any(each and each[0] not in laid.current for each in found)
