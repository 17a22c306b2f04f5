"""The OpenAPI document as a page reads it: operations by tag, members of schemas, examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import json

Json = dict[str, Any]

DEPTH = 4
"""How far schemas within schemas are told."""

LIMITS = ("minLength", "maxLength", "minimum", "maximum", "pattern")
SAMPLES = {"boolean": True, "integer": 1, "number": 1, "object": {}, "string": "…"}
FORMATS = {"date": "2026-11-20", "date-time": "2026-11-20T04:00:00+00:00"}
METHODS = ("get", "post", "put", "delete")
PROBLEMS = 400


@dataclass(frozen=True, slots=True)
class Member:
    """One line about a schema: where it lies, what it is, whether it must be there."""

    name: str
    kind: str
    is_required: bool
    words: str


@dataclass(frozen=True, slots=True)
class Told:
    """One operation."""

    id: str
    method: str
    path: str
    chinese: str
    english: str
    permissions: list[str]
    parameters: list[Member]
    body: list[Member]
    request: str
    status: str
    answer: list[Member]
    response: str
    refusals: list[tuple[str, str]]
    curl: str


def tell(document: Json) -> dict[str, list[Told]]:
    """Tag to operations, in the order of the document."""
    found: dict[str, list[Told]] = {tag["name"]: [] for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method in METHODS:
            if operation := item.get(method):
                told = _told(document, path, method, item.get("parameters", []), operation)
                found[operation["tags"][0]].append(told)
    return found


def _told(document: Json, path: str, method: str, shared: list[Json], operation: Json) -> Told:
    parameters = [*shared, *operation.get("parameters", [])]
    sent: Json = operation.get("requestBody", {}).get("content", {})
    body = next(iter(sent.items()), None)
    responses = operation["responses"]
    status = next(code for code in responses if int(code) < PROBLEMS)
    given: Json = responses[status].get("content", {})
    answer: Json = next((one["schema"] for one in given.values()), {})
    return Told(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        chinese=operation["summary"],
        english=operation["description"],
        permissions=operation["x-required-permissions"],
        parameters=[_parameter(document, one) for one in parameters],
        body=list(_members(document, body[1]["schema"])) if body else [],
        request=_sample(document, body[1]["schema"]) if body else "",
        status=status,
        answer=list(_members(document, answer)),
        response=_sample(document, answer) if answer else "",
        refusals=[
            (code, _resolved(document, responses[code])["description"])
            for code in sorted(responses)
            if int(code) >= PROBLEMS
        ],
        curl=_curl(path, method, parameters, body[0] if body else ""),
    )


def _parameter(document: Json, parameter: Json) -> Member:
    name = f"{parameter['name']} ({parameter['in']})"
    schema = _resolved(document, parameter["schema"])
    words = parameter.get("description", "")
    return Member(name, _kind(document, schema), parameter.get("required", False), words)


def _resolved(document: Json, schema: Mapping[str, Any]) -> Json:
    """The schema (or response) that a reference names, with what stands beside the reference."""
    inner = next((one for one in schema.get("anyOf", ()) if "$ref" in one), schema)
    if "$ref" not in inner:
        return dict(schema)
    found: Any = document
    for part in inner["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    beside = {name: schema[name] for name in ("description",) if name in schema}
    return {**found, **beside}


def _members(
    document: Json, schema: Mapping[str, Any], at: str = "", depth: int = DEPTH
) -> Iterator[Member]:
    """A line for each member, those of inner objects with a path."""
    whole = _resolved(document, schema)
    if whole.get("type") == "array":
        yield from _members(document, whole["items"], f"{at}[]", depth)
        return
    required = whole.get("required", ())
    for name, part in whole.get("properties", {}).items():
        inner = _resolved(document, part)
        path = f"{at}.{name}" if at else name
        yield Member(path, _kind(document, inner), name in required, inner.get("description", ""))
        if depth > 1:
            yield from _members(document, inner, path, depth - 1)


def _kind(document: Json, schema: Mapping[str, Any]) -> str:
    """The type with its limits, as short as can be."""
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    types = schema.get("type", "object")
    name = " | ".join(types) if isinstance(types, list) else str(types)
    if name == "array":
        return f"{_kind(document, _resolved(document, schema['items']))}[]"
    limits = [f"{limit} {schema[limit]}" for limit in LIMITS if limit in schema]
    return ", ".join([name + (f" ({schema['format']})" if "format" in schema else ""), *limits])


def _sample(document: Json, schema: Mapping[str, Any]) -> str:
    return json.dumps(_value(document, schema), indent=2, ensure_ascii=False, sort_keys=False)


def _value(document: Json, schema: Mapping[str, Any], depth: int = DEPTH) -> Any:
    """A value that shows the shape."""
    whole = _resolved(document, schema)
    if "enum" in whole:
        return whole["enum"][0]
    types = whole.get("type", "object")
    kind = types[0] if isinstance(types, list) else types
    if kind == "array":
        return [_value(document, whole["items"], depth - 1)] if depth else []
    if "properties" in whole:
        parts = whole["properties"].items() if depth else ()
        return {name: _value(document, part, depth - 1) for name, part in parts}
    return FORMATS.get(whole.get("format", ""), SAMPLES.get(kind))


def _curl(path: str, method: str, parameters: list[Json], media: str) -> str:
    """The call on the command line."""
    lines = [f"curl -X {method.upper()} {path}", '-H "Authorization: Bearer $TOKEN"']
    for each in parameters:
        if each["in"] == "header":
            lines.append(f"-H '{each['name']}: {each['example']}'")
    if media == "application/json":
        lines += ["-H 'Content-Type: application/json'", "-d @body.json"]
    elif media:
        lines.append("-F file=@paper.pdf")
    return " \\\n  ".join(lines)
