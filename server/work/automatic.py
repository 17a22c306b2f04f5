"""What happens in a case by itself: timers, messages, steps tried again.

The jobs room calls these inside the transaction that also marks the job as done, so an effect and
the end of its job are one. Each locks the case first, as the acts of people do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from server.engine import runtime
from server.engine.errors import NotOpen, StepFailed
from server.engine.outcome import Outcome
from server.errors import NotFound
from server.models import jobs
from server.work import access, beginning
from server.work import desk as desks
from server.work.desk import Desk
from server.work.people import Person
from server.work.record import revived
from server.work.settle import CANCELLED, Act, note, settle
from server.work.sql import Query, Row, columns, readers, strings
from server.work.store import Writes
from server.work.surroundings import Surroundings, party_variables

WAITING = Query("""
    SELECT instance_id, MIN(name) AS name FROM subscriptions
    WHERE case_id = :case AND message = :message AND key = :key
    GROUP BY instance_id ORDER BY instance_id""")

ALL_RUNNING = Query("""
    SELECT id, process_id FROM instances
    WHERE case_id = :case AND status IN ('running', 'failed') ORDER BY id""")

RUNNING = Query("""
    SELECT id, process_id FROM instances WHERE case_id = :case
        AND status IN ('running', 'failed') AND process_id IN {strings(processes)} ORDER BY id""")

JOB = Query(f"SELECT {columns(jobs, 'j')} FROM jobs j WHERE j.id = :id", readers(jobs))

FINISHED = ("ended", "cancelled")


def fire(tx: Connection, job: Row) -> None:
    """A timer is due; the engine is told when it should have fired. Gone timers do nothing."""

    def command(desk: Desk, around: Surroundings) -> Outcome:
        timer, due = job["ref"], job["run_at"]
        outcome = runtime.fire(around.spec, around.state, timer, due, around.ports())
        others = tuple(gone for gone in outcome.timers_gone if gone != timer)
        return replace(outcome, timers_gone=others)  # this job itself is finished by the worker

    detail = {"scheduled": job["run_at"].isoformat()}
    go_on(tx, job["case_id"], job["instance_id"], Act("fire", name="到期", detail=detail), command)


def deliver(tx: Connection, job: Row) -> None:
    """A message of the case reaches every instance of the case that waits for it."""
    told = job["payload"]
    wanted = {"message": told["message"], "key": told["key"]}

    def command(desk: Desk, around: Surroundings) -> Outcome:
        return runtime.deliver(
            around.spec, around.state, **wanted, payload=told["payload"], ports=around.ports()
        )

    for row in WAITING.all(tx, case=job["case_id"], **wanted):
        act = Act("message", name=row["name"], detail=wanted)
        go_on(tx, job["case_id"], row["instance_id"], act, command)


def begin(tx: Connection, job: Row) -> None:
    """A procedure begins in the case, unless the regime has none or it is running already.

    Where its start says by what one run differs from another (``once_per``), it is not running
    already while those that do are about something else.
    """
    desk = desks.of_case(tx, job["case_id"])
    process, variables = job["payload"]["process"], revived(job["payload"]["variables"])
    if why := _needless(desk, process, variables):
        detail = {"process": process, "why": why}
        note(desk, [Act("passed_over", name=_name(desk, process), detail=detail)], Writes())
        return
    beginning.lay_instance(desk, process)
    around = Surroundings(desk)
    outcome = runtime.start(around.spec, variables | party_variables(desk), around.ports())
    detail, name = {"process": process}, around.spec.descriptions[process].name
    settle(desk, outcome, Act("begin", name=name, detail=detail), around)


def _name(desk: Desk, process: str) -> str:
    """As its diagram is called; one that this regime has not, as another regime calls it."""
    known = {**desk.catalogue.processes, **desk.catalogue.diagrams(desk.case["regime"])}
    path = known.get(process)
    described = desk.catalogue.describe(path) if path else None
    return described.name if described else process


def _needless(desk: Desk, process: str, variables: Mapping[str, Any]) -> str | None:
    """Why a procedure does not begin: the regime lacks it, the case is over, it runs already."""
    if process not in desk.catalogue.procedures(desk.case["regime"]):
        return "本规程没有这个程序"
    if Surroundings(desk).is_over:
        return "办件已经终结"
    return "该程序正在办理" if _runs(desk, process, variables) else None


def _runs(desk: Desk, process: str, variables: Mapping[str, Any]) -> bool:
    running = RUNNING.all(desk.tx, case=desk.case["id"], processes=strings([process]))
    apart = _told_apart_by(desk, process)
    return any(
        all(known.get(name) == variables.get(name) for name in apart)
        for known in (_variables(desk, row["id"]) if apart else {} for row in running)
    )


def _told_apart_by(desk: Desk, process: str) -> tuple[str, ...]:
    described = desk.catalogue.describe(desk.catalogue.procedures(desk.case["regime"])[process])
    starts = described.of_kind("startEvent") if described else ()
    return tuple(name for start in starts for name in start.words("once_per"))


def _variables(desk: Desk, instance_id: str) -> Mapping[str, Any]:
    around = Surroundings(desks.of_instance(desk.tx, desk.case["id"], instance_id))
    return runtime.variables(around.spec, around.state)


def cancel(tx: Connection, job: Row) -> None:
    """Other procedures of the case end: those named, or all of them when the case is over."""
    named = job["payload"]["processes"]
    wanted = RUNNING.all(tx, case=job["case_id"], processes=strings(named or ()))
    rows = wanted if named is not None else ALL_RUNNING.all(tx, case=job["case_id"])

    def command(desk: Desk, around: Surroundings) -> Outcome:
        ended = runtime.cancel(around.spec, around.state, around.ports())
        return replace(ended, outcome=CANCELLED)

    desk = desks.of_case(tx, job["case_id"])
    for row in rows:
        if row["id"] != job["instance_id"]:
            process = row["process_id"]
            act = Act("cancel", name=_name(desk, process), detail={"process": process})
            go_on(tx, job["case_id"], row["id"], act, command)


def resume(tx: Connection, job: Row) -> None:
    """Try the automatic steps again that failed; raises StepFailed when they fail again."""

    def command(desk: Desk, around: Surroundings) -> Outcome:
        outcome = runtime.resume(around.spec, around.state, around.ports())
        if outcome.fault:
            raise StepFailed(f"“{outcome.fault.name}”：{outcome.fault.error}")
        return outcome

    go_on(tx, job["case_id"], job["instance_id"], Act("resume", name="重新执行"), command)


def go_on(
    tx: Connection,
    case_id: str,
    instance_id: str,
    act: Act,
    command: Callable[[Desk, Surroundings], Outcome],
) -> None:
    """Lock the case and give an instance a command; nothing where it has nothing to do any more."""
    desk = desks.of_instance(tx, case_id, instance_id)
    if desk.instance["status"] in FINISHED:
        return
    around = Surroundings(desk)
    try:
        outcome = command(desk, around)
    except NotOpen:
        return  # what the job was for has gone: the task was done, the instance moved on
    settle(desk, outcome, act, around)


def give_up(tx: Connection, job: Row, error: str) -> None:
    """The attempts of a job are used up: the instance stands still until an operator decides."""
    desk = desks.of_instance(tx, job["case_id"], job["instance_id"])
    writes = Writes()
    writes.update("failed", instance_id=job["instance_id"])
    detail = {"job": job["id"], "kind": job["kind"], "error": error}
    note(desk, [Act("incident", name="自动步骤多次失败，等待处理", detail=detail)], writes)


def retry(tx: Connection, person: Person, job_id: str) -> None:
    """An operator has a dead job tried again. Raises NotFound, Stale."""
    job = JOB.first(tx, id=job_id)
    if job is None or job["case_id"] is None:
        raise NotFound("没有找到这个作业")
    desk = desks.of_case(tx, job["case_id"])
    access.may_operate(person, desk.case["regime"])
    writes = Writes()
    writes.update("retried", job=job_id, now=desk.now.isoformat())
    writes.update("running", instance_id=job["instance_id"])
    note(desk, [Act("retry", person, name="重新执行", detail=_about(job))], writes)


def _about(job: Row) -> dict[str, Any]:
    return {"job": job["id"], "kind": job["kind"], "error": job["last_error"]}
