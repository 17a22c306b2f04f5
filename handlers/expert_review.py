"""专家评审: the automatic boxes of expert_review.bpmn, in the order of the diagram."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from handlers.ports import Defaults, Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, filled, row, rows
from handlers.rules.conflicts import conflict, involved, units_of
from handlers.rules.opinions import Conclusion, Fraction, conclude
from handlers.sentence import told

MINIMUM = "D-47"
MAJORITY = "D-48"
RECUSAL_YEARS = "D-16"
REVIEW = "application_review"
ACCEPTANCE = "GB-21.1 SX-20.2 JX-20.1"
CARRIED_OUT = {
    REVIEW: "GB-14.1 SX-15.1 JX-15.2",
    "acceptance": ACCEPTANCE,
    "acceptance_again": ACCEPTANCE,
    "annual_assessment": "SX-36.1 JX-32.2",
    "adjustment": "GB-34.1",
}
"""Stage to the clauses by which experts carry it out."""


def check_panel(regime: Row, register: Register, table: Table) -> dict[str, object]:
    """核对专家组名册

    No review before the roster of the panel is on record, where the regime has a standing panel.
    Clauses: SX-6.4 SX-14.2 JX-10.1.
    """
    if row(table("steps", step="panel_roster")).get("on") and not register.records("panel_roster"):
        reason = "专家组名册尚未登记，不能提交评审。"
        raise Refusal("no_panel_roster", reason, cite(regime, "SX-6.4 JX-10.1"))
    return {"panel_opinions": [], "panel_note": None}


def assign_experts(
    today: date,
    regime: Row,
    register: Register,
    table: Table,
    defaults: Defaults,
    proposed_experts: Sequence[str],
    panel_leader: str,
    panel_opinions: Sequence[Row],
    undertaker_id: str,
    partners: Sequence[Row] | None = None,
    review_stage: str = REVIEW,
    case: Row | None = None,
) -> dict[str, object]:
    """核对回避确定专家

    Nobody who works, or in the last years worked, for the applicant, a co-applicant or the unit
    that has taken the applicant's place (D-16), and enough experts for a valid opinion (D-47).
    Clauses: GB-14.1 SX-15.1 JX-15.2.
    """
    clauses = cite(regime, CARRIED_OUT[review_stage])
    chosen = _from_pool(proposed_experts, register, clauses)
    _check_roster(chosen, register, table, clauses)
    parties = involved(undertaker_id, partners, *units_of(row(case)))
    _check_recusal(chosen, parties, today, int(str(defaults(RECUSAL_YEARS))), clauses)
    seated = [str(each["expert"]) for each in panel_opinions]
    _check_seats(chosen, seated, _valid(panel_opinions), panel_leader, defaults, clauses)
    return {"experts": [_seat(expert) for expert in chosen]}


def aggregate_opinions(
    today: date,
    register: Register,
    opinions: Sequence[Row],
    panel_opinions: Sequence[Row],
    panel_leader: str,
    defaults: Defaults,
    table: Table,
    undertaker_id: str,
    partners: Sequence[Row] | None = None,
    review_stage: str = REVIEW,
    case: Row | None = None,
) -> dict[str, object]:
    """汇总评审意见

    Opinions of experts with an interest, declared by them or on record by now, or from outside
    the roster are void however they came to sit (D-16); with too few valid ones, or none of the
    leader, the panel is filled up; else the arithmetic of D-47 to D-49 proposes the verdict.
    Clauses: GB-14.1 SX-15.1 JX-15.2.
    """
    parties = involved(undertaker_id, partners, *units_of(row(case)))
    years = int(str(defaults(RECUSAL_YEARS)))
    given = (*panel_opinions, *opinions)
    pool = register.experts([str(each["expert"]) for each in given])
    unfit = _unfit(pool, register, table, parties, today, years)
    every = [_opinion(each, unfit) for each in given]
    note = _shortage(_valid(every), panel_leader, int(str(defaults(MINIMUM))))
    if note:
        refill = {"panel_note": note, "proposed_experts": None, "panel_leader": None}
        return {"panel_opinions": every, "panel_valid": False} | refill
    known = rows(table("verdicts", stage=review_stage))
    conclusion = _conclusion(every, known, defaults)
    return {
        "panel_opinions": every,
        "panel_valid": True,
        "panel_note": None,
        "proposed_verdict": conclusion.verdict,
        "panel_tally": "\n\n".join(conclusion.arithmetic),
        "panel_reasons": "\n\n".join(_told(each, known) for each in every),
    }


def check_verdict(
    today: date,
    regime: Row,
    table: Table,
    panel_verdict: str,
    proposed_verdict: str,
    review_opinion: str,
    requested_changes: str | None = None,
    departure_reason: str | None = None,
    review_stage: str = REVIEW,
) -> dict[str, object]:
    """核对评审结论

    The verdict is one of the regime's, changes are named where it asks for them, and a departure
    from the tally has its reason. What rests on the opinion is decided from its day on. Clauses:
    GB-14.2 SX-15.1 JX-15.2 JX-15.3.
    """
    ruling = row(table("verdicts", stage=review_stage, verdict=panel_verdict))
    clauses = cite(regime, CARRIED_OUT[review_stage])
    if not ruling:
        raise Refusal("unknown_verdict", "本规程没有这样的评审结论。", clauses)
    if ruling["consequence"] == "revise" and not filled(requested_changes):
        raise Refusal("changes_missing", "须修改完善的，应当列明修改要求。", [ruling["clause"]])
    if panel_verdict != proposed_verdict and not filled(departure_reason):
        reason = "评审结论与意见汇总结果不一致的，应当写明理由。"
        raise Refusal("departure_reason_missing", reason, clauses)
    closing = ruling["consequence"] == "close"
    return {
        "not_approved_reason": review_opinion if closing else None,
        "opinion_formed_on": today,
    }


def _from_pool(
    proposed: Sequence[str], register: Register, clauses: Sequence[str]
) -> list[Mapping[str, object]]:
    pool = {str(expert["id"]): expert for expert in register.experts(proposed)}
    if unknown := [each for each in proposed if each not in pool]:
        reason = told("有%(count)s人不在本规程的专家库中，不能选派。", count=len(unknown))
        raise Refusal("unknown_expert", reason, clauses)
    return [pool[each] for each in dict.fromkeys(proposed)]


def _check_roster(
    chosen: Sequence[Row], register: Register, table: Table, clauses: Sequence[str]
) -> None:
    if outside := [each["name"] for each in _outside_roster(chosen, register, table)]:
        reason = told("%(names)s不是专家组成员，不能选派。", names=outside)
        raise Refusal("not_on_roster", reason, clauses)


def _outside_roster(chosen: Sequence[Row], register: Register, table: Table) -> list[Row]:
    """Those who are not on the roster of the standing panel, where the regime has one."""
    if not row(table("steps", step="panel_roster")).get("on"):
        return []
    members = {one for each in register.records("panel_roster") for one in _members(each)}
    return [each for each in chosen if members and each["id"] not in members]


def _members(roster: Mapping[str, object]) -> Collection[str]:
    members = roster.get("members")
    return members if isinstance(members, list) else ()


def _check_recusal(
    chosen: Sequence[Row], parties: set[str], today: date, years: int, clauses: Sequence[str]
) -> None:
    if barred := [str(each["name"]) for each in chosen if conflict(each, parties, today, years)]:
        reason = told(
            "%(names)s与申报单位或联合申报单位有利害关系，应当回避，请更换。", names=barred
        )
        raise Refusal("expert_conflict", reason, clauses)


def _check_seats(
    chosen: Sequence[Row],
    seated: Sequence[str],
    valid: Sequence[str],
    leader: str,
    defaults: Defaults,
    clauses: Sequence[str],
) -> None:
    names = {str(each["id"]): str(each["name"]) for each in chosen}
    if again := [name for one, name in names.items() if one in seated]:
        raise Refusal(
            "already_reviewed", told("%(names)s已经评审过，只填新派的专家。", names=again), clauses
        )
    minimum = int(str(defaults(MINIMUM)))
    if len(names) + len(valid) < minimum:
        reason = told(
            "有效意见不少于%(minimum)s份，至少还须选派%(lacking)s名专家。",
            minimum=minimum,
            lacking=minimum - len(valid),
        )
        raise Refusal("too_few_experts", reason, clauses)
    if leader not in names and leader not in valid:
        raise Refusal("leader_not_on_panel", "专家组组长须为本次评审的专家。", clauses)


def _seat(expert: Mapping[str, object]) -> dict[str, object]:
    return {"id": expert["id"], "name": expert["name"], "organisation": expert.get("organisation")}


def _unfit(
    experts: Sequence[Row],
    register: Register,
    table: Table,
    parties: set[str],
    today: date,
    years: int,
) -> dict[str, str]:
    """The experts who may not sit in this case, and why."""
    outside = _outside_roster(experts, register, table)
    strangers = {str(each["id"]): "不是专家组成员" for each in outside}
    tied = [str(each["id"]) for each in experts if conflict(each, parties, today, years)]
    return strangers | dict.fromkeys(tied, "登记有利害关系")


def _opinion(given: Row, unfit: Mapping[str, str]) -> dict[str, object]:
    declared = "声明有利害关系" if given["interest"] != "none" else None
    why = declared or unfit.get(str(given["expert"]))
    return dict(given) | {"void": why is not None, "void_reason": why}


def _valid(opinions: Sequence[Row]) -> list[str]:
    return [str(each["expert"]) for each in opinions if not each["void"]]


def _shortage(valid: Sequence[str], leader: str, minimum: int) -> str | None:
    if len(valid) < minimum:
        return f"有效意见{len(valid)}份，少于{minimum}份，请补充专家后继续评审。"
    if leader not in valid:
        return "专家组组长没有提交有效意见，请另定组长并补充专家后继续评审。"
    return None


def _conclusion(opinions: Sequence[Row], known: Sequence[Row], defaults: Defaults) -> Conclusion:
    majority = Fraction.parse(str(defaults(MAJORITY)))
    return conclude(opinions, known, int(str(defaults(MINIMUM))), majority)


def _told(opinion: Row, known: Sequence[Row]) -> str:
    """One member's opinion in words, for the leader who writes the panel's."""
    if opinion["void"]:
        return f"{opinion['name']}：{opinion['void_reason']}，意见无效。"
    titles = {each["verdict"]: each["title"] for each in known}
    changes = f"修改建议：{opinion['changes']}" if filled(opinion["changes"]) else ""
    return f"{opinion['name']}：{titles[opinion['verdict']]}。{opinion['reasons']}{changes}"
