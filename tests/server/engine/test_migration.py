"""A running procedure goes over to another version and behaves there as if it had begun there.

Random procedures are walked to a random place, changed there, and the oracle, changed in the same
way and standing at the same place, must agree with what has gone over to the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from server.engine import codec, runtime
from server.engine.effects import places
from server.engine.errors import Unfit
from server.engine.migration import DROPPED
from server.engine.run import Run
from server.engine.specs import Spec

from .drawing import (
    after,
    both,
    boundary,
    call,
    catch,
    chain,
    diagram,
    each,
    end,
    first_of,
    flow,
    message,
    on_message,
    service,
    start,
    sub,
    timer,
    user,
    xor,
)
from .procedures import (
    Block,
    Choice,
    Panel,
    Place,
    Scope,
    Sequence,
    Task,
    Together,
    Wait,
    draw,
    random_block,
    random_procedure,
)
from .test_equivalence import PORTS, Pruned
from .walk import Case, load

PROCEDURES = 600
CHUNKS = 12
MAX_ACTS = 40


# --- random procedures, states and changes ------------------------------------------------------


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_after_a_compatible_change_the_case_goes_on_as_the_new_version_would(chunk: int) -> None:
    moved = sum(_goes_on(chunk * 10_000 + n) for n in range(PROCEDURES // CHUNKS))
    assert moved >= PROCEDURES // CHUNKS // 2


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_boxes_of_other_ids_are_found_by_the_mapping(chunk: int) -> None:
    moved = sum(_goes_on(chunk * 10_000 + n, renames=True) for n in range(PROCEDURES // CHUNKS))
    assert moved >= PROCEDURES // CHUNKS // 2


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_an_incompatible_change_is_refused_with_its_reasons(chunk: int) -> None:
    refused = sum(_is_refused(chunk * 10_000 + n) for n in range(PROCEDURES // CHUNKS))
    assert refused >= PROCEDURES // CHUNKS // 3


def _goes_on(seed: int, renames: bool = False) -> bool:
    """Whether a case was walked, moved and walked on; there and back again half of the time."""
    walk = Walk(seed)
    if not walk.to_somewhere():
        return False
    before, kept = walk.run.spec, walk.ids()
    _change(walk.oracle, walk.rng)
    names = _rename(walk.oracle, walk.rng) if renames else {}
    files = draw(walk.oracle, walk.names)
    _follow(walk.oracle, names)
    walk.move_to(load(*files, process="p"), names)
    assert walk.ids() == kept, seed
    if walk.rng.random() < 0.5:
        there = walk.run.spec
        walk.move_to(before, {new: old for old, new in names.items()})
        assert walk.ids() == kept, seed
        walk.move_to(there, names)
    while walk.step():
        pass
    return True


def _is_refused(seed: int) -> bool:
    walk = Walk(seed)
    if not walk.to_somewhere() or not _break(walk.oracle, walk.rng):
        return False
    new = load(*draw(walk.oracle, walk.names), process="p")
    state = codec.dump(walk.run.workflow)
    with pytest.raises(Unfit) as refused:
        runtime.migrate(walk.run.spec, state, new, {}, PORTS)
    assert refused.value.reasons, seed
    assert runtime.fits(walk.run.spec, state, new, {}) == refused.value.reasons
    return True


class Walk:
    """A case and the oracle in lock step."""

    def __init__(self, seed: int) -> None:
        self.seed, self.rng, self.names = seed, Random(seed), count(10_000)
        files, self.oracle = random_procedure(self.rng)
        self.variables: dict[str, object] = {"d": self.rng.randint(0, 9), "n": 0}
        self.run = Pruned(load(*files, process="p"), self.variables)
        self.oracle.begin(self.variables, [])
        self.left = MAX_ACTS

    def to_somewhere(self) -> bool:
        """A few acts on; False when the procedure ended on the way."""
        return all(self.step() for _ in range(self.rng.randint(0, 8))) and bool(
            self.oracle.places()
        )

    def step(self) -> bool:
        """One act in both; False when there is nothing more to do."""
        expected = Counter(self.oracle.places())
        assert self.run.waits() == expected, self.seed
        assert self.run.variables() == self.variables, self.seed
        assert self.run.workflow.completed == self.oracle.over, self.seed
        self.left -= 1
        if not expected or not self.left:
            return False
        place = self.rng.choice(sorted(expected, key=repr))
        self.act(place, self.rng.randrange(expected[place]), {"d": self.rng.randint(0, 9)})
        return True

    def act(self, place: Place, index: int, changes: dict[str, object]) -> None:
        given = {} if place[0] == "timer" else changes
        self.oracle.act(place, self.variables, given, [])
        self.run.act(place, index, given)

    def move_to(self, new: Spec, names: dict[str, str]) -> None:
        """The case goes over; the oracle stands there already."""
        state = codec.dump(self.run.workflow)
        ids = dict.fromkeys(self.run.spec.descriptions, names)
        outcome = runtime.migrate(self.run.spec, state, new, ids, PORTS)
        assert not (outcome.opened or outcome.closed or outcome.passed), self.seed
        self.run.spec = new
        self.run.workflow = codec.load(outcome.state, new, Run(PORTS))

    def ids(self) -> list[object]:
        """What waits, with its ids and dates."""
        here = places(self.run.workflow)
        timers = {timer.id: timer.run_at for timer in here.timers.values()}
        return [set(here.tasks), timers, set(here.waiting)]


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for each_block in block.inside():
        yield from _blocks(each_block)


def _sequences(block: Block, active: bool) -> Iterator[tuple[Sequence, bool, bool]]:
    """Every sequence: whether a token is in it, and whether its end must stay, because tokens
    that have left it wait at a join."""
    for inner in block.inside():
        within = active and inner in getattr(block, "running", [])
        if isinstance(inner, Sequence):
            joined = active and isinstance(block, Together) and not within
            yield inner, within, joined
        yield from _sequences(inner, within)


def _change(whole: Scope, rng: Random) -> None:
    """A few changes to what no token stands in, in the diagram and in the oracle alike."""
    for _ in range(rng.randint(1, 3)):
        sequences = list(_sequences(whole, active=True))
        sequence, active, joined = rng.choice(sequences)
        way = rng.choice((_insert, _insert, _remove, _rethink))
        way(sequence, active, joined, whole, rng)


def _insert(sequence: Sequence, active: bool, joined: bool, whole: Scope, rng: Random) -> None:
    place = rng.randint(0, len(sequence.blocks) - joined)
    fresh = random_block(rng)
    if active:
        here = sequence.blocks.index(sequence.running[0])
        if place > here:
            sequence.rest.insert(place - here - 1, fresh)
    sequence.blocks.insert(place, fresh)


def _remove(sequence: Sequence, active: bool, joined: bool, whole: Scope, rng: Random) -> None:
    standing = {place[1] for place in whole.places()}
    last = sequence.blocks[-1]
    idle = [
        block
        for block in sequence.blocks
        if not standing & {id for one in _blocks(block) for id in one.names.values()}
        and not (active and block is sequence.running[0])
        and not (joined and block is last)
    ]
    if idle and len(sequence.blocks) > 1:
        gone = rng.choice(idle)
        sequence.blocks.remove(gone)
        if active and gone in sequence.rest:
            sequence.rest.remove(gone)


def _rethink(sequence: Sequence, active: bool, joined: bool, whole: Scope, rng: Random) -> None:
    """Other conditions on what is still to be decided."""
    for block in sequence.blocks:
        if isinstance(block, Choice):
            block.branches = [(rng.randint(1, 9), branch) for _, branch in block.branches]


def _rename(whole: Scope, rng: Random) -> dict[str, str]:
    """Half of the boxes get other ids; a part keeps its own, and so does the list of many."""
    names: dict[str, str] = {}
    for block in _blocks(whole):
        if isinstance(block, Panel) or (isinstance(block, Scope) and block.kind == "call"):
            continue
        for stem, old in block.names.items():
            if rng.random() < 0.5:
                names[old] = block.names[stem] = f"new_{old}"
    return names


def _follow(whole: Scope, names: dict[str, str]) -> None:
    """What floats beside the main way stands at boxes that have other ids now."""
    for block in _blocks(whole):
        for token in getattr(block, "floats", []):
            kind, id, item = token.place
            token.place = (kind, names.get(id, id), item)


def _break(whole: Scope, rng: Random) -> bool:
    """One change to what a token stands in; False where this procedure offers none."""
    found = [
        (sequence, sequence.running[0])
        for sequence, active, _ in _sequences(whole, active=True)
        if active
    ]
    rng.shuffle(found)
    return any(rng.choice(BREAKS)(sequence, block, rng) for sequence, block in found)


def _take_away(sequence: Sequence, block: Block, rng: Random) -> bool:
    fits = isinstance(block, (Task, Wait, Panel))
    if fits:
        sequence.blocks[sequence.blocks.index(block)] = Task()
    return fits


def _make_another_kind(sequence: Sequence, block: Block, rng: Random) -> bool:
    """The same id, but now something else."""
    fits = isinstance(block, (Task, Wait))
    if fits:
        fresh = Wait("message") if isinstance(block, Task) else Task()
        stem = "message" if isinstance(block, Task) else "task"
        fresh.names[stem] = block.id
        sequence.blocks[sequence.blocks.index(block)] = fresh
    return fits


def _change_the_many(sequence: Sequence, block: Block, rng: Random) -> bool:
    if isinstance(block, Panel):
        block.quorum += 1
    return isinstance(block, Panel)


def _put_beside_another(sequence: Sequence, block: Block, rng: Random) -> bool:
    """What a token stands in becomes one of two branches; nobody is in the other."""
    both_ways = Together([(1, Sequence([block])), (1, Sequence([Task()]))], inclusive=False)
    sequence.blocks[sequence.blocks.index(block)] = both_ways
    return True


def _make_one_after_the_other(sequence: Sequence, block: Block, rng: Random) -> bool:
    """Two branches at work become one way."""
    fits = isinstance(block, Together) and len(block.running) > 1
    if fits:
        branches = [branch for _, branch in block.branches]
        sequence.blocks[sequence.blocks.index(block)] = Sequence(branches)
    return fits


BREAKS = (
    _take_away,
    _make_another_kind,
    _change_the_many,
    _put_beside_another,
    _make_one_after_the_other,
)


# --- single changes -----------------------------------------------------------------------------

NOTE = message("m", "note", "= case.id")


def line(*boxes: str, ids: tuple[str, ...], more: str = "", around: str = NOTE) -> bytes:
    """A procedure of boxes one after the other."""
    return diagram("p", start(), *boxes, more, end(), chain("begin", *ids, "done"), around=around)


def moved(case: Case, *files: bytes, ids: dict[str, str] | None = None) -> Case:
    """The case on other diagrams, with its open tasks and all that waits."""
    new = load(*files, process="p")
    outcome = runtime.migrate(case.spec, case.state, new, {"p": ids or {}}, case.ports)
    case.spec = new
    case.take(outcome)
    return case


def why(case: Case, *files: bytes, ids: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Code and box of every reason why the case cannot go over."""
    new = load(*files, process="p")
    found = runtime.fits(case.spec, case.state, new, {"p": ids or {}})
    with pytest.raises(Unfit) as refused:
        runtime.migrate(case.spec, case.state, new, {"p": ids or {}}, case.ports)
    assert refused.value.reasons == found
    return [(reason.code, reason.element_id) for reason in found]


