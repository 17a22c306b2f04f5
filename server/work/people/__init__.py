"""Who people are: offices, passwords, accounts."""

from server.work.people.person import Membership, Person

__all__ = ["Membership", "Person"]
