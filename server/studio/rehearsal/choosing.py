"""Which scenarios a draft has to be rehearsed on: those that came to something it changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.law.catalogue import Catalogue, stem
from server.law.checks.diagrams import form_of
from server.studio.drafts.paths import VARIANT, kind_of
from server.studio.rehearsal.results import Told

FOLDER = "processes/scenarios/"
USUAL = f"{FOLDER}usual/"
READ_ONCE = frozenset({"states", "transitions", "steps"})
"""Tables that a catalogue reads once and keeps: no scenario is seen to ask them."""


def scenarios(files: Iterable[str], regimes: Iterable[str]) -> list[str]:
    """The scenario files of some regimes in a tree."""
    folders = tuple(f"{FOLDER}{regime}/" for regime in regimes)
    return sorted(path for path in files if path.startswith(folders) and path.endswith(".yaml"))


@dataclass(frozen=True)
class Choice:
    """``touched`` are the changed paths with the regimes they concern."""

    before: Catalogue
    after: Catalogue
    touched: Mapping[str, frozenset[str]]

    def chosen(self, in_force: Iterable[Told]) -> list[str]:
        """The scenarios to play on the draft, by where they went on the version in force."""
        regimes = frozenset().union(*self.touched.values())
        known = {each.path: each for each in in_force}
        listed = scenarios(self.after.files, regimes)
        return [path for path in listed if path not in known or self._meets(known[path])]

    def _meets(self, told: Told) -> bool:
        return any(
            told.regime in regimes and self._concerns(path, told)
            for path, regimes in self.touched.items()
        )

    def _concerns(self, path: str, told: Told) -> bool:
        if path.startswith(FOLDER) and not path.startswith(USUAL):
            return path == told.path
        if kind_of(path) == "bpmn":
            return path in told.visits.passed or self._speaks_of(told, stem(path))
        if kind_of(path) == "dmn":
            return bool(self._decisions(path) & {*told.visits.tables, *READ_ONCE})
        if kind_of(path) == "form":
            return _form(path) in set(self._forms(told))
        return True

    def _speaks_of(self, told: Told, process: str) -> bool:
        text = self.after.files.get(told.path, b"").decode(errors="replace")
        return re.search(rf"\b{re.escape(process)}\b", text) is not None

    def _decisions(self, path: str) -> set[str]:
        both = (self.before.table_files, self.after.table_files)
        return {name for held in both for name, where in held.items() if where == path}

    def _forms(self, told: Told) -> Iterable[str]:
        for path, passed in told.visits.passed.items():
            diagram = self.before.describe(path)
            for element in diagram.elements if diagram else ():
                if element.id in passed and (form := form_of(element)):
                    yield form


def _form(path: str) -> str:
    """The id of a form, whichever regime's variant it is."""
    variant = VARIANT.fullmatch(path)
    own = f".{variant[1]}" if variant else ""
    return path.removeprefix("forms/").removesuffix(f"{own}.form")
