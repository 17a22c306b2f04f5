"""Random procedures: each block draws itself and knows, without the engine, how it runs.

A block has one way in and one way out. ``begin`` starts it over the variables ``env``, ``places``
tells what waits, ``act`` lets one place happen; ``over`` says that its token has left. What floats
beside the main way (branches of events that do not interrupt) belongs to the scope around it.

A token may go back to a task done before, along plain steps: ``earlier`` names the tasks from which
such steps lead to a place, ``move`` puts the token there. For that a block knows whether plain
steps lead through it (``is_plain``), from its entrance to a place in it (``opens``), and from which
of its tasks they lead out of it (``upon``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import count, pairwise
from random import Random

from .drawing import (
    after,
    any_of,
    both,
    boundary,
    call,
    catch,
    diagram,
    each,
    end,
    flow,
    mapping,
    message,
    on_message,
    service,
    start,
    sub,
    user,
    xor,
)

Env = dict[str, object]
Place = tuple[str, str, object]
"""(kind: task | timer | message, element id, item of a multi-instance or None)."""


class Pen:
    """Collects the XML of one file."""

    def __init__(self, names: count[int], files: list[bytes]) -> None:
        self.names, self.files = names, files
        self.parts: list[str] = []

    def name(self, stem: str) -> str:
        return f"{stem}{next(self.names)}"

    def add(self, *parts: str) -> None:
        self.parts.extend(parts)


class Block:
    """Base: waits at one place ``self.place``. Drawn again it keeps its names."""

    over = False

    @cached_property
    def names(self) -> dict[str, str]:
        """Stem to the name that the first drawing gave."""
        return {}

    def name(self, pen: Pen, stem: str) -> str:
        """The one name for a stem."""
        if stem not in self.names:
            self.names[stem] = pen.name(stem)
        return self.names[stem]

    def inside(self) -> list[Block]:
        """The blocks this one is made of."""
        return []

    def draw(self, pen: Pen) -> tuple[str, str]:
        """Where it begins and ends on paper; each kind of block draws itself."""
        raise NotImplementedError

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.over = False

    def places(self) -> list[Place]:
        return [] if self.over else [self.place]

    def act(self, place: Place, env: Env, changes: Env, floats: list[Block]) -> None:
        env.update(changes)
        self.over = True

    def stopped(self, env: Env) -> None:
        """What is under way was interrupted."""

    def is_plain(self) -> bool:
        return False

    def opens(self, place: Place) -> bool:
        return place in self.places()

    def upon(self) -> set[str]:
        return set()

    def earlier(self, place: Place) -> set[str]:
        return set()

    def move(self, place: Place, to: str) -> bool:
        """Take the token at the place to the task ``to``; False where that is not inside."""
        return False

    def go_back(self, to: str) -> bool:
        """Stand at the task ``to``; False where it is not inside."""
        return False


class Task(Block):
    done = False

    def is_plain(self) -> bool:
        return self.done

    def upon(self) -> set[str]:
        return {self.id} if self.done else set()

    def act(self, place: Place, env: Env, changes: Env, floats: list[Block]) -> None:
        super().act(place, env, changes, floats)
        self.done = True

    def go_back(self, to: str) -> bool:
        if to == self.id:
            self.over = False
        return to == self.id

    def draw(self, pen: Pen) -> tuple[str, str]:
        self.id = self.name(pen, "task")
        self.place = ("task", self.id, None)
        pen.add(user(self.id))
        return self.id, self.id


class Wait(Block):
    """An intermediate timer or message."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def draw(self, pen: Pen) -> tuple[str, str]:
        self.id = self.name(pen, self.kind)
        self.place = (self.kind, self.id, None)
        pen.add(catch(self.id, after("P3D") if self.kind == "timer" else on_message("m")))
        return self.id, self.id


