"""Every route × every role × {own, same unit, other unit, other regime} against the table.

A new route needs one line in access_matrix.csv, a new parameter one value in matrix.py; the
failure says which. ``python -m pytest -s`` prints the number of routes, roles and calls.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.routing import Rule

from server import clock, create_app, db
from server.config import Config
from server.views import apart
from server.work import access, people
from tests.server.views import matrix
from tests.server.views.conftest import CHEAP, TODAY, Visitor, start_application

pytestmark = [pytest.mark.xdist_group("access matrix"), pytest.mark.timeout(900)]


class Called(NamedTuple):
    """A route with one of its methods."""

    method: str
    rule: Rule

    @property
    def key(self) -> tuple[str, str]:
        return self.method, str(self.rule)


@pytest.fixture(scope="module")
def world(office: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[matrix.World]:
    """The demonstration office with one case and the actors of the matrix."""
    path = tmp_path_factory.mktemp("matrix") / "office.sqlite"
    shutil.copy(office, path)
    config = Config(
        database_url=f"sqlite:///{path}",
        data_dir=path.parent,
        secret_key="only for tests",
        demonstration=True,
        **CHEAP,
    )
    app = create_app(config)
    people.use(config, refusal_takes=0)
    with clock.frozen(TODAY), pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "rehearse", lambda *_: None)  # who may begin it is asked, not the play
        start_application(_visits(app)).upload()
        made = matrix.World(app, path)
        yield made
        made.before.close()
    db.engine().dispose()


def _visits(app: Flask) -> Callable[[str], Visitor]:
    return lambda login: Visitor(app.test_client()).sign_in(login)


def routes(app: Flask) -> list[Called]:
    """Everything that answers HTTP."""
    return [Called(method, r) for r in app.url_map.iter_rules() for method in matrix.methods(r)]


def test_every_route_has_its_line_and_every_line_its_route(world: matrix.World) -> None:
    table, there = matrix.read_table(), routes(world.app)
    unknown = {name: str(c.rule) for c in there for name in world.missing(c.rule)}
    assert not unknown, "\n".join(
        f"{route}: give <{name}> a value in tests/server/views/matrix.py, in World.common (the "
        f"same for everybody) or World._things (a thing of the role's own)"
        for name, route in unknown.items()
    )
    missing = [_add(world, called) for called in there if called.key not in table]
    gone = [f"no such route, remove the line: {m},{r}" for m, r in table.keys() - _keys(there)]
    assert not missing + gone, "\n".join(missing + gone)


def _keys(there: list[Called]) -> set[tuple[str, str]]:
    return {called.key for called in there}


def _add(world: matrix.World, called: Called) -> str:
    answers = {actor: world.ask(called.method, called.rule, actor) for actor in matrix.ACTORS}
    line = matrix.line_for(*called.key, answers)
    return (
        f"{called.method} {called.rule} has no line in tests/server/views/access_matrix.csv. It "
        f"answers as follows; if this is as it should be for EVERY column, add\n    {line}"
    )


def test_everybody_gets_the_answer_of_the_table(world: matrix.World) -> None:
    table, begun = matrix.read_table(), world.calls
    known = [called for called in routes(world.app) if called.key in table]
    wrong = [each for called in known for each in _deviations(world, called, table[called.key])]
    print(
        f"\naccess matrix: {len(known)} routes, {len(matrix.ROLES)} roles, "
        f"{len(matrix.ACTORS)} actors, {world.calls - begun} calls, {len(wrong)} deviations"
    )
    assert not wrong, "\n".join(wrong)


def _deviations(world: matrix.World, called: Called, row: matrix.Row) -> Iterator[str]:
    for actor in matrix.ACTORS:
        given = world.ask(called.method, called.rule, actor, row.body)
        if given != row.expected(actor):
            yield f"{called.method} {called.rule}: {actor} gets {given}, not {row.expected(actor)}"


def test_the_sentence_about_a_missing_line_holds_the_line(world: matrix.World) -> None:
    sentence = _add(world, _called(world, "/cases/<case_id>"))
    assert sentence.splitlines()[-1].strip().startswith("GET,/cases/<case_id>,401,200,200,404,404")


def test_a_door_that_stands_open_is_seen(
    world: matrix.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = _called(world, "/cases/<case_id>")
    monkeypatch.setattr(access, "may_read_case", lambda *_, **__: True)
    wrong = list(_deviations(world, called, matrix.read_table()[called.key]))
    assert "GET /cases/<case_id>: undertaker@other_unit gets 200, not 404" in wrong


def _called(world: matrix.World, route: str) -> Called:
    return next(each for each in routes(world.app) if str(each.rule) == route)
