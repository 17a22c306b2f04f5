"""决议公开: the automatic boxes of disclosure.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules.answers import Row, day, listed

RESOLUTIONS, DISCLOSED = "council_resolution", "council_disclosure"


def gather_resolutions(
    today: date, case: Row, register: Register, adopted_on: date | None = None
) -> dict[str, object]:
    """汇集待公开决议

    Everything adopted and not yet published; the period runs from the adoption. Clauses: JC-23.2
    JC-30.1.
    """
    waiting = _waiting(case, register)
    return {
        "adopted_on": day(adopted_on) or today,
        "resolutions_to_publish": "\n\n".join(f"{e['number']}　{e['title']}" for e in waiting),
    }


def register_disclosure(
    today: date,
    case: Row,
    register: Register,
    disclosure_title: str,
    disclosure_channel: str,
    disclosed_on: date,
) -> dict[str, object]:
    """登记公开

    Resolutions and minutes on the base's website or another public platform; what was adopted
    later than that day is still to be published. Clauses: JC-30.1 JC-31.1.
    """
    published = day(disclosed_on)
    if published is None or published > today:
        raise Refusal("date_in_future", "公开日期不得晚于今天。", ["JC-30.1"])
    every = _waiting(case, register)
    waiting = [each for each in every if (day(each["effective_on"]) or published) <= published]
    if every and not waiting:
        reason = "公开日期不得早于决议通过的日期。"
        raise Refusal("before_resolution", reason, ["JC-30.1"])
    numbers = [str(each["number"]) for each in waiting]
    told = {"resolutions": numbers, "text": "\n\n".join(str(each["text"]) for each in waiting)}
    entry = {"case": case["id"], "title": disclosure_title, "effective_on": published}
    register.record(DISCLOSED, entry | told | {"channel": disclosure_channel})
    return {"disclosed_resolutions": listed(numbers)}


def _waiting(case: Row, register: Register) -> list[Row]:
    known = register.records(DISCLOSED, case=case["id"])
    published = {number for each in known for number in _numbers(each)}
    adopted = register.records(RESOLUTIONS, case=case["id"], result="adopted")
    return [each for each in adopted if each["number"] not in published]


def _numbers(entry: Row) -> list[str]:
    numbers = entry["resolutions"]
    return numbers if isinstance(numbers, list) else []
