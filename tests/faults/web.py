"""What gunicorn serves under fire: the application, with the rules of the test procedures."""

from __future__ import annotations

from flask import Flask

from server import create_app
from tests.office import bind_rules


def application() -> Flask:
    """Of the environment's settings."""
    bind_rules()
    return create_app()
