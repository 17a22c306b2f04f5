"""Cases for an empty demonstration, so that whoever opens it finds an office at work.

``samples.yaml`` says how far each has come, in the words of scenarios; each is played by the
demonstration's own people through the real acts, on days that have passed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Connection, select, update

from server import clock, db
from server.demo.offices import experts
from server.demo.seed import pairs, seed
from server.law.catalogue import Catalogue
from server.models import cases, documents, organisations, people
from server.studio.scenarios import usual
from server.studio.scenarios.document import read
from server.studio.scenarios.filling import NO_CONTENT
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import Step, steps_of
from server.studio.scenarios.stage import Machinery, Stage, civil
from server.work import publications
from server.work.documents import Files

BEFORE = 800
"""Days ago on which the demonstration's offices, guides and rosters are entered."""

PANEL = 5
YESTERDAY = timedelta(days=1)


class SampleFailed(Exception):
    """A sample cannot be played as written; the text says at which step and why."""


@dataclass(frozen=True)
class Sample:
    """One case: whose, called what, and the steps that bring it where it stands."""

    regime: str
    title: str
    steps: tuple[Step, ...]


def add_samples(machinery: Machinery, files: Files) -> int:
    """Play every sample in an office without cases; returns how many there are now.

    Raises SampleFailed. Nothing else may use the office meanwhile: time is moved.
    """
    if _has_cases():
        return 0
    today = clock.today()
    first = today - timedelta(days=BEFORE)
    with _days_from(first, machinery), db.transaction() as tx:
        seed(tx)
    with db.read() as tx:
        catalogue = publications.catalogue(tx, publications.current(tx))
        samples = sorted(_samples(tx, today), key=lambda sample: usual.opening(sample.steps))
    for sample in samples:
        _play(catalogue, machinery, sample)
    with _days_from(first, machinery) as stage:
        stage.until(today - YESTERDAY)
    _give_contents(files)
    return len(samples)


def _has_cases() -> bool:
    with db.read() as tx:
        return tx.execute(select(cases.c.id).limit(1)).first() is not None


def _samples(tx: Connection, today: date) -> Iterator[Sample]:
    """The samples as written, with the ids of this office for the codes and logins in them."""
    bodies = pairs(tx, organisations.c.code, organisations.c.id)
    ids = bodies | pairs(tx, people.c.login, people.c.id)
    for raw in read((Path(__file__).parent / "samples.yaml").read_bytes()):
        panel = [account.login for account in islice(experts(raw["regime"]), PANEL)]
        usually = {"proposed_experts": panel, "panel_leader": panel[0], **raw["with"]}
        steps = [_dated(step, usually, today) for step in raw["steps"]]
        loose = (replace(step, loose=True) for step in steps_of(_known(steps, ids)))
        yield Sample(raw["regime"], raw["title"], tuple(loose))


def _dated(step: Mapping[str, Any], usually: Mapping[str, Any], today: date) -> dict[str, Any]:
    rest = {key: value for key, value in step.items() if key != "ago"}
    day = today - timedelta(days=step["ago"])
    return {**rest, "on": day, "with": {**usually, **step.get("with", {})}}


def _known(value: Any, ids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _known(each, ids) for key, each in value.items()}
    if isinstance(value, list):
        return [_known(each, ids) for each in value]
    return ids.get(value, value) if isinstance(value, str) else value


def _play(catalogue: Catalogue, machinery: Machinery, sample: Sample) -> None:
    habits = usual.of(catalogue, sample.regime)
    steps = list(habits.expand(sample.steps))
    with _days_from(usual.opening(steps), machinery) as stage:
        played = Play(catalogue, sample.regime, habits, stage, sample.title)
        for step in steps:
            if problem := played.attempt(step):
                raise SampleFailed(f"{sample.title}，{step.place}：{problem}") from problem


@contextmanager
def _days_from(day: date, machinery: Machinery) -> Iterator[Stage]:
    """The office itself as a stage, its clock standing at the morning of a day gone by."""
    stage = Stage(civil(day).astimezone(UTC), machinery)
    with clock.following(stage.read_clock):
        yield stage


def _give_contents(files: Files) -> None:
    """What was attached by name only gets a page to look at."""
    page = io.BytesIO()
    canvas = Canvas(page)
    canvas.drawString(72, 770, "Guicheng demonstration: an attachment of a sample case.")
    canvas.save()
    kept = files.receive("sample.pdf", io.BytesIO(page.getvalue()))
    named = documents.c.sha == NO_CONTENT
    with db.transaction() as tx:
        tx.execute(update(documents).where(named).values(sha=kept.sha, size=kept.size))
