"""The working-day calendar in force: the shipped years and the notices loaded since.

When a notice is loaded, the open dates that were provisional for want of it are computed again,
case by case, each with an entry in its journal (D-05).
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, insert, select

from handlers.rules.working_days import Calendar, Year
from server import clock
from server.law import calendar as law
from server.law.catalogue import Catalogue
from server.law.sheets import SheetError, read_sheet
from server.models import calendars
from server.work.sql import Query

MARK = "(SELECT max(loaded_at) FROM calendars)"
"""SQL that changes whenever a notice is loaded; acts read it along with the case."""

LOADED = Query("SELECT year, days FROM calendars ORDER BY loaded_at, version", {"json": ["days"]})
NEWEST = Query(f"SELECT {MARK} AS mark")

SHEET = "放假安排"

_built: dict[tuple[str, str], Calendar] = {}


def current(tx: Connection, catalogue: Catalogue, mark: object) -> Calendar:
    """The catalogue's calendar with every notice loaded into this office up to ``mark``."""
    if mark is None:
        return catalogue.calendar
    key = (catalogue.calendar.version, str(mark))
    if key not in _built:
        _built[key] = _with_loaded(tx, catalogue.calendar)
    return _built[key]


def _with_loaded(tx: Connection, calendar: Calendar) -> Calendar:
    for row in LOADED.all(tx):
        calendar = law.with_year(calendar, row["year"], row["days"]["sheet"].encode())
    return calendar


def mark(tx: Connection) -> object:
    """The present value of ``MARK``."""
    return (NEWEST.first(tx) or {}).get("mark")


def store(tx: Connection, data: bytes) -> Year:
    """Keep a year's notice; raises SheetError with a sentence when it is not one."""
    year = _year_of(data)
    notice = law.parse_year(year, data)
    version = hashlib.sha256(data).hexdigest()
    known = select(calendars.c.version).where(calendars.c.version == version)
    if tx.execute(known).first() is None:
        row = {"version": version, "year": year, "loaded_at": clock.now()}
        told = {"source": notice.notice, "days": {"sheet": data.decode("utf-8-sig")}}
        tx.execute(insert(calendars).values(row | told))
    return notice


def _year_of(data: bytes) -> int:
    rows = read_sheet(data, law.COLUMNS, SHEET)
    year = rows[0]["day"][:4] if rows else ""
    if not (year.isdecimal() and year.isascii()):
        raise SheetError(f"{SHEET}：首行没有日期。")
    return int(year)