class Service(Block):
    over = done = False

    def is_plain(self) -> bool:
        return self.done

    def draw(self, pen: Pen) -> tuple[str, str]:
        self.id = self.name(pen, "service")
        pen.add(service(self.id, "demo.count"))
        return self.id, self.id

    def begin(self, env: Env, floats: list[Block]) -> None:
        env["n"] = int(env["n"]) + 1
        self.over = self.done = True


class Panel(Block):
    """A multi-instance user task."""

    def __init__(self, size: int, one_by_one: bool, quorum: int) -> None:
        self.size, self.one_by_one, self.quorum = size, one_by_one, quorum

    def draw(self, pen: Pen) -> tuple[str, str]:
        self.id = self.name(pen, "panel")
        items = ", ".join(map(str, range(self.size)))
        pen.add(
            user(
                self.id,
                each(
                    f"= [{items}]",
                    "item",
                    f"out_{self.id}",
                    "= d",
                    one_by_one=self.one_by_one,
                    until=f"= numberOfCompletedInstances >= {self.quorum}",
                ),
            )
        )
        return self.id, self.id

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.left, self.votes = list(range(self.size)), {}
        env[f"out_{self.id}"] = []
        self._settle(env)

    def places(self) -> list[Place]:
        shown = self.left[:1] if self.one_by_one else self.left
        return [] if self.over else [("task", self.id, item) for item in shown]

    def opens(self, place: Place) -> bool:
        return False

    def act(self, place: Place, env: Env, changes: Env, floats: list[Block]) -> None:
        self.left.remove(place[2])
        self.votes[place[2]] = changes["d"]
        self._settle(env)

    def stopped(self, env: Env) -> None:
        env[f"out_{self.id}"] = [self.votes[item] for item in sorted(self.votes)]

    def _settle(self, env: Env) -> None:
        self.over = not self.left or len(self.votes) >= self.quorum
        if self.over:
            self.stopped(env)


class Composite(Block):
    """A block of blocks; ``running`` are those a token is in."""

    running: list[Block]

    def places(self) -> list[Place]:
        return [place for block in self.running for place in block.places()]

    def act(self, place: Place, env: Env, changes: Env, floats: list[Block]) -> None:
        block = next(b for b in self.running if place in b.places())
        block.act(place, env, changes, floats)
        if block.over:
            self.ended(block, env, floats)

    def go(self, block: Block, env: Env, floats: list[Block]) -> None:
        self.running.append(block)
        block.begin(env, floats)
        if block.over:
            self.ended(block, env, floats)

    def ended(self, block: Block, env: Env, floats: list[Block]) -> None:
        self.running.remove(block)
        self.over = not self.running

    def stopped(self, env: Env) -> None:
        for block in self.running:
            block.stopped(env)

    def at(self, place: Place) -> Block:
        return next(block for block in self.running if place in block.places())

    def opens(self, place: Place) -> bool:
        return False

    def earlier(self, place: Place) -> set[str]:
        return self.at(place).earlier(place)

    def move(self, place: Place, to: str) -> bool:
        return self.at(place).move(place, to) or self.go_back(to)


class Sequence(Composite):
    def __init__(self, blocks: list[Block]) -> None:
        self.blocks = blocks

    def inside(self) -> list[Block]:
        return self.blocks

    def is_plain(self) -> bool:
        return all(block.is_plain() for block in self.blocks)

    def opens(self, place: Place) -> bool:
        here = self.at(place)
        before = self.blocks[: self.blocks.index(here)]
        return here.opens(place) and all(block.is_plain() for block in before)

    def upon(self) -> set[str]:
        return _last_tasks(self.blocks)

    def earlier(self, place: Place) -> set[str]:
        here = self.at(place)
        before = self.blocks[: self.blocks.index(here)] if here.opens(place) else []
        return here.earlier(place) | _last_tasks(before)

    def go_back(self, to: str) -> bool:
        for place, block in enumerate(self.blocks):
            if block.go_back(to):
                self.over, self.running, self.rest = False, [block], self.blocks[place + 1 :]
                return True
        return False

    def draw(self, pen: Pen) -> tuple[str, str]:
        drawn = [block.draw(pen) for block in self.blocks]
        for (_, out), (into, _) in pairwise(drawn):
            pen.add(flow(out, into))
        return drawn[0][0], drawn[-1][1]

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.over, self.running, self.rest = False, [], list(self.blocks)
        self.go(self.rest.pop(0), env, floats)

    def ended(self, block: Block, env: Env, floats: list[Block]) -> None:
        self.running.remove(block)
        if self.rest:
            self.go(self.rest.pop(0), env, floats)
        else:
            self.over = True


