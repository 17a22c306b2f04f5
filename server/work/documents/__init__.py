"""Uploaded files: checked by content and structure, kept by content, handed in with a form."""

from server.work.documents.files import Files, Received
from server.work.documents.store import (
    Document,
    add,
    bind,
    collect,
    enter,
    find,
    headers,
    is_shown,
    of_case,
    open_file,
    open_kept,
    read_next,
    receive,
    upload,
)

__all__ = [
    "Document",
    "Files",
    "Received",
    "add",
    "bind",
    "collect",
    "enter",
    "find",
    "headers",
    "is_shown",
    "of_case",
    "open_file",
    "open_kept",
    "read_next",
    "receive",
    "upload",
]
