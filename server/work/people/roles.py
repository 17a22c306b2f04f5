"""The three administrators, kept apart, and the roles they may hand out.

The system administrator keeps organisations, people and accounts; the security administrator
grants offices, unlocks accounts and ends sessions; the auditor reads what both have done. Nobody
holds two of these offices or any other beside one of them, and none of them opens a case.
"""

from __future__ import annotations

from server.errors import NotAllowed, NotFound
from server.work.people.person import Person

SYSTEM, SECURITY, AUDITOR = "system_administrator", "security_administrator", "auditor"
ADMINISTRATORS = (SYSTEM, SECURITY, AUDITOR)

INSTALLATION = ""
"""The regime of the administrators' memberships: none, hence no case is within their reach."""

STANDING = (
    "expert_panel",
    "supervisor",
    "leader",
    "operator",
    "process_owner",
    "approver",
    "reader",
)
"""Roles that every regime knows beside those of its table ``roles``."""

WEIGHTY = frozenset(
    {
        *ADMINISTRATORS,
        "authority",
        "supervisor",
        "leader",
        "operator",
        "process_owner",
        "approver",
    }
)
"""Roles that decide, oversee or administer: granting one needs a second administrator."""

SECOND = {SYSTEM: SECURITY, SECURITY: SYSTEM}
"""Whose approval a proposal of an administrator needs."""


def administers(person: Person, *roles: str) -> bool:
    """Whether a person holds one of these administrators' offices (any, when none is named)."""
    held = {m.role for m in person.memberships if m.regime == INSTALLATION}
    return not held.isdisjoint(roles or ADMINISTRATORS)


def may_administer(person: Person, *roles: str) -> None:
    """Raises NotFound for who is no administrator, and NotAllowed for the wrong one."""
    if not administers(person):
        raise NotFound
    if not administers(person, *roles):
        raise NotAllowed("三员分立：这项工作由另一位管理员办理", code="other_administrator")


def not_oneself(person: Person, subject_id: str) -> None:
    """Raises NotAllowed where an administrator would change their own account or office."""
    if person.id == subject_id:
        raise NotAllowed("管理员不能办理涉及本人的事项", code="oneself")
