"""Functions on contexts (DMN 1.3 table 78, 1.4 clause 10.3.4.10)."""

from server.feel.builtins.registry import builtin
from server.feel.runtime import Run

_Context = dict[str, object]


@builtin("get value", "m: context", "key: string")
def get_value(context: _Context, key: str) -> object:
    """The value of the entry; null when there is none."""
    return context.get(key)


@builtin("get value", "m: context", "keys: list")
def get_nested_value(context: _Context, keys: list[object]) -> object:
    """The value at the end of a path of entry names."""
    value: object = context if keys else None
    for key in keys:
        if not isinstance(value, dict) or not isinstance(key, str):
            return None
        value = value.get(key)
    return value


@builtin("get entries", "m: context")
def get_entries(context: _Context) -> list[object]:
    """One context with ``key`` and ``value`` for each entry."""
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin("context", "entries: list")
def context_of(entries: list[object]) -> _Context | None:
    """The context of a list of contexts with ``key`` and ``value``; null for a double key."""
    made: _Context = {}
    for entry in entries:
        if not isinstance(entry, dict) or "value" not in entry:
            return None
        key = entry.get("key")
        if not isinstance(key, str) or key in made:
            return None
        made[key] = entry["value"]
    return made


@builtin("context put", "context: context", "key: string", "value: any")
def context_put(context: _Context, key: str, value: object) -> _Context:
    """The context with one entry more, or another value in it."""
    return {**context, key: value}


@builtin("context put", "context: context", "keys: list", "value: any")
def context_put_nested(
    run: Run, context: _Context, keys: list[object], value: object
) -> _Context | None:
    """The context with another value at the end of a path of entry names."""
    if not keys or not isinstance(keys[0], str):
        return None
    key, rest = keys[0], keys[1:]
    run.spend(len(keys))
    if not rest:
        return {**context, key: value}
    inner = context.get(key)
    if not isinstance(inner, dict):
        return None
    changed = context_put_nested(run, inner, rest, value)
    return None if changed is None else {**context, key: changed}


@builtin("context merge", "contexts: list")
def context_merge(contexts: list[object]) -> _Context | None:
    """The entries of all contexts; a later one wins."""
    merged: _Context = {}
    for context in contexts:
        if not isinstance(context, dict):
            return None
        merged.update(context)
    return merged
