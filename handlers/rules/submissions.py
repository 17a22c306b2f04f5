"""One application of a unit in a field is submitted in a round, by one recommender (D-18)."""

from handlers.ports import Register
from handlers.refusal import Refusal
from handlers.rules import names
from handlers.rules.answers import Row, cite
from handlers.sentence import told

ENDING = "case_ending"
"""Kind of the record of a case that was terminated or revoked."""


def key(round_number: str, undertaker_id: str, field_name: str) -> dict[str, object]:
    """What makes two applications the same one, however the field is written."""
    return {
        "round_number": round_number,
        "undertaker_id": undertaker_id,
        "field_name": names.plain(field_name),
    }


def refuse_second(
    register: Register, regime: Row, actor: Row | None, same: dict[str, object]
) -> None:
    """Raises Refusal when the same was submitted in its round, unless what came of it was
    terminated or revoked (D-28); only the unit itself and who recommended it are told by whom and
    under which number."""
    submitted = register.records("application", **same)
    if not (earlier := [each for each in submitted if not _is_over(each, register)]):
        return
    reason = _in_full(earlier[0]) if _is_theirs(earlier[0], actor or {}) else _in_short()
    raise Refusal("already_submitted", reason, cite(regime, "GB-6.2 GB-12.2 SX-13.1 JX-8.1"))


def _is_over(earlier: Row, register: Register) -> bool:
    return bool(register.records(ENDING, case_id=earlier.get("case_id")))


def _is_theirs(earlier: Row, actor: Row) -> bool:
    offices = {each["id"] for each in actor.get("offices") or ()}
    return bool(offices & {earlier["undertaker_id"], earlier.get("recommender_id")})


def _in_full(earlier: Row) -> str:
    return told(
        "本批次已由%(recommender)s报送同一单位同一领域的申报（%(number)s），一个申报只能有一个推荐单位；"
        "未获批准的，以后批次可以重新申报。",
        recommender=earlier["recommender"],
        number=earlier["number"],
    )


def _in_short() -> str:
    return (
        "本批次已经报送过同一单位同一领域的申报，一个申报只能有一个推荐单位；"
        "未获批准的，以后批次可以重新申报。"
    )
