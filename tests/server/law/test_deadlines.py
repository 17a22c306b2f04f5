"""The deadline service on the computed examples of the law and on its scenarios."""

import os
import time
from datetime import date

import pytest

from server import clock
from server.law import calendar
from server.law.catalogue import Catalogue
from server.law.deadlines import Deadline, NoDeadline
from server.law.law import Law

D = date.fromisoformat


def law(catalogue: Catalogue, regime: str) -> Law:
    return Law.of(catalogue, regime)


@pytest.mark.parametrize(
    ("regime", "milestone", "anchor", "nominal", "due"),
    [
        # The computed examples: 30 working days, months from receipt, 6 months, notice, back.
        ("shanxi", "plan_filing", "2025-09-25", "2025-11-12", "2025-11-12"),
        ("shanxi", "plan_filing", "2024-09-02", "2024-10-18", "2024-10-18"),
        ("shanxi", "plan_filing", "2021-12-27", "2022-02-11", "2022-02-11"),
        ("jiangxi", "plan_filing", "2025-11-30", "2026-01-30", "2026-01-30"),
        ("jiangxi", "plan_filing", "2024-12-28", "2025-02-28", "2025-02-28"),
        ("national", "rectification_acceptance", "2025-07-31", "2026-01-31", "2026-02-02"),
        ("national", "rectification_acceptance", "2024-08-31", "2025-02-28", "2025-02-28"),
        ("national", "public_notice", "2025-09-05", "2025-10-05", "2025-10-09"),
        ("national", "public_notice", "2025-03-31", "2025-04-30", "2025-04-30"),
        ("jiangxi", "acceptance_application", "2026-07-31", "2026-06-30", "2026-06-30"),
        ("shanxi", "acceptance_application", "2026-11-30", "2026-08-30", "2026-08-30"),
        ("jiangxi_base", "agenda_item", "2026-01-05", "2025-12-26", "2025-12-26"),
        ("jiangxi_base", "agenda_item", "2025-02-10", "2025-01-27", "2025-01-27"),
        # The scenarios.
        ("national", "public_notice", "2026-01-30", "2026-02-28", "2026-02-28"),  # SC-001
        ("national", "public_notice", "2024-01-31", "2024-02-29", "2024-02-29"),  # SC-003
        ("national", "public_notice", "2023-01-31", "2023-02-28", "2023-02-28"),  # SC-003
        ("national", "public_notice", "2025-06-11", "2025-07-11", "2025-07-11"),  # SC-004
        ("national", "change_notice", "2025-08-29", "2025-09-29", "2025-09-29"),  # SC-037
        ("national", "rectification_evaluation", "2025-09-30", "2026-09-30", "2026-09-30"),  # 034
        ("national", "annual_papers", "2023-06-01", "2023-12-31", "2023-12-31"),  # SC-030
        ("shanxi", "plan_filing", "2024-01-15", "2024-02-29", "2024-02-29"),  # SC-047
        ("shanxi", "acceptance_application", "2028-05-30", "2028-02-29", "2028-02-29"),  # SC-050
        ("shanxi", "acceptance_application", "2024-12-20", "2024-09-20", "2024-09-20"),  # SC-045
        ("shanxi", "acceptance_application", "2026-09-30", "2026-06-30", "2026-06-30"),  # SC-052
        ("shanxi", "extended_end_decision", "2026-09-30", "2026-09-30", "2026-10-01"),  # SC-052
        ("shanxi", "rectification_acceptance", "2026-03-31", "2026-09-30", "2026-09-30"),  # 055
        ("shanxi", "rectification_acceptance", "2026-05-20", "2026-11-20", "2026-11-20"),  # 058
        ("jiangxi", "plan_filing", "2025-04-03", "2025-06-03", "2025-06-03"),  # SC-071
        ("jiangxi", "acceptance_application", "2026-03-31", "2026-02-28", "2026-02-28"),  # 071
        ("jiangxi", "plan_filing", "2025-08-04", "2025-10-04", "2025-10-09"),  # SC-074
        ("jiangxi", "extension_application", "2026-03-31", "2026-02-28", "2026-02-28"),  # SC-077
        ("jiangxi", "acceptance_application", "2026-09-30", "2026-08-30", "2026-08-30"),  # 077
        ("jiangxi", "extended_end_decision", "2026-09-30", "2026-09-30", "2026-10-01"),  # SC-080
        ("jiangxi", "rectification_acceptance", "2026-05-12", "2026-11-12", "2026-11-12"),  # 081
        ("jiangxi_base", "agenda_item", "2024-12-30", "2024-12-23", "2024-12-23"),  # SC-111
        ("jiangxi_base", "term_of_office", "2024-12-30", "2027-12-30", "2027-12-30"),  # SC-114
    ],
)
def test_computed_examples(
    catalogue: Catalogue, regime: str, milestone: str, anchor: str, nominal: str, due: str
) -> None:
    deadline = law(catalogue, regime).deadline(milestone, D(anchor))
    assert (deadline.nominal_on, deadline.due_on) == (D(nominal), D(due))
    assert deadline.rolled == (nominal != due and deadline.kind != "day_after")


