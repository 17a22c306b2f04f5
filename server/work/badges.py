"""How much waits for a person, as the menu of every page tells it: asked for at once."""

from __future__ import annotations

from dataclasses import dataclass

from server import db
from server.work import inbox, reminders, scope
from server.work.inbox import Tab
from server.work.people import Person
from server.work.several import Several
from server.work.together import consult, copying


@dataclass(frozen=True, slots=True)
class Badges:
    """``tabs`` are the open items by role, the others numbers: copies not looked at, questions not
    answered, days with reminders not read."""

    tabs: list[Tab]
    copies: int
    questions: int
    reminders: int


def of(person: Person) -> Badges:
    """What waits now."""
    tabs, asked = inbox.tabs_asked(person, inbox.Wanted())
    asked |= scope.each(person).values
    parts = {"copies": copying.UNREAD, "questions": consult.ASKED, "reminders": reminders.UNREAD}
    with db.glance() as tx:
        found = Several(parts, tabs=tabs).all(tx, **asked)
    (copies,), (told,) = found["copies"], found["reminders"]
    questions = len(found["questions"])
    return Badges(inbox.tabs_of(found["tabs"]), copies["count"], questions, told["count"])
