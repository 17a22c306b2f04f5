"""选举: the automatic boxes of council_election.bpmn, in the order of the diagram."""

from collections.abc import Mapping, Sequence
from datetime import date

from handlers.ports import DeadlineOf, Defaults, Register, Table
from handlers.refusal import Refusal
from handlers.rules import agenda
from handlers.rules.answers import Row, day, filled, listed
from handlers.rules.council import (
    AGED,
    LEADERS,
    TITLES,
    VICE_CHAIR,
    Council,
    Officer,
    council_on,
    enter_office,
    figures,
    posts,
    rules_of,
    twice_in_office,
    vacancies,
)
from handlers.rules.nominees import (
    check_age,
    check_conditions,
    check_list,
    check_post,
    check_unit,
)
from handlers.rules.votes import ADOPTED
from handlers.sentence import told

GENERAL = "general"


def check_candidates(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    defaults: Defaults,
    election_kind: str,
    election_on: date,
    candidates: Sequence[Row],
    stricter_age: str | None = None,
) -> dict[str, object]:
    """核对任职资格

    Nominated by the undertaking unit; free posts, conditions of Art 15, age on the day of the
    vote. Clauses: JB-7.1 JB-7.2 JC-5.1 JC-5.3 JC-9.1b JC-15.1 JC-15.2 JC-15.3 JC-15.4 JC-15.5
    JC-15.6.
    """
    held_on = day(election_on)
    if held_on is None or held_on < today:
        raise Refusal("election_day_past", "选举日期不得早于今天。", ["JC-5.4"])
    if not candidates:
        raise Refusal("no_candidates", "请提名候选人。", ["JC-5.3"])
    if twice := twice_in_office([str(each["candidate_name"]) for each in candidates]):
        raise Refusal("two_offices", told("%(names)s提名了两次。", names=twice), ["JB-7.1"])
    council = council_on(case, register, today)
    notes = [
        _check(council, each, election_kind, held_on, table, defaults, stricter_age)
        for each in candidates
    ]
    if election_kind == GENERAL:
        check_list(council, [_entered(each) for each in candidates], table)
    title = "换届选举" if election_kind == GENERAL else "补选"
    number = agenda.file(register, case, regime, today, title, "election", "council_election")
    return {
        "candidates": [_entered(each) for each in candidates],
        "age_notes": "\n\n".join(filter(None, notes)) or "所提职务没有年龄限制。",
        "item_number": number,
        "item_filed_on": today,
    }


def withdraw_item(case: Row, register: Register, item_number: str) -> dict[str, object]:
    """撤下议题

    Who does not meet the conditions, or has become too old, is not put to the vote; the
    undertaking unit nominates anew. Clauses: JC-5.3 JC-15.3 JC-15.6.
    """
    agenda.close(register, case, item_number, "withdrawn")
    return {"item_number": None, "agenda_decision": None}


def check_day(
    today: date,
    table: Table,
    defaults: Defaults,
    candidates: Sequence[Row],
    stricter_age: str | None = None,
) -> dict[str, object]:
    """核对选举当日年龄

    The day of the vote counts, whenever it comes to it (D-34). Put to the vote are all. Clauses:
    JC-15.3.
    """
    notes = [
        check_age(e["name"], e["office"], e["born_on"], today, table, defaults, stricter_age)
        for e in candidates
    ]
    told_notes = "\n\n".join(filter(None, notes)) or "所提职务没有年龄限制。"
    return {"age_notes": told_notes, "balloted": list(candidates)}


def register_election(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    deadline: DeadlineOf,
    election_kind: str,
    candidates: Sequence[Row],
    vote_results: Sequence[Row],
    item_number: str,
    earlier_votes: Sequence[Row] | None = None,
) -> dict[str, object]:
    """登记选举结果

    Elected is who reached the majority and has most votes for the posts there are; an equal
    number for the last post is voted on again. Where the council is elected anew, former holders
    leave the posts their successors take and a new term begins (D-35). Clauses: JB-7.1 JC-5.1
    JC-5.4 JC-7.1 JC-18.3.
    """
    votes = _counted(list(earlier_votes or ()), vote_results)
    council = council_on(case, register, today)
    free = {str(e["office"]): _places(council, e, election_kind, table) for e in candidates}
    chosen, tied = _ranked(candidates, votes, free)
    if tied:
        return {"runoff": True, "earlier_votes": votes, "balloted": [_again(e) for e in tied]}
    general = election_kind == GENERAL
    if general:
        _make_room(candidates, chosen, case, register, table, today)
    elected = [each for each in chosen if _seat(each, election_kind, case, register, table, today)]
    agenda.close(register, case, item_number, "elected" if elected else "not_elected")
    renewed = general and any(each["office"] in AGED for each in elected)
    names = listed([f"{TITLES[each['office']]}{each['name']}" for each in elected])
    term = {"elected_on": today, "term_ends_on": deadline("term_of_office", today).due_on}
    after = figures(council_on(case, register, today), table)
    return (
        {"elected_names": names or None, "council_renewed": renewed, "runoff": False}
        | after
        | (term if renewed else {})
    )