class Choice(Composite):
    """Exclusive: the first branch whose threshold ``d`` reaches, else the last."""

    def __init__(self, branches: list[tuple[int, Block]]) -> None:
        self.branches = branches

    def inside(self) -> list[Block]:
        return [block for _, block in self.branches]

    def is_plain(self) -> bool:
        return any(block.is_plain() for _, block in self.branches)

    def opens(self, place: Place) -> bool:
        return self.at(place).opens(place)

    def upon(self) -> set[str]:
        return {task for _, block in self.branches for task in block.upon()}

    def go_back(self, to: str) -> bool:
        return _go_back_into(self, [block for _, block in self.branches], to)

    def draw(self, pen: Pen) -> tuple[str, str]:
        split, merge, default = (
            self.name(pen, "choice"),
            self.name(pen, "merge"),
            self.name(pen, "default"),
        )
        pen.add(xor(split, default), xor(merge))
        _fork(pen, split, merge, self.branches, default)
        return split, merge

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.over, self.running = False, []
        fitting = [b for limit, b in self.branches[:-1] if int(env["d"]) >= limit]
        self.go((fitting or [self.branches[-1][1]])[0], env, floats)


class Together(Composite):
    """Parallel: all branches; inclusive: those whose threshold ``d`` reaches, else the last."""

    def __init__(self, branches: list[tuple[int, Block]], inclusive: bool) -> None:
        self.branches, self.inclusive = branches, inclusive

    def inside(self) -> list[Block]:
        return [block for _, block in self.branches]

    def draw(self, pen: Pen) -> tuple[str, str]:
        split, join = self.name(pen, "fork"), self.name(pen, "join")
        if self.inclusive:
            default = self.name(pen, "default")
            pen.add(any_of(split, default), any_of(join))
            _fork(pen, split, join, self.branches, default)
        else:
            pen.add(both(split), both(join))
            for _, block in self.branches:
                into, out = block.draw(pen)
                pen.add(flow(split, into), flow(out, join))
        return split, join

    def begin(self, env: Env, floats: list[Block]) -> None:
        chosen = [block for _, block in self.branches]
        if self.inclusive:
            fitting = [b for limit, b in self.branches[:-1] if int(env["d"]) >= limit]
            chosen = fitting or [self.branches[-1][1]]
        self.over, self.running = False, list(chosen)
        for block in chosen:
            block.begin(env, floats)
        for block in [b for b in chosen if b.over]:
            self.ended(block, env, floats)


class Loop(Composite):
    """The body again and again until ``d`` is large."""

    def __init__(self, body: Block) -> None:
        self.body = body

    def inside(self) -> list[Block]:
        return [self.body]

    def is_plain(self) -> bool:
        return self.body.is_plain()

    def opens(self, place: Place) -> bool:
        return self.body.opens(place)

    def upon(self) -> set[str]:
        return self.body.upon()

    def earlier(self, place: Place) -> set[str]:
        """Also what comes later in the body, the last time round."""
        around = self.body.upon() if self.body.opens(place) else set()
        return self.body.earlier(place) | around

    def go_back(self, to: str) -> bool:
        return _go_back_into(self, [self.body], to)

    def draw(self, pen: Pen) -> tuple[str, str]:
        again, more, leave = (
            self.name(pen, "again"),
            self.name(pen, "more"),
            self.name(pen, "leave"),
        )
        into, out = self.body.draw(pen)
        pen.add(
            xor(again),
            xor(more, f"{more}_no"),
            xor(leave),
            flow(again, into),
            flow(out, more),
            flow(more, again, "= d < 4"),
            flow(more, leave, id=f"{more}_no"),
        )
        return again, leave

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.over, self.running = False, []
        self.go(self.body, env, floats)

    def ended(self, block: Block, env: Env, floats: list[Block]) -> None:
        self.running.remove(block)
        if int(env["d"]) < 4:
            self.go(self.body, env, floats)
        else:
            self.over = True


