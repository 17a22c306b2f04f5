"""Working-day calendars: the shipped years and the notice of the next one."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date

from handlers.rules.working_days import SATURDAY, Calendar, Year
from server.law.sheets import SheetError, read_sheet

__all__ = ["Calendar", "SheetError", "Year", "build", "parse_year", "with_year"]

COLUMNS = ("day", "kind", "note")
NOTICE = re.compile(r"国办发明电〔\d{4}〕\d+号")
MAX_NOTE = 60


def parse_year(year: int, data: bytes) -> Year:
    """Read one year's notice: rows of `day,kind,note`, kind `off` or `work`.

    A weekend day given as `off` says nothing new and is left out, so that a holiday may be
    entered as the notice prints it, from first to last day.  Raises SheetError.
    """
    rows = read_sheet(data, COLUMNS, f"{year}年放假安排")
    days = {_day(row, year, line): row["kind"] for line, row in enumerate(rows, 2)}
    if len(days) != len(rows):
        raise SheetError(f"{year}年放假安排：同一天出现了两次。")
    _plausible(year, days)
    return Year(
        off=frozenset(day for day, kind in days.items() if kind == "off" and _is_weekday(day)),
        work=frozenset(day for day, kind in days.items() if kind == "work"),
        notice=_notice(year, rows),
    )


def build(sheets: Mapping[int, bytes]) -> Calendar:
    """The calendar of several yearly sheets; its version is the digest of their contents."""
    years = {year: parse_year(year, sheets[year]) for year in sorted(sheets)}
    return Calendar(_version(years), years)


def with_year(calendar: Calendar, year: int, data: bytes) -> Calendar:
    """The calendar with one more notice loaded, or a corrected one put in its place."""
    years = dict(sorted({**calendar.years, year: parse_year(year, data)}.items()))
    return Calendar(_version(years), years)


def _version(years: Mapping[int, Year]) -> str:
    digest = hashlib.sha256()
    for year, notice in years.items():
        digest.update(f"{year};{_list(notice.off)};{_list(notice.work)}\n".encode())
    return digest.hexdigest()[:12]


def _list(days: Iterable[date]) -> str:
    return ",".join(day.isoformat() for day in sorted(days))


def _day(row: Mapping[str, str], year: int, line: int) -> date:
    where = f"{year}年放假安排第 {line} 行"
    try:
        day = date.fromisoformat(row["day"])
    except ValueError as error:
        raise SheetError(f"{where}：“{row['day'][:20]}”不是日期，应写作 {year}-01-01。") from error
    if day.year != year:
        raise SheetError(f"{where}：{day} 不在{year}年。")
    if row["kind"] not in ("off", "work"):
        raise SheetError(f"{where}：类型应为 off（放假）或 work（上班）。")
    if row["kind"] == "work" and _is_weekday(day):
        raise SheetError(f"{where}：{day} 不是周六、周日，无须写作调休上班。")
    return day


def _plausible(year: int, days: Mapping[date, str]) -> None:
    """A notice has holidays, New Year's Day among them; a sheet without is another paper."""
    new_year = date(year, 1, 1)
    if _is_weekday(new_year) and days.get(new_year) != "off":
        raise SheetError(f"{year}年放假安排：缺元旦（{new_year}），请核对是否为放假通知。")
    if not any(kind == "off" for kind in days.values()):
        raise SheetError(f"{year}年放假安排：没有放假日。")


def _notice(year: int, rows: Iterable[Mapping[str, str]]) -> str:
    notes = {row["note"] for row in rows}
    if len(notes) != 1 or len(note := notes.pop()) > MAX_NOTE or not NOTICE.search(note):
        raise SheetError(f"{year}年放假安排：每行须写同一通知文号，如“国办发明电〔2025〕7号”。")
    return note


def _is_weekday(day: date) -> bool:
    return day.weekday() < SATURDAY
