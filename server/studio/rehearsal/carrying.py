"""Carrying a rehearsal out, in a process of its own: first what is in force, then the draft."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from server import db
from server.law.catalogue import Catalogue
from server.studio.drafts import overlay, scope
from server.studio.drafts import store as drafts
from server.studio.drafts.overlay import Overlay
from server.studio.rehearsal import store
from server.studio.rehearsal.choosing import Choice, scenarios
from server.studio.rehearsal.results import Told, packed
from server.studio.rehearsal.visits import watched
from server.studio.scenarios import Unreadable, run
from server.studio.scenarios.scenario import load
from server.studio.scenarios.stage import Machinery

LIMIT_SECONDS = 900
CHANGED = "草稿或者现行版本已有变化，请重新演练。"
TOO_LONG = "演练超过时限，没有完成。"


class BrokenOff(Exception):
    """The rehearsal cannot go on; the text is a sentence for people."""


def carry_out(machinery: Machinery, rehearsal_id: str) -> None:
    """Play one rehearsal that was asked for and keep what came of it."""
    try:
        _carry_out(machinery, rehearsal_id)
    except BrokenOff as reason:
        store.broke_off(rehearsal_id, str(reason))


def _carry_out(machinery: Machinery, rehearsal_id: str) -> None:
    laid = _asked(rehearsal_id)
    before, after = overlay.catalogue(laid.current), overlay.catalogue(laid.tree)
    touched = scope.touched(laid)
    on = _Player(machinery, rehearsal_id)
    in_force = on.baseline(before, frozenset().union(*touched.values()))
    paths = Choice(before, after, touched).chosen(in_force)
    told = list(on.play(after, paths, "draft"))
    known = {each.path: each.lines for each in in_force if each.path in paths}
    store.finish(rehearsal_id, packed(told, known), sum(bool(each.lines) for each in told))


def _asked(rehearsal_id: str) -> Overlay:
    with db.read() as tx:
        row = store.find(tx, rehearsal_id)
        if row is None or row["status"] != "due":
            raise BrokenOff(store.LOST)
        laid = overlay.of(tx, drafts.find(tx, row["change_set_id"]))
    found = overlay.catalogue(laid.tree).digest, overlay.catalogue(laid.current).digest
    if found != (row["tree"], row["in_force"]):
        raise BrokenOff(CHANGED)
    store.beat(rehearsal_id, status="running")
    return laid


class _Player:
    """Plays scenarios one after the other and says how far it is."""

    def __init__(self, machinery: Machinery, rehearsal_id: str) -> None:
        self.machinery, self.rehearsal_id = machinery, rehearsal_id
        self.until = time.monotonic() + LIMIT_SECONDS

    def baseline(self, before: Catalogue, regimes: frozenset[str]) -> tuple[Told, ...]:
        """What the regimes' scenarios say of the version in force, played once for a version."""
        with db.read() as tx:
            known = store.baseline(tx, before.digest).told
        have = {each.path for each in known}
        missing = [path for path in scenarios(before.files, regimes) if path not in have]
        if not missing:
            return known
        whole = (*known, *self.play(before, missing, "in_force"))
        store.keep_baseline(before.digest, packed(whole, {}))
        return whole

    def play(self, on: Catalogue, paths: Iterable[str], phase: str) -> Iterator[Told]:
        """Each scenario on a catalogue, in an office of its own."""
        listed = list(paths)
        store.beat(self.rehearsal_id, phase=phase, total=len(listed), played=0)
        for number, path in enumerate(listed, 1):
            if time.monotonic() > self.until:
                raise BrokenOff(TOO_LONG)
            yield self._one(on, path)
            store.beat(self.rehearsal_id, played=number)

    def _one(self, on: Catalogue, path: str) -> Told:
        file = Path(path)
        with _elsewhere(), watched() as watch:
            result = run(on, self.machinery, file, on.files[path])
        regime, clauses = _head(on, path)
        told = result.title, clauses, result.lines, result.seconds
        return Told(path, *told, watch.visits(on, regime))


def _head(on: Catalogue, path: str) -> tuple[str, tuple[str, ...]]:
    file = Path(path)
    try:
        scenario = load(on.files[path], file.stem, file.parent.name)
    except Unreadable:
        return file.parent.name, ()
    return scenario.regime, scenario.clauses


@contextmanager
def _elsewhere() -> Iterator[None]:
    """The office of this installation is bound again afterwards."""
    engine = db.engine()
    try:
        yield
    finally:
        db.bind(engine)
