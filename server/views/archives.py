"""Cases as packages: the archive, and the summary of a comment round, for who may read the case."""

from __future__ import annotations

import tempfile
from typing import IO

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue
from werkzeug.wsgi import wrap_file

from server import db
from server.errors import NotFound
from server.views.guards import signed_in
from server.work import archive, comments
from server.work.documents.names import disposition

bp = Blueprint("archives", __name__)

ZIP = "application/zip"
LIMIT_MEMORY = 4 * 1024 * 1024
"""Bytes of a package that stay in memory; a larger one goes by way of the disk."""


@bp.get("/cases/<case_id>/archive")
@signed_in
def package(case_id: str) -> ResponseReturnValue:
    """The archive package of a case; only for who sees the whole of it."""
    with db.read() as tx:
        whole = archive.whole(tx, case_id, g.person)
    file = tempfile.SpooledTemporaryFile(LIMIT_MEMORY)  # noqa: SIM115  closed with the response
    archive.pack(whole, file)
    return _sent(file, f"{whole.dossier.case['number']}.zip", ZIP)


@bp.get("/cases/<case_id>/comments.<kind>")
@signed_in
def summary(case_id: str, kind: str) -> ResponseReturnValue:
    """The summary of comments (annex 3) as it stands, as DOCX or XLSX."""
    if kind not in comments.KINDS:
        raise NotFound("没有这种格式")
    with db.read() as tx:
        found = comments.summary(tx, g.person, case_id)
    file = tempfile.SpooledTemporaryFile(LIMIT_MEMORY)  # noqa: SIM115  closed with the response
    media_type, write = comments.KINDS[kind]
    write(found, file)
    return _sent(file, f"{found.heading}.{kind}", media_type)


def _sent(file: IO[bytes], name: str, media_type: str) -> Response:
    size = file.tell()
    file.seek(0)
    told = {"Content-Length": str(size), "Content-Disposition": disposition(name)}
    return Response(
        wrap_file(request.environ, file),
        mimetype=media_type,
        headers={**told, "Cache-Control": "private, no-store"},
        direct_passthrough=True,
    )
