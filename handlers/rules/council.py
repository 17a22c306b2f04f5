"""The council as its register has it on a day: units, their members, who holds which office.

The register is a list of changes with the day each takes effect: kind `council_unit` (a unit
`joined`, `left`, has another `representative`, or its `seat` falls vacant) and kind
`council_office` (somebody `took` or `left` an office).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.ports import Defaults, Register, Table
from handlers.rules.answers import Row, day, listed, row
from handlers.rules.periods import add_years, completed_years
from handlers.rules.votes import MAJOR, ORDINARY, Attendance, Rules, Share
from handlers.sentence import told

UNITS, OFFICES = "council_unit", "council_office"

CHAIR, VICE_CHAIR = "chair", "vice_chair"
DIRECTOR = "director"
LEADERS = (CHAIR, VICE_CHAIR, "secretary_general", DIRECTOR)
"""The posts that count against the number of units (JB-7.1, JB-7.2)."""

STANDING = "standing_member"
AGED = (CHAIR, VICE_CHAIR)
"""The posts with a limit of age (JC-15.3); secretary-general and director have none."""

TITLES = {
    CHAIR: "理事长",
    VICE_CHAIR: "副理事长",
    "secretary_general": "秘书长",
    DIRECTOR: "创新基地主任",
    STANDING: "常任理事",
}

LAST = 10_000
"""The place on the roster of what was added to it later."""

AGE_RULE = "D-34"
STRICT = "not_past_70th_birthday"


@dataclass(frozen=True, slots=True)
class Unit:
    """A council unit with its member; `person_id` is the account that votes for it, if any.

    A unit since `joined`; of its seat nothing has been entered after `entered`.
    """

    name: str
    kind: str = ""
    representative: str = ""
    person_id: str | None = None
    seated: bool = True
    place: int = LAST
    joined: date | None = None
    entered: date | None = None


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody in an office since a day."""

    office: str
    name: str
    unit: str
    born_on: date | None
    since: date | None
    place: int = LAST


@dataclass(frozen=True, slots=True)
class Council:
    """The register as it stood at the end of a day."""

    units: tuple[Unit, ...]
    officers: tuple[Officer, ...]

    @property
    def members(self) -> int:
        """N: one member for each unit, but for a seat that is vacant (D-29, D-30)."""
        return sum(unit.seated for unit in self.units)

    @property
    def leaders(self) -> int:
        """How many people hold one of the posts that count as leaders."""
        return sum(each.office in LEADERS for each in self.officers)

    @property
    def vice_chairs(self) -> int:
        """How many vice-chairs are in office."""
        return len(self.holders(VICE_CHAIR))

    def holders(self, office: str) -> list[Officer]:
        """Who holds an office."""
        return [each for each in self.officers if each.office == office]

    def unit(self, name: str) -> Unit | None:
        """The unit of this name."""
        return next((each for each in self.units if each.name == name), None)

    def unit_of(self, name: str) -> Unit | None:
        """The unit whose member somebody is."""
        return next((each for each in self.units if each.representative == name), None)

    def home_of(self, name: str, given: str | None) -> str | None:
        """The name of the unit whose member somebody is, else the one given."""
        unit = self.unit_of(name)
        return unit.name if unit else given

    def seats_vice_chair(self, unit: Unit) -> bool:
        """Whether the member of a unit is a vice-chair; where the unit has not named its member,
        the vice-chair who comes from it is."""
        own = [each.name for each in self.holders(VICE_CHAIR) if each.unit == unit.name]
        return bool(own) and unit.representative in ("", *own)

    def offices_of(self, name: str, unit: str | None = None) -> list[Officer]:
        """The offices somebody holds, of one unit where it is given."""
        return [e for e in self.officers if e.name == name and unit in (None, e.unit)]


def council_on(case: Row, register: Register, on: date) -> Council:
    """Fold the register of a case up to a day."""
    units: dict[str, Unit] = {}
    for change in _until(register.records(UNITS, case=case["id"]), on):
        _apply_unit(units, change)
    officers: list[Officer] = []
    for change in _until(register.records(OFFICES, case=case["id"]), on):
        officers = _after(officers, change)
    seats = sorted(units.values(), key=lambda unit: unit.place)
    return Council(tuple(seats), tuple(sorted(officers, key=lambda officer: officer.place)))


def is_unit(register: Register, name: str, on: date) -> bool:
    """Whether a unit is on the register of the council; before there is one nothing speaks
    against it."""
    return not _until(register.records(UNITS), on) or is_known_unit(register, name, on)


