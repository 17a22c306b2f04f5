"""The stored form of a running instance: its tokens and variables, nothing of its diagram.

``zstd(orjson([FORMAT, mark, marked, [outcome, done, processes]]))``, about 1 kB. A process is
``[graph name, task it runs in, variables or null where it shares those around it, tasks, names of
the variables with marks, names of those that are folded, whether tasks have marks]``. Its tasks are
columns: ``[ids (identity.py), parents' places, nodes, states, internal, own variables, results
pending]``; what holds many mappings alike is folded (columns.py).
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

import orjson
import zstandard
from SpiffWorkflow.task import Task

from server.engine import identity
from server.engine.columns import folded, is_table, table, unfolded
from server.engine.errors import StateError
from server.engine.marks import Marker, bears, unmarked
from server.engine.multi import COUNTER
from server.engine.nodes import is_live
from server.engine.run import Run
from server.engine.specs import Spec
from server.engine.token import Token
from server.engine.workflow import CaseWorkflow
from server.feel.sentence import told

FORMAT: Final = 3
MAX_BYTES: Final = 1024 * 1024
"""The largest state, before compression."""

_LEVEL: Final = 3
_PLAIN: Final = frozenset((str, int, float, bool, type(None)))


class _Compression(threading.local):
    """zstandard's objects may not be shared between threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_zstd: Final = _Compression()


