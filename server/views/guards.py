"""Who may call a route. Every route names its guard; what a person may see of a row is decided
by server/work/access inside the call that reads or changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import g

from server.errors import NotAllowed, NotSignedIn

P = ParamSpec("P")
R = TypeVar("R")


def anyone(view: Callable[P, R]) -> Callable[P, R]:
    """The route is public."""
    view.guard = "anyone"  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """The route needs a signed-in person; ``g.person`` is set inside."""
    return _guarded(view, "signed_in", _need_person)


def acting(view: Callable[P, R]) -> Callable[P, R]:
    """The route changes something: a token that may only read does not open it."""
    return _guarded(view, "acting", _need_scope)


def in_person(view: Callable[P, R]) -> Callable[P, R]:
    """The route needs a session of the browser: no token opens it, or it could renew itself."""
    return _guarded(view, "in_person", _need_session)


def with_item(view: Callable[P, R]) -> Callable[P, R]:
    """The route acts on the work item ``item_id``: its row is read with the session, and stands
    in ``g.seen`` where it could be."""
    view.with_item = True  # type: ignore[attr-defined]
    return view


def _guarded(view: Callable[P, R], name: str, check: Callable[[], None]) -> Callable[P, R]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        check()
        return view(*args, **kwargs)

    guarded.guard = name  # type: ignore[attr-defined]
    return guarded


def _need_person() -> None:
    if g.get("person") is None:
        raise NotSignedIn


def _need_scope() -> None:
    _need_person()
    if g.scope != "act":
        raise NotAllowed("该令牌只能读取，不能办理", code="read_only_token")


def _need_session() -> None:
    _need_person()
    if g.csrf is None:
        raise NotAllowed("令牌只能由本人登录后管理", code="session_required")
