"""代理: while somebody is away, a colleague does what waits for them, in their name.

Read when asked, never copied: items that wait already are covered, and on the day after the last
nothing is left to end. Expert opinions have no deputy, and deputies no deputies of their own.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound
from server.ids import new_id
from server.models import deputies
from server.models.columns import instant_text
from server.work import access, people
from server.work.people import Person
from server.work.requests import made_once, request_hash
from server.work.sql import Query, Row, columns, encode, insert_text, readers, render
from server.work.together import colleagues

LONGEST = timedelta(days=366)

NAMED = f"""
    SELECT {columns(deputies, "d")}, a.name AS person_name, b.name AS deputy_name,
        s.name AS set_by_name
    FROM deputies d JOIN people a ON a.id = d.person_id JOIN people b ON b.id = d.deputy_id
    JOIN people s ON s.id = d.set_by"""

OF_PERSON = Query(
    f"{NAMED} WHERE d.person_id = :person OR d.deputy_id = :person ORDER BY d.id DESC LIMIT 60",
    readers(deputies),
)
ONE = Query(f"{NAMED} WHERE d.id = :id", readers(deputies))

OVERLAPPING = Query("""
    SELECT 1 AS found FROM deputies WHERE person_id = :person AND ended_at IS NULL
        AND from_on <= :until AND until_on >= :from_on""")

LOCK = Query("SELECT id FROM people WHERE id = :person {lock(people)}")

END = Query("""
    UPDATE deputies SET ended_at = :now WHERE id = :id AND ended_at IS NULL RETURNING id""")


def appoint_deputy(
    person: Person,
    deputy_id: str,
    from_on: date,
    until_on: date,
    absent_id: str | None = None,
    key: str | None = None,
) -> str:
    """Name a deputy for oneself, or as the head of the office for ``absent_id``, once per key;
    gives its id.

    Both days are included. Raises NotAllowed, Invalid by field.
    """
    period = {"from_on": from_on, "until_on": until_on}

    def make(tx: Connection) -> str:
        absent = absent_person(tx, person, absent_id)
        LOCK.first(tx, person=absent.id)
        colleagues.chosen(offered(tx, absent), deputy_id, "deputy")
        _check_period(tx, absent, from_on, until_on)
        row = {"id": new_id(), "person_id": absent.id, "deputy_id": deputy_id}
        _insert(tx, row | period | {"set_by": person.id, "created_at": clock.now()})
        return str(row["id"])

    request = request_hash("appoint_deputy", deputy_id, [period, absent_id])
    return made_once(person.id, key, request, make)


def absent_person(tx: Connection, person: Person, absent_id: str | None) -> Person:
    """Whose deputy it is; raises NotFound, or NotAllowed for who is not the head of the office."""
    if absent_id in (None, "", person.id):
        return person
    absent = people.find_person(tx, absent_id or "")
    if absent is None:
        raise NotFound("没有这个人员")
    if not access.heads(person, absent):
        raise NotAllowed("只有本人或者所在单位的负责人可以设置代理", code="not_head")
    return absent


def offered(tx: Connection, absent: Person) -> list[Row]:
    """Who may be somebody's deputy: the colleagues of the same organisations."""
    return colleagues.of_same_organisations(tx, absent)


def _check_period(tx: Connection, absent: Person, from_on: date, until_on: date) -> None:
    if until_on < from_on or until_on < clock.today() or until_on - from_on > LONGEST:
        sentence = "截止日期应不早于开始日期和今天，期间不超过一年"
        raise Invalid(errors={"until_on": [sentence]})
    days = {"from_on": from_on.isoformat(), "until": until_on.isoformat()}
    if OVERLAPPING.first(tx, person=absent.id, **days):
        raise Invalid(errors={"from_on": ["该期间已设有代理人，请先结束原有代理"]})


def _insert(tx: Connection, row: Row) -> None:
    dialect = tx.dialect.name
    statement = render(insert_text(deputies, dialect), dialect)
    tx.exec_driver_sql(statement, {"rows_deputies": encode(deputies, [row])})


def end_deputy(person: Person, deputy_row_id: str) -> None:
    """End a deputy's period now; twice is no error. Raises NotFound, NotAllowed."""

    def act() -> None:
        with db.transaction() as tx:
            row = ONE.first(tx, id=deputy_row_id)
            if row is None or person.id not in (row["person_id"], row["set_by"]):
                raise NotFound("没有找到这项代理")
            END.first(tx, id=deputy_row_id, now=instant_text(clock.now()))

    db.run(act)


def of_person(tx: Connection, person: Person) -> list[Row]:
    """The deputies a person has named or been, the newest first, each with its ``phase``."""
    today = clock.today()
    rows = OF_PERSON.all(tx, person=person.id)
    return [row | {"phase": phase(row, today)} for row in rows]


def phase(row: Row, today: date) -> str:
    """``ended`` before its time, ``over``, ``ahead`` or ``under_way``."""
    if row["ended_at"] is not None:
        return "ended"
    if row["until_on"] < today:
        return "over"
    return "ahead" if row["from_on"] > today else "under_way"
