"""The demonstration office, for ``make run`` and for tests that need a peopled house."""

from server.demo.offices import Account, accounts
from server.demo.seed import seed
from server.work.people import DEMONSTRATION_PASSWORD

__all__ = ["DEMONSTRATION_PASSWORD", "Account", "accounts", "seed"]
