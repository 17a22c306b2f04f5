"""转办: an item goes to somebody else of the same post, who finishes it."""

from __future__ import annotations

from server.work import access
from server.work.acting import behalf, on_item, once_on_item, still_as_seen
from server.work.desk import Desk
from server.work.people import Person
from server.work.requests import request_hash
from server.work.settle import noted
from server.work.sql import Row
from server.work.store import Writes
from server.work.together import colleagues, notices, offers


def transfer(
    person: Person, item_id: str, version: int, to: str, reason: str = "", key: str | None = None
) -> Row:
    """Give an open item to ``to``, who holds its role in its organisation; a draft goes with it.

    The answer has the item's id and new version. Raises NotFound, NotAllowed, Stale, Invalid.
    """
    request = request_hash("transfer", item_id, [version, to, reason])

    def act(desk: Desk) -> Row:
        holder = access.may_transfer(person, desk.item)
        offers.check(desk, offers.TRANSFER)
        still_as_seen(desk, version)
        successor = colleagues.chosen(colleagues.of_same_post(desk), to, "to")
        told = offers.limited(reason, "reason", required=False)
        detail = {"to": to, "to_name": successor["name"], "reason": told}
        done = on_item(
            "transfer",
            desk,
            person,
            detail=detail,
            behalf=behalf(person, holder),
            key=key,
            request=request,
        )
        writes = assigned(desk, to)
        notices.tell(desk, "transfer", person, [to], told)
        return noted(desk, done, writes, {"id": item_id, "version": version + 1})

    return once_on_item(person, item_id, key, request, act)


def assigned(desk: Desk, to: str) -> Writes:
    """The item becomes that of ``to``, with what was filled in so far."""
    item, writes = desk.item, Writes()
    writes.update("assign", item=item["id"], item_version=item["version"], to=to)
    writes.parameters["now"] = desk.now.isoformat()
    if item["assignee_id"]:
        writes.update("draft_moved", from_person=item["assignee_id"])
    return writes
