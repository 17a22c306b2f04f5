"""留言: what readers of a case write beside it, append-only.

Internal ones are not for applicants. Experts write in their review form and nowhere else, so that
a remark gives no opinion and no name away; who knows an expert of the case may not name one where
applicants read.
"""

from __future__ import annotations

from sqlalchemy import Connection

from server.errors import Refused
from server.ids import new_id
from server.models import comments
from server.work import access, cases
from server.work.acting import once_in_case
from server.work.cases import Dossier
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import request_hash
from server.work.settle import Act, noted
from server.work.sql import Query, Row, columns, readers
from server.work.store import Writes
from server.work.together import offers

OF_CASE = Query(
    f"""
    SELECT {columns(comments, "k")}, p.name AS person_name, p.name_en AS person_name_en
    FROM comments k JOIN people p ON p.id = k.person_id WHERE k.case_id = :case ORDER BY k.id""",
    readers(comments),
)
EXPERTS = Query("""
    SELECT DISTINCT p.name FROM work_items w JOIN people p ON p.id = w.assignee_id
    WHERE w.case_id = :case AND w.role = 'expert_panel'""")


def comment(person: Person, case_id: str, body: str, internal: bool, key: str | None = None) -> Row:
    """Write beside a case; the answer has the comment's id.

    Raises NotFound, NotAllowed for experts and for applicants who mark theirs internal, Invalid,
    and Refused where a sentence that applicants read names an expert.
    """
    request = request_hash("comment", case_id, [body, internal])

    def act(desk: Desk) -> Row:
        found = cases.readable(desk.tx, person, case_id)
        access.may_comment(person, found.case, found.roles, internal)
        text, identity = offers.limited(body, "body"), new_id()
        if not internal and not access.is_outside(person, found.case, found.roles):
            _names_no_expert(desk, text)
        detail = {"comment": identity, "internal": internal}
        said = {"body": text}
        done = Act(
            "comment", person, "留言", detail=detail, submitted=said, key=key, request=request
        )
        writes = Writes()
        row = {"id": identity, "case_id": case_id, "person_id": person.id, "body": text}
        writes.insert(comments, row | {"internal": internal, "created_at": desk.now})
        return noted(desk, done, writes, {"id": identity, "case": case_id})

    return once_in_case(person, case_id, key, request, act)


def _names_no_expert(desk: Desk, text: str) -> None:
    named = [row["name"] for row in EXPERTS.all(desk.tx, case=desk.case["id"])]
    if any(name in text for name in named):
        sentence = "申报单位可见的留言不能写出评审专家的姓名，请改为内部留言或者删去姓名"
        raise Refused(sentence, code="names_expert")


def of_case(tx: Connection, person: Person, found: Dossier) -> list[Row]:
    """The comments on a case that this person may read, the oldest first."""
    rows = OF_CASE.all(tx, case=found.case["id"])
    outside = access.is_outside(person, found.case, found.roles)
    return [row for row in rows if not (outside and row["internal"])]