@pytest.mark.parametrize(
    ("regime", "approved", "months", "end"),
    [
        ("national", "2026-03-02", 36, "2029-03-02"),  # SC-001
        ("national", "2024-02-29", 36, "2027-02-28"),  # SC-014
        ("shanxi", "2021-12-20", 36, "2024-12-20"),  # SC-045
        ("jiangxi", "2025-03-31", 12, "2026-03-31"),  # SC-071
    ],
)
def test_the_period_ends_on_its_corresponding_day_and_is_never_rolled(
    catalogue: Catalogue, regime: str, approved: str, months: int, end: str
) -> None:
    deadline = law(catalogue, regime).deadline("construction_end", D(approved), months=months)
    assert deadline.due_on == deadline.nominal_on == D(end)
    assert not deadline.provisional


def test_sc_014_windows_of_a_period_ending_on_a_sunday_in_a_year_without_notice(
    national: Law,
) -> None:
    for milestone in ("self_check", "extension_application"):
        window = national.deadline(milestone, D("2027-02-28"))
        assert (window.opens_on, window.due_on) == (D("2026-11-28"), D("2027-03-01"))
        assert window.nominal_on == D("2027-02-28") and window.provisional


def test_sc_016_an_extension_counts_from_the_end_and_not_from_the_grant(national: Law) -> None:
    extended = national.deadline("extension_end", D("2026-06-30"), months=12)
    assert extended.due_on == D("2027-06-30")


def test_sc_019_the_window_opens_on_its_clamped_day(national: Law) -> None:
    assert national.deadline("extension_application", D("2026-08-31")).opens_on == D("2026-05-31")


def test_sc_021_and_sc_023_the_decision_opens_the_day_after(national: Law) -> None:
    assert national.deadline("end_decision", D("2026-08-31")).due_on == D("2026-09-01")
    assert national.deadline("extended_end_decision", D("2027-06-30")).due_on == D("2027-07-01")


@pytest.mark.parametrize(
    ("regime", "approved", "months", "opens"),
    [
        ("national", "2024-03-15", 36, "2025-09-15"),  # SC-029
        ("national", "2024-03-15", 30, "2025-06-15"),  # SC-029
        ("shanxi", "2024-01-31", 36, "2025-07-31"),  # SC-063
        ("shanxi", "2021-12-20", 36, "2023-06-20"),  # SC-045
        ("national", "2024-03-15", 31, "2025-06-15"),
    ],
)
def test_mid_term_opens_after_half_the_period_rounded_down(
    catalogue: Catalogue, regime: str, approved: str, months: int, opens: str
) -> None:
    midterm = law(catalogue, regime).deadline("midterm", D(approved), months=months)
    assert midterm.opens_on == D(opens) and midterm.soft


