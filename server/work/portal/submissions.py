"""What the public hands in: registered at once, then brought into its procedure by a job.

An objection or request is a row with its receipt before anybody does anything with it, so nothing
accepted is lost. The job then brings it where it belongs: an identified one to the message for
which the case waits, any other to the procedure that answers it. Where the case is over neither is
possible, and the office answers on its page.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any, BinaryIO

from sqlalchemy import Connection, insert

from handlers.rules.receipts import receipt_number
from server import clock, db
from server.engine import runtime
from server.engine.errors import Refused
from server.engine.outcome import Outcome
from server.errors import Invalid, NotFound, Stale
from server.feel.sentence import told
from server.ids import new_id
from server.models import jobs, submissions
from server.models.portal import KINDS as KINDS
from server.work import access, automatic, beginning, bell, documents
from server.work import desk as desks
from server.work.desk import Desk
from server.work.inbox import PAGE, Page, Wanted, page
from server.work.opening import MAX_ATTEMPTS
from server.work.people import Person
from server.work.portal.published import Published, published
from server.work.register import Register
from server.work.settle import Act, settle
from server.work.sql import Query, Row, columns, readers
from server.work.surroundings import Surroundings, party_variables

SENDERS = ("unit", "person")

LIMIT_CONTENT, LIMIT_NAME, LIMIT_FILES = 5000, 200, 5

LATE = "late_submission"
"""The procedure that answers what no notice waits for."""

JOIN = "project_join"
"""The procedure by which somebody asks to join a project."""

OFFICES = {"objection": "authority", "join": "undertaker"}
"""Kind -> the role of the case that handles it, and alone knows who sent it."""

COLUMNS = columns(submissions, "s")

ONE = Query(f"SELECT {COLUMNS} FROM submissions s WHERE s.id = :id", readers(submissions))

BY_RECEIPT = Query(
    f"SELECT {COLUMNS} FROM submissions s WHERE s.receipt = :receipt", readers(submissions)
)
ANSWERS = Query(
    """SELECT kind, data FROM records
       WHERE kind IN ('submission_answer', 'project_join_decision') AND regime = :regime
           AND case_id = :case ORDER BY id""",
    {"json": ["data"]},
)
WAITING = Query("""
    SELECT instance_id, name, key, element_id FROM subscriptions
    WHERE case_id = :case AND message = :message ORDER BY id""")

MOVE = Query("""
    UPDATE submissions SET status = :status, answer = :answer
    WHERE id = :id AND status = :before RETURNING id""")

OF_OFFICE = f"""
    SELECT {COLUMNS}, c.number, c.title, s.id AS sort_key
    FROM submissions s JOIN cases c ON c.id = s.case_id
    JOIN case_parties p ON p.case_id = s.case_id AND p.until_on IS NULL
        AND p.role = CASE s.kind WHEN 'objection' THEN 'authority' ELSE 'undertaker' END
    JOIN memberships m ON m.organisation_id = p.organisation_id AND m.role = p.role
        AND m.regime = s.regime AND m.person_id = :person
    WHERE (:state = '' OR s.status = :state) AND (:regime = '' OR s.regime = :regime)
        AND (:text = '' OR lower(c.title) LIKE :pattern ESCAPE '!'
             OR lower(c.number) LIKE :pattern ESCAPE '!' OR lower(s.receipt) LIKE :pattern
             ESCAPE '!' OR lower(s.sender) LIKE :pattern ESCAPE '!')
        AND (:after_id = '' OR s.id < :after_id)
    ORDER BY s.id DESC LIMIT {{limit}}"""


@dataclass(frozen=True, slots=True)
class Handed:
    """What the sender keeps: the receipt, the code that asks for the answer, whether in time."""

    receipt: str
    code: str
    received_at: datetime
    timely: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that came with a submission."""

    sha: str
    name: str
    media_type: str
    size: int


def hand_in(
    about: Published,
    kind: str,
    sender: str,
    contact: str,
    content: str,
    files: Sequence[tuple[str, BinaryIO]] = (),
    sender_kind: str = "unit",
) -> Handed:
    """Register what somebody hands in about something published; anonymous without a sender.

    Raises Invalid by field, TooLarge for a file, NotFound where nothing can be handed in.
    """
    _check(kind, sender, contact, content, files)
    if sender_kind not in SENDERS:
        raise Invalid(errors={"sender_kind": ["请选择单位或者个人。"]})
    if about.case_id is None:
        raise NotFound("此项不接受来件")
    kept = [_plain(documents.receive(name, stream)) for name, stream in files]
    code = secrets.token_urlsafe(9)

    def act() -> Handed:
        with db.transaction() as tx:
            row = _row(tx, about, kind, code) | {
                "identified": bool(sender),
                "sender": sender,
                "sender_kind": sender_kind,
                "contact": contact,
                "content": content,
                "documents": kept,
            }
            tx.execute(insert(submissions).values(row))
            tx.execute(insert(jobs).values(_job(row)))
            db.after_commit(bell.ring)
            timely = about.last_day is None or row["received_on"] <= about.last_day
            return Handed(row["receipt"], code, row["received_at"], timely)

    return db.run(act)


