"""What the engine says when it cannot or may not go on."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a diagram.

    ``severity`` is ``error`` (not published) or ``warning``; ``file`` the process id; ``element``
    the BPMN id where there is one; ``code`` stable; ``sentence`` Chinese, for a process owner.
    """

    severity: str
    file: str
    element: str | None
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an instance cannot go over to another version of its diagram.

    ``name`` is what people call the box ``element_id``. ``missing`` and ``join`` go away when a
    person says which box of the new version is meant.
    """

    code: str
    process_id: str = ""
    element_id: str = ""
    name: str = ""

    @property
    def wants_mapping(self) -> bool:
        """Whether naming the box of the new version would help."""
        return self.code in ("missing", "join")


class EngineError(Exception):
    """Base of everything below; the text is a Chinese sentence."""


class DialectError(EngineError):
    """A diagram that the engine does not run; ``findings`` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("；".join(finding.sentence for finding in findings))
        self.findings = tuple(findings)


class NotOpen(EngineError):
    """The task, timer or message the command speaks of is not waiting (any more)."""


class Refused(EngineError):
    """A rule said no and no boundary event of the diagram catches it.

    ``code`` and ``clauses`` come from the handler's Refusal, ``reason`` is its sentence.
    """

    def __init__(self, code: str, reason: str, clauses: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.clauses = tuple(clauses)


class StepFailed(EngineError):
    """An automatic step cannot be done: a defect of a diagram, a table or a handler."""


class Unfit(EngineError):
    """An instance that cannot go over to another version; ``reasons`` say why."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("这个办件不能迁移到新版本")
        self.reasons = tuple(reasons)


class OverBudget(StepFailed):
    """A command asked for more steps, time, depth or instances than it may have."""


class Stuck(StepFailed):
    """Nothing is left that a person, a timer or a message could move, and it has not ended."""


class BadValue(StepFailed):
    """A variable is of a type, size or depth that a case cannot keep."""


class StateError(EngineError):
    """A stored state that this version cannot read, or one too large to store."""
