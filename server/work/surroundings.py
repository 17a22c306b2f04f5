"""Everything one command on one case may ask: law, register, clock; read only when asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from server import clock
from server.engine import handlers, specs
from server.engine.ports import Ports
from server.engine.specs import Spec
from server.law.deadlines import Deadline
from server.law.law import Law
from server.work import calendars
from server.work.almanac import has_date, legal_date
from server.work.desk import Desk
from server.work.people import Person
from server.work.record import revived
from server.work.register import Register


class Surroundings:
    """Built for one act, thrown away with it; ``person`` is None for what happens by itself."""

    def __init__(self, desk: Desk, person: Person | None = None) -> None:
        self.desk = desk
        self.person = person
        self.register = Register(desk.tx, desk.case)

    @cached_property
    def law(self) -> Law:
        """The law of the case's regime under the calendar in force today."""
        desk = self.desk
        calendar = calendars.current(desk.tx, desk.catalogue, desk.calendar_mark)
        return Law.of(desk.catalogue, desk.case["regime"], calendar)

    @cached_property
    def spec(self) -> Spec:
        """The diagram the instance is pinned to, with all it calls."""
        return spec_of(self.desk)

    @property
    def state(self) -> bytes:
        """The instance's state as it lies on the desk."""
        return bytes(self.desk.instance["state_blob"])

    @property
    def actor(self) -> dict[str, Any]:
        """Who acts, as handlers see it; empty for what happens by itself."""
        if self.person is None:
            return {}
        regime = self.desk.case["regime"]
        held = {m.organisation_id: m for m in self.person.memberships if m.regime == regime}
        offices = [
            {"id": each.organisation_id, "name": each.organisation} for each in held.values()
        ]
        return {"id": self.person.id, "name": self.person.name, "offices": offices}

    @property
    def today(self) -> date:
        """The civil day of the act."""
        return clock.civil_day(self.desk.now)

    @property
    def is_over(self) -> bool:
        """Whether the case has come to a final state."""
        return self.law.states.is_final(self.desk.case["state"])

    @property
    def is_secret(self) -> bool:
        """Whether what is handed in with the item on the desk must not be kept with a name."""
        item = self.desk.item
        described = self.spec.descriptions.get(item["process_id"])
        drawn = described.by_id.get(item["element_id"]) if described else None
        return drawn is None or drawn.properties.get("secret") == "true"

    def deadline(
        self, milestone: str, anchor: date, record: Mapping[str, Any] | None = None
    ) -> Deadline:
        """A legal date of the case's regime with its proof.

        ``record`` is the case's register entry, as it becomes by this act where that differs: the
        approved months, the day an order names (D-24) and the delivery of a granted extension
        (D-11) stand there.
        """
        known = revived(self.desk.case["record"]) if record is None else record
        months, received = known.get("period_months"), known.get("extension_received_on")
        ordered = known.get("order_due_on")
        return legal_date(self.law, milestone, anchor, months, received, ordered)

    def has_deadline(self, milestone: str) -> bool:
        """Whether the regime knows a legal date of this name."""
        return has_date(self.law, milestone)

    @cached_property
    def hidden(self) -> dict[str, object]:
        """What every expression and form sees and nobody can write."""
        return {
            "case": case_variable(self.desk),
            "regime": self.law.regime.as_variable(),
            "today": self.today,
        }

    def ports(self) -> Ports:
        """The engine's ports; handlers get the same things by the names of their parameters."""
        law = self.law
        asked = {"register": self.register, "now": self.desk.now, "actor": self.actor}
        return Ports(
            now=self.desk.now,
            call=handlers.caller({**law.ports(), **asked}),
            functions=law.functions(),
            decide=law.decide,
            hidden=self.hidden,
            forbids=law.states.forbids,
        )


def spec_of(desk: Desk) -> Spec:
    """The specification an instance is pinned to; built once per content and regime."""
    regime, instance = desk.case["regime"], desk.instance
    sources = desk.catalogue.sources(regime)
    return specs.load(instance["process_id"], sources, f"{instance['digest']}:{regime}")


def case_variable(desk: Desk) -> dict[str, Any]:
    """What diagrams, forms and handlers see as ``case``."""
    case = desk.case
    told = ("id", "number", "regime", "kind", "title", "state", "opened_on")
    record = {"record": revived(case["record"])}
    return {name: case[name] for name in told} | record | party_variables(desk)


def party_variables(desk: Desk) -> dict[str, str]:
    """``<role>_id`` and ``<role>_name`` of every party. Whom a change has entered on record has the
    name that it entered."""
    ids = {f"{role}_id": organisation for role, organisation in desk.parties.items()}
    names = {f"{role}_name": _name(desk, role, name) for role, name in desk.party_names.items()}
    return ids | names


def _name(desk: Desk, role: str, name: str) -> str:
    record = desk.case["record"]
    is_entered = record.get(f"{role}_id") == desk.parties[role]
    return str(record.get(f"{role}_name") or name) if is_entered else name
