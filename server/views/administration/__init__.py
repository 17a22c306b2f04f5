"""The pages of the three administrators: organisations, people, offices, experts, sessions,
changes that wait for the other, the journal. Hidden from everybody else.
"""

from flask import Flask

from server.views.administration import (
    common,
    experts,
    journal,
    offices,
    organisations,
    people,
    proposals,
    sessions,
    words,
)
from server.work.people.roles import SECURITY, SYSTEM, administers

ROOMS = (organisations, people, offices, experts, sessions, proposals, journal)


def register(app: Flask) -> None:
    """Install the rooms and what their templates ask for."""
    app.jinja_env.globals["list_address"] = common.address
    app.jinja_env.filters.update(
        is_system_administrator=lambda person: administers(person, SYSTEM),
        is_security_administrator=lambda person: administers(person, SECURITY),
        regime_or_installation=words.regime_word,
    )
    for room in ROOMS:
        app.register_blueprint(room.bp)
