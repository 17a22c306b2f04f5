"""Attachments: sent up while a form is filled in, fetched by whoever may read them."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from server import db
from server.errors import Malformed
from server.views.guards import signed_in
from server.work import cases, documents

bp = Blueprint("documents", __name__)


@bp.post("/documents")
@signed_in
def upload() -> ResponseReturnValue:
    """Keep one file; answers what a form needs to show it."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Malformed("没有收到文件")
    stream = cast("BinaryIO", file.stream)
    document = documents.upload(g.person.id, file.filename, stream)
    return {"id": document.id, "name": document.name, "size": document.size}, 201


@bp.get("/documents/<document_id>")
@signed_in
def download(document_id: str) -> ResponseReturnValue:
    """The file, to be saved."""
    return _sent(_readable(document_id), shown=False)


@bp.get("/preview/<document_id>")
@signed_in
def preview(document_id: str) -> ResponseReturnValue:
    """A PDF or an image to look at, in a sandbox of its own; any other file is saved."""
    document = _readable(document_id)
    return _sent(document, documents.is_shown(document.media_type))


def _readable(document_id: str) -> documents.Document:
    """Raises NotFound."""
    with db.read() as tx:
        return documents.Document(**cases.document(tx, g.person, document_id))


def _sent(document: documents.Document, shown: bool) -> Response:
    return Response(
        wrap_file(request.environ, documents.open_file(document)),
        headers=documents.headers(document, shown),
        direct_passthrough=True,
    )