def is_known_unit(register: Register, name: str, on: date) -> bool:
    """Whether the register of the council has a unit, as it stood on a day."""
    own = _until(register.records(UNITS, unit=name), on)
    moves = [each["change"] for each in own if each["change"] in ("joined", "left")]
    return moves[-1:] == ["joined"]


def _until(changes: Iterable[Mapping[str, object]], on: date) -> list[Mapping[str, object]]:
    known = [(day(each["effective_on"]) or on, each) for each in changes]
    return [each for effective, each in known if effective <= on]


def _apply_unit(units: dict[str, Unit], change: Mapping[str, object]) -> None:
    name, what, on = str(change["unit"]), change["change"], day(change.get("effective_on"))
    if what == "joined":
        person = change.get("person_id")
        known = (str(change.get("unit_kind") or ""), str(change.get("representative") or ""))
        place = int(str(change.get("place", LAST)))
        voter = str(person) if person else None
        units[name] = Unit(name, *known, voter, place=place, joined=on, entered=on)
    elif what == "left":
        units.pop(name, None)
    elif what == "seat_vacated" and name in units:
        vacant = replace(units[name], representative="", person_id=None, seated=False)
        units[name] = replace(vacant, entered=on)
    elif name in units:
        head = str(change.get("representative") or "")
        units[name] = replace(units[name], representative=head, seated=True, entered=on)


def _after(officers: list[Officer], change: Mapping[str, object]) -> list[Officer]:
    office, name = str(change["office"]), str(change["holder"])
    if change["change"] == "left":
        return [e for e in officers if (e.office, e.name) != (office, name)]
    born, since = day(change.get("born_on")), day(change.get("effective_on"))
    unit, place = str(change.get("unit") or ""), int(str(change.get("place", LAST)))
    return [*officers, Officer(office, name, unit, born, since, place)]


# --- entries ------------------------------------------------------------------------------------


def enter_unit(register: Register, case: Row, unit: str, change: str, **more: object) -> None:
    """Enter a change of a unit."""
    entry = {"case": case["id"], "unit": unit, "change": change, "title": unit}
    register.record(UNITS, entry | more)


def enter_office(
    register: Register, case: Row, office: str, holder: str, change: str, **more: object
) -> None:
    """Enter that somebody took or left an office."""
    title = f"{TITLES[office]}：{holder}"
    entry = {"case": case["id"], "office": office, "holder": holder, "change": change}
    register.record(OFFICES, entry | {"title": title} | more)


def vacate(register: Register, case: Row, officer: Officer, on: date) -> None:
    """Somebody's office falls vacant on a day, one taken after that day as soon as it is taken."""
    last = max(on, officer.since or on)
    enter_office(register, case, officer.office, officer.name, "left", effective_on=last)


def leave(case: Row, register: Register, unit: str, on: date) -> None:
    """A unit leaves; the offices of its people fall vacant with it, those taken since, too."""
    for each in council_on(case, register, date.max).officers:
        if each.unit == unit:
            vacate(register, case, each, on)
    enter_unit(register, case, unit, "left", effective_on=on)


def vacate_seat(case: Row, register: Register, council: Council, unit: str) -> None:
    """A unit's member serves no more, and in none of the offices that members hold; the director
    is not among them (D-29)."""
    for each in council.officers:
        if each.unit == unit and each.office != DIRECTOR:
            enter_office(register, case, each.office, each.name, "left")
    enter_unit(register, case, unit, "seat_vacated")


# --- what follows from it -----------------------------------------------------------------------


def figures(council: Council, table: Table) -> dict[str, object]:
    """What the case's entry says of its council, with the warnings that follow from it."""
    one = {office: council.holders(office) for office in (CHAIR, "secretary_general", "director")}
    return {
        "unit_count": len(council.units),
        "member_count": council.members,
        "unit_names": [unit.name for unit in council.units],
        "leader_count": council.leaders,
        "vice_chair_count": council.vice_chairs,
        "chair_name": listed([each.name for each in one[CHAIR]]) or None,
        "vice_chair_names": listed([e.name for e in council.holders(VICE_CHAIR)]) or None,
        "secretary_general_name": listed([e.name for e in one["secretary_general"]]) or None,
        "director_name": listed([each.name for each in one["director"]]) or None,
        "officer_names": [f"{TITLES[e.office]} {e.name}" for e in council.officers],
        "council_warning": "".join(_warnings(council, table)) or None,
        "deadlock": council.vice_chairs < rules_of(table).vice_chairs,
    }