class Guarded(Composite):
    """A sub-process with a timer or message on it, interrupting or not."""

    def __init__(self, body: Block, kind: str, interrupting: bool, way: Block) -> None:
        self.inner = Scope(body, "sub")
        self.body, self.kind, self.interrupting, self.way = body, kind, interrupting, way

    def inside(self) -> list[Block]:
        return [self.inner, self.way]

    def upon(self) -> set[str]:
        return self.way.upon() if self.interrupting else set()

    def go_back(self, to: str) -> bool:
        return self.interrupting and _go_back_into(self, [self.way], to)

    def earlier(self, place: Place) -> set[str]:
        return super().earlier(place) if place != (self.kind, self.event, None) else set()

    def draw(self, pen: Pen) -> tuple[str, str]:
        self.event = self.name(pen, self.kind)
        host, _ = self.inner.draw(pen)
        merge = self.name(pen, "merge")
        what = after("P5D") if self.kind == "timer" else on_message("m")
        pen.add(boundary(self.event, host, what, self.interrupting), xor(merge), flow(host, merge))
        into, out = self.way.draw(pen)
        pen.add(flow(self.event, into))
        if self.interrupting:
            pen.add(flow(out, merge))
        else:
            stop = self.name(pen, "stop")
            pen.add(end(stop), flow(out, stop))
        return host, merge

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.over, self.running, self.armed = False, [], True
        self.go(self.inner, env, floats)

    def places(self) -> list[Place]:
        inside = super().places()
        armed = self.armed and self.inner in self.running
        return [*inside, (self.kind, self.event, None)] if armed else inside

    def act(self, place: Place, env: Env, changes: Env, floats: list[Block]) -> None:
        if place != (self.kind, self.event, None):
            super().act(place, env, changes, floats)
        elif self.interrupting:
            env.update(changes)
            self.stopped(env)
            self.running, self.armed = [], False
            self.go(self.way, env, floats)
        else:
            env.update(changes)
            self.armed = self.kind == "message"
            token = Task()
            token.place = self.way.place
            floats.append(token)


class Scope(Composite):
    """A whole process, an embedded sub-process or a called diagram, with what floats in it."""

    def __init__(self, body: Block, kind: str) -> None:
        self.body, self.kind = body, kind

    def inside(self) -> list[Block]:
        return [self.body]

    def draw(self, pen: Pen) -> tuple[str, str]:
        inside = Pen(pen.names, pen.files)
        into, out = self.body.draw(inside)
        begin, stop = self.name(pen, "begin"), self.name(pen, "end")
        inside.add(start(begin), end(stop), flow(begin, into), flow(out, stop))
        if self.kind == "process":
            pen.add(*inside.parts)
            return begin, stop
        self.id = self.name(pen, self.kind)
        if self.kind == "sub":
            pen.add(sub(self.id, *inside.parts))
        else:
            part = f"part{self.id}"
            pen.files.append(diagram(part, *inside.parts, around=MESSAGE))
            io = mapping({"d": "= d", "n": "= n"}, {"d": "= d", "n": "= n"})
            pen.add(call(self.id, part, ext=io))
        return self.id, self.id

    def begin(self, env: Env, floats: list[Block]) -> None:
        self.over, self.running, self.floats = False, [], []
        self.env = {"d": env["d"], "n": env["n"]} if self.kind == "call" else env
        self.outer = env
        self.go(self.body, self.env, self.floats)

    def stopped(self, env: Env) -> None:
        super().stopped(self.env)

    def places(self) -> list[Place]:
        return super().places() + [place for one in self.floats for place in one.places()]

    def earlier(self, place: Place) -> set[str]:
        return set() if self._floats(place) else super().earlier(place)

    def _floats(self, place: Place) -> bool:
        return any(place in one.places() for one in self.floats)

    def act(self, place: Place, env: Env, changes: Env, floats: list[Block]) -> None:
        floating = [one for one in self.floats if place in one.places()]
        if floating:
            floating[0].act(place, self.env, changes, self.floats)
            self.floats.remove(floating[0])
            self._settle()
        else:
            super().act(place, self.env, changes, self.floats)

    def ended(self, block: Block, env: Env, floats: list[Block]) -> None:
        self.running.remove(block)
        self._settle()

    def _settle(self) -> None:
        self.over = not self.running and not self.floats
        if self.over and self.kind == "call":
            self.outer.update(d=self.env["d"], n=self.env["n"])


