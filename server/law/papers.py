"""Papers that offices issue: what each says, as templates beside the diagrams.

``processes/papers/<name>.toml`` holds the text of a paper; ``{{ … }}`` in it is FEEL over what the
procedure knows at the event that issues it. A paragraph whose text comes out empty is left out.
A table ``[<regime>]`` in the file replaces lines for that regime.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from server.feel import Expression, FeelError, compile_expression
from server.law.catalogue import Catalogue

FOLDER = "processes/papers/"

PLACE = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)

LINES = ("number", "title", "addressee", "body", "copies")
"""The lines of a paper that may have places."""


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


@dataclass(frozen=True, slots=True)
class Template:
    """A paper of one regime. ``word`` stands in its number, as in GB批〔2026〕0001号."""

    name: str
    word: str
    lines: Mapping[str, Text]


@dataclass(frozen=True, slots=True)
class Content:
    """What a paper says once its places are filled; ``body`` is a list of paragraphs. ``number``
    is that of an office that numbers its papers elsewhere, else empty."""

    number: str
    title: str
    addressee: str
    body: tuple[str, ...]
    copies: str


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
) -> Content:
    """Fill in a template."""
    told = {name: line.fill(variables, functions, now) for name, line in paper.lines.items()}
    body = tuple(filter(None, (paragraph.strip() for paragraph in told["body"].splitlines())))
    return Content(body=body, **{name: told[name].strip() for name in LINES if name != "body"})


def written(value: object) -> str:
    """A value as official papers write it: days in full, nothing for what is not there."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, list):
        return "、".join(map(written, value))
    return str(value)


@lru_cache(maxsize=256)
def _read(name: str, data: bytes, regime: str) -> Template:
    try:
        table = tomllib.loads(data.decode("utf-8"))
        own = {**table, **table.get(regime, {})}
        lines = {line: _text(str(own.get(line, ""))) for line in LINES}
        return Template(name, str(own["word"]), lines)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, FeelError) as error:
        raise PaperError(f"文书模板“{name}”有误：{error}") from error
    except KeyError as error:
        raise PaperError(f"文书模板“{name}”缺少 {error}。") from error


def _text(source: str) -> Text:
    return Text(tuple(_parts(source)))


def _parts(source: str) -> Iterator[str | Expression]:
    end = 0
    for place in PLACE.finditer(source):
        yield source[end : place.start()]
        yield compile_expression(place[1])
        end = place.end()
    yield source[end:]