def begun(*files: bytes, **handlers: object) -> Case:
    """A case of the diagrams that has been started."""
    one = Case(load(*files, process="p"), handlers)
    one.start()
    return one


def test_a_box_under_another_id_is_found_by_the_mapping_and_keeps_its_task() -> None:
    case = begun(line(user("a"), user("b"), ids=("a", "b")))
    task = case.task("a").id
    new = line(user("check"), user("b"), ids=("check", "b"))
    assert why(case, new) == [("missing", "a")]
    assert why(case, new, ids={"a": "nobody"}) == [("missing", "a")]
    moved(case, new, ids={"a": "check"})
    assert [one.id for one in runtime.waiting(case.spec, case.state)[0]] == [task]
    case.open = {t.id: t for t in runtime.waiting(case.spec, case.state)[0]}
    case.do("check")
    assert case.at() == ["b"]
    assert runtime.view(case.spec, case.state)["done"] == ["begin", "check"]


def test_what_is_over_matters_to_nobody() -> None:
    case = begun(line(user("a"), user("b"), ids=("a", "b")))
    case.do("a")
    moved(case, line(user("b"), user("c"), ids=("b", "c")))
    assert runtime.view(case.spec, case.state)["done"] == ["begin"]
    case.do("b")
    assert case.at() == ["c"]


