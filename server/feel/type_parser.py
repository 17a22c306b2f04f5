"""Types as expressions and models write them: ``list<number>``, ``context<a: string>``."""

from server.feel.errors import bounded_recursion
from server.feel.stream import TokenStream
from server.feel.types import ContextType, FunctionType, ListType, RangeType, Type


def parse_type(source: str) -> Type:
    """The type that ``list<number>`` and its like stand for. Raises FeelError."""
    parser = TypeParser(source, ())
    with bounded_recursion():
        type_ = parser.type()
    parser.finish()
    return type_


class TypeParser(TokenStream):
    """Reads types."""

    def type(self) -> Type:
        name = self._type_name()
        if not self.sees("<") or name not in ("list", "context", "range", "function"):
            return Type(name)
        self.need("<")
        match name:
            case "context":
                return ContextType("context", self._fields())
            case "function":
                return self._function_type()
        inner = self.type()
        self.need(">")
        return ListType("list", inner) if name == "list" else RangeType("range", inner)

    def _type_name(self) -> str:
        if self.take("function"):
            return "function"
        name = self.name()
        while self.take("."):
            name += "." + self.name()
        return name

    def _fields(self) -> tuple[tuple[str, Type], ...]:
        fields: list[tuple[str, Type]] = []
        while not self.take(">"):
            if fields:
                self.need(",")
            name = self.declared((":",))
            self.need(":")
            fields.append((name, self.type()))
        return tuple(fields)

    def _function_type(self) -> Type:
        parameters: list[Type] = []
        while not self.take(">"):
            if parameters:
                self.need(",")
            parameters.append(self.type())
        self.need("->")
        return FunctionType("function", tuple(parameters), self.type())
