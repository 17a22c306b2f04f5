"""Papers that offices issue: what each says, as templates beside the diagrams.

``processes/papers/<name>.toml`` holds the text of a paper; ``{{ … }}`` in it is FEEL over what the
procedure knows at the box that issues it. A paragraph whose text comes out empty is left out.
A table ``[<regime>]`` in the file replaces lines for that regime.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from server.feel import Expression, FeelError, compile_expression
from server.law.catalogue import Catalogue

FOLDER = "processes/papers/"

PLACE = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)

FORMS = ("letter", "minutes", "certificate", "table")
"""How a paper is laid out: 公文, 纪要, 证书, 汇总表."""

SINGLE = ("organ", "number", "title", "addressee", "seal", "copies")
"""Lines that may have places. ``organ`` is the name that signs where it is not that of the office,
``seal`` what stands below it where another body seals for it (D-45)."""

MANY = ("body", "attachments", "people")
"""Texts of which each line is a paragraph of its own."""


class PaperError(ValueError):
    """A template that cannot be read; the message is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Text:
    """A line with its places, compiled once."""

    parts: tuple[str | Expression, ...]

    def fill(
        self,
        variables: Mapping[str, object],
        functions: Mapping[str, Callable[..., object]],
        now: datetime,
    ) -> str:
        """The line with its places filled; raises FeelError for one beyond its budget."""
        return "".join(
            part if isinstance(part, str) else written(part(dict(variables), functions, now))
            for part in self.parts
        )

    @property
    def expressions(self) -> Iterator[Expression]:
        """What its places ask."""
        yield from (part for part in self.parts if isinstance(part, Expression))


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in a paper: its headings, their widths in millimetres, and FEEL that gives a list
    of rows, each a list of cells."""

    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: Expression


@dataclass(frozen=True, slots=True)
class Template:
    """A paper of one regime. ``word`` stands in its number, as in GB批〔2026〕1号; ``role`` signs
    where the box that issues it does not stand in the lane of whoever signs."""

    name: str
    word: str
    role: str
    form: str
    lines: Mapping[str, Text]
    grid: Grid | None

    @property
    def expressions(self) -> Iterator[Expression]:
        """Every expression of the paper."""
        for line in self.lines.values():
            yield from line.expressions
        if self.grid is not None:
            yield self.grid.rows


def template(catalogue: Catalogue, name: str, regime: str) -> Template:
    """The template of a paper for a regime; raises PaperError."""
    data = catalogue.files.get(f"{FOLDER}{name}.toml")
    if data is None:
        raise PaperError(f"没有文书模板“{name}”。")
    return _read(name, data, regime)


def names(catalogue: Catalogue) -> list[str]:
    """The papers that have a template."""
    found = (path for path in catalogue.files if path.startswith(FOLDER))
    return [path.removeprefix(FOLDER).removesuffix(".toml") for path in found]


def content(
    paper: Template,
    variables: Mapping[str, object],
    functions: Mapping[str, Callable[..., object]],
    now: datetime,
) -> dict[str, Any]:
    """What a paper says once its places are filled: every name of SINGLE a text, every one of
    MANY a list of paragraphs, and ``table`` where it has one. ``number`` is that of an office that
    numbers its papers elsewhere, else empty."""
    functions = {**functions, "labelled": labelled}
    told = {name: line.fill(variables, functions, now) for name, line in paper.lines.items()}
    single = {name: told[name].strip() for name in SINGLE}
    many = {name: [*filter(None, map(str.strip, told[name].splitlines()))] for name in MANY}
    if paper.grid is None:
        return {"form": paper.form, **single, **many}
    cells = paper.grid.rows(dict(variables), functions, now)
    return {"form": paper.form, **single, **many, "table": _table(paper.grid, cells)}


def written(value: object) -> str:
    """A value as official papers write it: days in full, nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, list):
        return "、".join(map(written, value))
    return str(value)


def labelled(label: object, value: object) -> str:
    """In templates: a value behind its label, nothing where there is no value."""
    told = written(value).strip()
    return f"{label}{told}" if told else ""


def _table(grid: Grid, cells: object) -> dict[str, Any]:
    found = cells if isinstance(cells, list) else []
    rows = [[*map(written, row)] for row in found if isinstance(row, list)]
    return {"headings": list(grid.headings), "widths": list(grid.widths), "rows": rows}


@lru_cache(maxsize=256)
def _read(name: str, data: bytes, regime: str) -> Template:
    try:
        table = tomllib.loads(data.decode("utf-8"))
        own = {**table, **table.get(regime, {})}
        lines = {line: _text(str(own.get(line, ""))) for line in (*SINGLE, *MANY)}
        role = str(own.get("role", ""))
        return Template(name, str(own["word"]), role, _form(own), lines, _grid(own))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, FeelError) as error:
        raise PaperError(f"文书模板“{name}”有误：{error}") from error
    except KeyError as error:
        raise PaperError(f"文书模板“{name}”缺少 {error}。") from error
    except ValueError as error:
        raise PaperError(f"文书模板“{name}”：{error}") from error


def _form(own: Mapping[str, Any]) -> str:
    form = str(own.get("form", FORMS[0]))
    if form not in FORMS:
        raise ValueError(f"版式“{form}”应为 {'、'.join(FORMS)} 之一。")
    return form


def _grid(own: Mapping[str, Any]) -> Grid | None:
    if "rows" not in own:
        return None
    headings, widths = tuple(own["headings"]), tuple(own["widths"])
    if len(headings) != len(widths):
        raise ValueError("表头和列宽的个数不一致。")
    return Grid(headings, widths, compile_expression(str(own["rows"])))


def _text(source: str) -> Text:
    return Text(tuple(_parts(source)))


def _parts(source: str) -> Iterator[str | Expression]:
    end = 0
    for place in PLACE.finditer(source):
        yield source[end : place.start()]
        yield compile_expression(place[1])
        end = place.end()
    yield source[end:]
