"""逐步试办: a draft carried out by hand on invented data, with the clock in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import clock, db
from server.errors import Malformed, NotFound, Refused
from server.feel.sentence import recalled
from server.law.catalogue import Catalogue
from server.studio import tryout
from server.studio.drafts import overlay, scope
from server.studio.drafts.overlay import Overlay
from server.studio.tryout import Act, Begun
from server.views import apart
from server.views.forms import payload
from server.views.guards import signed_in
from server.views.language import labelled
from server.views.workshop.blueprint import bp
from server.views.workshop.drafts import find
from server.work.sql import Row

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Drawn:
    """A diagram of the try-out with its tokens."""

    process_id: str
    name: str
    url: str
    marks: Mapping[str, list[str]]

    @property
    def is_current(self) -> bool:
        """Whether a token stands in it."""
        return bool(self.marks["current"])


@bp.get("/drafts/<draft_id>/tryout")
@signed_in
def tried(draft_id: str) -> ResponseReturnValue:
    """The try-out as it stands; or its beginning."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        row = tryout.find(tx, g.person, draft_id)
    made = overlay.catalogue(laid.tree)
    told = _told(laid, made, row) if row else {}
    choices = {one: tryout.beginnings(made, one) for one in _regimes(laid, made)}
    return render_template(
        "workshop/tryout.html",
        draft=laid.draft,
        row=row,
        outdated=row is not None and row["tree"] != made.digest,
        choices=choices,
        first_day=clock.today(),
        **told,
    )


@bp.post("/drafts/<draft_id>/tryout")
@signed_in
def try_begin(draft_id: str) -> ResponseReturnValue:
    """Begin a try-out, or the same one anew on the draft as it is now."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        row = tryout.find(tx, g.person, draft_id)
    made, given = overlay.catalogue(laid.tree), request.form
    if "again" in given and row:
        begun, acts = _begun(row), [Act(**each) for each in row["acts"]]
    else:
        regime, _, target = given.get("from", "").partition(" ")
        begun, acts = tryout.begun_of(made, regime, target, given.get("on", "")), []
    _play(laid, made, begun, acts)
    return redirect(url_for("workshop.tried", draft_id=draft_id), 303)


@bp.post("/drafts/<draft_id>/tryout/acts")
@signed_in
def try_act(draft_id: str) -> ResponseReturnValue:
    """One more act. A form's own content comes as JSON, and its refusal goes back to the form."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        row = tryout.find(tx, g.person, draft_id)
    if row is None:
        raise NotFound("试办还没有开始")
    acts = [*(Act(**each) for each in row["acts"]), _asked(row)]
    seen = _play(laid, overlay.catalogue(laid.tree), _begun(row), acts)
    after = url_for("workshop.tried", draft_id=draft_id)
    if not request.is_json:
        return redirect(after, 303)
    if seen["problem"]:
        raise _refusal(seen["problem"])
    return {"next": after}


@bp.post("/drafts/<draft_id>/tryout/end")
@signed_in
def try_end(draft_id: str) -> ResponseReturnValue:
    """End the try-out; nothing of it stays."""
    with db.read() as tx:
        find(tx, draft_id)
    tryout.drop(g.person, draft_id)
    return redirect(url_for("workshop.tried", draft_id=draft_id), 303)


@bp.post("/drafts/<draft_id>/tryout/files")
@signed_in
def try_file(draft_id: str) -> ResponseReturnValue:
    """A file put into a form of a try-out: its name alone is taken, nothing is kept."""
    with db.read() as tx:
        find(tx, draft_id)
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Malformed
    name = given.filename.replace("\\", "/").rsplit("/", 1)[-1][-LONGEST_NAME:]
    return {"id": name, "name": name, "size": 1}


# --- playing ---


def _begun(row: Row) -> Begun:
    return Begun(**{**row["begun"], "on": date.fromisoformat(str(row["begun"]["on"]))})


def _asked(row: Row) -> Act:
    if not request.is_json:
        return tryout.act_of(request.form)
    body = request.get_json()
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        raise Malformed
    names = {each["id"]: each["name"] for each in row["seen"].get("documents", ())}
    return tryout.act_of({**request.args, "data": _by_name(data, names)})