def _check(
    kind: str, sender: str, contact: str, content: str, files: Sequence[tuple[str, BinaryIO]]
) -> None:
    errors: dict[str, list[str]] = {}
    if not content.strip() or len(content) > LIMIT_CONTENT:
        errors["content"] = [told("请填写内容，不超过 %(limit)s 字。", limit=LIMIT_CONTENT)]
    if len(sender) > LIMIT_NAME or len(contact) > LIMIT_NAME:
        errors["sender"] = [told("姓名（单位）和联系方式各不超过 %(limit)s 字。", limit=LIMIT_NAME)]
    if sender and not contact:
        errors["contact"] = ["实名提出的，请填写联系方式，以便核实和答复。"]
    if kind == "join" and not sender:
        errors["sender"] = ["申请加入的，请填写单位名称。"]
    if len(files) > LIMIT_FILES:
        errors["files"] = [told("最多附 %(limit)s 个文件。", limit=LIMIT_FILES)]
    if errors:
        raise Invalid(errors=errors)


def _plain(received: documents.Received) -> dict[str, Any]:
    names = ("sha", "name", "media_type", "size")
    return {name: getattr(received, name) for name in names}


def _row(tx: Connection, about: Published, kind: str, code: str) -> Row:
    now = clock.now()
    today = clock.civil_day(now)
    register = Register(tx, {"id": about.case_id, "regime": about.regime})
    return {
        "id": new_id(),
        "receipt": receipt_number(register, today),
        "code_hash": _hash(code),
        "kind": kind,
        "record_id": about.id,
        "case_id": about.case_id,
        "regime": about.regime,
        "received_at": now,
        "received_on": today,
        "status": "received",
        "answer": "",
    }


def _job(row: Row) -> Row:
    return {
        "id": new_id(),
        "kind": "forward",
        "case_id": row["case_id"],
        "instance_id": None,
        "ref": row["id"],
        "payload": {},
        "run_at": row["received_at"],
        "attempts": 0,
        "max_attempts": MAX_ATTEMPTS,
        "fence": 0,
        "status": "due",
        "key": f"forward:{row['id']}",
    }


def _hash(code: str) -> str:
    return sha256(code.encode()).hexdigest()


# --- into the procedure -------------------------------------------------------------------------


def forward(tx: Connection, job: Row) -> None:
    """Bring a submission into the procedure it belongs to, or leave it to the office."""
    row = ONE.first(tx, id=job["ref"])
    assert row is not None
    if taken_up := {"objection": _object, "join": _join}[row["kind"]](tx, row):
        status, reply = taken_up
        MOVE.first(tx, id=row["id"], before="received", status=status, answer=reply)


IN_HAND = ("in_hand", "")


def _object(tx: Connection, row: Row) -> tuple[str, str] | None:
    """To the notice that waits, else to a run that answers it; None where the case is over."""
    desk = desks.of_case(tx, row["case_id"])
    waiting = WAITING.first(tx, case=row["case_id"], message=row["kind"])
    if waiting and row["identified"] and _in_time(desk, row):
        _deliver(tx, row, waiting)
        return IN_HAND
    if Surroundings(desk).is_over or LATE not in desk.catalogue.procedures(row["regime"]):
        return None
    values = {
        "submission_from": row["sender"],
        "submission_received_on": row["received_on"],
        "submission_content": row["content"],
        "submission_receipt": row["receipt"],
    }
    return _begin(desk, row, LATE, values)


def _join(tx: Connection, row: Row) -> tuple[str, str]:
    """To the procedure in which the lead unit decides; what cannot be asked any more is answered
    with the reason."""
    desk = desks.of_case(tx, row["case_id"])
    start = beginning.starting_event(desk.catalogue, row["regime"], JOIN, "procedure")
    if not beginning.is_time(start, Surroundings(desk)):
        return "answered", start.properties.get("when_reason", "")
    values = {
        "joiner_kind": row["sender_kind"],
        "joiner_name": row["sender"],
        "joiner_contact": row["contact"],
        "joiner_contribution": row["content"],
    }
    try:
        return _begin(desk, row, JOIN, values)
    except Refused as refused:
        return "answered", refused.reason


def _in_time(desk: Desk, row: Row) -> bool:
    """Through 24:00 of the last day: the announced one, or a later one since holidays are known."""
    about = published(desk.tx, row["record_id"], "notices")
    if about.last_day is None:
        return True
    legal = Surroundings(desk).deadline(about.data["milestone"], about.published_on).due_on
    return bool(row["received_on"] <= max(about.last_day, legal))