def test_sc_064_an_ordered_day_must_follow_the_order(shanxi: Law) -> None:
    order = D("2025-03-10")
    with pytest.raises(NoDeadline, match="须晚于决定之日"):
        shanxi.deadline("rectification_assessment", order, ordered_on=order)
    ordered = shanxi.deadline("rectification_assessment", order, ordered_on=D("2025-06-10"))
    assert ordered.due_on == D("2025-06-10")


def test_sc_132_the_same_end_in_three_regimes(national: Law, shanxi: Law, jiangxi: Law) -> None:
    end = D("2026-03-31")
    for window in (
        national.deadline("self_check", end),
        national.deadline("extension_application", end),
        shanxi.deadline("extension_application", end),
    ):
        assert (window.opens_on, window.due_on) == (D("2025-12-31"), end)
    assert shanxi.deadline("acceptance_application", end).due_on == D("2025-12-31")
    assert jiangxi.deadline("acceptance_application", end).due_on == D("2026-02-28")
    assert jiangxi.deadline("extension_application", end).due_on == D("2026-02-28")


def test_sc_133_without_the_years_notice_a_date_is_provisional_until_it_is_loaded(
    catalogue: Catalogue, shanxi: Law
) -> None:
    received = D("2027-12-20")
    deadline = shanxi.deadline("plan_filing", received)
    assert (deadline.due_on, deadline.provisional) == (D("2028-01-31"), True)
    loaded = catalogue.calendar
    for year in (2027, 2028):
        note = "国办发明电〔2026〕9号"
        days = "".join(f"{year}-01-{day:02},off,{note}\n" for day in range(1, 4))
        loaded = calendar.with_year(loaded, year, f"day,kind,note\n{days}".encode())
    known = Law.of(catalogue, "shanxi", loaded).deadline("plan_filing", received)
    assert (known.due_on, known.provisional) == (D("2028-02-01"), False)
    assert known.calendar_version != deadline.calendar_version


def test_periodic_evaluation_opens_after_three_and_is_overdue_after_five_years(
    national: Law,
) -> None:
    window = national.deadline("periodic_evaluation", D("2026-11-20"))
    assert (window.opens_on, window.due_on) == (D("2029-11-20"), D("2031-11-20"))


def test_a_latest_day_before_the_grant_becomes_the_tenth_working_day_after_it(
    jiangxi: Law,
) -> None:
    end = D("2026-09-30")
    late = jiangxi.deadline("acceptance_application", end, received_on=D("2026-09-07"))
    assert late.due_on == D("2026-09-20")  # a Sunday worked for National Day
    assert "D-11" in late.proof[-2].zh
    soon = jiangxi.deadline("acceptance_application", end, received_on=D("2026-03-16"))
    assert soon.due_on == D("2026-08-30")


def test_a_notice_may_last_longer_but_not_shorter_than_the_law_demands(national: Law) -> None:
    published = D("2025-06-11")
    longer = national.deadline("public_notice", published, announced_on=D("2025-07-31"))
    assert longer.due_on == D("2025-07-31") and "更长" in longer.proof[-2].zh
    with pytest.raises(NoDeadline, match="早于法定末日 2025-07-11"):
        national.deadline("public_notice", published, announced_on=D("2025-07-10"))


def test_the_proof_tells_anchor_rule_arithmetic_rolling_and_calendar(national: Law) -> None:
    deadline = national.deadline("rectification_acceptance", D("2025-07-31"))
    assert [step.zh for step in deadline.proof] == [
        "起算点：验收意见送达之日，2025-07-31（周四）。",
        "依据：GB-21.4“行业标准化主管机构、地方标准化主管部门应当组织创新基地承担单位在6个月内"
        "完成整改，并再次提出验收申请。”，解释 D-10。",
        "2025-07-31 起算，当日不计，次日为第 1 日 → 6个月后的对应日 2026-01-31（周六）（D-01）。",
        "2026-01-31（周六）为休息日 → 顺延至下一工作日 2026-02-02（周一）（D-02）。",
        f"工作日历：国办发明电〔2025〕7号，版本 {deadline.calendar_version}。",
    ]
    assert deadline.proof[3].en == "Sat 2026-01-31 is a rest day; rolled to Mon 2026-02-02 (D-02)."


