"""A person as the rooms see them: who they are and which offices they hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Membership:
    """One office: a role (lane id) in one organisation under one regime."""

    organisation_id: str
    role: str
    regime: str
    organisation: str = ""
    organisation_en: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in person, or the actor of an act; immutable, so it may be shared.

    ``stands_in_for`` are those who are away today and have named this person their deputy, with
    the offices that a deputy may fill: none of an expert, and no deputies of their own.
    """

    id: str
    login: str
    name: str
    name_en: str = ""
    locale: str = "zh"
    memberships: tuple[Membership, ...] = ()
    stands_in_for: tuple[Person, ...] = ()
    must_change: bool = False
    """The password is a one-time secret or too old: nothing else can be done before it changes."""

    def holds(self, role: str, organisation_id: str, regime: str) -> bool:
        """Whether this person acts for that organisation in that role under that regime."""
        wanted = (role, organisation_id, regime)
        return any((m.role, m.organisation_id, m.regime) == wanted for m in self.memberships)

    def holds_anywhere(self, role: str, regime: str | None = None) -> bool:
        """Whether this person has the role in any organisation (of one regime, when given)."""
        return any(m.role == role and regime in (None, m.regime) for m in self.memberships)
