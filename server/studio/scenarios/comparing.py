"""What a step expects beside what the office says: a sentence for each difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, literal_column, select

from server import clock, db
from server.errors import Problem
from server.feel.sentence import told
from server.law.law import Law
from server.models import deadlines, documents, journal, records
from server.studio.scenarios import finding
from server.studio.scenarios.play import Play
from server.studio.scenarios.scenario import Step
from server.work.record import record_at
from server.work.sql import Row

RECENT: ColumnElement[int] = literal_column("deadlines.rowid")


def differences(play: Play, step: Step, problem: Problem | None) -> Iterator[str]:
    """Everything that is not as the step says."""
    yield from refusal(step, problem)
    for name, wanted in step.expected.items():
        if name in CASELESS:
            yield from CASELESS[name](play, step, wanted)
        elif name in CHECKS:
            if step.case in play.cases:
                yield from CHECKS[name](play, step, wanted)
            else:
                yield told("%(name)s：案件“%(case)s”还没有开始", name=name, case=step.case)


def refusal(step: Step, problem: Problem | None) -> Iterator[str]:
    """The step was refused exactly when it says so, for the reason it names."""
    expected = step.expected
    wanted, code = expected.get("refused"), problem.code if problem else None
    if wanted != code:
        why = told("（%(said)s）", said=_said(problem)) if problem else ""
        pattern = "应%(wanted)s，实%(found)s%(why)s"
        yield told(pattern, wanted=_refused(wanted), found=_refused(code), why=why)
    elif problem:
        yield from _unequal("cites", expected.get("cites"), list(problem.clauses))
        yield from _unequal("fields", expected.get("fields"), list(problem.errors))
        said = _said(problem)
        if expected.get("says", "") not in said:
            yield told("says：应有“%(wanted)s”，实为“%(said)s”", wanted=expected["says"], said=said)


def _refused(code: str | None) -> str:
    return told("被拒绝（%(code)s）", code=code) if code else told("被接受")


def _said(problem: Problem) -> str:
    """What the office says, and of each field."""
    said: str = told("%(detail)s", detail=problem.detail)
    for path, found in problem.errors.items():
        said = told("%(said)s；%(path)s：%(found)s", said=said, path=path, found=tuple(found))
    return said


def _unequal(name: str, wanted: Any, found: Any) -> Iterator[str]:
    if wanted is not None and not same(wanted, found):
        yield _other(name, wanted, found)


def _other(name: str, wanted: Any, found: Any) -> str:
    pattern = "%(name)s：应为 %(wanted)s，实为 %(found)s"
    return told(pattern, name=name, wanted=shown(wanted), found=shown(found))


def same(wanted: Any, found: Any) -> bool:
    """Equal as people read it: a day and its text, a number and its text are the same."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        return all(same(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list) and isinstance(found, list | tuple):
        pairs = zip(wanted, found, strict=False)
        return len(wanted) == len(found) and all(same(one, other) for one, other in pairs)
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    return _plain(wanted) == _plain(found)


def _plain(value: Any) -> object:
    if isinstance(value, date):
        return value.isoformat()
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, list | tuple):
        return _listed(map(shown, value))
    if isinstance(value, Mapping):
        pairs = (told("%(key)s=%(one)s", key=key, one=shown(one)) for key, one in value.items())
        return _listed(pairs)
    return told("空") if value in (None, "") else str(value)


def _listed(found: Iterable[str]) -> str:
    listed = tuple(found)
    return told("%(listed)s", listed=listed) if listed else told("无")


# --- the case -----------------------------------------------------------------------------------

Check = Callable[[Play, Step, Any], Iterator[str]]


def state(play: Play, step: Step, wanted: str) -> Iterator[str]:
    yield from _unequal("state", wanted, finding.case(play.cases[step.case])["state"])


def record(play: Play, step: Step, wanted: Mapping[str, Any]) -> Iterator[str]:
    yield from each("record", wanted, finding.case(play.cases[step.case])["record"])


