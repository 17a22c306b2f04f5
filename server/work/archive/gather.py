"""All that an archive package holds, read in one go: the case, its papers, its journal, its law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from server.engine import runtime
from server.errors import NotAllowed, NotFound
from server.law.catalogue import Catalogue
from server.models import records
from server.work import access, cases, documents, journal, migration, papers, publications
from server.work import desk as desks
from server.work.cases import Dossier
from server.work.documents import Document
from server.work.people import Person
from server.work.sql import Query, Row, columns, readers
from server.work.surroundings import spec_of

CASE = Query("SELECT id FROM cases WHERE id = :case OR number = :case")

RECORDS = Query(
    f"SELECT {columns(records, 'r')} FROM records r WHERE r.case_id = :case ORDER BY r.id",
    readers(records),
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with nothing hidden. ``issued`` are the official papers with all they say, ``trees``
    the publications its procedures are pinned to, ``variables`` what each procedure knew,
    ``broken`` what does not fit in the journal."""

    dossier: Dossier
    documents: list[Document]
    issued: list[Row]
    records: list[Row]
    entries: list[Row]
    variables: Mapping[str, Mapping[str, Any]]
    catalogue: Catalogue
    trees: Mapping[int, Mapping[str, bytes]]
    broken: list[str]


def find(tx: Connection, case: str) -> str:
    """The id of a case given by id or number; raises NotFound."""
    row = CASE.first(tx, case=case)
    if row is None:
        raise NotFound("没有找到这个办件")
    return str(row["id"])


def whole(tx: Connection, case_id: str, person: Person | None = None) -> Whole:
    """The case for its archive package; ``person`` is None for the operator at the machine.

    Raises NotFound, and NotAllowed (``not_whole``) for somebody from whom a part of the case is
    hidden: a package without that part would not prove anything.
    """
    found = cases.everything(tx, case_id) if person is None else cases.dossier(tx, person, case_id)
    entries, kept = journal.entries(tx, case_id), documents.of_case(tx, case_id)
    as_seen = (found.entries, len(found.documents))
    if as_seen != (entries, len(kept)) or (person and _hides_panel(found)):
        sentence = "案卷中有依规定不对您公开的内容，只有主管机关可以取得档案包"
        raise NotAllowed(sentence, code="not_whole")
    pinned = {each["publication_id"] for each in found.instances}
    numbers = pinned | migration.once_on(tx, case_id)
    return Whole(
        dossier=found,
        documents=kept,
        issued=papers.of_case(tx, case_id),
        records=RECORDS.all(tx, case=case_id),
        entries=entries,
        variables={each["id"]: _variables(tx, case_id, each["id"]) for each in found.instances},
        catalogue=publications.catalogue(tx, max(pinned)),
        trees={number: publications.tree(tx, number) for number in sorted(numbers)},
        broken=journal.verify(tx, case_id),
    )


def _hides_panel(found: Dossier) -> bool:
    """Whether opinions are still sealed, or experts may not be known: what procedures knew of
    them is in the package."""
    seated = any(item["multi_instance"] for item in found.items)
    return bool(cases.open_panels(found.items)) or (seated and access.masks(found.roles))


def _variables(tx: Connection, case_id: str, instance_id: str) -> Mapping[str, Any]:
    desk = desks.of_instance(tx, case_id, instance_id, lock=False)
    return runtime.variables(spec_of(desk), bytes(desk.instance["state_blob"]))
