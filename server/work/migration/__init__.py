"""Running cases go over to another version: the effect in advance, the orders, the moving."""

from server.engine.dialect import Element
from server.engine.errors import Reason
from server.engine.migration import Ids
from server.work.migration.effect import Effect, Standing, effects, of_procedure
from server.work.migration.moving import run
from server.work.migration.orders import (
    Order,
    cases_of,
    consent,
    find,
    listed,
    once_on,
    order,
    pause,
    refuse,
    resume,
    take_back,
    withdraw,
)

__all__ = [
    "Effect",
    "Element",
    "Ids",
    "Order",
    "Reason",
    "Standing",
    "cases_of",
    "consent",
    "effects",
    "find",
    "listed",
    "of_procedure",
    "once_on",
    "order",
    "pause",
    "refuse",
    "resume",
    "run",
    "take_back",
    "withdraw",
]
