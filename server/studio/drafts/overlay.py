"""A draft laid over what is in force: the catalogue it would make, and what stands against it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection

from server.engine.errors import Finding
from server.errors import Refused
from server.feel.sentence import told
from server.law import checks
from server.law.catalogue import Catalogue, digest, load
from server.law.checks import obligations
from server.law.checks.obligations import Breach
from server.law.checks.running import unfit
from server.law.coverage_states import blocking
from server.studio.drafts import store
from server.studio.drafts.paths import REMOVED
from server.work import publications
from server.work.sql import Row

T = TypeVar("T")

KEPT = 8
_loaded: OrderedDict[str, Catalogue] = OrderedDict()
_found: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Overlay:
    """``base`` is the tree the draft began with, ``current`` the one in force."""

    draft: Row
    contents: Mapping[str, bytes]
    base: Mapping[str, bytes]
    current: Mapping[str, bytes]

    @property
    def tree(self) -> dict[str, bytes]:
        """What would be published."""
        return laid_over(self.current, self.contents)

    @property
    def changed(self) -> list[str]:
        """The paths that would differ from what is in force."""
        return [p for p, text in self.contents.items() if self.current.get(p, REMOVED) != text]

    @property
    def conflicts(self) -> list[str]:
        """The paths that were released by somebody else since the draft began."""
        return [
            path
            for path, text in self.contents.items()
            if self.base.get(path) != self.current.get(path) != text
        ]

    def before(self, path: str) -> bytes:
        """A file in force; empty where there is none."""
        return self.current.get(path, REMOVED)

    def after(self, path: str) -> bytes:
        """A file as the draft has it, or as it is in force."""
        return self.contents.get(path, self.before(path))


def of(tx: Connection, draft: Row) -> Overlay:
    """A draft as it stands. A closed draft is compared with what it began on."""
    number = publications.current(tx)
    base = publications.catalogue(tx, draft["base_id"]).files
    over = draft["status"] in ("released", "discarded")
    current = base if over else publications.catalogue(tx, number).files
    return Overlay(draft, store.contents(tx, draft["id"]), base, current)


def laid_over(tree: Mapping[str, bytes], contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """A tree with other contents; empty content takes a file away."""
    laid = {**tree, **contents}
    return {path: text for path, text in laid.items() if text != REMOVED}


def catalogue(tree: Mapping[str, bytes]) -> Catalogue:
    """A tree as a catalogue; the last few are kept, for checks follow each other closely."""
    return _kept(_loaded, digest(tree), lambda: load(tree))


def findings(made: Catalogue) -> list[Finding]:
    """Everything wrong with a catalogue: what `guicheng check` says of files; kept like it."""
    return [*_kept(_found, made.digest, lambda: (*checks.check(made), *blocking(made)))]


def _kept(known: OrderedDict[str, T], name: str, make: Callable[[], T]) -> T:
    """What is known by a name, else made; two at once may make it twice, none waits."""
    with _lock:
        if name in known:
            known.move_to_end(name)
            return known[name]
    made = make()
    with _lock:
        known[name] = made
        while len(known) > KEPT:
            known.popitem(last=False)
    return made


def must_run(laid: Overlay) -> None:
    """Raises Refused, with every reason, while the draft's diagrams and forms cannot be played."""
    found = unfit(catalogue(laid.tree), laid.changed)
    if found:
        why = told("草稿还不能运行，请先改正：%(found)s", found=[one.sentence for one in found])
        raise Refused(why, code="unfit")


def breaches(made: Catalogue) -> list[Breach]:
    """The obligations that a catalogue does not keep, with the ways that show it."""
    return obligations.breaches(made)
