"""What leaves the house: what is to be told, where people are reached, the messages themselves.

An act enters a job ``tell`` in its own transaction and nothing else; who is told, by which way and
when is found out afterwards (server/jobs/outside). A message says number, title, task, date and
link: never what anybody wrote, decided or voted, nor who.
"""

from server.config import Config
from server.work.outside import contacts, telling


def use(config: Config) -> None:
    """Take the settings."""
    contacts.use(config)
    telling.use(config)
