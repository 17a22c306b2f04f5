"""Messages to people and machines outside: addressed, gathered, sent, tried again, given up.

``spread`` turns what is to be told into rows of the outbox, ``sender`` sends them; ``mail`` and
``robots`` are the ways. A message may arrive twice where a process dies between sending and noting
it, always with the same key: Message-ID, Idempotency-Key.
"""

from server.config import Config
from server.jobs.outside import compose, mail, spread


def use(config: Config) -> None:
    """Take the settings; raises ConfigError for a list of endpoints that cannot be read."""
    compose.use(config)
    mail.use(config)
    spread.use(config)
