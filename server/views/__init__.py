"""The pages: HTTP only. Rooms below decide; templates draw; nothing here knows SQL."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from server.views import assets, language, security, words

HERE = Path(__file__).parent


def prepare(app: Flask) -> None:
    """Templates, static files, language, headers: what every page needs."""
    app.template_folder = str(HERE / "templates")
    app.static_folder = str(HERE / "static")
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    language.register(app)
    security.register(app)
    app.jinja_env.globals["asset"] = assets.asset
    words.register(app)
