"""The stored form of a running instance: its tokens and variables, nothing of its diagram.

``zstd(orjson([FORMAT, mark, marked, outcome, done, processes]))``, about 1 kB. A process is
``[graph name, task it runs in, variables or null where it shares those around it, rows]``, a row
``[id, parent's place, node, state, internal, local variables, result pending]``.

JSON has no dates, decimals or durations. They are written as ``{mark: [kind, text]}`` with a
mark drawn at random for each dump, so that no data of a person can look like one.
"""

import secrets
import threading
from collections import ChainMap
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.task import Task

from server.engine.errors import StateError
from server.engine.nodes import is_live
from server.engine.run import Run
from server.engine.specs import Spec
from server.engine.workflow import CaseWorkflow
from server.feel.sentence import told
from server.feel.temporal import Months, format_temporal, parse_temporal

FORMAT: Final = 1
UPGRADES: Final[dict[int, Callable[[list[Any]], list[Any]]]] = {}
"""Format number to the function that makes the next format of a state."""
MAX_BYTES: Final = 1024 * 1024
"""The largest state, before compression."""

_LEVEL: Final = 3
_NESTED: Final = (dict, list)
_OPTIONS: Final = (
    orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
)


class _Compression(threading.local):
    """zstandard's objects may not be shared between threads."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_zstd: Final = _Compression()


def dump(workflow: CaseWorkflow) -> bytes:
    """The state of a workflow; StateError when it is larger than 1 MiB."""
    marker = _Marker()
    processes = [_process_row(process) for process in workflow.processes()]
    done = {name: list(elements) for name, elements in workflow.done.items()}
    body = marker.encode([workflow.outcome, done, processes])
    raw = orjson.dumps([FORMAT, marker.mark, marker.count, orjson.Fragment(body)])
    if len(raw) > MAX_BYTES:
        raise StateError(told("办理数据超过 %(limit)s KiB，不能保存", limit=MAX_BYTES // 1024))
    return _zstd.compressor.compress(raw)


def load(state: bytes, spec: Spec, run: Run) -> CaseWorkflow:
    """The workflow of a state; StateError when this version cannot read it."""
    _, mark, count, (outcome, done, processes) = _upgraded(_unpacked(state))
    if count:
        processes = _unmarked(processes, mark)
    workflow = CaseWorkflow(spec.root, spec.inner, run, processes[0][2], loading=True)
    workflow.outcome = outcome
    workflow.done = {name: dict.fromkeys(elements) for name, elements in done.items()}
    _fill(workflow, processes[0][3])
    for name, parent, variables, rows in processes[1:]:
        task = workflow.find(parent)
        scope = task.data if variables is None else variables
        _fill(workflow.open_inner(task, name, scope, loading=True), rows)
    return workflow


def renamed(
    state: bytes, graphs: list[tuple[str, list[str | None]]], ids: Mapping[str, Mapping[str, str]]
) -> bytes:
    """The state with each process in another graph, its tasks at other nodes; no node: no task.

    ``ids`` renames the boxes that were passed, by process id. Tasks without a node are leaves.
    """
    form, mark, count, (outcome, done, processes) = _upgraded(_unpacked(state))
    for process, (graph, nodes) in zip(processes, graphs, strict=True):
        process[0], process[3] = graph, _renamed_rows(process[3], nodes)
    passed = {
        name: list(dict.fromkeys(ids.get(name, {}).get(one) or one for one in elements))
        for name, elements in done.items()
    }
    body = [form, mark, count, [outcome, passed, processes]]
    return _zstd.compressor.compress(orjson.dumps(body))


def _renamed_rows(rows: list[list[Any]], nodes: list[str | None]) -> list[list[Any]]:
    kept = [place for place, node in enumerate(nodes) if node is not None]
    place = {old: new for new, old in enumerate(kept)} | {-1: -1}
    return [[rows[old][0], place[rows[old][1]], nodes[old], *rows[old][3:]] for old in kept]


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


def _process_row(process: Any) -> list[Any]:
    parent = process.parent_task
    shared = parent is not None and process.scope is parent.data
    place = {key: number for number, key in enumerate(process.tasks)}
    return [
        process.spec.name,
        None if parent is None else parent.id.hex,
        None if shared else process.scope,
        [_task_row(task, place) for task in process.tasks.values()],
    ]


def _task_row(task: Task, place: Mapping[UUID, int]) -> list[Any]:
    local = task.data.maps[0] if _has_locals(task) else 0
    return [
        task.id.hex,
        place.get(task._parent, -1),
        task.task_spec.name,
        task._state,
        task.internal_data or 0,
        local,
        int(task.triggered),
    ]


def _has_locals(task: Task) -> bool:
    owner = task.parent
    return owner is not None and owner.task_spec.local_scope(owner, task) is not None


def _fill(process: Any, rows: list[list[Any]]) -> None:
    tasks: list[Task] = []
    for identity, parent, name, state, internal, local, triggered in rows:
        task = Task.__new__(Task)
        task.id = UUID(identity)
        task.workflow, task.task_spec = process, process.spec.task_specs[name]
        task._state, task.triggered = state, bool(triggered)
        task._parent, task._children = None, []
        task.thread_id, task.last_state_change = 0, 0.0
        task.internal_data = internal or {}
        task.data = process.scope
        if parent >= 0:
            task._parent = tasks[parent].id
            tasks[parent]._children.append(task.id)
        if local != 0:
            task.data = ChainMap(local, tasks[parent].data)
        tasks.append(task)
        process.tasks[task.id] = task
    process.task_tree = tasks[0]
    process.completed = not any(map(is_live, tasks))


class _Marker:
    """Encodes what JSON has no word for, and counts it."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(6)
        self.count = 0

    def encode(self, body: list[Any]) -> bytes:
        return orjson.dumps(body, default=self._marked, option=_OPTIONS)

    def _marked(self, value: object) -> dict[str, list[str]]:
        self.count += 1
        if isinstance(value, Decimal):
            return {self.mark: ["n", str(value)]}
        if isinstance(value, (date, time, timedelta, Months)):
            return {self.mark: ["t", format_temporal(value)]}
        raise TypeError(f"{type(value).__name__} 不能保存")


def _unmarked(value: Any, mark: str) -> Any:
    if isinstance(value, list):
        return [_unmarked(item, mark) if type(item) in _NESTED else item for item in value]
    if len(value) == 1 and mark in value:
        kind, text = value[mark]
        return Decimal(text) if kind == "n" else parse_temporal(text)
    return {k: _unmarked(v, mark) if type(v) in _NESTED else v for k, v in value.items()}
