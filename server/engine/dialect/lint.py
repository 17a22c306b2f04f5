"""Checks of a diagram before it may run."""

from collections.abc import Mapping

from server.engine.dialect.model import ProcessDescription
from server.engine.errors import Finding


def errors_in(process_id: str, known: Mapping[str, ProcessDescription]) -> list[Finding]:
    """What keeps a diagram from running."""
    description = known[process_id]
    if description.id == process_id:
        return []
    return [Finding("error", process_id, None, "process_id", "流程的编号与文件名不同。")]