def test_another_kind_another_role_is_no_such_box() -> None:
    case = begun(line(user("a"), ids=("a",)))
    assert why(case, line(service("a", "x.y"), ids=("a",))) == [("kind", "a")]
    held = '<bpmn:lane id="r"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane>'
    lane = f'<bpmn:laneSet id="s">{held}</bpmn:laneSet>'
    assert why(case, line(lane, user("a"), ids=("a",))) == [("role", "a")]


def test_a_timer_keeps_its_date_and_may_not_count_otherwise() -> None:
    case = begun(line(catch("t", after("P3D")), ids=("t",)))
    due = next(iter(case.timers.values())).run_at
    assert why(case, line(catch("t", after("P9D")), ids=("t",))) == [("timer", "t")]
    moved(case, line(catch("t", after("P3D")), user("b"), ids=("t", "b")))
    assert [one.run_at for one in case.timers.values()] == [due]
    case.fire("t")
    assert case.at() == ["b"]


def test_a_message_under_another_name_is_another_event() -> None:
    case = begun(line(catch("w", on_message("m")), ids=("w",)))
    other = message("m", "objection", "= case.id")
    new = line(catch("w", on_message("m")), ids=("w",), around=other)
    assert why(case, new) == [("event", "w")]


def test_an_event_added_to_a_box_at_work_waits_from_now_on() -> None:
    case = begun(line(user("a"), ids=("a",)))
    event = boundary("stop", "a", on_message("m")) + flow("stop", "out") + end("out")
    moved(case, line(user("a"), ids=("a",), more=event))
    assert [one.element_id for one in case.waiting.values()] == ["stop"]
    case.deliver("note")
    assert case.ended


