"""A forecast for people: lines, CSV, iCalendar (RFC 5545); and as JSON for another process."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import orjson

from server import clock
from server.studio.simulation.duties import Dated, Duty, Forecast

COLUMNS = ("日期", "事项", "角色", "单位", "程序", "法定期限", "暂定", "推演办理日", "条款", "说明")
LINE_OCTETS = 75

Row = tuple[str, ...]


def rows(told: Forecast) -> list[Row]:
    """One row for each duty and each date, in the order of the days."""
    return sorted([*_duties(told), *_dates(told)])


def _duties(told: Forecast) -> Iterator[Row]:
    for duty in told.duties:
        day = duty.due_on or duty.done_on or duty.opened_on
        yield (
            day.isoformat(), duty.name, duty.role, duty.organisation or "", duty.procedure,
            _text(duty.due_on), "暂定" if duty.provisional else "", _text(duty.done_on),
            " ".join(duty.clauses), duty.obstacle,
        )  # fmt: skip


def _dates(told: Forecast) -> Iterator[Row]:
    for each in told.dates:
        provisional = "暂定" if each.provisional else ""
        day = each.due_on.isoformat()
        yield (day, each.title, "", "", "", day, provisional, _text(each.met_on), each.clause, "")


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def lines(told: Forecast) -> list[str]:
    """The forecast to be read in a terminal."""
    words = "、".join(told.words)
    head = f"{told.case['number']} {told.case['title']}：{told.from_on} 起，假设{words}"
    states = [f"{day}｜状态 {state}" for day, state in told.states]
    ended = f"最迟 {told.ended_on} 结束" if told.ended_on else f"推演至 {told.until_on}"
    return [head, *("｜".join(filter(None, row)) for row in rows(told)), *states, ended]


def as_csv(told: Forecast) -> str:
    """The forecast as CSV; cells that a spreadsheet would take for formulas are made text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_tame(cell) for cell in row] for row in rows(told))
    return out.getvalue()


def _tame(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_calendar(told: Forecast) -> str:
    """The legal dates of the forecast as an iCalendar of whole days."""
    events = [row for row in rows(told) if row[5]]
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    body = [line for number, row in enumerate(events) for line in _event(told, number, row, stamp)]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Guicheng//Forecast//ZH"]
    return "".join(
        f"{folded}\r\n" for line in [*head, *body, "END:VCALENDAR"] for folded in _fold(line)
    )


def _event(told: Forecast, number: int, row: Row, stamp: str) -> Iterable[str]:
    day = date.fromisoformat(row[5])
    after = day + timedelta(days=1)
    title = f"{row[1]}（暂定）" if row[6] else row[1]
    return (
        "BEGIN:VEVENT",
        f"UID:{told.case['id']}-{number}@guicheng",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{_escaped('；'.join(filter(None, (row[2], row[8], row[9]))))}",
        "END:VEVENT",
    )


def _escaped(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r", "").replace("\n", "\\n")


def _fold(line: str) -> Iterator[str]:
    """Lines of at most 75 octets; a continuation begins with a space (RFC 5545, 3.1)."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LINE_OCTETS:
            yield part
            part = " "
        part += letter
    yield part


# --- for another process ------------------------------------------------------------------------


def as_json(told: Forecast) -> bytes:
    """The forecast in full; of the case its id, number and title."""
    case = {name: told.case[name] for name in ("id", "number", "title")}
    return orjson.dumps(
        {
            "case": case,
            "words": told.words,
            "from_on": told.from_on,
            "until_on": told.until_on,
            "duties": told.duties,
            "dates": told.dates,
            "states": told.states,
            "ended_on": told.ended_on,
        }
    )


def from_json(text: bytes) -> Forecast:
    """The forecast that ``as_json`` wrote."""
    raw = orjson.loads(text)
    return Forecast(
        case=raw["case"],
        words=tuple(raw["words"]),
        from_on=date.fromisoformat(raw["from_on"]),
        until_on=date.fromisoformat(raw["until_on"]),
        duties=[Duty(**_revived(each, "opened_on", "due_on", "done_on")) for each in raw["duties"]],
        dates=[Dated(**_revived(each, "due_on", "met_on")) for each in raw["dates"]],
        states=[(date.fromisoformat(day), state) for day, state in raw["states"]],
        ended_on=_revived(raw, "ended_on")["ended_on"],
    )


def _revived(row: dict[str, Any], *days: str) -> dict[str, Any]:
    return row | {name: date.fromisoformat(row[name]) for name in days if row[name]}
