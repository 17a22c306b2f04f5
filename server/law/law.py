"""One regime's law as one case sees it: the catalogue, the regime and the calendar in force.

Everything an expression, a decision or a handler may ask of the law is asked here, so that the
application, the tests of procedures and the rehearsals of the studio bind the same functions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.rules.working_days import Calendar
from server.engine.ports import Decided
from server.feel.sentence import told
from server.law.catalogue import Catalogue
from server.law.deadlines import Deadline, NoDeadline, Overrides, compute
from server.law.regimes import Regime
from server.law.states import States
from server.law.tables import NoTable


@dataclass(frozen=True)
class Law:
    """The law of one regime under one calendar."""

    catalogue: Catalogue
    regime: Regime
    calendar: Calendar

    @classmethod
    def of(cls, catalogue: Catalogue, regime: str, calendar: Calendar | None = None) -> "Law":
        """The law of a regime id, under the shipped calendar unless another is given."""
        return cls(catalogue, catalogue.regimes[regime], calendar or catalogue.calendar)

    @property
    def states(self) -> States:
        """The states of the regime's cases and the moves between them."""
        return self.catalogue.states(self.regime.id)

    def step(self, name: str) -> bool:
        """Whether the regime has an optional step; raises NoTable for an unknown one."""
        row = self.catalogue.row("steps", self.regime.id, step=name)
        if row is None:
            raise NoTable(told("环节开关表中没有本规程的“%(name)s”。", name=name))
        return bool(row["on"])

    def deadline(
        self,
        milestone: str,
        anchor: date,
        months: int | None = None,
        ordered_on: date | None = None,
        announced_on: date | None = None,
        received_on: date | None = None,
    ) -> Deadline:
        """A legal date of the regime with its proof; raises NoDeadline."""
        overrides = Overrides(months, ordered_on, announced_on, received_on)
        return compute(milestone, self.regime.id, anchor, self.catalogue, self.calendar, overrides)

    def table(self, decision: str, **inputs: object) -> Any:
        """What a decision table says for the regime; an input left out asks an open question."""
        return self.catalogue.ask(decision, {"regime": self.regime.id, **inputs})

    def default(self, identity: str) -> object:
        """The value of a reading (`D-16`); raises NoTable for an unknown one."""
        row = self.catalogue.row("defaults", self.regime.id, id=identity)
        if row is None:
            raise NoTable(told("解释规则表中没有“%(identity)s”。", identity=identity))
        return row["value"]

    def decide(self, decision: str, variables: Mapping[str, object]) -> Decided:
        """The engine's port for business rule tasks: result and the rules that gave it."""
        data = {**variables, "regime": self.regime.id}
        decided = self.catalogue.tables.decide(decision, data, self.functions())
        return Decided(decided.result, decided.matched)

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The host functions of expressions in diagrams, forms and tables."""
        return {
            "step": self.step,
            "decide": self._decide_in_expression,
            "deadline": self._last_day,
            "working_days_after": self._working_days_after,
        }

    def ports(self) -> Mapping[str, object]:
        """What a handler may ask of the law by parameter name."""
        return {
            "calendar": self.calendar,
            "deadline": self.deadline,
            "table": self.table,
            "defaults": self.default,
        }

    def _decide_in_expression(self, decision: str, context: Mapping[str, object]) -> object:
        return self.decide(decision, context).result

    def _last_day(self, milestone: str, anchor: object, months: object = None) -> date | None:
        if not isinstance(anchor, date):
            return None
        whole = int(months) if isinstance(months, Decimal | int) else None
        return self.deadline(milestone, anchor, months=whole).due_on

    def _working_days_after(self, day: object, amount: object) -> date | None:
        if not isinstance(day, date) or not isinstance(amount, Decimal | int):
            return None
        return self.calendar.add(day, int(amount))


__all__ = ["Law", "NoDeadline", "NoTable"]
