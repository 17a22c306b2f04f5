from datetime import date, timedelta

import chinese_calendar
import pytest

from server.law import calendar
from server.law.catalogue import Catalogue
from server.law.sheets import SheetError

NOTE = "国办发明电〔2026〕9号"
NEXT_YEAR = f"day,kind,note\n2027-01-01,off,{NOTE}\n2027-01-02,off,{NOTE}\n2027-02-07,work,{NOTE}\n"


def test_shipped_years_agree_with_the_published_package_on_every_day(catalogue: Catalogue) -> None:
    day = date(2021, 1, 1)
    while day.year <= 2026:
        assert catalogue.calendar.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_six_years_are_known_and_each_names_its_notice(catalogue: Catalogue) -> None:
    assert sorted(catalogue.calendar.years) == [2021, 2022, 2023, 2024, 2025, 2026]
    assert catalogue.calendar.years[2025].notice == "国办发明电〔2024〕12号"


def test_loading_a_notice_makes_its_year_known_and_changes_the_version(
    catalogue: Catalogue,
) -> None:
    later = calendar.with_year(catalogue.calendar, 2027, NEXT_YEAR.encode())
    assert later.known(2027) and not catalogue.calendar.known(2027)
    assert later.version != catalogue.calendar.version
    assert later.is_working_day(date(2027, 2, 7)) and not later.is_working_day(date(2027, 1, 1))


def test_the_version_depends_on_the_days_alone(catalogue: Catalogue) -> None:
    reworded = NEXT_YEAR.replace("9号", "10号").encode()
    one = calendar.with_year(catalogue.calendar, 2027, NEXT_YEAR.encode())
    assert one.version == calendar.with_year(catalogue.calendar, 2027, reworded).version


def test_weekend_days_of_a_holiday_say_nothing_new() -> None:
    year = calendar.parse_year(2027, NEXT_YEAR.encode())
    assert year.off == {date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (f"2027-13-01,off,{NOTE}", "不是日期"),
        (f"2026-10-01,off,{NOTE}", "不在2027年"),
        (f"2027-05-03,rest,{NOTE}", "off（放假）或 work（上班）"),
        (f"2027-05-03,work,{NOTE}", "不是周六、周日"),
        (f"2027-01-01,off,{NOTE}", "出现了两次"),
        ("2027-05-03,off,国办发明电〔2026〕8号", "同一通知文号"),
    ],
)
def test_a_wrong_row_is_refused_with_a_sentence(row: str, sentence: str) -> None:
    with pytest.raises(SheetError, match=sentence):
        calendar.parse_year(2027, f"{NEXT_YEAR}{row}\n".encode())


def test_a_sheet_without_new_years_day_is_another_paper() -> None:
    with pytest.raises(SheetError, match="缺元旦"):
        calendar.parse_year(2027, f"day,kind,note\n2027-05-03,off,{NOTE}\n".encode())


def test_a_sheet_without_holidays_is_another_paper() -> None:
    with pytest.raises(SheetError, match="没有放假日"):
        calendar.parse_year(2028, b"day,kind,note\n")


def test_a_notice_must_name_its_number() -> None:
    with pytest.raises(SheetError, match="通知文号"):
        calendar.parse_year(2027, b"day,kind,note\n2027-01-01,off,hearsay\n")
