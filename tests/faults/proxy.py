"""A wire to the database that can be made slow, silent or cut: TCP in, the server's socket out."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

SIZE = 64 * 1024


class Proxy:
    """Listens on a port of this machine; ``delay`` is in seconds for each round trip."""

    def __init__(self, port: int, socket: Path) -> None:
        self.port, self.socket = port, socket
        self.delay = 0.0
        self.is_silent = False
        """New connections are taken and hear nothing."""
        self._server: asyncio.Server | None = None
        self._wires: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()

    def open(self) -> None:
        """Listen (again)."""
        self.is_silent = False
        self._call(self._open)

    def cut(self) -> None:
        """Nobody listens, and what was connected is not."""
        self._call(self._close)

    def silence(self) -> None:
        """What was connected is cut, and whoever connects waits."""
        self.is_silent = True
        self._call(self._cut)

    def end(self) -> None:
        """For good."""
        self.cut()
        self._call(self._settle)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, what: Callable[[], Coroutine[Any, Any, None]]) -> None:
        asyncio.run_coroutine_threadsafe(what(), self._loop).result(10)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        await self._cut()

    async def _cut(self) -> None:
        for wire in [*self._wires]:
            wire.transport.abort()

    async def _settle(self) -> None:
        """Until every wire has noticed that it is cut."""
        own = asyncio.current_task()
        if others := [each for each in asyncio.all_tasks() if each is not own]:
            await asyncio.wait(others, timeout=5)

    async def _connected(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        self._wires.add(near)
        try:
            if self.is_silent:
                await near_in.read(-1)
                return
            far_in, far = await asyncio.open_unix_connection(str(self.socket))
            self._wires.add(far)
            try:
                there, back = self._carry(near_in, far), self._carry(far_in, near)
                await asyncio.gather(there, back, return_exceptions=True)
            finally:
                self._wires.discard(far)
                far.close()
        except OSError:
            near.transport.abort()
        finally:
            self._wires.discard(near)
            near.close()

    async def _carry(self, source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        """Each piece half a round trip later, in order, however many are on the way."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.ensure_future(self._deliver(on_the_way, to))
        try:
            while piece := await source.read(SIZE):
                on_the_way.put_nowait((self._loop.time() + self.delay / 2, piece))
        finally:
            on_the_way.put_nowait((0.0, b""))
            await delivering

    async def _deliver(
        self, on_the_way: asyncio.Queue[tuple[float, bytes]], to: asyncio.StreamWriter
    ) -> None:
        while True:
            due, piece = await on_the_way.get()
            if not piece:
                to.close()
                return
            await asyncio.sleep(max(due - self._loop.time(), 0))
            to.write(piece)
            await to.drain()
