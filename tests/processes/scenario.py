"""Runs a scenario file: Given, When and Then of the law on the real procedure.

Every step may say in words what it is (`given`, `when`, `then`), when it happens (`on`), in which
case (`case`), what is done (`start`, `do`, `bring`, `reach`, `finish`,
`withdraw`), how it is filled in where
not as usual (`with`), and what must then be true (see CHECKS).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from server.engine.errors import NotOpen, Refused
from server.errors import Invalid
from tests.walk import SHANGHAI, Case, NotWaiting, Office

PREREQUISITES = ("overall_plan", "guide", "panel_roster")
ACTS = ("start", "do", "bring", "reach", "finish", "withdraw")
Step = Mapping[str, Any]


class Play:
    """One scenario on its way."""

    def __init__(self, path: Path) -> None:
        self.scenario = tomllib.loads(path.read_text(encoding="utf-8"))
        self.office = Office(path.parent.name, self._opening())
        if not self.scenario.get("empty"):
            self.office.on_record(*PREREQUISITES, day=self.office.today)
        self.cases: dict[str, Case] = {}

    def run(self) -> None:
        """Play every step and check what it says."""
        for number, step in enumerate(self.scenario["step"], 1):
            try:
                self._play(step)
            except AssertionError as error:
                words = step.get("when") or step.get("then") or step.get("given")
                raise AssertionError(f"第{number}步（{words}）：{error}") from error

    def _opening(self) -> datetime:
        """The first morning of the scenario."""
        first = next(step["on"] for step in self.scenario["step"] if "on" in step)
        return datetime.combine(first, time(8), SHANGHAI)

    def _play(self, step: Step) -> None:
        if "on" in step:
            self.office.until(step["on"])
        name = step.get("case", "本案")
        refusal = self._attempt(name, step)
        assert_refused(refusal, step)
        if name in self.cases:
            for key, check in CHECKS.items():
                if key in step:
                    check(self.cases[name], step[key])

    def _attempt(self, name: str, step: Step) -> Exception | None:
        act = next((each for each in ACTS if each in step), None)
        try:
            if act:
                self._act(act, name, step)
        except (Refused, NotOpen, NotWaiting, Invalid) as error:
            return error
        return None

    def _act(self, act: str, name: str, step: Step) -> None:
        changes = step.get("with", {})
        if act == "start":
            self.cases[name] = self.office.start(step["start"], **changes)
        elif act == "finish":
            self.cases[name] = self.office.start(step["finish"], **changes).finish(**changes)
        elif act == "reach":
            self._case(name, changes).reach(step["reach"], **changes)
        elif act == "withdraw":
            self.cases[name].withdraw(step["withdraw"], step["number"])
        elif "each" in step:
            self.cases[name].each(step["do"], *step["each"])
        else:
            getattr(self.cases[name], act)(step[act], **changes)

    def _case(self, name: str, changes: Mapping[str, Any]) -> Case:
        """The case, started as usual when it is not there yet."""
        if name not in self.cases:
            known = start_keys(self.office)
            first = {key: value for key, value in changes.items() if key in known}
            self.cases[name] = self.office.start("application", **first)
        return self.cases[name]


def start_keys(office: Office) -> tuple[str, ...]:
    """What the start form of an application asks."""
    from server.law.forms import read

    data = office.law.catalogue.form("application/start", office.regime)
    assert data is not None
    return read(data).writes


def assert_refused(error: Exception | None, step: Step) -> None:
    """The step was refused exactly when it says so, for the reason it names."""
    wanted, code = step.get("refused"), code_of(error)
    assert code == wanted, f"应为{wanted or '接受'}，实为{code or '接受'}：{error}"
    if "cites" in step:
        assert isinstance(error, Refused) and list(error.clauses) == step["cites"]
    if "fields" in step:
        assert isinstance(error, Invalid) and list(error.errors) == step["fields"]


def code_of(error: Exception | None) -> str | None:
    """The machine word of a refusal."""
    if error is None:
        return None
    if isinstance(error, NotOpen | NotWaiting):
        return "not_open"
    return str(getattr(error, "code", "invalid"))


def check_values(case: Case, wanted: Mapping[str, Any]) -> None:
    values = case.values
    assert {key: values.get(key) for key in wanted} == dict(wanted)


def check_record(case: Case, wanted: Mapping[str, Any]) -> None:
    assert {key: case.record.get(key) for key in wanted} == dict(wanted)


def check_roles(case: Case, wanted: Mapping[str, str]) -> None:
    assert {element: case.role(element) for element in wanted} == dict(wanted)


def check_never(case: Case, elements: list[str]) -> None:
    assert not set(elements) & set(case.passed)


def check_due(case: Case, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    for milestone, row in wanted.items():
        anchor = case.record.get(row["from"]) or case.values[row["from"]]
        assert isinstance(anchor, date)
        found = case.office.law.deadline(milestone, anchor)
        assert found.due_on == row["on"], f"{milestone}: {found.due_on}"
        if "opens" in row:
            assert found.opens_on == row["opens"], f"{milestone}: {found.opens_on}"


def equal(attribute: str) -> Callable[[Case, Any], None]:
    """A check that an attribute of the case has the value."""

    def check(case: Case, wanted: Any) -> None:
        found = getattr(case, attribute)
        assert found == wanted, f"{attribute}: {found}"

    return check


CHECKS: Mapping[str, Callable[[Case, Any], None]] = {
    "state": equal("state"),
    "open": equal("open"),
    "ended": equal("ended"),
    "values": check_values,
    "record": check_record,
    "roles": check_roles,
    "never": check_never,
    "due": check_due,
}
