"""The application: wiring only, in reading order."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.middleware.proxy_fix import ProxyFix

from server import clock, db
from server.config import Config, from_environment


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie, for the way to an identity provider; most requests carry none."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """An empty session at once where there is no cookie to verify."""
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


class Application(Flask):
    """A Flask application without coroutines among its views."""

    session_interface = Cookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Each view as it is: to look at every one of them at every request takes its time."""
        return func


def create_app(config: Config | None = None) -> Flask:
    """A Flask application on a migrated database; raises ConfigError where it cannot be run."""
    config = (config or from_environment()).checked()
    app = Application(__name__, static_folder=None)
    app.config.update(
        GUICHENG=config,
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=config.upload_limit + 64 * 1024,
        SQLALCHEMY_DATABASE_URI=config.url,
        SQLALCHEMY_ENGINE_OPTIONS=db.options(config.url),
        TRUSTED_HOSTS=config.hosts.split(",") if config.hosts else None,
        SESSION_COOKIE_SECURE=config.secure_cookies,
    )
    db.db.init_app(app)
    with app.app_context():
        db.bind(db.prepare(db.db.engine))
    furnish(config)
    _register_views(app)
    if config.proxies:  # outermost: whatever counts addresses must see the visitor's
        trusted = {"x_for": config.proxies, "x_proto": config.proxies, "x_host": config.proxies}
        app.wsgi_app = ProxyFix(app.wsgi_app, **trusted)  # type: ignore[method-assign]
    return app


COLLECTED_AT = (20_000, 20, 20)
"""Objects between two runs of the garbage collector, and runs between two of its longer ones: at
the interpreter's 700 it ran a dozen times in each request, a twentieth of its time, for nothing."""


def furnish(config: Config) -> None:
    """Give the rooms their settings; every process does so once, the worker's too."""
    from server.jobs import (
        outside,
        passing,  # they import this package
    )
    from server.work import documents, people, requests, sessions
    from server.work import outside as told

    gc.set_threshold(*COLLECTED_AT)
    people.use(config)
    requests.use(config)
    sessions.use(config)
    documents.bind(documents.Files(config.data_dir / "documents", config.upload_limit))
    if config.today:
        clock.use(clock.told(config.today))
    passing.use(config)
    told.use(config)
    outside.use(config)


def _register_views(app: Flask) -> None:
    from server import views

    views.register(app)
