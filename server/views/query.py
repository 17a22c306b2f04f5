"""What a list page was asked for: read from the address, written back into its links."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from server.work.inbox import Wanted

LIMIT_TEXT = 100
ARGUMENTS = {
    "role": "role",
    "q": "text",
    "regime": "regime",
    "state": "state",
    "milestone": "milestone",
    "sort": "sort",
}
"""Names in the address and the filters they stand for."""

SORTS = ("due", "arrived", "number")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """A list with its filters and order, for the links of its page."""

    wanted: Wanted = field(default_factory=Wanted)

    @property
    def arguments(self) -> dict[str, str]:
        """The address arguments that ask for this list from its beginning."""
        wanted, standard = self.wanted, Wanted()
        return {
            name: getattr(wanted, attribute)
            for name, attribute in ARGUMENTS.items()
            if getattr(wanted, attribute) != getattr(standard, attribute)
        }

    def with_role(self, role: str) -> dict[str, str]:
        return ListQuery(replace(self.wanted, role=role)).arguments

    def sorted_by(self, key: str) -> dict[str, str]:
        """A second click on the same heading turns the order round."""
        order = f"-{key}" if self.wanted.sort == key else key
        return ListQuery(replace(self.wanted, sort=order)).arguments

    def after(self, cursor: str) -> dict[str, str]:
        return self.arguments | {"after": cursor}

    def order_of(self, key: str) -> str:
        """The value of ``aria-sort`` for a heading; empty when the list has another order."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.wanted.sort, "")


def from_arguments(arguments: MultiDict[str, str]) -> ListQuery:
    """Read the address; what is not understood falls back to the standard."""
    sort = arguments.get("sort", "due")
    return ListQuery(
        Wanted(
            role=arguments.get("role", "")[:64],
            text=arguments.get("q", "").strip()[:LIMIT_TEXT],
            regime=arguments.get("regime", "")[:64],
            state=arguments.get("state", "")[:64],
            sort=sort if sort.removeprefix("-") in SORTS else "due",
            after=arguments.get("after", "")[:200],
            milestone=arguments.get("milestone", "")[:64],
        )
    )
