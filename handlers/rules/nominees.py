"""Who may be put up for an office of the council: checked when named, voted on and entered."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.ports import Defaults, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, day, filled
from handlers.rules.council import (
    AGED,
    LEADERS,
    TITLES,
    Council,
    age_rule,
    age_told,
    leaders_fit,
    leaders_told,
    posts,
    vacancies,
)
from handlers.sentence import told

CONDITIONS = {
    "political": ("政治素质", "JC-15.1"),
    "reputation": ("行业声誉", "JC-15.2"),
    "health": ("身体健康，能够正常工作", "JC-15.3"),
    "capacity": ("完全民事行为能力", "JC-15.4"),
    "sentence": ("未受过剥夺政治权利的刑事处罚", "JC-15.5"),
    "other": ("理事会认为的其他条件", "JC-15.6"),
}
"""The conditions for chair and vice-chairs beside the age, with their clauses."""


def check_age(
    name: str,
    office: str,
    born_on: object,
    on: date,
    table: Table,
    defaults: Defaults,
    rule: str | None = None,
) -> str | None:
    """The age on a day in words; raises Refusal. None for posts without a limit (JC-15.3)."""
    if office not in AGED:
        return None
    born = day(born_on)
    if born is None:
        reason = told("请填写%(name)s的出生日期。", name=name)
        raise Refusal("birth_date_missing", reason, ["JC-15.3"])
    fits, age = age_told(born, on, table, age_rule(defaults, rule))
    if not fits:
        raise Refusal(
            "over_age",
            told(
                "%(name)s：%(age)s，不能担任%(office)s。",
                name=name,
                age=age,
                office=TITLES[office],
            ),
            ["JC-15.3"],
        )
    return f"{name}：{age}。"


def check_conditions(name: str, office: str, failed: Sequence[str] | None) -> None:
    """Raises Refusal when a condition of Art 15 is declared not to be met."""
    if office in AGED and failed:
        conditions = [CONDITIONS[each][0] for each in failed]
        clauses = [CONDITIONS[each][1] for each in failed]
        raise Refusal(
            "not_qualified",
            told("%(name)s不符合：%(conditions)s。", name=name, conditions=conditions),
            clauses,
        )


def check_seat(council: Council, office: str, table: Table) -> None:
    """Raises Refusal where no post is free, or leaders would be too many for the units."""
    free = vacancies(council, office, table)
    if free is not None and free < 1:
        reason = told("%(office)s没有空缺。", office=TITLES[office])
        raise Refusal("no_vacancy", reason, ["JC-5.1", "JB-7.1"])
    if office in LEADERS and not leaders_fit(council.leaders + 1, len(council.units), table):
        reason = leaders_told(council.leaders + 1, len(council.units), table)
        raise Refusal("too_many_leaders", reason, ["JB-7.2"])


def check_single(council: Council, name: str, office: str) -> None:
    """Raises Refusal for somebody who holds another post (JB-7.1)."""
    others = [e for e in council.offices_of(name) if e.office in LEADERS and e.office != office]
    if others and office in LEADERS:
        reason = told(
            "%(name)s现任%(office)s，一人不得兼任两个职务。",
            name=name,
            office=TITLES[others[0].office],
        )
        raise Refusal("two_offices", reason, ["JB-7.1"])


def check_member(council: Council, name: str) -> None:
    """Raises Refusal for who is no member (D-29), where the roster names the members of all."""
    members = [unit.representative for unit in council.units if unit.seated]
    if all(members) and name not in members:
        raise Refusal(
            "not_a_member",
            told("%(name)s不是任何理事单位的理事，不能担任常任理事。", name=name),
            ["JC-5.5"],
        )


def check_post(council: Council, nominee: Row, table: Table) -> None:
    """Raises Refusal where the post is not free, the leaders would be too many or somebody would
    hold two posts; who `replaces` the holder needs no free post."""
    name, office = str(nominee["name"]), str(nominee["office"])
    check_single(council, name, office)
    if not (nominee.get("replaces") and council.holders(office)):
        check_seat(council, office, table)


def check_list(council: Council, nominees: Sequence[Row], table: Table) -> None:
    """Raises Refusal for a list by which the council is elected anew: the director is not of it
    and keeps the post, the leaders are as many as the list and the other holders (JB-7.2)."""
    names = {str(each["name"]): str(each["office"]) for each in nominees}
    for director in council.holders("director"):
        if director.name in names:
            check_single(council, director.name, names[director.name])
    leaders = sum(_after(council, office, names, table) for office in LEADERS)
    if not leaders_fit(leaders, len(council.units), table):
        reason = leaders_told(leaders, len(council.units), table)
        raise Refusal("too_many_leaders", reason, ["JB-7.2"])


def _after(council: Council, office: str, names: Mapping[str, str], table: Table) -> int:
    """How many hold an office when everybody on the list is elected."""
    listed = list(names.values()).count(office)
    staying = [each for each in council.holders(office) if each.name not in names]
    return min(listed, posts(office, table) or listed) or len(staying)


def check_unit(council: Council, unit: str | None, clause: str) -> None:
    """Raises Refusal for a unit that is not on the roster."""
    if not filled(unit) or council.unit(str(unit)) is None:
        reason = told("%(unit)s不是理事单位。", unit=unit or "申请单位")
        raise Refusal("not_council_unit", reason, [clause])