def _last_tasks(blocks: list[Block]) -> set[str]:
    """The tasks of the blocks from which plain steps lead out of the last one."""
    found: set[str] = set()
    for block in reversed(blocks):
        found |= block.upon()
        if not block.is_plain():
            break
    return found


def _go_back_into(whole: Composite, blocks: list[Block], to: str) -> bool:
    inside = [block for block in blocks if block.go_back(to)]
    if inside:
        whole.over, whole.running = False, inside
    return bool(inside)


MESSAGE = message("m", "note", "= case.id")


def _fork(pen: Pen, split: str, join: str, branches: list[tuple[int, Block]], default: str) -> None:
    for limit, block in branches[:-1]:
        into, out = block.draw(pen)
        pen.add(flow(split, into, f"= d >= {limit}"), flow(out, join))
    into, out = branches[-1][1].draw(pen)
    pen.add(flow(split, into, id=default), flow(out, join))


def random_procedure(rng: Random) -> tuple[list[bytes], Scope]:
    """The files of a random procedure (the outermost is ``p``) and what it should do."""
    whole = Scope(_sequence(rng, 3), "process")
    return draw(whole, count(1)), whole


def draw(whole: Scope, names: count[int]) -> list[bytes]:
    """The files of a procedure; what is drawn again keeps its names, what is new takes the next."""
    pen = Pen(names, [])
    whole.draw(pen)
    return [diagram("p", *pen.parts, around=MESSAGE), *pen.files]


def random_block(rng: Random) -> Block:
    """A small block to put into a procedure."""
    return _block(rng, 1)


def _sequence(rng: Random, depth: int) -> Sequence:
    return Sequence([_block(rng, depth - 1) for _ in range(rng.randint(1, 3))])


def _block(rng: Random, depth: int) -> Block:
    simple: list[Callable[[], Block]] = [
        Task,
        Task,
        Task,
        Service,
        lambda: Wait("timer"),
        lambda: Wait("message"),
        lambda: Panel(rng.randint(0, 4), rng.random() < 0.4, rng.randint(1, 4)),
    ]
    nested: list[Callable[[], Block]] = [
        lambda: Choice(_branches(rng, depth)),
        lambda: Together(_branches(rng, depth), inclusive=False),
        lambda: Together(_branches(rng, depth), inclusive=True),
        lambda: Loop(Sequence([Task(), _sequence(rng, depth)])),
        lambda: Scope(_sequence(rng, depth), "sub"),
        lambda: Scope(_sequence(rng, depth), "call"),
        lambda: Guarded(
            _sequence(rng, depth), rng.choice(("timer", "message")), rng.random() < 0.5, Task()
        ),
    ]
    return rng.choice(simple if depth <= 0 or rng.random() < 0.4 else nested)()


def _branches(rng: Random, depth: int) -> list[tuple[int, Block]]:
    return [(rng.randint(1, 9), _sequence(rng, depth)) for _ in range(rng.randint(2, 3))]
