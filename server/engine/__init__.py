"""The engine: runs one procedure, state in and state out. Knows no database and no web.

``specs.load`` gives a specification, ``runtime`` has the commands, ``dialect`` reads and checks
diagrams. SpiffWorkflow is imported here and nowhere else.
"""

import logging

from SpiffWorkflow.task import Task

# Its log records carry the variables of the case.
logging.getLogger("spiff").setLevel(logging.WARNING)


def _set_state(task: Task, value: int) -> None:
    """A task's state, without the words for a log that is not written: a fortieth of an act."""
    task._state = value


Task._set_state = _set_state