def _deliver(tx: Connection, row: Row, waiting: Row) -> None:
    values = {
        "objector_name": row["sender"],
        "objector_contact": row["contact"],
        "objection_content": row["content"],
        "objection_received_on": row["received_on"],
        "objection_receipt": row["receipt"],
    }

    def command(desk: Desk, around: Surroundings) -> Outcome:
        return runtime.deliver(
            around.spec, around.state, row["kind"], waiting["key"], values, around.ports()
        )

    detail = {"message": row["kind"], "receipt": row["receipt"]}
    act = Act("message", name=waiting["name"], element_id=waiting["element_id"], detail=detail)
    automatic.go_on(tx, row["case_id"], waiting["instance_id"], act, command)


def _begin(desk: Desk, row: Row, process: str, values: dict[str, Any]) -> tuple[str, str]:
    """Every one has a run of its own, however many there are."""
    beginning.lay_instance(desk, process)
    around = Surroundings(desk)
    outcome = runtime.start(around.spec, values | party_variables(desk), around.ports())
    detail = {"process": process, "receipt": row["receipt"]}
    name = around.spec.descriptions[process].name
    settle(desk, outcome, Act("begin", name=name, detail=detail), around)
    return IN_HAND


# --- what became of it --------------------------------------------------------------------------


def status(tx: Connection, receipt: str, code: str) -> Row:
    """What the sender may know: received when, in hand or answered, the answer.

    Raises NotFound for a receipt or code that does not fit.
    """
    row = BY_RECEIPT.first(tx, receipt=receipt)
    if row is None or not secrets.compare_digest(row["code_hash"], _hash(code)):
        raise NotFound("没有找到这份回执，请核对编号和查询码")
    answer = row["answer"] or _answered(tx, row)
    state = "answered" if answer else row["status"]
    told = ("receipt", "kind", "received_at", "content")
    return {name: row[name] for name in told} | {"status": state, "answer": answer}


def _answered(tx: Connection, row: Row) -> str:
    """What a procedure has put on record as the answer."""
    told = ANSWERS.all(tx, regime=row["regime"], case=row["case_id"])
    found = [each["data"] for each in told if _is_about(each["data"], row)]
    if not found:
        return ""
    answer = found[-1].get("answer")
    return str(answer) if answer else _decided(found[-1])


def _is_about(data: Mapping[str, Any], row: Row) -> bool:
    if row["kind"] == "join":
        return bool(data.get("name") == row["sender"])
    return bool(data.get("receipt") == row["receipt"])


def _decided(data: Mapping[str, Any]) -> str:
    accepted = data.get("decision") == "accepted"
    return "同意加入。" if accepted else f"不予接受。{data.get('reason', '')}"


STATES = ("received", "in_hand", "answered")


def of_office(person: Person, wanted: Wanted, size: int = PAGE) -> Page:
    """What came in for the cases whose authority a person serves, the newest first; ``state`` is
    one of STATES."""
    return page(_of_office(size), person, wanted, size)


@cache
def _of_office(size: int) -> Query:
    return Query(OF_OFFICE.format(limit=size + 1), readers(submissions))


def one_of_office(tx: Connection, person: Person, submission_id: str) -> Row:
    """One submission with its sender, for whoever serves the authority; raises NotFound."""
    row = ONE.first(tx, id=submission_id)
    if row is None or not _handles(tx, person, row):
        raise NotFound("没有找到这份来件")
    return row | {"answer": row["answer"] or _answered(tx, row)}


def _handles(tx: Connection, person: Person, row: Row) -> bool:
    desk = desks.of_case(tx, row["case_id"], lock=False)
    return OFFICES[row["kind"]] in access.roles_in(person, desk.case, desk.parties)


def evidence(tx: Connection, person: Person, submission_id: str, number: int) -> Evidence:
    """A file of a submission, for whoever may read it; raises NotFound."""
    files = one_of_office(tx, person, submission_id)["documents"]
    if not 0 <= number < len(files):
        raise NotFound("没有这个附件")
    return Evidence(**files[number])


def answer(person: Person, submission_id: str, text: str) -> None:
    """Answer what no procedure could take up; raises NotFound, Invalid, and Stale when answered."""
    if not text.strip() or len(text) > LIMIT_CONTENT:
        raise Invalid(
            errors={"answer": [told("请填写答复，不超过 %(limit)s 字。", limit=LIMIT_CONTENT)]}
        )

    def act() -> None:
        with db.transaction() as tx:
            desks.of_case(tx, one_of_office(tx, person, submission_id)["case_id"])
            found = {"id": submission_id, "before": "received"}
            if MOVE.first(tx, **found, status="answered", answer=text.strip()) is None:
                raise Stale("这份来件已在程序中办理，或者已经答复")

    db.run(act)
