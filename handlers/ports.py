"""What a handler may ask for by the name of a parameter.

A parameter is filled by the port of that name where there is one, else by the process variable.
Besides these protocols: ``today`` and ``now``, the mappings ``regime`` and ``case``, and ``actor``
with the id, name and offices (id, name) of the person who acts, empty for what happens by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Protocol


class Calendar(Protocol):
    """The working-day calendar in force for the case."""

    version: str

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``."""

    def known(self, year: int) -> bool:
        """Whether the State Council's notice for ``year`` is loaded."""


class Deadline(Protocol):
    """A computed legal date; ``provisional`` until the year's calendar is known."""

    milestone: str
    due_on: date
    opens_on: date | None
    provisional: bool
    clause: str


class DeadlineOf(Protocol):
    """Parameter ``deadline``: the legal date of a milestone counted from ``anchor``."""

    def __call__(
        self,
        milestone: str,
        anchor: date,
        months: int | None = None,
        received_on: date | None = None,
    ) -> Deadline:
        """Compute it for the regime of the case.

        ``months`` is the period its document states, ``received_on`` the delivery of a granted
        extension, the floor of later latest days (D-11).
        """


class Table(Protocol):
    """Parameter ``table``: asks a decision table; the regime is an input it adds itself."""

    def __call__(self, decision_id: str, **inputs: object) -> object:
        """The result of the decision."""


class Defaults(Protocol):
    """Parameter ``defaults``: the readings chosen where the text leaves a choice."""

    def __call__(self, identity: str) -> object:
        """The value of one reading, ``D-12``."""


class Register(Protocol):
    """Parameter ``register``: what the administration has on record."""

    def next_number(self, series: str) -> str:
        """Reserve the next number of a series."""

    def records(self, kind: str, **where: object) -> Sequence[Mapping[str, object]]:
        """The records of a kind whose fields equal ``where``."""

    def experts(self, ids: Collection[str]) -> Sequence[Mapping[str, object]]:
        """Who of these are in the expert pool of the regime."""

    def members(self) -> Sequence[Mapping[str, object]]:
        """The people (id, name, organisation_id, organisation) who vote for council units."""

    def record(self, kind: str, data: Mapping[str, object]) -> None:
        """Add a record for this case."""