def test_an_event_added_beside_others_leaves_them_as_they_are() -> None:
    one = boundary("late", "a", after("P3D"), False) + flow("late", "out") + end("out")
    two = boundary("stop", "a", on_message("m")) + flow("stop", "gone") + end("gone")
    case = begun(line(user("a"), ids=("a",), more=one))
    due = dict(case.timers)
    moved(case, line(user("a"), ids=("a",), more=one + two))
    assert case.timers == due
    assert len(case.waiting) == 1
    case.do("a")
    assert case.ended
    assert not case.timers
    assert not case.waiting


def test_a_timer_added_to_a_box_at_work_is_refused_unless_it_names_a_day() -> None:
    case = begun(line(user("a"), ids=("a",)))
    way = flow("late", "out") + end("out")
    counted = boundary("late", "a", after("P3D"), False) + way
    assert why(case, line(user("a"), ids=("a",), more=counted)) == [("added_timer", "late")]
    day = boundary("late", "a", timer("timeDate", '= date("2027-01-01")'), False) + way
    moved(case, line(user("a"), ids=("a",), more=day))
    assert [one.element_id for one in case.timers.values()] == ["late"]


def test_an_event_taken_from_a_box_at_work_goes_when_a_person_says_so() -> None:
    late = boundary("late", "a", after("P3D"), False) + flow("late", "out") + end("out")
    case = begun(line(user("a"), ids=("a",), more=late))
    new = line(user("a"), ids=("a",))
    assert why(case, new) == [("missing", "late")]
    moved(case, new, ids={"late": DROPPED})
    assert not case.timers
    case.do("a")
    assert case.ended


def test_an_event_that_has_happened_does_not_wait_again() -> None:
    late = boundary("late", "a", after("P3D"), False) + flow("late", "out") + end("out")
    case = begun(line(user("a"), ids=("a",), more=late))
    case.fire("late")
    moved(case, line(user("a"), user("b"), ids=("a", "b"), more=late))
    assert not case.timers


def race(*ways: str) -> bytes:
    boxes = {"t": catch("t", after("P3D")), "w": catch("w", on_message("m"))}
    parts = [boxes[way] + flow("g", way) + flow(way, "meet") for way in ways]
    return diagram(
        "p", start(), first_of("g"), xor("meet"), user("b"), end(), *parts,
        flow("begin", "g"), chain("meet", "b", "done"), around=NOTE,
    )  # fmt: skip


def test_behind_an_event_gateway_events_may_come_but_not_go() -> None:
    case = begun(diagram(
        "p", start(), first_of("g"), xor("meet"), user("b"), end(),
        catch("t", after("P3D")), catch("u", on_message("m")),
        flow("begin", "g"), flow("g", "t"), flow("g", "u"), flow("t", "meet"), flow("u", "meet"),
        chain("meet", "b", "done"), around=NOTE,
    ))  # fmt: skip
    assert ("missing", "u") in why(case, race("t", "w"))
    case = begun(race("t", "w"))
    moved(case, race("w", "t"))
    case.deliver("note")
    assert case.at() == ["b"]
    assert not case.timers


