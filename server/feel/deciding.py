"""Deciding a table.

Deciding does not try rule after rule. For each input column whose cells are plain texts, a set
of rows as the bits of an int stands under every text; the sets of all columns are intersected
and only the rows left over have their other cells tested.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

from lxml import etree

from server.feel.cells import Cells, nearest_id, text_of
from server.feel.comparing import Test
from server.feel.compiler import compile_tests
from server.feel.errors import FeelError
from server.feel.items import read_type_ref
from server.feel.policies import SINGLE, ConflictError, Hit, aggregate, choose
from server.feel.runtime import Evaluator, Scope
from server.feel.sentence import told
from server.feel.tables import Table
from server.feel.tree import AnyValue, Literal, Node, Tests
from server.feel.types import Type, coerce
from server.feel.xml import child, children


@dataclass(frozen=True, slots=True)
class _Input:
    """An input column: its expression and, where the table lists them, its allowed values."""

    evaluate: Evaluator
    allows: Test | None


@dataclass(frozen=True, slots=True)
class _Output:
    """An output column: its type, its allowed values in order, its default."""

    name: str
    type: Type
    values: tuple[Test, ...]
    default: Evaluator | None


@dataclass(frozen=True, slots=True)
class _Row:
    """A rule: the cells that the index does not settle, and its outputs."""

    id: str
    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Evaluator, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """The rows of one column by text; ``others`` are those whose cell is no plain text."""

    column: int
    rows: dict[str, int]
    others: int

    def candidates(self, value: object) -> int:
        """The rows that may hold for ``value``."""
        return self.rows.get(value, self.others) if isinstance(value, str) else self.others


class Decider:
    """A compiled decision table. Raises FeelError for a cell that cannot be read."""

    def __init__(self, element: etree._Element, table: Table, cells: Cells) -> None:
        self.table = table
        self.cells = cells
        self.inputs = [self._input(each) for each in children(element, "input")]
        self.outputs = [self._output(each) for each in children(element, "output")]
        rules = list(children(element, "rule"))
        trees = [self._trees(rule) for rule in rules]
        columns = [[row[at] for row in trees] for at in range(len(self.inputs))]
        self.indexes = [
            _index(at, column) for at, column in enumerate(columns) if any(map(_texts, column))
        ]
        self.rows = [self._row(*each) for each in zip(rules, trees, strict=True)]

    def decide(self, scope: Scope) -> object:
        """The result; null, with a problem noted in the run, where rules contradict."""
        run = scope.run
        values = [each.evaluate(scope) for each in self.inputs]
        if not self._allowed(values, scope):
            return None
        try:
            hits = list(self._hits(values, scope))
            chosen = choose(self.table.hit_policy, hits, self._rank(scope), run)
        except ConflictError as conflict:
            run.problems += (
                told("决策表 %(id)s：%(conflict)s", id=self.table.id, conflict=conflict),
            )
            return None
        run.matched += tuple(hit.rule for hit in chosen)
        return self._result(chosen, scope)

    # Reading

    def _input(self, element: etree._Element) -> _Input:
        expression, allowed = child(element, "inputExpression"), child(element, "inputValues")
        evaluate = self.cells.expression(text_of(expression), element)
        return _Input(evaluate, None if allowed is None else self._tests(allowed))

    def _tests(self, element: etree._Element) -> Test:
        return self.cells.tests(text_of(element), element)

    def _output(self, element: etree._Element) -> _Output:
        values, default = child(element, "outputValues"), child(element, "defaultOutputEntry")
        tree = AnyValue() if values is None else self.cells.tree(text_of(values), values)
        listed = tree.tests if isinstance(tree, Tests) else ()
        return _Output(
            name=element.get("name", ""),
            type=read_type_ref(element.get("typeRef")),
            values=tuple(compile_tests(Tests((each,)), inside=True) for each in listed),
            default=None if default is None else self._expression(default),
        )

    def _expression(self, element: etree._Element) -> Evaluator:
        return self.cells.expression(text_of(element), element)

    def _trees(self, rule: etree._Element) -> list[Node]:
        trees = [self.cells.tree(text_of(each), each) for each in children(rule, "inputEntry")]
        if len(trees) != len(self.inputs):
            raise FeelError(
                "model",
                told(
                    "规则 %(nearest_id)s 的输入单元格数与输入列数不同。",
                    nearest_id=nearest_id(rule),
                ),
            )
        return trees

    def _row(self, rule: etree._Element, trees: Sequence[Node]) -> _Row:
        settled = {index.column for index in self.indexes}
        tests = [
            (at, compile_tests(tree, inside=True))
            for at, tree in enumerate(trees)
            if not (isinstance(tree, AnyValue) or (at in settled and _texts(tree)))
        ]
        outputs = tuple(self._expression(each) for each in children(rule, "outputEntry"))
        if len(outputs) != len(self.outputs):
            raise FeelError(
                "model",
                told(
                    "规则 %(nearest_id)s 的输出单元格数与输出列数不同。",
                    nearest_id=nearest_id(rule),
                ),
            )
        return _Row(nearest_id(rule), tuple(tests), outputs)

    # Deciding

    def _allowed(self, values: Sequence[object], scope: Scope) -> bool:
        return all(
            each.allows is None or each.allows(scope, value) is True
            for each, value in zip(self.inputs, values, strict=True)
        )

    def _hits(self, values: Sequence[object], scope: Scope) -> Generator[Hit, None, None]:
        for at in self._candidates(values):
            row = self.rows[at]
            scope.run.spend(1 + len(row.tests))
            if all(test(scope, values[column]) is True for column, test in row.tests):
                yield Hit(row.id, tuple(self._outputs(row, scope)))
                if self.table.hit_policy == "FIRST":
                    return

    def _candidates(self, values: Sequence[object]) -> Generator[int, None, None]:
        """The rows that the indexes leave, in their order."""
        rows = (1 << len(self.rows)) - 1
        for index in self.indexes:
            rows &= index.candidates(values[index.column])
        while rows:
            lowest = rows & -rows
            yield lowest.bit_length() - 1
            rows ^= lowest

    def _outputs(self, row: _Row, scope: Scope) -> Generator[object, None, None]:
        for output, evaluate in zip(self.outputs, row.outputs, strict=True):
            yield coerce(evaluate(scope), output.type, scope.run)

    def _rank(self, scope: Scope) -> "_Ranking":
        return _Ranking(self.outputs, scope)

    def _result(self, hits: Sequence[Hit], scope: Scope) -> object:
        if not hits and any(each.default is not None for each in self.outputs):
            defaults = (each.default and each.default(scope) for each in self.outputs)
            return self._shape(tuple(defaults))
        results = [self._shape(hit.outputs) for hit in hits]
        if self.table.hit_policy in SINGLE:
            return results[0] if results else None
        if self.table.aggregation:
            return aggregate(self.table.aggregation, results, scope.run)
        return results

    def _shape(self, outputs: tuple[object, ...]) -> object:
        if len(self.outputs) == 1:
            return outputs[0]
        names = (each.name for each in self.outputs)
        return dict(zip(names, outputs, strict=True))


class _Ranking:
    """The place of a hit among the listed output values, first column first."""

    def __init__(self, outputs: Sequence[_Output], scope: Scope) -> None:
        self.outputs = outputs
        self.scope = scope

    def __call__(self, hit: Hit) -> tuple[int, ...]:
        pairs = zip(self.outputs, hit.outputs, strict=True)
        return tuple(self._place(output, value) for output, value in pairs)

    def _place(self, output: _Output, value: object) -> int:
        places = (at for at, test in enumerate(output.values) if test(self.scope, value) is True)
        return next(places, len(output.values))


def _texts(tree: Node) -> tuple[str, ...]:
    """The texts of a cell that lists nothing else; empty for any other cell."""
    if not isinstance(tree, Tests) or tree.negated:
        return ()
    values = [each.value for each in tree.tests if isinstance(each, Literal)]
    texts = tuple(value for value in values if isinstance(value, str))
    return texts if len(texts) == len(tree.tests) else ()


def _index(at: int, column: Sequence[Node]) -> _Index:
    rows: dict[str, int] = {}
    others = 0
    for row, tree in enumerate(column):
        texts = _texts(tree)
        others |= 0 if texts else 1 << row
        for text in texts:
            rows[text] = rows.get(text, 0) | 1 << row
    return _Index(at, {text: found | others for text, found in rows.items()}, others)
