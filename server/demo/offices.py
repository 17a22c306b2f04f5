"""The demonstration office: invented bodies and the people who serve in them, per regime.

``offices.csv`` lists them; ``people`` names one person each, with ``+`` between the roles of one.
Organisations that a regime knows only once carry the office code of table ``roles`` and become
parties of every case; the others are chosen when an application starts.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TITLES = {
    "authority": ("主管机关经办人", "Authority officer"),
    "formal_reviewer": ("形式审查人员", "Formal reviewer"),
    "sponsor": ("组织申报单位经办人", "Sponsor's officer"),
    "recommender": ("推荐单位经办人", "Recommender's officer"),
    "undertaker": ("申报单位经办人", "Applicant's clerk"),
    "assistant": ("协助单位经办人", "Assisting authority's officer"),
    "supervisor": ("监督检查人员", "Supervisor"),
    "expert_panel": ("评审专家", "Expert"),
    "secretariat": ("秘书处工作人员", "Secretariat officer"),
    "chair": ("理事长", "Chair"),
    "director": ("创新基地主任", "Director of the base"),
    "nominator": ("承担单位经办人", "Undertaking unit's officer"),
    "member": ("理事", "Council member"),
    "joiner": ("项目参与单位经办人", "Joining unit's officer"),
    "consulted": ("被征求意见单位经办人", "Consulted unit's officer"),
    "process_owner": ("流程负责人", "Process owner"),
    "approver": ("流程审批人", "Approver of procedures"),
    "reader": ("流程查阅人", "Reader of procedures"),
    "operator": ("运维人员", "Operator"),
    "leader": ("分管领导", "Leader"),
}
"""What a role is called where it stands for a person's name."""

LOGINS = {"undertaker": "applicant", "expert_panel": "expert"}
"""How a role is called in a login, where not by its own name."""


ADMINISTRATORS = {
    "system_administrator": ("系统管理员", "System administrator"),
    "security_administrator": ("安全管理员", "Security administrator"),
    "auditor": ("审计员", "Auditor"),
}
"""Logins of the three administrators, who serve in the computing centre."""

CENTRE = ("demo_computing_centre", "信息中心（演示）", "Computing centre (demonstration)")


@dataclass(frozen=True, slots=True)
class Office:
    """One body under one regime. ``roles``: each inner tuple is one person who serves in it."""

    regime: str
    code: str
    name: str
    name_en: str
    kind: str
    roles: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One person: login, title in both languages, the roles they hold in their office."""

    login: str
    name: str
    name_en: str
    office: Office
    roles: tuple[str, ...]


def _read() -> tuple[Office, ...]:
    with (Path(__file__).parent / "offices.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_office(row) for row in csv.DictReader(file))


def _office(row: dict[str, str]) -> Office:
    roles = tuple(tuple(each.split("+")) for each in row.pop("people").split())
    return Office(**row, roles=roles)


OFFICES = _read()
REGIMES = tuple(dict.fromkeys(office.regime for office in OFFICES))


def accounts() -> list[Account]:
    """Everybody, by regime and role. Logins count up where a role has several people."""
    seen: dict[str, int] = {}
    found = [_account(office, roles, seen) for office in OFFICES for roles in office.roles]
    order = list(TITLES)
    return sorted(found, key=lambda a: (REGIMES.index(a.office.regime), order.index(a.roles[0])))


def _account(office: Office, roles: tuple[str, ...], seen: dict[str, int]) -> Account:
    role = roles[0]
    base = f"{office.regime}_{LOGINS.get(role, role)}"
    seen[base] = number = seen.get(base, 0) + 1
    several = role == "expert_panel" or number > 1
    name, name_en = TITLES[role]
    login = f"{base}_{number}" if several else base
    mark, mark_en = (str(number), f" {number}") if several else ("", "")
    return Account(login, name + mark, name_en + mark_en, office, roles)


def experts(regime: str) -> Iterator[Account]:
    """The experts of a regime."""
    return (a for a in accounts() if a.office.regime == regime and a.roles == ("expert_panel",))
