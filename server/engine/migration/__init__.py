"""A running procedure goes over to another version of its diagram, by the ids of its boxes.

``fit`` says for every token where it goes or why it cannot, ``arm`` finishes what the renamed state
cannot say; ``runtime.migrate`` is the command.
"""

from server.engine.errors import Reason
from server.engine.migration.arming import arm
from server.engine.migration.fitting import DROPPED, Fit, Ids, Move, fit

__all__ = ["DROPPED", "Fit", "Ids", "Move", "Reason", "arm", "fit"]
