"""Who people are: offices, passwords, accounts."""

from server.work.people.accounts import (
    add,
    authenticate,
    change_password,
    create,
    disable,
    enable,
    identified,
    speak,
    use,
)
from server.work.people.directory import (
    STANDS_IN,
    find_login,
    find_person,
    names_of,
    person_of,
    with_absent,
    with_offices,
)
from server.work.people.passwords import DEMONSTRATION_PASSWORD, hash_password
from server.work.people.person import Membership, Person

__all__ = [
    "DEMONSTRATION_PASSWORD",
    "STANDS_IN",
    "Membership",
    "Person",
    "add",
    "authenticate",
    "change_password",
    "create",
    "disable",
    "enable",
    "find_login",
    "find_person",
    "hash_password",
    "identified",
    "names_of",
    "person_of",
    "speak",
    "use",
    "with_absent",
    "with_offices",
]
