"""What an expression refers to, read from its tree: for the checks before publishing."""

from collections.abc import Iterator

from server.feel.tree import (
    Binary,
    Call,
    Context,
    Filter,
    For,
    FunctionOf,
    Literal,
    Name,
    Node,
    Quantified,
    parts,
    walk,
)

Calls = tuple[tuple[str, tuple[object | None, ...]], ...]
"""Invoked names in order with their arguments: literals as values, all others None."""

_IMPLICIT = frozenset({"?", "item", "partial"})
_ASKED = (Name, Call, Literal)


def free_names(node: Node) -> frozenset[str]:
    """The variables an expression needs from outside.

    Names inside a filter are left out: they may be entries of the filtered elements.
    """
    return frozenset(_free(node, _IMPLICIT))


def only_logic(node: Node) -> bool:
    """Whether nothing but `and` and `or` joins what it asks: what is not known may stay null."""
    return all(
        part.operator in ("and", "or") if isinstance(part, Binary) else isinstance(part, _ASKED)
        for part in walk(node)
    )


def calls(node: Node) -> Calls:
    """Every invocation of a named function."""
    return tuple(
        (part.callee.text, tuple(_literal(each) for each in _arguments(part)))
        for part in walk(node)
        if isinstance(part, Call) and isinstance(part.callee, Name)
    )


def _arguments(call: Call) -> tuple[Node, ...]:
    return (*call.positional, *(value for _, value in call.named))


def _literal(node: Node) -> object | None:
    return node.value if isinstance(node, Literal) else None


def _free(node: Node, bound: frozenset[str]) -> Iterator[str]:
    match node:
        case Name(text=text):
            if text not in bound:
                yield text
        case Filter(base=base):
            yield from _free(base, bound)
        case Call(callee=Name()):
            for each in _arguments(node):
                yield from _free(each, bound)
        case FunctionOf(parameters=parameters, body=body):
            if body is not None:
                yield from _free(body, bound.union(name for name, _ in parameters))
        case For() | Quantified():
            yield from _free_in_loop(node, bound)
        case Context(entries=entries):
            for name, value in entries:
                yield from _free(value, bound)
                bound = bound | {name}
        case _:
            for part in parts(node):
                yield from _free(part, bound)


def _free_in_loop(node: For | Quantified, bound: frozenset[str]) -> Iterator[str]:
    for iterator in node.iterators:
        yield from _free(iterator.domain, bound)
        if iterator.end is not None:
            yield from _free(iterator.end, bound)
        bound = bound | {iterator.name}
    yield from _free(node.body, bound)
