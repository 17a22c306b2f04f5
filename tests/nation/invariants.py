"""What must hold of an office at any moment, however it has lived. Each finds sentences; none is
the aim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from server import clock, db
from server.models import cases, instances, jobs, journal, subscriptions, work_items
from server.work import publications
from tests.faults import ledger
from tests.faults.ledger import Ledger

MOVES = ledger.COMMANDS | {"begin", "cancel", "withdraw", "replace"}
"""Journal entries of acts that move an instance, one version each."""

PUNCTUAL = timedelta(minutes=1)
ALIVE = ("running", "failed")


def wrong(*, finally_: bool = False) -> list[str]:
    """All that is wrong now; ``finally_`` also reads each journal and each state anew."""
    with db.read() as tx:
        found = [sentence for check in CHECKS for sentence in check(tx)]
    if finally_:
        whole = Ledger([])
        found += [sentence for check in WHOLE for sentence in check(whole)]
    return found


def nothing_is_overdue_by_itself(tx: Connection) -> Iterator[str]:
    """No timer or message that was due is still waiting."""
    late = select(jobs.c.kind, jobs.c.id).where(jobs.c.status == "due", jobs.c.run_at < clock.now())
    for row in tx.execute(late.where(jobs.c.kind != "render")):
        yield f"{row.kind} {row.id} is overdue"


def nothing_has_failed(tx: Connection) -> Iterator[str]:
    """No job has failed or been given up, no automatic step went wrong."""
    for row in tx.execute(select(jobs).where(jobs.c.last_error.is_not(None))):
        yield f"{row.kind} {row.id} ({row.status}): {row.last_error}"
    for row in tx.execute(select(instances).filter_by(status="failed")):
        yield f"{row.process_id} {row.id} has failed"
    for row in tx.execute(select(journal).where(journal.c.act.in_(("fault", "incident")))):
        yield f"case {row.case_id} {row.act} {row.name}: {row.detail.get('error')}"


def timers_fired_once_and_in_time(tx: Connection) -> Iterator[str]:
    """Each firing is told of the moment of a timer of its case, once for each such timer, and
    happened at that moment."""
    known: Counter[tuple[str, datetime]] = Counter()
    for row in tx.execute(select(jobs.c.case_id, jobs.c.run_at).filter_by(kind="timer")):
        known[row.case_id, row.run_at] += 1
    fired = select(journal.c.case_id, journal.c.at, journal.c.detail).filter_by(act="fire")
    told: Counter[tuple[str, datetime]] = Counter()
    for row in tx.execute(fired):
        scheduled = datetime.fromisoformat(row.detail["scheduled"])
        told[row.case_id, scheduled] += 1
        if not timedelta() <= row.at - scheduled <= PUNCTUAL:
            yield f"case {row.case_id}: due {scheduled}, fired {row.at}"
    for (case, moment), times in told.items():
        if times > known[case, moment]:
            yield f"case {case}: fired {times} times for {known[case, moment]} timers of {moment}"


def versions_are_acts(tx: Connection) -> Iterator[str]:
    """The versions of a case's instances are as many as the acts that moved them."""
    moved = select(journal.c.case_id, func.count()).where(journal.c.act.in_(MOVES))
    acts = dict(tx.execute(moved.group_by(journal.c.case_id)).all())
    versions = select(instances.c.case_id, func.sum(instances.c.version))
    for case, total in tx.execute(versions.group_by(instances.c.case_id)):
        if total != acts.get(case):
            yield f"case {case}: versions {total}, acts {acts.get(case)}"


def states_are_lawful(tx: Connection) -> Iterator[str]:
    """Each case is in a state of its regime's law; one that is over is closed and still."""
    made = publications.catalogue(tx, publications.current(tx))
    alive = _cases_with(tx, select(instances.c.case_id).where(instances.c.status.in_(ALIVE)))
    open_items = _cases_with(tx, select(work_items.c.case_id).filter_by(status="open"))
    due = _cases_with(tx, select(jobs.c.case_id).filter_by(status="due", kind="timer"))
    for row in tx.execute(select(cases)):
        machine = made.states(row.regime)
        if row.state and row.state not in machine.words:
            yield f"case {row.number}: unknown state {row.state}"
        if row.closed_at and row.id in alive | open_items | due:
            yield f"case {row.number} is over ({row.state}) but goes on"
        if machine.is_final(row.state) and not row.closed_at:
            yield f"case {row.number} is {row.state} but not closed"


def nobody_is_forgotten(tx: Connection) -> Iterator[str]:
    """A procedure that runs waits for a person, a moment or a message; a base that is not over is
    in a procedure."""
    waits = [
        select(work_items.c.instance_id).filter_by(status="open"),
        select(jobs.c.instance_id).where(jobs.c.status != "done"),
        select(subscriptions.c.instance_id),
    ]
    going = {each for wanted in waits for each in tx.execute(wanted).scalars()}
    for row in tx.execute(select(instances).where(instances.c.status.in_(ALIVE))):
        if row.id not in going:
            yield f"{row.process_id} {row.id} waits for nothing"


def every_date_is_somebodys(tx: Connection) -> Iterator[str]:
    """No open task hangs on an instance or a case that has ended."""
    wanted = select(work_items.c.id, work_items.c.element_id).join(
        instances, instances.c.id == work_items.c.instance_id
    )
    gone = wanted.where(work_items.c.status == "open", instances.c.status.not_in(ALIVE))
    for row in tx.execute(gone):
        yield f"{row.element_id} {row.id} is open in a procedure that has ended"


def _cases_with(tx: Connection, wanted: Any) -> set[str]:
    return set(tx.execute(wanted).scalars())


CHECKS = (
    nothing_is_overdue_by_itself,
    nothing_has_failed,
    timers_fired_once_and_in_time,
    versions_are_acts,
    states_are_lawful,
    nobody_is_forgotten,
    every_date_is_somebodys,
)
WHOLE = (
    ledger.items_and_entries_agree,
    ledger.journals_are_whole,
    ledger.nothing_stands_still,
    ledger.jobs_end_in_time_or_in_words,
    ledger.states_and_items_agree,
    ledger.the_database_is_sound,
)
"""Of the checker after faults, what holds of any office."""
