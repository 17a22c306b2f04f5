"""One role's calls: lawful and unlawful requests made from the document, each answer checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks as openapi
from schemathesis.specs.openapi.schemas import OpenApiSchema

from server.views.api import PREFIX

CHECKS = (
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
)
"""No fault of ours, no answer outside the document, nothing accepted that it forbids."""

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@dataclass
class Found:
    """What the calls have shown: statuses by operation, and sentences about faults."""

    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return sum(self.statuses.values())


def load(app: Flask) -> OpenApiSchema:
    """The document of the application, to be called in process."""
    return schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", app)


def play(
    schema: OpenApiSchema, headers: Mapping[str, str], known: Mapping[str, str], examples: int
) -> Found:
    """So many lawful and so many unlawful requests to each operation, the same every time.

    ``known`` are identifiers of things that exist: every other lawful path is theirs.
    """
    found = Found()
    for operation in _operations(schema):
        found.operations.add(operation.label)
        for mode in MODES:
            try:
                _ask(operation, mode, headers, known, examples, found)
            except (Exception, BaseExceptionGroup) as fault:
                found.faults.append(f"{operation.label} ({mode.value}): {fault}")
    return found


def _operations(schema: OpenApiSchema) -> Iterator[Any]:
    for result in schema.get_all_operations():
        yield result.ok()


def _ask(
    operation: Any,
    mode: GenerationMode,
    headers: Mapping[str, str],
    known: Mapping[str, str],
    examples: int,
    found: Found,
) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        if found.calls % 2:
            _aim(case, known)
        response = case.call(headers=dict(headers))
        found.statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    if mode is GenerationMode.POSITIVE or _can_be_wrong(operation):
        ask()


def _can_be_wrong(operation: Any) -> bool:
    """Whether there is anything in the request that could be unlawful."""
    return bool(operation.body or operation.query or operation.headers or operation.path_parameters)


def _aim(case: Case, known: Mapping[str, str]) -> None:
    """Let a lawful path lead to a thing that exists."""
    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if path is None or path.mode is GenerationMode.POSITIVE:
        for name in case.path_parameters or {}:
            if name in known:
                case.path_parameters[name] = known[name]
