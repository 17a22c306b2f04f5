"""Specifications, built once per content and kept: never changed, shared by all threads.

What is loaded here was published: it passed the checks of its day. Those of today judge what is
to be published next; a running case never stands still because a later check is stricter.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Final

from SpiffWorkflow.exceptions import WorkflowException

from server.engine.build import Built, ProcessSpec, build
from server.engine.dialect import ProcessDescription, describe, errors_in
from server.engine.errors import DialectError, Finding
from server.feel import FeelError
from server.feel.sentence import told

Sources = Mapping[str, bytes]
"""Process id to BPMN XML, with the diagrams of the regime already in place."""

_KEPT: Final = 256
_cache: OrderedDict[tuple[str, str], "Spec"] = OrderedDict()
_lock: Final = Lock()


@dataclass(frozen=True, slots=True)
class Spec:
    """A procedure with all it calls; ``inner`` maps the names of graphs within it."""

    process_id: str
    digest: str
    root: ProcessSpec
    inner: Mapping[str, ProcessSpec]
    descriptions: Mapping[str, ProcessDescription]


def load(process_id: str, sources: Sources, digest: str) -> Spec:
    """The specification of a procedure and, through its call activities, of all it calls.

    ``digest`` names exactly this set of sources (regime included); the pair is the cache key.
    Raises DialectError when a diagram is missing, no safe XML, or cannot be built at all.
    """
    key = (digest, process_id)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    spec = _load(process_id, sources, digest)
    with _lock:
        _cache[key] = spec
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return spec


def _load(process_id: str, sources: Sources, digest: str) -> Spec:
    descriptions = dict(_descriptions(process_id, sources))
    try:
        built = {name: build(description) for name, description in descriptions.items()}
    except (LookupError, ValueError, FeelError, WorkflowException) as error:
        found = [*_findings(descriptions)] or [_unbuilt(process_id, error)]
        raise DialectError(found) from error
    return Spec(process_id, digest, built[process_id].root, dict(_graphs(built)), descriptions)


def _findings(descriptions: Mapping[str, ProcessDescription]) -> Iterator[Finding]:
    for name, description in descriptions.items():
        yield from errors_in(name, description, descriptions)


def _unbuilt(process_id: str, error: Exception) -> Finding:
    sentence = told("流程图不能运行：%(error)s", error=error)
    return Finding("error", process_id, None, "not_built", sentence)


def _graphs(built: Mapping[str, Built]) -> Iterator[tuple[str, ProcessSpec]]:
    for name, one in built.items():
        yield name, one.root
        yield from one.embedded.items()


def _descriptions(process_id: str, sources: Sources) -> Iterator[tuple[str, ProcessDescription]]:
    """The diagram and every diagram reachable from it, each once."""
    seen, todo = set(), [process_id]
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        description = _read(name, sources)
        yield name, description
        todo.extend(e.called for e in description.of_kind("callActivity") if e.called)


def _read(name: str, sources: Sources) -> ProcessDescription:
    if name not in sources:
        sentence = told("没有名为“%(name)s”的流程图。", name=name)
        raise DialectError([Finding("error", name, None, "unknown_process", sentence)])
    return describe(sources[name], name)
