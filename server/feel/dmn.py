"""Decision models: DMN 1.1 to 1.5, read alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

from server.feel.boxed import Logic
from server.feel.cells import Cells, declared_names
from server.feel.domain import NO_FUNCTIONS, HostFunctions
from server.feel.errors import FeelError
from server.feel.evaluation import Decided, Evaluation
from server.feel.graph import (
    Decision,
    Element,
    GraphReader,
    InputData,
    Key,
    Service,
    check_graph,
)
from server.feel.items import read_item_definitions
from server.feel.runtime import Run
from server.feel.sentence import told
from server.feel.tables import Table
from server.feel.types import ANY, Type, Types
from server.feel.xml import children, local_name, read_xml

MAX_IMPORTS: Final = 20
_NOTHING: Final[Mapping[str, bytes]] = {}


@dataclass(frozen=True, slots=True)
class Model:
    """A compiled decision model; immutable, safe to share between threads.

    ``tables`` are its decision tables as written, for display and checks; ``prefixes`` the
    names under which it sees the models it imports, by namespace.
    """

    namespace: str
    name: str
    tables: tuple[Table, ...]
    graph: Mapping[Key, Element]
    types: Types
    prefixes: Mapping[str, str]
    known: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def decisions(self) -> tuple[str, ...]:
        """The names of the model's own decisions and decision services, in file order."""
        return tuple(each.name for each in self._own())

    @property
    def untyped_inputs(self) -> frozenset[str]:
        """The names of the input data that may be anything."""
        inputs = (each for each in self.graph.values() if isinstance(each, InputData))
        return frozenset(each.name for each in inputs if each.type == ANY)

    def evaluate(
        self,
        name_or_id: str,
        data: Mapping[str, object],
        functions: HostFunctions = NO_FUNCTIONS,
        now: datetime | None = None,
    ) -> Decided:
        """Decide. ``data`` holds the input data by name, JSON-like or FEEL values.

        Text becomes a date, time or duration where the input's type is one. What does not fit
        its type is null, as FEEL demands. Raises FeelError: ``model`` for an unknown decision,
        ``budget``, ``value`` and ``call`` as expressions do.
        """
        element = self._find(name_or_id)
        run = Run({}, functions, now, self.types)
        return Evaluation(self.graph, self.prefixes, data, run).decide(element)

    def _own(self) -> list[Element]:
        wanted = (Decision, Service)
        mine = (each for each in self.graph.values() if each.key[0] == self.namespace)
        return [each for each in mine if isinstance(each, wanted)]

    def _find(self, name_or_id: str) -> Element:
        for element in self._own():
            if name_or_id in (element.name, element.key[1]):
                return element
        raise FeelError(
            "model",
            told(
                "模型“%(name)s”中没有名为“%(name_or_id)s”的决策。",
                name=self.name,
                name_or_id=name_or_id,
            ),
        )


def load_model(xml: bytes, imports: Mapping[str, bytes] = _NOTHING) -> Model:
    """Read and compile a model, every cell of it.

    ``imports`` holds the files it may import, by their namespace. Raises XmlError for a file
    that is not read, FeelError naming the element for anything that does not compile.
    """
    return _Loader(imports).load(read_xml(xml), ())


class _Loader:
    """Loads a model after the models it imports."""

    def __init__(self, imports: Mapping[str, bytes]) -> None:
        self.imports = imports

    def load(self, definitions: etree._Element, path: tuple[str, ...]) -> Model:
        """The model of ``definitions``, imported along ``path``."""
        if local_name(definitions) != "definitions":
            raise FeelError("model", "文件不是 DMN 模型：根元素应为 definitions。")
        namespace = definitions.get("namespace", "")
        imported = self._imported(definitions, (*path, namespace))
        known = frozenset(declared_names(definitions)).union(
            *(model.known for model in imported.values())
        )
        cells = Cells(known)
        types = read_item_definitions(definitions, cells, _imported_types(imported))
        logic = Logic(cells)
        graph = {key: each for model in imported.values() for key, each in model.graph.items()}
        graph |= GraphReader(namespace, logic, types).read(definitions)
        check_graph(graph)
        return Model(
            namespace=namespace,
            name=definitions.get("name", ""),
            tables=tuple(logic.tables),
            graph=graph,
            types=types,
            prefixes=_prefixes(imported),
            known=known,
        )

    def _imported(self, definitions: etree._Element, path: tuple[str, ...]) -> dict[str, Model]:
        """The imported models by the prefix this one gives them."""
        found = {}
        for each in children(definitions, "import"):
            namespace = each.get("namespace", "")
            if "DMN" in each.get("importType", ""):
                found[each.get("name", "")] = self._import(namespace, path)
        return found

    def _import(self, namespace: str, path: tuple[str, ...]) -> Model:
        if namespace in path or len(path) > MAX_IMPORTS:
            raise FeelError("model", told("模型互相导入成环：%(namespace)s。", namespace=namespace))
        if namespace not in self.imports:
            raise FeelError(
                "model", told("找不到所导入的模型：%(namespace)s。", namespace=namespace)
            )
        return self.load(read_xml(self.imports[namespace]), path)


def _imported_types(imported: Mapping[str, Model]) -> dict[str, Type]:
    """The types of the imported models, with their prefix and, for each other, without."""
    types: dict[str, Type] = {}
    for prefix, model in imported.items():
        types.update(model.types)
        types.update({f"{prefix}.{name}": type_ for name, type_ in model.types.items()})
    return types


def _prefixes(imported: Mapping[str, Model]) -> dict[str, str]:
    inherited: dict[str, str] = {}
    for prefix, model in imported.items():
        inherited |= model.prefixes
        inherited[model.namespace] = prefix
    return inherited
