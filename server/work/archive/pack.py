"""Writing the package: data as JSON, papers, the record to read, law, journal, sums of files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, BinaryIO

import handlers
from server import clock
from server.work import documents, journal
from server.work.archive import drawn
from server.work.archive.gather import Whole
from server.work.archive.page import page, record_of
from server.work.documents import Document
from server.work.sql import Row, json_text

HERE = Path(__file__).parent
RULES = Path(handlers.__file__).parent
CHUNK = 1 << 16
EXPLANATION = "怎样核对.txt"


def pack(whole: Whole, out: IO[bytes]) -> None:
    """Write the package of a case as a ZIP; the same case at the same moment is the same bytes."""
    moment = clock.now().astimezone(clock.SHANGHAI)
    package = _Package(out, moment.timetuple()[:6])
    record = record_of(whole, moment, {d.id: paper_path(d) for d in whole.documents})
    package.add("index.html", page(whole, record))
    package.add("record.pdf", drawn.draw(record))
    for path, text in (*_data(whole), *_journal(whole)):
        package.add(path, text)
    for path, source in _law(whole):
        package.add(path, source)
    for document in whole.documents:
        with documents.open_file(document) as file:
            package.copy(paper_path(document), file)
    package.close()


def paper_path(document: Document) -> str:
    """Where a paper lies; its id keeps two papers of one name apart."""
    safe = "".join(c if c.isalnum() or c in "._-（）()〔〕" else "_" for c in document.name)
    return f"papers/{document.id[-8:]}_{safe[-120:]}"


class _Package:
    """The ZIP while it is written; remembers the sum of each file for the manifest."""

    def __init__(self, out: IO[bytes], moment: tuple[int, ...]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)
        self._moment = moment
        self._sums: list[str] = []

    def add(self, path: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        self._zip.writestr(self._info(path), data)
        self._sums.append(f"{sha256(data).hexdigest()}  {path}")

    def copy(self, path: str, source: BinaryIO) -> None:
        digest = sha256()
        with self._zip.open(self._info(path), "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                target.write(chunk)
        self._sums.append(f"{digest.hexdigest()}  {path}")

    def close(self) -> None:
        self._zip.writestr(self._info("manifest.sha256"), "\n".join(self._sums) + "\n")
        self._zip.close()

    def _info(self, path: str) -> zipfile.ZipInfo:
        year, month, day, hour, minute, second = self._moment
        info = zipfile.ZipInfo(path, (year, month, day, hour, minute, second))
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info


def _data(whole: Whole) -> Iterator[tuple[str, str]]:
    """What the register holds of the case, one JSON file per kind."""
    found = whole.dossier
    procedures = [
        _without(each, "state_blob") | {"variables": whole.variables[each["id"]]}
        for each in found.instances
    ]
    papers = [
        {"id": d.id, "name": d.name, "sha256": d.sha, "path": paper_path(d), "size": d.size}
        for d in whole.documents
    ]
    kinds: dict[str, Any] = {
        "case": found.case,
        "parties": found.parties,
        "deadlines": found.deadlines,
        "work_items": [_without(each, "mine") for each in found.items],
        "procedures": procedures,
        "records": whole.records,
        "issued_papers": whole.issued,
        "papers": papers,
    }
    for name, content in kinds.items():
        yield f"data/{name}.json", json_text(content) + "\n"


def _without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def _journal(whole: Whole) -> Iterator[tuple[str, str]]:
    """The excerpt of the journal: each line a hash and the text it is the hash of."""
    lines = [f"{each['hash']} {journal.canonical(each)}" for each in whole.entries]
    yield "journal/journal.txt", "".join(f"{line}\n" for line in lines)
    done = [each for each in whole.dossier.items if each["status"] == "completed"]
    handed_in = [f"{each['id']} {json_text(each['result'])}" for each in done]
    yield "journal/handed_in.txt", "".join(f"{line}\n" for line in handed_in)
    head = {"head": whole.dossier.case["journal_head"], "count": len(whole.entries)}
    yield "journal/head.json", json_text(head) + "\n"
    yield EXPLANATION, (HERE / "explanation.txt").read_text(encoding="utf-8")
    yield "verify.py", (HERE / "standalone.py").read_text(encoding="utf-8")


def _law(whole: Whole) -> Iterator[tuple[str, bytes]]:
    """The publications the procedures are pinned to, and the rules that carried them out."""
    for number, tree in whole.trees.items():
        for path, content in tree.items():
            yield f"law/publication-{number}/{path}", content
    for file in sorted(RULES.rglob("*.py")):
        yield f"law/handlers/{file.relative_to(RULES).as_posix()}", file.read_bytes()