def regions(play: Play, step: Step, wanted: Mapping[str, Any]) -> Iterator[str]:
    found = finding.case(play.cases[step.case])["record"].get("regions", {})
    yield from each("regions", wanted, {**dict.fromkeys(wanted, "none"), **found})


def each(name: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Differences of the named values."""
    for key, value in wanted.items():
        if not same(value, found.get(key)):
            yield _other(f"{name}.{key}", value, found.get(key))


def names(play: Play, step: Step, wanted: list[Mapping[str, Any]]) -> Iterator[str]:
    for row in wanted:
        with db.read() as tx:
            then = record_at(tx, play.cases[step.case], row["on"])
        held = {"zh": then.get("base_name_zh"), "en": then.get("base_name_en")}
        named = {key: row[key] for key in held if key in row}
        yield from each(f"names({row['on']})", named, held)


def ended(play: Play, step: Step, wanted: str) -> Iterator[str]:
    instance = play.instance(step)
    yield from _unequal("ended", wanted, _standing(instance))


def _standing(instance: Row | None) -> str:
    """``none``, ``running``, ``failed``, ``cancelled``, or the outcome of an ended procedure."""
    if instance is None:
        return "none"
    return str(instance["outcome"] if instance["status"] == "ended" else instance["status"])


def procedures(play: Play, step: Step, wanted: Mapping[str, str]) -> Iterator[str]:
    found = {row["process_id"]: row for row in reversed(finding.running(play.cases[step.case]))}
    yield from each("procedures", wanted, {key: _standing(found.get(key)) for key in wanted})


def startable(play: Play, step: Step, wanted: Mapping[str, bool]) -> Iterator[str]:
    found = {process: play.may_start(step, process) for process in wanted}
    yield from each("startable", wanted, found)


def values(play: Play, step: Step, wanted: Mapping[str, Any]) -> Iterator[str]:
    instance = play.instance(step)
    yield from each("values", wanted, finding.variables(instance) if instance else {})


def papers(play: Play, step: Step, wanted: list[str]) -> Iterator[str]:
    held = select(documents.c.name).where(documents.c.case_id == play.cases[step.case])
    with db.read() as tx:
        names = set(tx.execute(held).scalars())
    yield from _unequal("papers", [], [name for name in wanted if name not in names])


def kept(play: Play, step: Step, wanted: Mapping[str, list[Any]]) -> Iterator[str]:
    for kind, rows in wanted.items():
        held = select(records.c.title, records.c.effective_on, records.c.data)
        mine = held.where(records.c.case_id == play.cases[step.case], records.c.kind == kind)
        with db.read() as tx:
            found = [dict(row) for row in tx.execute(mine.order_by(records.c.id)).mappings()]
        flat = [{**row["data"], **row} for row in found]
        have = [{key: row.get(key) for key in want} for row, want in zip(flat, rows, strict=False)]
        if len(flat) != len(rows) or not same(rows, have):
            pattern = "%(name)s：应有 %(wanted)s，实有 %(count)s 条：%(found)s"
            more = {"wanted": shown(rows), "count": len(flat), "found": shown(have)}
            yield told(pattern, name=f"kept.{kind}", **more)


# --- work items ---------------------------------------------------------------------------------


def open_items(play: Play, step: Step, wanted: list[str]) -> Iterator[str]:
    instance = play.instance(step)
    found = _open(play, step, instance_id=instance["id"]) if instance else []
    yield from _unequal("open", sorted(wanted), sorted({row["element_id"] for row in found}))


def _open(play: Play, step: Step, **where: object) -> list[Row]:
    return finding.items(play.cases[step.case], status="open", **where)


def inbox(play: Play, step: Step, wanted: Mapping[str, list[str]]) -> Iterator[str]:
    found = _open(play, step)
    for role, tasks in wanted.items():
        mine = sorted({row["element_id"] for row in found if row["role"] == role})
        yield from _unequal(f"inbox.{role}", sorted(tasks), mine)


def counts(play: Play, step: Step, wanted: Mapping[str, int]) -> Iterator[str]:
    found = [row["element_id"] for row in _open(play, step)]
    yield from each("counts", wanted, {key: found.count(key) for key in wanted})


def roles(play: Play, step: Step, wanted: Mapping[str, str]) -> Iterator[str]:
    yield from each("roles", wanted, {r["element_id"]: r["role"] for r in _open(play, step)})


def offices(play: Play, step: Step, wanted: Mapping[str, str]) -> Iterator[str]:
    found = {row["element_id"]: row["organisation_id"] for row in _open(play, step)}
    yield from each("offices", wanted, found)


def never(play: Play, step: Step, wanted: list[str]) -> Iterator[str]:
    yield from _unequal("never", [], sorted(_been(play, step) & set(wanted)))


def passed(play: Play, step: Step, wanted: list[str]) -> Iterator[str]:
    been = _been(play, step)
    yield from _unequal("passed", wanted, [each for each in wanted if each in been])


def _been(play: Play, step: Step) -> set[str]:
    """Every box the case has come to: tasks that opened, and what the journal tells."""
    case_id = play.cases[step.case]
    passed_by = select(journal.c.element_id).where(journal.c.case_id == case_id)
    with db.read() as tx:
        steps = set(tx.execute(passed_by).scalars())
    return steps | {row["element_id"] for row in finding.items(case_id)}


# --- dates --------------------------------------------------------------------------------------


def open_deadlines(play: Play, step: Step, wanted: Mapping[str, Any]) -> Iterator[str]:
    held = select(deadlines).where(deadlines.c.case_id == play.cases[step.case])
    with db.read() as tx:
        rows = tx.execute(held.order_by(RECENT)).mappings().all()
    found = [(row["milestone"], _dates(dict(row))) for row in rows if row["status"] != "void"]
    for milestone, dates in wanted.items():
        candidates = [have for name, have in found if name == milestone] or [{"status": "none"}]
        compared = [list(each(f"deadlines.{milestone}", dates, have)) for have in candidates]
        yield from min(reversed(compared), key=len)


def _dates(row: Row) -> Row:
    late = row["status"] == "open" and row["due_on"] and row["due_on"] < clock.today()
    missed = row["met_on"] and row["due_on"] and row["met_on"] > row["due_on"]
    return {
        "opens": row["opens_on"],
        "due": row["due_on"],
        "nominal": row["nominal_on"],
        "anchor": row["anchor_on"],
        "provisional": row["provisional"],
        "soft": row["soft"],
        "status": row["status"],
        "met": row["met_on"],
        "overdue": bool(late or missed),
    }


def computed_dates(play: Play, step: Step, wanted: Mapping[str, Any]) -> Iterator[str]:
    law = Law.of(play.catalogue, step.manner.get("regime", play.regime))
    for milestone, row in wanted.items():
        anchor = _anchor(play, step, row.get("from"))
        if anchor is None:
            first, name = shown(row.get("from")), f"dates.{milestone}"
            yield told("%(name)s：没有起算日“%(anchor)s”", name=name, anchor=first)
            continue
        made = law.deadline(milestone, anchor, months=row.get("months"))
        found: dict[str, object] = {
            "opens": made.opens_on,
            "due": made.due_on,
            "nominal": made.nominal_on,
        }
        found |= {"provisional": made.provisional, "soft": made.soft}
        keys = row.keys() - {"from", "months"}
        yield from each(f"dates.{milestone}", {key: row[key] for key in keys}, found)


def _anchor(play: Play, step: Step, given: Any) -> date | None:
    if isinstance(given, date):
        return given
    if step.case not in play.cases:
        return None
    found = finding.case(play.cases[step.case])["record"].get(given)
    return date.fromisoformat(found) if isinstance(found, str) else None


CASELESS: Mapping[str, Check] = {"dates": computed_dates}

CHECKS: Mapping[str, Check] = {
    "state": state,
    "ended": ended,
    "open": open_items,
    "inbox": inbox,
    "counts": counts,
    "roles": roles,
    "offices": offices,
    "never": never,
    "passed": passed,
    "procedures": procedures,
    "startable": startable,
    "values": values,
    "record": record,
    "regions": regions,
    "names": names,
    "deadlines": open_deadlines,
    "kept": kept,
    "papers": papers,
}
