"""The editors: a page for each kind of file, and what their scripts ask of the server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import db
from server.errors import Invalid, Malformed, NotFound
from server.feel.xml import XmlError
from server.law.forms import FormError, read
from server.studio import drawer, foreign, shelf
from server.studio.drafts import acts, overlay, paths, store
from server.studio.drafts.overlay import Overlay
from server.studio.drafts.paths import REMOVED, kind_of
from server.views.diagrams import labelled
from server.views.forms import payload
from server.views.guards import signed_in
from server.views.language import current
from server.views.security import POLICY
from server.views.workshop.blueprint import bp
from server.views.workshop.drafts import content, find, name_of, named
from server.views.workshop.words import taken_note
from server.work import access

TYPES = {"bpmn": "application/xml", "dmn": "application/xml", "form": "application/json"}
EDITOR_POLICY = POLICY + "; style-src-attr 'unsafe-inline'; font-src 'self' data:"
"""bpmn.io's editors place things with style attributes and carry their icons as fonts."""


@bp.get("/drafts/<draft_id>/edit/<path:path>")
@signed_in
def edit(draft_id: str, path: str) -> ResponseReturnValue:
    """The editor of one file of a draft; it only shows where the person may not change it."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        seen, history = store.last_save(tx, draft_id, path), store.history(tx, draft_id, path)
    if kind_of(path) not in TYPES or not paths.EDITABLE.fullmatch(path) or not laid.after(path):
        raise NotFound("没有找到这个流程文件")
    made = overlay.catalogue(laid.current)
    page = render_template(
        "workshop/editor.html",
        draft=laid.draft,
        path=path,
        kind=kind_of(path),
        name=name_of(path, overlay.catalogue(laid.tree), made),
        history=history,
        model=shelf.find(made, path),
        payload=_payload(laid, path, seen),
    )
    return Response(page, headers={"Content-Security-Policy": EDITOR_POLICY})


def _payload(laid: Overlay, path: str, seen: int) -> dict[str, Any]:
    draft_id = laid.draft["id"]
    owned = sorted(access.regimes_held(g.person, access.PROCESS_OWNER))
    return {
        "path": path,
        "seen": seen,
        "readonly": not acts.may_edit(g.person, laid.draft),
        "owned": owned,
        "urls": {
            "file": url_for("workshop.file", draft_id=draft_id, path=path),
            "check": url_for("workshop.check", draft_id=draft_id),
            "hold": url_for("workshop.hold", draft_id=draft_id),
            "offers": url_for("workshop.offers", draft_id=draft_id),
            "bring": url_for("workshop.bring", draft_id=draft_id, kind=kind_of(path)),
            "create": url_for("workshop.create", draft_id=draft_id),
            "edit": url_for("workshop.edit", draft_id=draft_id, path="PATH"),
            "preview": url_for("workshop.preview", draft_id=draft_id, path="PATH"),
            "clause": url_for("clauses.one", clause_id="CLAUSE"),
        },
    }


@bp.get("/drafts/<draft_id>/files/<path:path>")
@signed_in
def file(draft_id: str, path: str) -> ResponseReturnValue:
    """A file as the draft has it; ``?old`` as it is in force, ``?save=N`` as it once was."""
    with db.read() as tx:
        laid = find(tx, draft_id)
        if "save" in request.args:
            saved, text = store.content_of_save(tx, draft_id, request.args.get("save", 0, int))
            if saved != path:
                raise NotFound("没有找到这次保存的内容")
        else:
            text = content(laid, path, "old" in request.args)
    if "show" in request.args and kind_of(path) == "bpmn":
        text = labelled(text, current())
    return Response(text, mimetype=TYPES.get(kind_of(path), "text/plain"))


@bp.put("/drafts/<draft_id>/files/<path:path>")
@signed_in
def save(draft_id: str, path: str) -> ResponseReturnValue:
    """Keep the file of the editor; answers the number of the save."""
    access.may_change_models(g.person)
    body = _body()
    text, seen = body.get("content"), body.get("seen")
    if not (text is None or isinstance(text, str)) or type(seen) is not int:
        raise Malformed
    kept = None if text is None else text.encode()
    return {"seen": acts.save(g.person, draft_id, path, kept, seen)}


def _body() -> Mapping[str, Any]:
    body = request.get_json()
    if not isinstance(body, dict):
        raise Malformed
    return body


@bp.post("/drafts/<draft_id>/restore")
@signed_in
def restore(draft_id: str) -> ResponseReturnValue:
    """Take the change of one file back."""
    access.may_change_models(g.person)
    path = request.form.get("path", "")
    with db.read() as tx:
        seen = store.last_save(tx, draft_id, path)
    acts.save(g.person, draft_id, path, None, seen)
    return Response(status=303, headers={"Location": url_for("workshop.draft", draft_id=draft_id)})


@bp.post("/drafts/<draft_id>/check")
@signed_in
def check(draft_id: str) -> ResponseReturnValue:
    """Everything wrong with the draft, with what the editor shows in place of one file."""
    access.may_read_models(g.person)
    body = _body()
    path, text = body.get("path"), body.get("content")
    with db.read() as tx:
        laid = find(tx, draft_id)
    tree = laid.tree
    if isinstance(path, str) and isinstance(text, str):
        paths.check(path, text.encode())
        tree = overlay.laid_over(tree, {path: text.encode()})
    return {"findings": named(overlay.catalogue(tree))}


@bp.post("/drafts/<draft_id>/bring/<kind>")
@signed_in
def bring(draft_id: str, kind: str) -> ResponseReturnValue:
    """A file of another tool as the editor can read it; nothing is kept yet."""
    access.may_change_models(g.person)
    with db.read() as tx:
        find(tx, draft_id)
    file = request.files.get("file")
    if file is None or kind not in TYPES:
        raise Malformed
    try:
        taken = foreign.take(file.read(), kind)
    except XmlError as error:
        raise Invalid(error.sentence, code=error.code) from error
    return {"content": taken.content, "notes": [taken_note(*note) for note in taken.notes]}


@bp.post("/drafts/<draft_id>/hold")
@signed_in
def hold(draft_id: str) -> ResponseReturnValue:
    """The editor is open, or was just closed."""
    access.may_change_models(g.person)
    step = acts.let_go if _body().get("over") is True else acts.hold
    step(g.person, draft_id)
    return {}


@bp.get("/drafts/<draft_id>/offers")
@signed_in
def offers(draft_id: str) -> ResponseReturnValue:
    """What the editor offers to choose from."""
    with db.read() as tx:
        laid = find(tx, draft_id)
    return drawer.offers(overlay.catalogue(laid.tree))


@bp.post("/drafts/<draft_id>/forms")
@signed_in
def create(draft_id: str) -> ResponseReturnValue:
    """A new form for a step; answers its id and where it is edited."""
    access.may_change_models(g.person)
    body = _body()
    process, step, title = (str(body.get(name, "")) for name in ("process", "step", "title"))
    path = f"forms/{process}/{step}.form"
    with db.read() as tx:
        laid = find(tx, draft_id)
        seen = store.last_save(tx, draft_id, path)
    if laid.after(path) != REMOVED:
        raise Invalid("这个环节已有表单", code="exists")
    acts.save(g.person, draft_id, path, _new_form(f"{process}/{step}", title), seen)
    return {"id": f"{process}/{step}", "path": path}


def _new_form(form_id: str, title: str) -> bytes:
    """A form with one field, an opinion, which every step can begin with."""
    name = form_id.replace("/", "_")
    opinion = {
        "id": f"{name}_1",
        "type": "textarea",
        "label": "办理意见",
        "key": f"{form_id.split('/')[1]}_opinion",
        "description": title[:100],
        "validate": {"required": True, "maxLength": 2000},
        "properties": {"label_en": "Opinion"},
        "layout": {"row": "row_1", "columns": None},
    }
    form = {"type": "default", "id": form_id, "schemaVersion": 19, "components": [opinion]}
    return json.dumps(form, ensure_ascii=False, indent=2).encode() + b"\n"


@bp.get("/drafts/<draft_id>/preview/<path:path>")
@signed_in
def preview(draft_id: str, path: str) -> ResponseReturnValue:
    """A form of the draft as staff will see it; nothing can be handed in here."""
    with db.read() as tx:
        laid = find(tx, draft_id)
    if kind_of(path) != "form":
        raise NotFound("没有找到这张表单")
    text = content(laid, path, False)
    try:
        read(text)
    except FormError as error:
        raise Invalid(str(error), code="form") from error
    return render_template(
        "workshop/preview.html",
        draft=laid.draft,
        path=path,
        name=name_of(path, overlay.catalogue(laid.tree), overlay.catalogue(laid.current)),
        payload=payload(text, {}, {"submit": ""}),
    )
