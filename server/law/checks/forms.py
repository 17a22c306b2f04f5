"""Forms: each sound in itself, named by its place, and used by somebody."""

from collections.abc import Iterator

from server.engine.errors import Finding
from server.feel.sentence import told
from server.law.catalogue import FORMS
from server.law.checks.diagrams import form_of
from server.law.checks.survey import Survey
from server.law.forms import FormError, lint, read


def check(survey: Survey) -> Iterator[Finding]:
    """Every finding about a form file."""
    used = {form_of(element) for _, diagram in survey.diagrams for element in diagram.elements}
    for path, data in survey.catalogue.forms.items():
        if not path.endswith(".form"):
            yield Finding("error", path, None, "form", "forms/ 中只能有 .form 文件。")
            continue
        yield from sound(path, data)
        yield from _named(survey, path, data, used)


def sound(path: str, data: bytes) -> Iterator[Finding]:
    """What is wrong with a form in itself."""
    for each in lint(data):
        sentence = told(
            "“%(component)s”：%(sentence)s", component=each.component, sentence=each.sentence
        )
        yield Finding(each.severity, path, each.component, f"form_{each.code}", sentence)


def _named(survey: Survey, path: str, data: bytes, used: set[str | None]) -> Iterator[Finding]:
    form_id, _, regime = path.removeprefix(FORMS).removesuffix(".form").partition(".")
    if regime and regime not in survey.catalogue.regimes:
        yield Finding(
            "error", path, None, "form_regime", told("没有规程“%(regime)s”。", regime=regime)
        )
    if form_id not in used:
        sentence = told("没有任务使用表单“%(form_id)s”。", form_id=form_id)
        yield Finding("error", path, None, "unused", sentence)
    if (written := _written_id(data)) not in ("", form_id):
        sentence = told(
            "表单自称“%(written)s”，应为“%(form_id)s”。", written=written, form_id=form_id
        )
        yield Finding("error", path, None, "form_id", sentence)


def _written_id(data: bytes) -> str:
    try:
        return read(data).id
    except FormError:
        return ""
