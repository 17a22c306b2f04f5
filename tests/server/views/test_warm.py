"""A new process knows pages and law before the first people come."""

from __future__ import annotations

import pytest
from flask import Flask

from server import db
from server.views import warm
from server.work import publications


def test_after_it_no_page_is_compiled_and_no_law_is_read(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    publications._loaded.clear()
    warm(app)
    assert list(publications._loaded)
    monkeypatch.setattr(app.jinja_env, "compile", _fail)
    monkeypatch.setattr(publications, "load", _fail)
    assert app.test_client().get("/sign-in").status_code == 200
    with db.read() as tx:
        assert publications.catalogue(tx, publications.current(tx)).regimes


def test_a_database_that_is_away_does_not_stop_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "current", _away)
    warm(app)
    assert app.jinja_env.cache


def _fail(*_: object, **__: object) -> None:
    raise AssertionError("read again")


def _away(*_: object) -> int:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("SELECT 1", {}, Exception("away"))
