"""Who may call a route. Every route names its guard; what a person may see of a row is decided
by server/work/access inside the call that reads or changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g

from server.errors import NotSignedIn

P = ParamSpec("P")
R = TypeVar("R")


def anyone(view: Callable[P, R]) -> Callable[P, R]:
    """The route is public."""
    view.guard = "anyone"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """The route needs a signed-in person; ``g.person`` is set inside."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if g.get("person") is None:
            raise NotSignedIn
        return view(*args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined]
    return guarded
