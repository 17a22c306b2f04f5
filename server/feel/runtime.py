"""One evaluation: the names in scope, the budget, the clock."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from server.feel.domain import HostFunctions
from server.feel.errors import MAX_DEPTH, MAX_STEPS, over_budget
from server.feel.sentence import told
from server.feel.types import NO_TYPES, Types


class Scope:
    """Names visible to a part of an expression; unknown ones are looked up in the parent."""

    __slots__ = ("names", "parent", "run")

    def __init__(self, names: Mapping[str, object], parent: "Scope | None", run: "Run") -> None:
        self.names = names
        self.parent = parent
        self.run = run


class Run(Scope):
    """The outermost scope, the host's variables, with what the whole evaluation shares.

    ``now`` is the injected clock (None: ``now()`` and ``today()`` are null); ``steps`` and
    ``depth`` count down the budget; ``matched`` gathers the ids of the rules that decision
    tables apply, ``problems`` in Chinese what keeps a table from deciding.
    """

    __slots__ = ("depth", "functions", "matched", "now", "problems", "steps", "types")

    def __init__(
        self,
        variables: Mapping[str, object],
        functions: HostFunctions,
        now: datetime | None,
        types: Types = NO_TYPES,
    ) -> None:
        self.names = variables
        self.parent = None
        self.run = self
        self.functions = functions
        self.now = now
        self.types = types
        self.matched: tuple[str, ...] = ()
        self.problems: tuple[str, ...] = ()
        self.steps = MAX_STEPS
        self.depth = MAX_DEPTH

    def spend(self, steps: int) -> None:
        """Take ``steps`` from the budget; FeelError when it is used up."""
        self.steps -= steps
        if self.steps < 0:
            raise over_budget(told("计算超过 %(max_steps)s 步", max_steps=MAX_STEPS))

    def descend(self, evaluate: "Evaluator", scope: Scope) -> object:
        """Evaluate a function's body one invocation deeper."""
        if self.depth == 0:
            raise over_budget(told("函数调用嵌套超过 %(max_depth)s 层", max_depth=MAX_DEPTH))
        self.depth -= 1
        try:
            return evaluate(scope)
        finally:
            self.depth += 1


Evaluator = Callable[[Scope], object]
"""A compiled expression."""

MISSING: Final = object()


def look_up(scope: Scope, name: str) -> object:
    """The value of ``name`` in the scopes inside the outermost one; MISSING if none has it."""
    inner: Scope | None = scope
    while inner is not None and inner is not scope.run:
        if name in inner.names:
            return inner.names[name]
        inner = inner.parent
    return MISSING
