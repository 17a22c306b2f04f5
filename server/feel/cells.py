"""The texts inside a decision model, compiled with the names of the model known."""

from collections.abc import Iterable

from lxml import etree

from server.feel.comparing import Test
from server.feel.compiler import compile_tests, compile_tree
from server.feel.errors import FeelError, bounded_recursion
from server.feel.lexer import KEYWORDS
from server.feel.parser import parse_expression, parse_unary_tests
from server.feel.runtime import Evaluator
from server.feel.sentence import told
from server.feel.tree import AnyValue, Node
from server.feel.xml import child_text, local_name


class Cells:
    """Compiles the expressions and cells of one model.

    ``known`` are the names declared anywhere in the model that are more than plain words.
    Every FeelError says in which element of the file it arose.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known

    def expression(self, text: str | None, element: etree._Element) -> Evaluator:
        """The expression ``text`` of ``element``; null when there is none."""
        if text is None or not text.strip():
            return lambda scope: None
        _refuse_language(element)
        try:
            with bounded_recursion():
                return compile_tree(parse_expression(text, self.known), inside=True)
        except FeelError as error:
            raise at_element(error, element, text) from error

    def tree(self, text: str | None, element: etree._Element) -> Node:
        """The tree of a cell; an empty one allows any value."""
        if text is None or not text.strip():
            return AnyValue()
        try:
            with bounded_recursion():
                return parse_unary_tests(text, self.known)
        except FeelError as error:
            raise at_element(error, element, text) from error

    def tests(self, text: str | None, element: etree._Element) -> Test:
        """The unary tests of a cell."""
        return compile_tests(self.tree(text, element), inside=True)


def declared_names(definitions: etree._Element) -> Iterable[str]:
    """The names of the model's elements that a parser must be told of.

    Parameters are not among them: they are known only inside their function.
    """
    for element in definitions.iter():
        if local_name(element) in ("formalParameter", "parameter"):
            continue
        name = element.get("name") or element.get("iteratorVariable") or ""
        if name and not all(word.isidentifier() and word not in KEYWORDS for word in name.split()):
            yield " ".join(name.split())


def text_of(element: etree._Element | None) -> str | None:
    """The content of the ``text`` child, which holds an expression."""
    return None if element is None else child_text(element, "text")


def at_element(error: FeelError, element: etree._Element, text: str = "") -> FeelError:
    """The same error, naming the element of the model."""
    name, shown = nearest_id(element), text.strip()[:60]
    where = told("元素 %(name)s", name=name)
    if shown:
        where = told("元素 %(name)s “%(shown)s”", name=name, shown=shown)
    return FeelError(
        error.code,
        told("%(where)s：%(sentence)s", where=where, sentence=error.sentence),
        error.position,
    )


def nearest_id(element: etree._Element) -> str:
    """The id of the element or of the nearest one around it that has one."""
    around: etree._Element | None = element
    while around is not None:
        found = around.get("id") or around.get("name")
        if found:
            return found
        around = around.getparent()
    return local_name(element)


def _refuse_language(element: etree._Element) -> None:
    language = element.get("expressionLanguage", "feel")
    if "feel" not in language.lower():
        raise FeelError(
            "model",
            told(
                "元素 %(nearest_id)s：只支持 FEEL，不支持 %(language)s。",
                nearest_id=nearest_id(element),
                language=language,
            ),
        )
