"""Diagrams that are well-formed BPMN and would harm who runs them, made by the short hand of the
engine's tests; and the same diagrams with nothing hostile in them, which are no cause of a refusal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.server.engine.drawing import (
    HEAD,
    after,
    boundary,
    call,
    catch,
    chain,
    diagram,
    end,
    flow,
    node,
    rule,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

EXPRESSIONS = (
    '__import__("os").system("touch canary")',
    "= __import__('os')",
    '= open("/etc/passwd").read()',
    "= ().__class__.__bases__[0].__subclasses__()",
)
"""What is written where an expression stands."""

DURATIONS = (
    "P99999999999Y",
    "P101Y",
    "P",
    "PT",
    "P-1D",
    "P1D1W",
    "1 day",
    "P1.5M",
    "PT99999999999999H",
    "",
)
CYCLES = ("R/PT0S", "R/PT1S", "R99999999/PT1S", "R/P", "R-1/P1D", "0 0 * * *")
DATES = ("2026-02-30", "2026-12-31T17:00:00", "99999-01-01", "tomorrow", "")
SCRIPTS = ("scriptTask", "manualTask", "task", "complexGateway", "transaction", "adHocSubProcess")


def between(id: str, *parts: str, around: str = "") -> bytes:
    """A process with one box between start and end."""
    return diagram("p", start(), *parts, end(), chain("begin", id, "done"), around=around)


def refused() -> Mapping[str, bytes]:
    """Name -> diagram that must have an error."""
    return dict(
        [*_timers(), *_expressions(), *_kinds(), *_loops(), *_calls(), *_names(), *_sizes()]
    )


def harmless() -> Mapping[str, bytes]:
    """What surrounds the hostile texts above, with a lawful one in their place."""
    late = end("late") + flow("b", "late")
    again = boundary("b", "a", timer("timeCycle", "R3/P1D"), interrupting=False)
    return {
        "wait": between("w", catch("w", after("P1D"))),
        "limit": between("a", user("a"), boundary("b", "a", after("P1D")), late),
        "cycle": between("a", user("a"), again, late),
        "date": between("w", catch("w", timer("timeDate", "2026-12-31"))),
        "condition": _condition("= true"),
        "collection": between("a", _each("= [1]")),
        "input": between("s", service("s", "p.do", ext=_mapping("= 1"))),
        "name": between("a", user("a")),
        "join": _join("parallelGateway"),
        "sub-process": between("s", sub("s", start("b2"), end("d2"), flow("b2", "d2"))),
    }


def _timers() -> Iterator[tuple[str, bytes]]:
    for text in DURATIONS:
        yield f"wait {text!r}", between("w", catch("w", after(text)))
        limit = boundary("b", "a", after(text))
        late = end("late") + flow("b", "late")
        yield f"limit {text!r}", between("a", user("a"), limit, late)
    for text in CYCLES:
        again = boundary("b", "a", timer("timeCycle", text), interrupting=False)
        yield f"cycle {text!r}", between("a", user("a"), again, end("late") + flow("b", "late"))
    for text in DATES:
        yield f"date {text!r}", between("w", catch("w", timer("timeDate", text)))


def _expressions() -> Iterator[tuple[str, bytes]]:
    for number, text in enumerate(EXPRESSIONS):
        yield f"condition {number}", _condition(text)
        yield f"duration {number}", between("w", catch("w", after(text)))
        yield f"collection {number}", between("a", _each(text))
        if text.startswith("="):  # without it the text is a text
            yield f"input {number}", between("s", service("s", "p.do", ext=_mapping(text)))


def _condition(text: str) -> bytes:
    ways = flow("x", "done", text), flow("x", "other")
    way = xor("x", default="x_to_other")
    return diagram("p", start(), way, end(), end("other"), flow("begin", "x"), *ways)


def _each(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    several = f'<zeebe:loopCharacteristics inputCollection="{escaped}" inputElement="i"/>'
    inside = f"<bpmn:extensionElements>{several}</bpmn:extensionElements>"
    return user(
        "a",
        f"<bpmn:multiInstanceLoopCharacteristics>{inside}</bpmn:multiInstanceLoopCharacteristics>",
    )


def _mapping(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<zeebe:ioMapping><zeebe:input source="{escaped}" target="v"/></zeebe:ioMapping>'


def _kinds() -> Iterator[tuple[str, bytes]]:
    for kind in SCRIPTS:
        yield f"a {kind}", between("k", node(kind, "k"))
    script = "<bpmn:script>import os; os.remove('x')</bpmn:script>"
    yield "python script", between("k", node("scriptTask", "k", script, scriptFormat="python"))
    yield "compensation", between("t", throw("t", "<bpmn:compensateEventDefinition/>"))
    yield "link", between("t", throw("t", '<bpmn:linkEventDefinition name="l"/>'))
    yield (
        "event sub-process",
        between("s", sub("s", start("b2"), end("d2"), triggeredByEvent="true")),
    )
    yield "several starts", diagram("p", start(), start("second"), end(), flow("begin", "done"))
    yield "no start", diagram("p", user("a"), end(), flow("a", "done"))
    yield "no end", diagram("p", start(), user("a"), flow("begin", "a"))


def _loops() -> Iterator[tuple[str, bytes]]:
    spin = flow("x", "s"), flow("s", "x")
    yield (
        "a loop without people",
        diagram("p", start(), xor("x"), service("s", "p.do"), end(), flow("begin", "x"), *spin),
    )
    yield (
        "a task before itself",
        diagram("p", start(), user("a"), end(), flow("begin", "a"), flow("a", "a")),
    )
    yield (
        "a gateway before itself",
        diagram("p", start(), xor("x"), end(), flow("begin", "x"), flow("x", "x")),
    )
    yield "a join after a choice", _join("exclusiveGateway")
    yield "an orphan", between("a", user("a"), user("lost"))
    yield "a flow to nowhere", between("a", user("a"), flow("a", "nowhere"))
    yield "a flow into the start", between("a", user("a"), flow("a", "begin"))


def _join(split: str) -> bytes:
    """Two ways from a gateway into one that waits for both."""
    ways = flow("g", "a", "= true" if split == "exclusiveGateway" else None), flow("g", "b")
    default = {"default": "g_to_b"} if split == "exclusiveGateway" else {}
    boxes = node(split, "g", **default), user("a"), user("b"), node("parallelGateway", "j")
    after = flow("begin", "g"), flow("a", "j"), flow("b", "j"), flow("j", "done")
    return diagram("p", start(), *boxes, end(), *ways, *after)


def _calls() -> Iterator[tuple[str, bytes]]:
    yield "a call of itself", between("c", call("c", "p"))
    yield "a call of nobody", between("c", call("c", "nobody"))
    yield "a call of a path", between("c", call("c", "../../etc/passwd"))
    yield "a call by expression", between("c", call("c", "= secret"))
    yield "a hidden handler", between("s", service("s", "p.__init__"))
    yield "a dotted handler", between("s", service("s", "p.a.b"))
    yield "an empty handler", between("s", service("s", ""))
    written = '<zeebe:ioMapping><zeebe:output source="= 1" target="__class__"/></zeebe:ioMapping>'
    yield "a variable of Python's", between("s", service("s", "p.do", ext=written))
    yield "a table of nowhere", between("r", rule("r", "", "x"))


def _names() -> Iterator[tuple[str, bytes]]:
    for id in ("Start", "End", "Root", "1a", "a b", "任务", "a.b", "__class__.x", "x" * 101):
        yield f"id {id[:12]}", between(id, user(id))
    yield "a name that is read backwards", between("a", user("a", name="\u202e准批不"))
    yield "one id twice", between("a", user("a"), user("a"))
    yield "a giant name", between("a", user("a", name="名" * 1_000_000))
    yield "another file's id", between("a", user("a")).replace(b'id="p"', b'id="q"')
    yield "two processes", _two()
    yield "not executable", diagram("p", start(), end(), flow("begin", "done"), executable=False)


def _two() -> bytes:
    other = '<bpmn:process id="q" isExecutable="true"><bpmn:startEvent id="z"/></bpmn:process>'
    return between("a", user("a"), around=other)


def _sizes() -> Iterator[tuple[str, bytes]]:
    yield "ten thousand boxes", diagram("p", *(user(f"u{n}") for n in range(10_000)))
    yield (
        "ten thousand flows",
        diagram("p", start(), end(), *(flow("begin", "done") for _ in range(10_000))),
    )
    inner = user("a")
    for level in range(30):
        inner = sub(f"s{level}", inner)
    yield "thirty levels", between("s29", inner)
    yield "nothing", f"{HEAD}</bpmn:definitions>".encode()