def panel(until: str = "", asks: str = "", inner: str = "") -> bytes:
    form = f'<zeebe:formDefinition formId="{asks}"/>' if asks else ""
    many = each("= [1, 2, 3]", "item", "out", "= d", until=until)
    return line(user("many", many, ext=form), ids=("many",), more=inner)


def test_several_at_work_go_over_only_where_nothing_about_them_changes() -> None:
    case = begun(panel())
    case.do("many", d=1)
    assert why(case, panel("= numberOfCompletedInstances >= 1")) == [("loop", "many")]
    assert why(case, panel(asks="other/form")) == [("body", "many")]
    assert ("loop", "many") in why(case, line(user("many"), ids=("many",)))
    moved(case, diagram(
        "p", start(), user("many", each("= [1, 2, 3]", "item", "out", "= d")), user("b"), end(),
        chain("begin", "many", "b", "done"),
    ))  # fmt: skip
    case.do("many", d=2)
    case.do("many", d=3)
    assert case.variables["out"] == [1, 2, 3]
    assert case.at() == ["b"]


def whole(part: str = "part") -> bytes:
    return line(call("c", part), ids=("c",))


def inner(name: str, *ids: str) -> bytes:
    return diagram(name, start("x"), *(user(id) for id in ids), end("y"), chain("x", *ids, "y"))


def test_a_called_part_at_work_goes_over_inside_and_may_not_be_another_one() -> None:
    case = begun(whole(), inner("part", "a"))
    assert why(case, whole("other"), inner("other", "a")) == [("called", "c")]
    assert why(case, whole(), inner("part", "b")) == [("missing", "a")]
    moved(case, whole(), inner("part", "a", "b"))
    case.do("a")
    assert case.at() == ["b"]
    case.do("b")
    assert case.ended


def test_a_box_moved_into_a_sub_process_is_not_where_the_token_is() -> None:
    case = begun(line(user("a"), ids=("a",)))
    inside = sub("s", start("x"), user("a"), end("y"), chain("x", "a", "y"))
    assert why(case, line(inside, ids=("s",))) == [("missing", "a")]


def split(*ways: str, after_a: str = "") -> bytes:
    parts = [user(way) + flow("f", way) for way in ways]
    last = {way: way for way in ways} | ({"a": after_a} if after_a else {})
    joined = [flow(last[way], "j") for way in ways]
    more = user(after_a) + flow("a", after_a) if after_a else ""
    return diagram(
        "p", start(), both("f"), both("j"), end(), *parts, *joined, more,
        flow("begin", "f"), flow("j", "done"),
    )  # fmt: skip


def test_branches_at_work_may_be_neither_more_nor_fewer() -> None:
    case = begun(split("a", "b"))
    assert why(case, split("a", "b", "c")) == [("marking", "")]
    assert ("missing", "b") in why(case, split("a", "c"))
    case.do("a")
    assert why(case, split("a", "b", "c")) == [("marking", "")]


def test_a_token_at_a_join_came_by_a_way_that_must_still_be_there() -> None:
    case = begun(split("a", "b"))
    case.do("a")
    new = split("a", "b", after_a="recheck")
    assert why(case, new) == [("join", "a")]
    moved(case, new, ids={"a": "recheck"})
    case.do("b")
    assert case.ended


def test_a_case_that_stood_still_goes_on_where_the_new_version_is_right() -> None:
    def broken(given: object) -> dict[str, object]:
        raise ValueError("no")

    case = begun(line(service("s", "demo.bad"), user("b"), ids=("s", "b")), **{
        "demo.bad": broken, "demo.good": lambda given: {"ok": True},
    })  # fmt: skip
    assert case.last is not None
    assert case.last.fault
    still = line(service("s", "demo.bad"), user("c"), ids=("s", "c"))
    new = load(still, process="p")
    with pytest.raises(Unfit) as refused:
        runtime.migrate(case.spec, case.state, new, {}, case.ports)
    assert [(r.code, r.element_id) for r in refused.value.reasons] == [("fault", "s")]
    moved(case, line(service("s", "demo.good"), user("b"), ids=("s", "b")))
    assert case.at() == ["b"]
    assert case.variables["ok"] is True


def test_another_procedure_is_no_version_of_this_one() -> None:
    case = begun(line(user("a"), ids=("a",)))
    other = load(diagram("q", start(), user("a"), end(), chain("begin", "a", "done")), process="q")
    assert [r.code for r in runtime.fits(case.spec, case.state, other, {})] == ["process"]
