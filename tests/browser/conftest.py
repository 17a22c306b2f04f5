"""A real browser on a real office: ``guicheng run`` in a process of its own, the system's Chromium.

Every page that a test opens is watched: a script error, a request to another machine or a message
without Chinese words fails the test at its end.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from server.demo import DEMONSTRATION_PASSWORD
from server.views.assets import DIST

TODAY = "2026-11-20"
IN_CLUSTER = os.environ.get("OFFICE") == "cluster"
PATIENCE = 360 if IN_CLUSTER else 120  # seconds until the office must answer
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first is a Chromium without windows: the same pages for a seventh less of the processor."""
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SETTINGS = {
    "GUICHENG_ARGON2_MEMORY_KIB": "64",
    "GUICHENG_ARGON2_TIME": "1",
    "GUICHENG_LOGIN_TRIES": "50",
    "GUICHENG_SESSION_LIMIT": "0",
}

CLUSTER = [sys.executable, str(Path(__file__).parents[2] / "docker/cluster.py")]
"""What serves where the environment says OFFICE=cluster, instead of one process on SQLite."""

SignIn = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker drives the browser; the others have enough to do."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demonstration office that serves until the session ends."""
    with serving(tmp_path_factory.mktemp("office"), TODAY) as address:
        yield address


@contextmanager
def serving(folder: Path, today: str, *more: str) -> Iterator[str]:
    """``guicheng run`` on the data in ``folder``, on a given day; gives its address. ``more`` are
    options of the command."""
    if not (DIST / "manifest.json").exists():
        pytest.fail("the pages' scripts are not built: run `make web`")
    port = _free_port()
    environment = {**os.environ, **SETTINGS, "GUICHENG_TODAY": today}
    environment |= {"DATA": str(folder), "PORT": str(port)}
    command = CLUSTER if IN_CLUSTER else [*_one_office(folder, port), *more]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(process, address, folder / "log")
            yield address
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _one_office(folder: Path, port: int) -> list[str]:
    serve = [sys.executable, "-m", "server.cli", "run", "--demonstration"]
    return [*serve, "--data", str(folder), "--port", str(port)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/sign-in", timeout=5):
                return
        except urllib.error.HTTPError as error:
            error.close()
            pytest.fail(f"the office answers {error.code}: {log.read_text()[-2000:]}")
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail(f"the office does not answer: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_path(playwright), args=ARGUMENTS)
        yield chromium
        chromium.close()


def _path(playwright: Playwright) -> str:
    of_playwright = playwright.chromium.executable_path
    found = next(filter(None, map(shutil.which, (*NAMES, of_playwright))), None)
    if found is None:
        pytest.fail("no Chromium found: run `make browser`, or `apt install chromium`")
    return found


class Windows:
    """Windows of signed-in people, all of them watched."""

    def __init__(self, browser: Browser, office: str) -> None:
        self._browser, self._office = browser, office
        self._opened: list[tuple[Page, list[str]]] = []

    def sign_in(self, login: str, language: str = "zh", width: int = 1440) -> Page:
        """A window of its own: ``sign_in("shanxi_applicant", language="en", width=390)``."""
        page = self.visit(language, width)
        _sign_in(page, login)
        return page

    def visit(self, language: str = "zh", width: int = 1440) -> Page:
        """A window of somebody who has not signed in."""
        context = self._browser.new_context(
            base_url=self._office, viewport={"width": width, "height": 900}, locale="zh-CN"
        )
        context.add_cookies([{"name": "language", "value": language, "url": self._office}])
        page = context.new_page()
        self._opened.append((page, _watch(page, self._office)))
        return page

    def check(self) -> None:
        """Close the windows; fails when one of them had something to complain about."""
        for page, complaints in self._opened:
            page.context.close()
            assert complaints == []


@pytest.fixture(scope="module")
def windows(browser: Browser, office: str) -> Windows:
    """For tests that share their windows; they call ``check`` themselves."""
    return Windows(browser, office)


@pytest.fixture
def sign_in(browser: Browser, office: str) -> Iterator[SignIn]:
    """Open a window for somebody."""
    own = Windows(browser, office)
    yield own.sign_in
    own.check()


def _sign_in(page: Page, login: str) -> None:
    page.goto("/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", DEMONSTRATION_PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def _watch(page: Page, office: str) -> list[str]:
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"console: {message.text}")
            # The browser writes a refused request to the console on its own account.
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            complaints.append(f"request to {request.url}")
            if not request.url.startswith((office, "data:", "blob:"))
            else None
        ),
    )
    return complaints
