"""Every Chinese sentence of the pages has an English one."""

import ast
import pickle
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from server.feel.sentence import told
from server.law import obligations
from server.law.catalogue import from_disk
from server.views import HERE
from server.views.language import TRANSLATIONS, catalogue, said

METHODS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true"}}
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACE = re.compile(r"%\((\w+)\)s")
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}

TOLD = ("views", "work", "jobs", "studio/drafts", "studio/measures", "studio/rehearsal",
        "studio/tryout")  # fmt: skip
"""Rooms whose refusals people meet on a page; the others tell of files."""
NOT_ON_A_PAGE = {"作业的租约已失效", "文书的字体还没有安装：请运行 make web"}


def ours(directory: str) -> bool:
    return Path(directory).name not in {"web", "static", "translations"}


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    found = extract_from_dir(HERE, METHODS, OPTIONS, keywords=KEYWORDS, directory_filter=ours)
    messages = (message for _, _, message, _, _ in found)
    return {message if isinstance(message, str) else message[0] for message in messages}


@pytest.fixture(scope="module")
def english() -> Catalog:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, "en")


def texts(english: Catalog, sentence: str) -> list[str]:
    message = english.get(sentence)
    found = message.string if message else ""
    return list(found) if isinstance(found, tuple) else [found]


def test_every_sentence_is_translated(sentences: set[str], english: Catalog) -> None:
    assert [one for one in sorted(sentences) if not all(texts(english, one))] == []


def refusals() -> Iterator[str]:
    """Sentences of what is raised, where no name or number is put into them."""
    for room in TOLD:
        for file in (HERE.parent / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Raise) and not any(
                    isinstance(part, ast.JoinedStr) for part in ast.walk(node)
                ):
                    yield from _texts(node)


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_every_refusal_is_translated() -> None:
    told = {text for text in refusals() if CHINESE.search(text)} - NOT_ON_A_PAGE
    whole = catalogue("en")
    assert len(told) > 100
    assert [text for text in sorted(told) if whole.ugettext(text) == text] == []


def test_placeholders_are_the_same_in_both_languages(sentences: set[str], english: Catalog) -> None:
    def names(text: str) -> set[str]:
        return {part.split(")")[0] for part in text.split("%(")[1:]}

    for sentence in sentences:
        for text in texts(english, sentence):
            assert names(text) == names(sentence), sentence


def test_no_translation_is_chinese(english: Catalog) -> None:
    for message in english:
        found = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not [text for text in found if CHINESE.search(text)], message.id


def test_sentences_are_written_in_chinese(sentences: set[str]) -> None:
    english = {one for one in sentences if set(one) & set(string.ascii_letters) and one.isascii()}
    assert english == set()


BELOW = (
    "server/engine/dialect", "server/law/checks", "server/law/forms", "server/feel",
    "server/law/catalogue.py", "server/law/clauses.py", "server/law/obligations.py",
    "server/law/regimes.py", "server/law/sheets.py", "server/studio/scenarios/comparing.py",
)  # fmt: skip
"""Where the sentences of the checks are made."""

ON_THE_COMMAND_LINE = ("server/feel/decide.py", "server/law/checks/__init__.py")


def words_of(source: str) -> set[str]:
    """The Chinese texts of a module, but those of docstrings."""
    tree = ast.parse(source)
    notes = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    texts = (
        one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in notes
    )
    return {one.value for one in texts if isinstance(one.value, str) and CHINESE.search(one.value)}


def files_below() -> Iterator[Path]:
    root = HERE.parents[1]
    for name in BELOW:
        found = sorted((root / name).rglob("*.py")) if (root / name).is_dir() else [root / name]
        yield from (one for one in found if str(one.relative_to(root)) not in ON_THE_COMMAND_LINE)


def test_every_sentence_of_the_checks_has_an_english_one() -> None:
    found = set().union(*(words_of(path.read_text(encoding="utf-8")) for path in files_below()))
    owed = from_disk(HERE.parents[1]).files[obligations.PATH]
    found |= {each.title for each in obligations.load(owed)}
    english = catalogue("en")
    assert sorted(one for one in found if english.ugettext(one) == one) == []


def test_placeholders_of_the_checks_are_the_same_in_both_languages() -> None:
    with (TRANSLATIONS / "en" / "LC_MESSAGES" / "sentences.po").open("rb") as file:
        for message in read_po(file, "en"):
            if message.id:
                assert set(PLACE.findall(message.string)) == set(PLACE.findall(message.id)), (
                    message.id
                )


def test_a_finding_is_english_on_an_english_page_with_all_that_stands_in_it() -> None:
    inner = told("%(kind)s“%(label)s”", kind="用户任务", label="申报单位")
    outer = told("“%(label)s”：%(sentence)s", label="x", sentence=told(
        "%(element)s没有写明表单：%(names)s。", element=inner, names=["a", "b"]
    ))  # fmt: skip
    assert outer == "“x”：用户任务“申报单位”没有写明表单：a、b。"
    finding = told("%(element)s不能有进入的连线。", element=inner)
    with Flask(__name__).test_request_context(headers={"Cookie": "language=en"}):
        assert said(finding) == "The user task “Applicant” may have no incoming flow."
        assert said("没有写明表单。") == "It does not name its form."
    assert pickle.loads(pickle.dumps(finding)).given == finding.given


def test_every_label_of_the_shipped_diagrams_has_an_english_one() -> None:
    published = from_disk(HERE.parents[1])
    paths = {path for regime in published.regimes for path in published.diagrams(regime).values()}
    described = [*filter(None, map(published.describe, sorted(paths)))]
    labels = {
        part.name
        for diagram in described
        for part in (diagram, *diagram.lanes, *diagram.elements, *diagram.flows)
    }
    labels |= {
        element.properties.get("when_reason", "")
        for diagram in described
        for element in diagram.elements
    }
    english = catalogue("en")
    assert sorted(name for name in labels if name and english.ugettext(name) == name) == []
