"""Drafts: the list, one draft with its differences and findings, consent and release."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import Connection

from server import db
from server.errors import Invalid, NotFound
from server.law.catalogue import Catalogue
from server.studio import difference, rehearsal, shelf
from server.studio.difference import Change
from server.studio.drafts import acts, overlay, scope, store
from server.studio.drafts.overlay import Overlay
from server.studio.drafts.paths import kind_of
from server.studio.measures import acts as measures
from server.studio.measures.draft import holds
from server.studio.shelf import Model
from server.views import exports
from server.views.body import form_key
from server.views.exports import Column
from server.views.guards import signed_in
from server.views.language import said
from server.views.words import word
from server.views.workshop.blueprint import bp
from server.views.workshop.lists import Key, listing
from server.views.workshop.ways import ways
from server.views.workshop.words import DRAFT_STATES, model_name
from server.work import access, publications
from server.work.people import Person, names_of
from server.work.sql import Row

OPEN = ("open", "submitted")
CLOSED = ("released", "discarded")


@dataclass(frozen=True, slots=True)
class Changed:
    """A file of a draft: what differs, which regimes it concerns."""

    path: str
    kind: str
    name: str
    changes: list[Change]
    regimes: list[str]
    is_new: bool

    def marks(self, old: bool) -> dict[str, list[str]]:
        """The boxes to paint in the diagram before or after the change."""
        shown = ("removed", "changed", "moved") if old else ("added", "changed", "moved")
        return {
            kind: list(dict.fromkeys(c.element for c in self.changes if c.kind == kind))
            for kind in shown
        }


DRAFT_KEYS: Mapping[str, Key] = {
    "title": lambda draft: draft["title"],
    "state": lambda draft: draft["status"],
    "opener": lambda draft: draft["opener"],
    "changed": lambda draft: draft["changed_at"],
}


@bp.get("/drafts")
@signed_in
def drafts() -> ResponseReturnValue:
    """Drafts that are open, and those that are done: search, sort; a page, or a file of all."""
    access.may_read_models(g.person)
    done = request.args.get("state") == "done"
    with db.read() as tx:
        all_of_them = store.listed(tx, *(CLOSED if done else OPEN))
        paths = {draft["id"]: store.paths_of(tx, draft["id"]) for draft in all_of_them}

    def said(draft: Row) -> str:
        return " ".join([draft["title"], draft["opener"], *paths[draft["id"]]])

    found = listing(all_of_them, said, DRAFT_KEYS, "state")
    if exports.asked():
        return exports.answer(gettext("草稿"), _draft_columns(paths), exports.whole(found.found))
    return render_template(
        "workshop/drafts.html",
        found=found,
        paths=paths,
        done=done,
        held=store.held_by_other,
        owns=bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
    )


def _draft_columns(paths: Mapping[str, list[str]]) -> list[Column]:
    return [
        Column(gettext("名称"), lambda draft: draft["title"]),
        Column(gettext("状态"), lambda draft: word(DRAFT_STATES, draft["status"])),
        Column(gettext("文件"), lambda draft: "、".join(paths[draft["id"]])),
        Column(gettext("建立人"), lambda draft: draft["opener"]),
        Column(gettext("最近变动"), lambda draft: draft["changed_at"]),
    ]


@bp.post("/drafts")
@signed_in
def begin() -> ResponseReturnValue:
    """A new draft; opens the editor of a file when one is named."""
    draft_id = acts.begin(g.person, request.form.get("title", ""), form_key())
    if path := request.form.get("path", ""):
        return redirect(url_for("workshop.edit", draft_id=draft_id, path=path), 303)
    return redirect(url_for("workshop.draft", draft_id=draft_id), 303)


@bp.get("/drafts/<draft_id>")
@signed_in
def draft(draft_id: str) -> ResponseReturnValue:
    """What the draft changes, what is wrong with it, who has to consent, what happened."""
    return render_template("workshop/draft.html", **told(draft_id))


def told(draft_id: str) -> dict[str, Any]:
    """All that is told of a draft; raises NotFound."""
    with db.read() as tx:
        return _page(tx, find(tx, draft_id))


def _page(tx: Connection, laid: Overlay) -> dict[str, Any]:
    made = overlay.catalogue(laid.tree)
    closed = laid.draft["status"] in CLOSED
    found = [] if closed else named(made)
    entries = store.acts(tx, laid.draft["id"])
    return {
        "draft": laid.draft,
        "files": _changed(laid, made),
        "findings": found,
        "rehearsal": rehearsal.of_draft(tx, laid),
        "ways": ways(laid.draft["id"], made, found),
        "errors": sum(each["severity"] == "error" for each in found),
        "conflicts": [] if closed else laid.conflicts,
        "entries": entries[::-1],
        "broken": store.broken(tx, laid.draft),
        "waiting": acts.waiting_for(tx, laid) if laid.draft["status"] == "submitted" else [],
        "is_new_regime": not closed and holds(laid),
        "editable": acts.may_edit(g.person, laid.draft),
        "deciding": acts.may_decide(tx, g.person, laid) if _is_asked(laid) else frozenset(),
        "held_by_other": store.held_by_other(laid.draft, g.person),
        "owns": bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
    }


def _is_asked(laid: Overlay) -> bool:
    return str(laid.draft["status"]) == "submitted"


def _changed(laid: Overlay, made: Catalogue) -> list[Changed]:
    before = overlay.catalogue(laid.current)
    touched = scope.touched(laid)
    return [
        Changed(
            path=path,
            kind=kind_of(path),
            name=name_of(path, made, before),
            changes=difference.compare(path, laid.before(path), laid.after(path)),
            regimes=sorted(touched[path]),
            is_new=not laid.before(path),
        )
        for path in laid.changed
    ]


def name_of(path: str, *catalogues: Catalogue) -> str:
    """A file's name on the first shelf that has it, else its path."""
    found = (shelf.find(made, path) for made in catalogues)
    return next((model_name(each) for each in found if each), path)