def _warnings(council: Council, table: Table) -> Iterable[str]:
    needed, serving = rules_of(table).vice_chairs, council.vice_chairs
    if serving < needed:
        yield (
            f"在任副理事长 {serving} 人，少于 {needed} 人：任何会议和书面、线上表决都达不到"
            "法定人数（JC-22.1），而增补副理事长本身须经表决。章程没有规定出路，系统不予放宽。"
        )
    if council.leaders and not leaders_fit(council.leaders, len(council.units), table):
        yield leaders_told(council.leaders, len(council.units), table) + "暂不能新增负责人。"


def rules_of(table: Table) -> Rules:
    """The rules of voting as the tables have them."""
    seats = row(table("quotas", quota="vice_chairs_present"))
    share = {name: share_of(table, name) for name in ("quorum", ORDINARY, MAJOR)}
    present, clause = int(seats["amount"]), str(seats["clause"])
    return Rules(share["quorum"], present, clause, share[ORDINARY], share[MAJOR])


def share_of(table: Table, rule: str) -> Share:
    """One share of the table `ballots`."""
    return Share.of_row(row(table("ballots", rule=rule)))


def leaders_fit(leaders: int, units: int, table: Table) -> bool:
    """Whether the leaders are at most their share of the units: 8 need 24 (JB-7.2)."""
    share = share_of(table, "leaders")
    return leaders * share.denominator <= units * share.numerator


def leaders_told(leaders: int, units: int, table: Table) -> str:
    """The comparison of leaders and units in words."""
    share, sign = share_of(table, "leaders"), "≤" if leaders_fit(leaders, units, table) else "＞"
    left, right = leaders * share.denominator, units * share.numerator
    return told(
        "负责人 %(leaders)s 人，理事单位 %(units)s 个：%(leaders)s×%(denominator)s＝%(left)s "
        "%(sign)s %(units)s×%(numerator)s＝%(right)s，不得超过 %(numerator)s/%(denominator)s"
        "（%(clause)s）。",
        leaders=leaders,
        units=units,
        denominator=share.denominator,
        left=left,
        sign=sign,
        numerator=share.numerator,
        right=right,
        clause=share.clause,
    )


def posts(office: str, table: Table) -> int | None:
    """How many posts of an office there are; None where their number is open (JC-5.1)."""
    if office == VICE_CHAIR:
        return int(row(table("quotas", quota="vice_chairs"))["amount"])
    return {CHAIR: 1, "secretary_general": 1, "director": 1}.get(office)


def vacancies(council: Council, office: str, table: Table) -> int | None:
    """How many posts of an office are free; None where their number is open."""
    seats = posts(office, table)
    return None if seats is None else seats - len(council.holders(office))


def attendance(members: int, serving: int, present: int, vice_chairs: int) -> Attendance:
    """Who is there of so many members and vice-chairs serving; ValueError for more than those."""
    if present > members:
        raise ValueError(
            told(
                "到会理事 %(present)s 人多于在任理事 %(members)s 人。",
                present=present,
                members=members,
            )
        )
    if vice_chairs > min(serving, present):
        least = min(serving, present)
        raise ValueError(
            told(
                "出席的副理事长 %(chairs)s 人，最多只能是 %(least)s 人。",
                chairs=vice_chairs,
                least=least,
            )
        )
    return Attendance(members, present, vice_chairs)


# --- qualification ------------------------------------------------------------------------------


def age_told(born: date, on: date, table: Table, rule: str) -> tuple[bool, str]:
    """Whether somebody is young enough for chair or vice-chair on a day, and why (JC-15.3).

    `completed_years`: 70 completed years are in, the 71st birthday is out; the strict reading
    ends with the 70th birthday (D-34).
    """
    limit = int(row(table("quotas", quota="chair_age"))["amount"])
    age = completed_years(born, on)
    fits = on <= add_years(born, limit) if rule == STRICT else age <= limit
    return fits, told(
        "%(born)s出生，%(on)s满 %(age)s 周岁，%(compared)s %(limit)s %(measure)s",
        born=born,
        on=on,
        age=age,
        compared="未超过" if fits else "超过",
        limit=limit,
        measure="周岁生日" if rule == STRICT else "周岁",
    )


def age_rule(defaults: Defaults, chosen: str | None = None) -> str:
    """The reading of the limit of age: the council's own stricter one, else that of D-34."""
    return chosen or str(defaults(AGE_RULE))


def twice_in_office(names: Sequence[str]) -> list[str]:
    """Those who would hold two posts, which is not allowed by default (JB-7.1)."""
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]
