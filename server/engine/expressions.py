"""An attribute of a diagram that is either ``= FEEL`` or a literal text."""

from collections import ChainMap
from collections.abc import Mapping, MutableMapping

from server.engine.errors import StepFailed
from server.engine.ports import Ports
from server.feel import FeelError, compile_expression
from server.feel.sentence import told


class Expression:
    """``text`` compiled once; raises FeelError when it is no FEEL."""

    __slots__ = ("_compiled", "text")

    def __init__(self, text: str) -> None:
        self.text = text.strip()
        self._compiled = compile_expression(self.text[1:]) if self.text.startswith("=") else None

    def __call__(self, variables: MutableMapping[str, object], ports: Ports) -> object:
        """Its value over ``variables``; the hidden ones win over variables of the same name.

        Raises StepFailed when the expression asks for more than its budget.
        """
        if self._compiled is None:
            return self.text
        seen = ChainMap(dict(ports.hidden), variables)
        try:
            return self._compiled(seen, ports.functions, ports.now)
        except FeelError as error:
            raise StepFailed(
                told("表达式“%(text)s”不能计算：%(error)s", text=self.text, error=error)
            ) from error


def optional(text: str | None) -> Expression | None:
    """The expression of an attribute that may be missing or empty."""
    return Expression(text) if text else None


def truth(expression: Expression, variables: MutableMapping[str, object], ports: Ports) -> bool:
    """Whether a condition holds. null counts as no; any other value than a boolean is an error."""
    value = expression(variables, ports)
    if value is None or isinstance(value, bool):
        return value is True
    raise StepFailed(
        told(
            "条件“%(text)s”的结果不是“是”或“否”，而是“%(value)s”", text=expression.text, value=value
        )
    )


def text_of(
    expression: Expression | None, variables: MutableMapping[str, object], ports: Ports
) -> str | None:
    """The value of an expression as text; None stays None."""
    value = None if expression is None else expression(variables, ports)
    return None if value is None else str(value)


def with_locals(
    locals_: Mapping[str, object], variables: MutableMapping[str, object]
) -> MutableMapping[str, object]:
    """``variables`` with some names shadowed; writing goes to the shadow."""
    return ChainMap(dict(locals_), variables)