def _check(
    council: Council,
    given: Row,
    kind: str,
    on: date,
    table: Table,
    defaults: Defaults,
    rule: str | None,
) -> str | None:
    name, office = str(given["candidate_name"]), str(given["candidate_office"])
    check_conditions(name, office, given.get("failed_conditions"))
    if filled(unit := given.get("candidate_unit")):
        check_unit(council, unit, "JC-5.1")
    if kind != GENERAL:
        check_post(council, {"name": name, "office": office}, table)
    return check_age(name, office, given.get("candidate_born_on"), on, table, defaults, rule)


def _entered(given: Row) -> dict[str, object]:
    name, office = str(given["candidate_name"]), str(given["candidate_office"])
    return {
        **given,
        "name": name,
        "office": office,
        "unit": given.get("candidate_unit"),
        "born_on": day(given.get("candidate_born_on")),
        "title": f"选举{name}为{TITLES[office]}",
    }


def _counted(earlier: list[Row], results: Sequence[Row]) -> list[Row]:
    """Each candidate's votes, those of every round; where they were not kept, by the list."""
    before = {each["name"]: each["votes"] for each in earlier}
    voted = [each["name"] for each in results]
    counted = [
        {
            "name": each["name"],
            "result": each["result"],
            "votes": [*before.get(each["name"], ()), each.get("votes", -place)],
        }
        for place, each in enumerate(results)
    ]
    return [each for each in earlier if each["name"] not in voted] + counted


def _places(council: Council, each: Row, kind: str, table: Table) -> int | None:
    office = str(each["office"])
    return posts(office, table) if kind == GENERAL else vacancies(council, office, table)


def _ranked(
    candidates: Sequence[Row], votes: Sequence[Row], free: Mapping[str, int | None]
) -> tuple[list[Row], list[Row]]:
    """Who is elected, and who has as many votes as another for the last post of an office."""
    counts = {each["name"]: each["votes"] for each in votes if each["result"] == ADOPTED}
    chosen, tied = list[str](), list[str]()
    for office, places in free.items():
        names = [e["name"] for e in candidates if e["office"] == office and e["name"] in counts]
        names.sort(key=lambda name: counts[name], reverse=True)
        kept = names if places is None else names[: max(0, places)]
        for name in names[len(kept) :] if kept else ():
            if counts[name] == counts[kept[-1]]:
                tied += [each for each in names if counts[each] == counts[name]]
        chosen += kept
    return (
        [each for each in candidates if each["name"] in chosen],
        [each for each in candidates if each["name"] in tied],
    )


def _again(candidate: Row) -> dict[str, object]:
    name, office = candidate["name"], TITLES[candidate["office"]]
    return {**candidate, "title": f"选举{name}为{office}（票数相同，重新投票）"}


def _make_room(
    candidates: Sequence[Row],
    chosen: Sequence[Row],
    case: Row,
    register: Register,
    table: Table,
    today: date,
) -> None:
    """Who was elected to another post leaves the old one; else a former holder leaves only where
    a successor takes the place."""
    for other in _left_for_others(council_on(case, register, today), chosen, table):
        enter_office(register, case, other.office, other.name, "left")
    council = council_on(case, register, today)
    for office in sorted({str(each["office"]) for each in chosen}):
        stood = [each["name"] for each in candidates if each["office"] == office]
        elected = [each["name"] for each in chosen if each["office"] == office]
        for former in _leaving(council, office, stood, elected, table):
            enter_office(register, case, office, former.name, "left")


def _leaving(
    council: Council, office: str, stood: Sequence[str], elected: Sequence[str], table: Table
) -> list[Officer]:
    """Those elected again, who take their posts anew; then as many as are too many: who stood and
    was not elected before the others, the last on the roster first."""
    formers = council.holders(office)
    staying = [each for each in formers if each.name not in elected]
    staying.sort(key=lambda each: (each.name not in stood, -each.place))
    places = posts(office, table) or len(elected)
    over = max(0, len(staying) + len(elected) - places)
    return [each for each in formers if each.name in elected] + staying[:over]


def _left_for_others(council: Council, chosen: Sequence[Row], table: Table) -> list[Officer]:
    """The posts that people leave for new ones; never those of vice-chairs without whom the
    meetings would have no quorum (JC-22.1): they are held until a successor is elected (D-35)."""
    new = {str(each["name"]): each["office"] for each in chosen}
    held = [e for e in council.officers if e.office in LEADERS and e.name in new]
    left = [each for each in held if each.office != new[each.name]]
    staying = {e.name for e in council.holders(VICE_CHAIR)} - {e.name for e in left}
    staying |= {name for name, office in new.items() if office == VICE_CHAIR}
    enough = len(staying) >= rules_of(table).vice_chairs
    return [each for each in left if enough or each.office != VICE_CHAIR]


def _seat(each: Row, kind: str, case: Row, register: Register, table: Table, today: date) -> bool:
    council, office, name = council_on(case, register, today), each["office"], each["name"]
    if kind != GENERAL:
        try:
            check_post(council, {"name": name, "office": office}, table)
        except Refusal:
            return False
    more = {"unit": council.home_of(name, each["unit"]), "born_on": each["born_on"]}
    enter_office(register, case, office, name, "took", **more)
    return True
