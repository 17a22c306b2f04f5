"""Every route names its guard."""

from flask import Flask

PUBLIC = {
    "health.alive",
    "health.ready",
    "health.metrics",
    "static",
    "inbox.home",
    "session.sign_in",
    "session.enter",
    "session.sign_out",
    "session.token",
    "session.switch_language",
    "portal.home",
    "portal.listing",
    "portal.page",
    "portal.hand_in",
    "portal.ask",
    "portal.told",
    "portal.bases",
    "portal.statistics",
    "portal.feed",
    "portal.self_check",
    "api_document.source",
}


def test_every_route_names_its_guard_and_only_these_are_public(app: Flask) -> None:
    guards = {name: getattr(view, "guard", None) for name, view in app.view_functions.items()}
    assert {name for name, guard in guards.items() if guard is None} == set()
    assert {name for name, guard in guards.items() if guard == "anyone"} == PUBLIC
