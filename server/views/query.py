"""What a list page was asked for: read from the address, written back into its links."""

from __future__ import annotations

from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

LIMIT_TEXT = 100
SORTS = ("due", "arrived", "number")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Filters, order and place of a list. ``sort`` is a key, with ``-`` for descending order."""

    role: str = ""
    text: str = ""
    regime: str = ""
    sort: str = "due"
    cursor: str = ""

    def arguments(self) -> dict[str, str]:
        """The address arguments that ask for this list from its beginning."""
        given = {"role": self.role, "q": self.text, "regime": self.regime, "sort": self.sort}
        standard = ListQuery()
        return {name: value for name, value in given.items() if value and value != standard.sort}

    def with_role(self, role: str) -> dict[str, str]:
        return replace(self, role=role).arguments()

    def sorted_by(self, key: str) -> dict[str, str]:
        """A second click on the same heading turns the order round."""
        return replace(self, sort=f"-{key}" if self.sort == key else key).arguments()

    def after(self, cursor: str) -> dict[str, str]:
        return self.arguments() | {"after": cursor}

    def order_of(self, key: str) -> str:
        """The value of ``aria-sort`` for a heading; empty when the list has another order."""
        return {key: "ascending", f"-{key}": "descending"}.get(self.sort, "")


def from_arguments(arguments: MultiDict[str, str]) -> ListQuery:
    """Read the address; what is not understood falls back to the standard."""
    sort = arguments.get("sort", "due")
    return ListQuery(
        role=arguments.get("role", "")[:64],
        text=arguments.get("q", "").strip()[:LIMIT_TEXT],
        regime=arguments.get("regime", "")[:64],
        sort=sort if sort.removeprefix("-") in SORTS else "due",
        cursor=arguments.get("after", "")[:200],
    )
