"""登记工作成果: the automatic boxes of achievement.bpmn, in the order of the diagram."""

from datetime import date

from handlers.ports import Register, Table
from handlers.refusal import Refusal
from handlers.rules.answers import Row, cite, day, row
from handlers.rules.cases import recorded
from handlers.rules.quotas import COUNTED, OUTPUTS, enter_check, found_unmet, summary, tally

IN_BASE_NAME = "association_standards"
"""The kind that counts only when it was issued in the name of the base (JX-22.4)."""

ACHIEVEMENTS = "GB-25.3 SX-28.1 JX-22.4 JX-22.5 JX-22.6"


def register_achievement(
    today: date,
    case: Row,
    regime: Row,
    register: Register,
    table: Table,
    achievement_kind: str,
    achievement_title: str,
    achieved_on: date,
    in_base_name: bool | None = None,
) -> dict[str, object]:
    """登记工作成果

    What is forbidden cannot be entered; an association standard counts only when issued in the
    name of the base. Clauses: GB-22.2 GB-22.3 GB-25.3 SX-28.1 JX-22.2 JX-22.3 JX-22.4 JX-22.5
    JX-22.6 JX-22.7 JX-22.9 JX-22.11.
    """
    _check_allowed(achievement_kind)
    achieved = day(achieved_on)
    if achieved is None or achieved > today:
        raise Refusal("date_in_future", "完成日期不得晚于今天。", cite(regime, ACHIEVEMENTS))
    entry = {"case": case["id"], "achievement": achievement_kind, "title": achievement_title}
    register.record("achievement", entry | {"effective_on": achieved})
    named = achievement_kind != IN_BASE_NAME or bool(in_base_name)
    return {
        "achievement_countable": achievement_kind in COUNTED and named,
        "achievement_label": row(table("quotas", quota=achievement_kind)).get("title"),
        "achievement_year": achieved.year,
    }


def _check_allowed(kind: str) -> None:
    """A branch and a seal of one's own are no achievements (GB-22)."""
    if kind == "branch":
        reason = "创新基地不得自行成立或者批准分基地等分支机构。"
        raise Refusal("branch_prohibited", reason, ("GB-22.2", "GB-36.3"))
    if kind == "seal":
        raise Refusal("seal_prohibited", "创新基地不得刻制印章。", ("GB-22.3", "GB-36.3"))


def count_achievement(
    today: date,
    case: Row,
    register: Register,
    table: Table,
    achievement_kind: str,
    achievement_title: str,
    achievement_year: int,
) -> dict[str, object]:
    """计入年度产出

    It counts for the calendar year in which it was put out, also where it is verified only after
    the year was checked. Clauses: JX-22.4 JX-22.5 JX-22.6.
    """
    entry = {"case": case["id"], "year": achievement_year, "output": achievement_kind}
    register.record(OUTPUTS, entry | {"title": achievement_title})
    counted = tally(case, achievement_year, register, table)
    progress = {"quota_progress": summary(achievement_year, counted)}
    return progress | _checked_again(today, case, achievement_year, register, table)


def _checked_again(
    today: date, case: Row, year: int, register: Register, table: Table
) -> dict[str, object]:
    """The new result for a year found not complete; the case shows that of its last year."""
    if not found_unmet(case, year, register):
        return {}
    checked = enter_check(today, case, year, register, table)
    return checked if recorded(case).get("quota_year") == year else {}
