"""名册变更: the automatic boxes of roster_change.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, day, filled
from handlers.rules.council import (
    TITLES,
    UNITS,
    Council,
    Officer,
    Unit,
    council_on,
    enter_unit,
    figures,
    vacate,
)
from handlers.sentence import told

NEW_HEAD = "new_head"


def change_roster(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    change_kind: str,
    changed_on: date,
    unit_name: str | None = None,
    new_head: str | None = None,
    officer_office: str | None = None,
    officer_name: str | None = None,
) -> dict[str, object]:
    """变更名册

    A new head of a unit takes its seat by itself; offices were elected and are not inherited.
    Somebody who resigns leaves a vacancy. Nothing is entered for a day before the last entry of
    the same seat or before the office was taken. Clauses: JC-11.1 JC-11.2 JC-5.1.
    """
    changed = day(changed_on)
    if changed is None or changed > today:
        raise Refusal("date_in_future", "变更日期不得晚于今天。", ["JC-11.2"])
    council = council_on(case, register, today)
    if change_kind == NEW_HEAD:
        vacated = _replace_head(council, case, register, str(unit_name), new_head, changed)
    else:
        vacated = [_vacate(council, case, register, officer_office, officer_name, changed)]
    after = council_on(case, register, today)
    titles = "、".join(f"{TITLES[each.office]}（{each.name}）" for each in vacated)
    note = f"{titles}出缺，职务不随代表更替。" if vacated else "没有职务出缺。"
    return {"vacated_note": note} | figures(after, table)


def _replace_head(
    council: Council,
    case: Row,
    register: Register,
    unit_name: str,
    new_head: str | None,
    changed: date,
) -> list[Officer]:
    unit = council.unit(unit_name)
    if unit is None:
        raise Refusal("unknown_unit", told("名册中没有%(name)s。", name=unit_name), ["JC-11.2"])
    if not filled(new_head):
        raise Refusal("head_missing", "请填写新的主要负责人。", ["JC-11.2"])
    _check_head(register, case, unit, str(new_head), changed)
    head = {"representative": str(new_head), "effective_on": changed}
    enter_unit(register, case, unit_name, "representative", **head)
    left = [e for e in council.officers if _is_of(e, unit) and e.name != new_head]
    for each in left:
        vacate(register, case, each, changed)
    return left


def _check_head(register: Register, case: Row, unit: Unit, name: str, changed: date) -> None:
    if not unit.seated and _was_removed(register, case, unit.name, name):
        reason = told("%(name)s的理事职务已被罢免，不能再登记为该单位的理事。", name=name)
        raise Refusal("removed_from_office", reason, ["JC-9.1b", "JC-11.2"])
    if unit.entered and changed < unit.entered:
        reason = told(
            "%(unit)s的席位 %(day)s 已有登记，变更日期不得早于该日。",
            unit=unit.name,
            day=unit.entered,
        )
        raise Refusal("before_last_entry", reason, ["JC-11.2"])


def _was_removed(register: Register, case: Row, unit_name: str, name: str) -> bool:
    vacated = register.records(UNITS, case=case["id"], unit=unit_name, change="seat_vacated")
    return [each.get("removed") for each in vacated][-1:] == [name.strip()]


def _is_of(officer: Officer, unit: Unit) -> bool:
    """Somebody whose unit was not entered belongs to the one whose member they are."""
    return officer.unit == unit.name or (not officer.unit and officer.name == unit.representative)


def _vacate(
    council: Council,
    case: Row,
    register: Register,
    office: str | None,
    name: str | None,
    changed: date,
) -> Officer:
    serving = council.holders(str(office))
    found = next((each for each in serving if name in (None, "", each.name)), None)
    if found is None:
        reason = told(
            "%(office)s%(name)s不在任。", office=TITLES.get(str(office), ""), name=name or ""
        )
        raise Refusal("not_in_office", reason, ["JC-5.1"])
    if found.since and changed < found.since:
        reason = told(
            "%(name)s %(day)s 任职，变更日期不得早于该日。", name=found.name, day=found.since
        )
        raise Refusal("before_taking_office", reason, ["JC-5.1"])
    vacate(register, case, found, changed)
    return found