def dump(workflow: CaseWorkflow) -> bytes:
    """The state of a workflow; StateError when it is larger than 1 MiB."""
    marker = Marker()
    processes = [_process(process, marker) for process in workflow.processes()]
    done = {name: list(elements) for name, elements in workflow.done.items()}
    body = [workflow.outcome, done, processes]
    raw = orjson.dumps([FORMAT, marker.mark, marker.count, body])
    if len(raw) > MAX_BYTES:
        raise StateError(told("办理数据超过 %(limit)s KiB，不能保存", limit=MAX_BYTES // 1024))
    return _zstd.compressor.compress(raw)


def load(state: bytes, spec: Spec, run: Run) -> CaseWorkflow:
    """The workflow of a state; StateError when this version cannot read it."""
    _, mark, _, (outcome, done, processes) = _upgraded(_unpacked(state))
    for process in processes:
        _read(process, mark)
    workflow = CaseWorkflow(spec.root, spec.inner, run, processes[0][2], loading=True)
    workflow.outcome = outcome
    workflow.done = {name: dict.fromkeys(elements) for name, elements in done.items()}
    _fill(workflow, processes[0][TASKS])
    for name, parent, variables, tasks, *_ in processes[1:]:
        task = workflow.find(parent)
        scope = task.data if variables is None else variables
        _fill(workflow.open_inner(task, name, scope, loading=True), tasks)
    return workflow


def renamed(
    state: bytes, graphs: list[tuple[str, list[str | None]]], ids: Mapping[str, Mapping[str, str]]
) -> bytes:
    """The state with each process in another graph, its tasks at other nodes; no node: no task.

    ``ids`` renames the boxes that were passed, by process id. Tasks without a node are leaves.
    """
    form, mark, count, (outcome, done, processes) = _upgraded(_unpacked(state))
    for process, (graph, nodes) in zip(processes, graphs, strict=True):
        process[0], process[TASKS] = graph, _renamed(process[TASKS], nodes)
    passed = {
        name: list(dict.fromkeys(ids.get(name, {}).get(one) or one for one in elements))
        for name, elements in done.items()
    }
    body = [form, mark, count, [outcome, passed, processes]]
    return _zstd.compressor.compress(orjson.dumps(body))


def _renamed(tasks: list[Any], nodes: list[str | None]) -> list[Any]:
    kept = [place for place, node in enumerate(nodes) if node is not None]
    place = {old: new for new, old in enumerate(kept)} | {-1: -1}
    rows = list(_rows(tasks))
    return _columns(
        [[rows[old][0], place[rows[old][1]], nodes[old], *rows[old][3:]] for old in kept]
    )


def _unpacked(state: bytes) -> list[Any]:
    try:
        if zstandard.frame_content_size(state) > MAX_BYTES:
            raise StateError("保存的办理数据过大")
        body = orjson.loads(_zstd.decompressor.decompress(state))
    except (zstandard.ZstdError, orjson.JSONDecodeError) as error:
        raise StateError("保存的办理数据已损坏") from error
    if not isinstance(body, list) or not body or not isinstance(body[0], int):
        raise StateError("保存的办理数据已损坏")
    return body


def _upgraded(body: list[Any]) -> list[Any]:
    if body[0] > FORMAT:
        raise StateError(
            told(
                "办理数据的格式 %(body)s 比本系统的 %(format)s 新，请先升级系统",
                body=body[0],
                format=FORMAT,
            )
        )
    while body[0] < FORMAT:
        body = UPGRADES[body[0]](body)
    return body


# --- a process and its tasks ---


TASKS: Final = 3
"""Their place in a process."""

INTERNAL: Final = 4
OWN: Final = 5
"""Places of columns."""


def _process(process: Any, marker: Marker) -> list[Any]:
    parent = process.parent_task
    shared = parent is not None and process.scope is parent.data
    place = {key: number for number, key in enumerate(process.tasks)}
    tasks = _columns([_row(task, place) for task in process.tasks.values()])
    variables = (None, [], []) if shared else _variables(process.scope, marker)
    written, has_marks = marker.encode(tasks)
    name, inside = process.spec.name, None if parent is None else parent.id
    return [name, inside, variables[0], written, *variables[1:], int(has_marks)]


def _variables(
    scope: Mapping[str, object], marker: Marker
) -> tuple[dict[str, object], list[str], list[str]]:
    """Ready for ``orjson.dumps``; the names of those with marks, and of those folded."""
    written, marked, tables = dict(scope), [], []
    for name, value in scope.items():
        if type(value) in _PLAIN:
            continue
        if is_table(value):
            tables.append(name)
            value = table(cast(list[Any], value))
        written[name], has_marks = marker.encode(value)
        if has_marks:
            marked.append(name)
    return written, marked, tables


def _row(task: Task, place: Mapping[str, int]) -> list[Any]:
    local = task.data.maps[0] if _has_locals(task) else 0
    return [
        identity.written(task.id, task._parent),
        place.get(task._parent, -1),
        task.task_spec.name,
        task._state,
        task.task_spec.kept(task) or 0,
        local,
        int(task.triggered),
    ]


def _has_locals(task: Task) -> bool:
    if task.data is task.workflow.scope:
        return False
    owner = task.parent
    return owner is not None and owner.task_spec.local_scope(owner, task) is not None


def _columns(rows: list[list[Any]]) -> list[Any]:
    ids, parents, nodes, states, internal, local, pending = zip(*rows, strict=True)
    return [ids, parents, nodes, states, folded(internal), local, pending]


def _rows(tasks: list[Any]) -> Iterator[tuple[Any, ...]]:
    ids, parents, nodes, states, internal, local, pending = tasks
    columns = (ids, parents, nodes, states, unfolded(internal), local, pending)
    return zip(*columns, strict=True)


def _fill(process: Any, columns: list[Any]) -> None:
    tasks: list[Task] = []
    specs = process.spec.task_specs
    for written, parent, name, state, internal, local, triggered in _rows(columns):
        above = tasks[parent] if parent >= 0 else None
        task = Token.__new__(Token)
        task.id = identity.read(written, above.id if above else None)
        task.workflow, task.task_spec = process, specs[name]
        task._state, task.triggered = state, bool(triggered)
        task._parent, task._children = None, []
        task.thread_id, task.last_state_change = 0, 0.0
        task.internal_data = internal or {}
        task.data = process.scope
        if above:
            task._parent = above.id
            above._children.append(task.id)
            if local != 0:
                place = written if isinstance(written, int) else local[COUNTER]
                task.data = above.task_spec.scope(above, place, local)
        if task.task_spec.stands_for_many:
            task.task_spec.recall(task)
        tasks.append(task)
        process.tasks[task.id] = task
    process.task_tree = tasks[0]
    process.completed = not any(map(is_live, tasks))


def _read(process: list[Any], mark: str) -> None:
    """Read the marks of a process where there are some, and unfold its variables."""
    variables, marked, tables, has_marks = process[2], *process[4:]
    for name in marked:
        variables[name] = unmarked(variables[name], mark)
    for name in tables:
        variables[name] = unfolded(variables[name])
    if has_marks:
        process[TASKS] = unmarked(process[TASKS], mark)


# --- states of former versions ---


def _by_columns(body: list[Any]) -> list[Any]:
    """Format 1 had the tasks by rows, each id in full, and marks anywhere."""
    _, mark, count, (outcome, done, processes) = body
    for process in processes:
        _, _, variables, rows = process
        marked = [name for name, value in (variables or {}).items() if bears(value, mark)]
        columns = [list(column) for column in zip(*rows, strict=True)]
        columns[INTERNAL : OWN + 1] = map(folded, columns[INTERNAL : OWN + 1])
        process[TASKS:] = [columns, marked, [], int(bears(rows, mark))]
    return [2, mark, count, [outcome, done, processes]]


def _with_items(body: list[Any]) -> list[Any]:
    """Format 2 had the item of a multi-instance element among the element's own variables, and
    those folded."""
    for process in body[3][2]:
        tasks = process[TASKS]
        tasks[OWN], internal = unfolded(tasks[OWN]), unfolded(tasks[INTERNAL])
        for held in internal:
            if held and "rest" in held:
                held["items"] = [None] * (held["next"] - 1) + held.pop("rest")
        tasks[INTERNAL] = folded(internal)
    return [3, *body[1:]]


UPGRADES: Final[dict[int, Callable[[list[Any]], list[Any]]]] = {1: _by_columns, 2: _with_items}
"""Format number to the function that makes the next format of a state."""
