"""The names people give their files: kept for display, never used as a path."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from server.errors import Invalid

LIMIT_NAME = 200
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean(name: str) -> str:
    """The last part of a file name in NFC, without control, bidirectional and path characters.

    Raises Invalid when nothing is left of it, or it has no ending.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in _HIDDEN)
    stem, dot, ending = _FORBIDDEN.sub("_", " ".join(shown.split())).strip(". ").rpartition(".")
    if not dot or not stem.strip() or not re.fullmatch(r"[A-Za-z0-9]{1,10}", ending):
        raise Invalid("文件名须有名称和扩展名，如“申报方案.pdf”。", code="file_name")
    return f"{stem[: LIMIT_NAME - len(ending) - 1].strip()}.{ending.lower()}"


def ending(name: str) -> str:
    """The ending of a cleaned name, in lower case, without the dot."""
    return name.rpartition(".")[2]


def disposition(name: str, shown: bool = False) -> str:
    """A Content-Disposition that makes every browser save the file under its name (RFC 6266), or
    show it under that name."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    kind = "inline" if shown else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