def test_the_proof_of_working_days_names_holidays_and_make_up_days(shanxi: Law) -> None:
    told = shanxi.deadline("plan_filing", D("2025-09-25")).proof[2]
    assert told.zh == (
        "2025-09-25 当日不计，其后第 30 个工作日为 2025-11-12（周三）"
        "；其间放假 10-01 10-02 10-03 10-06 10-07 10-08，调休上班 09-28 10-11。"
    )
    assert told.en.startswith("2025-09-25 is not counted; working day 30 after it")


def test_the_proof_says_why_a_date_is_not_rolled(national: Law, jiangxi: Law) -> None:
    worked = national.deadline("public_notice", D("2026-01-30")).proof[3]
    assert worked.zh == "2026-02-28（周六）为调休上班日，不顺延。"
    latest = jiangxi.deadline("acceptance_application", D("2026-03-31")).proof
    assert not any("顺延" in step.zh for step in latest)
    sunday = jiangxi.deadline("acceptance_application", D("2026-12-22")).proof[3]
    assert sunday.zh == "2026-11-22（周日）为休息日，但此类日期不顺延（D-03）。"


def test_the_proof_says_that_a_missing_day_is_the_months_end(jiangxi: Law) -> None:
    told = jiangxi.deadline("plan_filing", D("2024-12-30")).proof[2]
    assert "月末日（当月无对应日） 2025-02-28" in told.zh and "end of the month" in told.en


def test_every_row_of_the_table_is_computed_with_a_proof_in_both_languages(
    catalogue: Catalogue,
) -> None:
    anchor = D("2025-09-25")
    for rule in catalogue.tables.table("deadlines").rules:
        regime, milestone = (cell.strip('"') for cell in rule.inputs)
        deadline = law(catalogue, regime).deadline(
            milestone, anchor, months=12, ordered_on=D("2025-12-01")
        )
        assert len(deadline.proof) >= 3
        assert all(step.zh.endswith("。") and step.en.endswith(".") for step in deadline.proof)
        assert catalogue.clauses.exists(deadline.clause)


def test_an_unknown_milestone_and_a_missing_period_are_refused_in_words(shanxi: Law) -> None:
    with pytest.raises(NoDeadline, match="没有本规程的“public_notice”"):
        shanxi.deadline("public_notice", D("2025-01-01"))
    with pytest.raises(NoDeadline, match="须给出批准文件载明的月数"):
        shanxi.deadline("construction_end", D("2025-01-01"))


def test_a_date_beyond_the_calendar_is_refused_in_words(national: Law) -> None:
    with pytest.raises(NoDeadline, match="超出可计算的范围"):
        national.deadline("public_notice", date.max)


def every_date(catalogue: Catalogue) -> list[Deadline]:
    """Every row of the table, from an anchor whose dates cross a holiday and a year."""
    named = [rule.inputs for rule in catalogue.tables.table("deadlines").rules]
    months, ordered = 12, D("2025-12-01")
    return [
        law(catalogue, regime.strip('"')).deadline(
            milestone.strip('"'), D("2025-09-25"), months=months, ordered_on=ordered
        )
        for regime, milestone in named
    ]


def test_the_time_zone_of_the_machine_does_not_matter(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, day = every_date(catalogue), clock.civil_day(clock.noon(D("2025-12-31")))
    for zone in ("Pacific/Kiritimati", "America/Anchorage", "Asia/Shanghai", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert every_date(catalogue) == expected
        assert clock.civil_day(clock.midnight(day)) == day
    monkeypatch.undo()
    time.tzset()
    assert os.environ.get("TZ") not in {"Pacific/Kiritimati", "America/Anchorage"}
