"""项目归档: the automatic box of project_archiving.bpmn."""

from collections.abc import Sequence
from datetime import date

from handlers.ports import Register
from handlers.rules.answers import Row


def register_archive(
    today: date,
    case: Row,
    register: Register,
    archived_papers: Sequence[Row] | None = None,
    storage_place: str | None = None,
    archive_note: str | None = None,
) -> dict[str, object]:
    """登记项目档案

    What came into being in the project is archived, also of one that was ended or withdrawn; the
    package of the case is made from this day on. Clauses: JB-12.3.
    """
    number = f"创新项目档案〔{today.year}〕{register.next_number(f'archive-{today.year}')}号"
    papers = [each["archived_paper"] for each in archived_papers or ()]
    kept = {"papers": papers, "place": storage_place or "", "note": archive_note or ""}
    entry = {"case": case["id"], "number": number, "title": case["record"].get("project_name")}
    register.record("project_archive", {**entry, **kept, "effective_on": today})
    return {"archive_number": number, "archived_on": today}
