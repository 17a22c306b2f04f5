"""The BPMN dialect of the house: what a diagram may say, read once and checked."""

from server.engine.dialect.lint import errors_in, findings_in, lint
from server.engine.dialect.model import Element, Flow, Lane, ProcessDescription
from server.engine.dialect.read import describe

__all__ = [
    "Element",
    "Flow",
    "Lane",
    "ProcessDescription",
    "describe",
    "errors_in",
    "findings_in",
    "lint",
]