def _by_name(value: Any, names: Mapping[str, str]) -> Any:
    """Content with the documents of the last play by their names: each play makes them anew."""
    if isinstance(value, Mapping):
        return {key: _by_name(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [_by_name(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value


def _play(laid: Overlay, made: Catalogue, begun: Begun, acts: Sequence[Act]) -> Mapping[str, Any]:
    """Play, and keep what could be done with what is seen then."""
    overlay.must_run(laid)
    draft_id = laid.draft["id"]
    seen = apart.try_out(current_app.config["GUICHENG"], draft_id, begun, acts)
    kept = acts[: seen["done"]]
    tryout.keep(g.person, draft_id, made.digest, begun, kept, seen)
    return seen


def _refusal(told: Mapping[str, Any]) -> Refused:
    """What the office says against an act, as it was kept."""
    more = {
        "clauses": told["clauses"],
        "errors": {p: recalled(e) for p, e in told["errors"].items()},
    }
    return Refused(recalled(told["detail"]), code=told["code"], **more)


# --- the page ---


def _regimes(laid: Overlay, made: Catalogue) -> list[str]:
    """The regimes that the draft touches, all of them where it touches none."""
    touched = sorted(set().union(*scope.touched(laid).values()) & made.regimes.keys())
    return touched or list(made.regimes)


def _told(laid: Overlay, made: Catalogue, row: Row) -> dict[str, Any]:
    seen, regime = row["seen"], row["begun"]["regime"]
    items = seen.get("items", [])
    chosen = request.args.get("item", 0, int)
    item = items[chosen] if 0 <= chosen < len(items) else next(iter(items), None)
    drawn = list(_drawn(laid, made, regime, seen))
    return {
        "seen": seen,
        "problem": _refusal(seen["problem"]) if seen.get("problem") else None,
        "regime": regime,
        "items": items,
        "item": item,
        "drawn": drawn,
        "shown": _shown(drawn, item),
        "form": _form(laid, made, regime, seen, item),
        "startable": [(each, _name(made, regime, each)) for each in seen.get("startable", ())],
    }


def _drawn(laid: Overlay, made: Catalogue, regime: str, seen: Row) -> list[Drawn]:
    found: dict[str, Drawn] = {}
    for instance in seen.get("instances", ()):
        standing = {instance["process_id"]: instance, **instance["called"]}
        for process, where in standing.items():
            path = made.diagrams(regime).get(process)
            if path:
                url = url_for("workshop.file", draft_id=laid.draft["id"], path=path, show="")
                done = [each for each in where["done"] if each not in where["current"]]
                marks = {"done": done, "current": where["current"], "overdue": []}
                found[process] = Drawn(process, _name(made, regime, process), url, marks)
    return list(found.values())


def _shown(drawn: Sequence[Drawn], item: Row | None) -> Drawn | None:
    """The diagram asked for, that of the task at hand, one with a token, or the last."""
    wanted = request.args.get("diagram") or (item["process_id"] if item else "")
    by_id = {each.process_id: each for each in drawn}
    current = [each for each in drawn if each.is_current]
    return by_id.get(wanted) or next(iter([*current, *drawn[::-1]]), None)


def _form(
    laid: Overlay, made: Catalogue, regime: str, seen: Row, item: Row | None
) -> dict[str, Any] | None:
    form = made.form(item["form"], regime) if item and item["form"] else None
    if form is None or item is None:
        return None
    draft_id, what = laid.draft["id"], {"target": item["target"], "number": item["number"]}
    urls = {
        "submit": url_for("workshop.try_act", draft_id=draft_id, kind="do", **what),
        "upload": url_for("workshop.try_file", draft_id=draft_id),
    }
    return payload(form, item["context"], urls, documents=seen["documents"])


def _name(made: Catalogue, regime: str, process: str) -> str:
    path = made.diagrams(regime).get(process)
    diagram = made.describe(path) if path else None
    return labelled(diagram.name) if diagram else process