def named(made: Catalogue) -> list[dict[str, Any]]:
    """The findings of a catalogue with the names of their files, errors first and of these the
    files that cannot be read, for others follow from them; those of obligations with the way that
    leads to them."""
    known: Mapping[str, Model] = {each.path: each for each in shelf.models(made)}
    ways = {each.finding: each.trail for each in overlay.breaches(made)}
    found = overlay.findings(made)
    rows = [dataclasses.asdict(each) | {"trail": ways.get(each, ())} for each in found]
    for row in rows:
        row["sentence"] = said(row["sentence"])
        row["name"] = model_name(known[row["file"]]) if row["file"] in known else row["file"]
    unread = {each.file for each in made.faults}
    return sorted(rows, key=lambda row: (row["severity"], row["file"] not in unread, row["file"]))


@bp.post("/drafts/<draft_id>/acts/<act>")
@signed_in
def do(draft_id: str, act: str) -> ResponseReturnValue:
    """One step of a draft on its way."""
    access.may_read_models(g.person)
    if act not in STEPS:
        raise NotFound("没有这个操作")
    STEPS[act](g.person, draft_id)
    return redirect(url_for("workshop.draft", draft_id=draft_id), 303)


def _submit(person: Person, draft_id: str) -> None:
    day = _day(request.form.get("effective_on", ""))
    acts.submit(person, draft_id, request.form.get("reason", ""), day)


def _refuse(person: Person, draft_id: str) -> None:
    acts.refuse(person, draft_id, request.form.get("reason", ""))


STEPS: Mapping[str, Callable[[Person, str], object]] = {
    "submit": _submit,
    "withdraw": acts.withdraw,
    "consent": acts.consent,
    "refuse": _refuse,
    "discard": acts.discard,
    "rebase": measures.take_over,
}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("请填写施行日期", code="effective_on") from error


RELEASE_KEYS: Mapping[str, Key] = {
    "effective": lambda row: row["effective_on"],
    "title": lambda row: row["title"],
    "by": lambda row: row["by"],
    "released": lambda row: row["released_at"],
}


@bp.get("/releases")
@signed_in
def released() -> ResponseReturnValue:
    """What took or takes effect, with who released it, why, and how its diagrams looked."""
    access.may_read_models(g.person)
    with db.read() as tx:
        rows, current = acts.released(tx), publications.current(tx)
        people = names_of(tx, {row["released_by"] for row in rows})
        rehearsed = rehearsal.of_releases(tx, (row["publication_id"] for row in rows))
        pictures = store.pictured(tx, [str(row["change_set_id"]) for row in rows])
    named = [row | {"by": people.get(row["released_by"]) or gettext("系统")} for row in rows]
    found = listing(named, lambda row: f"{row['title']} {row['reason']} {row['by']}", RELEASE_KEYS)
    if exports.asked():
        return exports.answer(gettext("发布记录"), _release_columns(), exports.whole(found.found))
    return render_template(
        "workshop/releases.html",
        found=found,
        pictures=pictures,
        rehearsed=rehearsed,
        current=current,
        owns=bool(access.regimes_held(g.person, access.PROCESS_OWNER)),
    )


def _release_columns() -> list[Column]:
    return [
        Column(gettext("施行日期"), lambda row: row["effective_on"]),
        Column(gettext("名称"), lambda row: row["title"]),
        Column(gettext("理由"), lambda row: row["reason"]),
        Column(gettext("发布人"), lambda row: row["by"]),
        Column(gettext("发布时间"), lambda row: row["released_at"]),
    ]


@bp.get("/drafts/<draft_id>/pictures/<path:path>")
@signed_in
def picture(draft_id: str, path: str) -> ResponseReturnValue:
    """A diagram as it looked when its change was released."""
    access.may_read_models(g.person)
    with db.read() as tx:
        content = store.picture(tx, draft_id, path)
    return Response(content, mimetype="image/svg+xml")


@bp.post("/releases/<int:release_id>/take-back")
@signed_in
def take_back(release_id: int) -> ResponseReturnValue:
    """A draft that undoes a release."""
    draft_id = acts.take_back(g.person, release_id, form_key())
    return redirect(url_for("workshop.draft", draft_id=draft_id), 303)


def find(tx: Connection, draft_id: str) -> Overlay:
    """A draft that the person may read. Raises NotFound."""
    access.may_read_models(g.person)
    return overlay.of(tx, store.find(tx, draft_id))


def content(laid: Overlay, path: str, old: bool) -> bytes:
    """A file before or after the change. Raises NotFound."""
    text = laid.before(path) if old else laid.after(path)
    if not text:
        raise NotFound("没有找到这个流程文件")
    return text
