"""What a command gives back: the new state and everything that the rest of the house acts on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person.

    ``id`` is stable for the life of the task; ``lane`` the abstract role; ``due`` the milestone
    of the deadlines table and ``due_from`` its evaluated anchor (None: the day it opens), the
    variable or record entry ``due_anchor`` where it is one;
    ``multi_instance`` the element id of the multi-instance it belongs to and ``item`` its item;
    ``started_from`` the element whose token came here.
    """

    id: str
    element_id: str
    process_id: str
    name: str
    lane: str | None
    form: str | None
    assignee: str | None
    due: str | None
    due_from: object | None
    due_anchor: str | None
    clauses: tuple[str, ...]
    state: str | None
    multi_instance: str | None
    item: object | None
    started_from: str | None


@dataclass(frozen=True, slots=True)
class Timer:
    """An armed timer; ``run_at`` is an aware UTC instant.

    A repeating timer keeps its id and comes back with its next ``run_at`` each time it fires.
    """

    id: str
    element_id: str
    run_at: datetime


@dataclass(frozen=True, slots=True)
class Subscription:
    """A place that waits for a message of this name with this correlation key.

    With a ``lane`` and a ``form`` a person of that role may bring the message; ``open_to`` are
    roles whose people may do so whatever their office, no party of the case among them.
    """

    id: str
    element_id: str
    process_id: str
    name: str
    lane: str | None
    form: str | None
    message: str
    key: str
    clauses: tuple[str, ...]
    open_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message sent by the case; delivering it is another command on whoever waits for it."""

    message: str
    key: str
    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Passed:
    """One box done in this command, by a person or by itself.

    ``changed`` names the variables it wrote, ``matched`` the rules of the decision it asked.
    """

    element_id: str
    process_id: str
    kind: str
    name: str
    clauses: tuple[str, ...]
    changed: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """The automatic step that failed; ``error`` is a sentence for an operator."""

    element_id: str
    process_id: str
    name: str
    error: str


@dataclass(frozen=True, slots=True)
class Begin:
    """A procedure of the same case that begins now, with its first variables."""

    process_id: str
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A legal date that begins to run, counted from ``day``, the value of ``anchor``."""

    name: str
    anchor: str
    day: object


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper to be issued: its template, the event that means it, who signs, what it may say."""

    name: str
    element_id: str
    lane: str | None
    clauses: tuple[str, ...]
    variables: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Life:
    """What the boxes passed mean for the rest of the case, in order.

    ``ends`` names procedures that end; ``regions`` the new value of parallel states;
    ``milestones`` legal dates that begin to run, ``met`` those met today; ``moves`` variables
    whose dates are to be recomputed; ``papers`` what is to be issued.
    """

    begins: tuple[Begin, ...] = ()
    ends: tuple[str, ...] = ()
    regions: Mapping[str, str] = field(default_factory=dict)
    milestones: tuple[Milestone, ...] = ()
    met: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The state after a command and its effects, relative to the state before it.

    ``closed`` lists user tasks that no longer wait, without the one just completed; ``timers``
    and ``waiting`` what is newly armed; ``states`` those the case has come to, in order. With a
    ``fault`` the state is that right after the act itself, with no automatic step done, and
    ``resume`` tries those again.
    """

    state: bytes
    ended: bool
    outcome: str | None = None
    opened: tuple[OpenTask, ...] = ()
    closed: tuple[str, ...] = ()
    timers: tuple[Timer, ...] = ()
    timers_gone: tuple[str, ...] = ()
    waiting: tuple[Subscription, ...] = ()
    waiting_gone: tuple[str, ...] = ()
    thrown: tuple[Thrown, ...] = ()
    passed: tuple[Passed, ...] = ()
    states: tuple[str, ...] = ()
    record: Mapping[str, object] = field(default_factory=dict)
    fault: Fault | None = None
    life: Life = field(default_factory=Life)

    @property
    def case_state(self) -> str | None:
        """The state in which the command leaves the case; None where it has not moved."""
        return self.states[-1] if self.states else None
