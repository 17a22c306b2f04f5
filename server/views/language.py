"""The language of a page: Chinese unless the person chose English.

Templates are written in Chinese; the Chinese sentence is the key of the English one in
``translations/en/LC_MESSAGES/messages.po``; the labels of the shipped diagrams have theirs in
``labels.po``, what the rooms below say in ``sentences.po``. All are read as they stand, without
compiled copies.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, Domain, get_locale

from server.errors import PROGRAMS
from server.feel.sentence import Sentence

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
CHINESE = re.compile("[\u4e00-\u9fff]")
COOKIE = "language"
TRANSLATIONS = Path(__file__).parent / "translations"


def current() -> str:
    """``zh`` or ``en``; decided once, as the rows of a list all ask."""
    if (found := g.get("language")) is None:
        found = g.language = _wanted()
    return str(found)


def _wanted() -> str:
    """The switch of this browser, what a program asks for, else the person's own setting, else
    Chinese."""
    chosen = request.cookies.get(COOKIE, "")
    person = g.get("person")
    wanted = (chosen, *_asked(), person.locale if person else "")
    return next((code for code in wanted if code in LOCALES), "zh")


def _asked() -> Iterator[str]:
    """What a program asks for, best first; a browser says what it was installed with."""
    if request.path.startswith(PROGRAMS):
        yield from (each.partition("-")[0].lower() for each in request.accept_languages.values())


class SourceDomain(Domain):  # type: ignore[misc]
    """Reads the .po file itself."""

    def get_translations(self) -> NullTranslations:
        return catalogue(str(get_locale()))


def _of_page() -> NullTranslations:
    """Looked for once: a list says hundreds of words."""
    if (found := g.get("translations")) is None:
        found = g.translations = catalogue(str(get_locale()))
    return found  # type: ignore[no-any-return]


@cache
def catalogue(locale: str) -> NullTranslations:
    """The sentences of the pages and the labels of the diagrams in a locale; Chinese needs none."""
    folder = TRANSLATIONS / locale / "LC_MESSAGES"
    if not folder.exists():
        return NullTranslations()
    found = _read(folder / "labels.po", locale)
    for name in ("sentences.po", "messages.po"):
        found.merge(_read(folder / name, locale))
    return found


def labelled(name: str) -> str:
    """The label of a step, a lane or a procedure in the language of the page."""
    return str(catalogue(LOCALES[current()]).ugettext(name))


def said(sentence: str, names: Callable[[], Mapping[str, str]] = dict) -> str:
    """A sentence of the rooms below in the language of the page, all that stands in it too;
    ``names`` are the English ones of what tables name."""
    if current() == "zh":
        return str(sentence)
    if not isinstance(sentence, Sentence):
        return labelled(sentence)
    return sentence.said(lambda text: _worded(text, names), ", ", ".")


def _worded(text: str, names: Callable[[], Mapping[str, str]]) -> str:
    found = labelled(text)
    return names().get(text, found) if found == text and CHINESE.search(text) else found


def _read(source: Path, locale: str) -> Translations:
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale))
    compiled.seek(0)
    return Translations(compiled)


def register(app: Flask) -> None:
    """Install Flask-Babel with our selector and catalogue."""
    babel = Babel(
        app,
        default_locale=LOCALES["zh"],
        default_timezone="Asia/Shanghai",
        locale_selector=lambda: LOCALES[current()],
    )
    babel.domain_instance = SourceDomain()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda said: _of_page().ugettext(said),
        ngettext=lambda one, many, number: _of_page().ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals["language"] = current
