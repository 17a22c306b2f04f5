"""One office in one process: migrate, publish, seed, work off jobs, serve pages."""

from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import waitress

from server import create_app, db, logs
from server.config import Config
from server.demo import DEMONSTRATION_PASSWORD, accounts, seed
from server.demo.offices import ADMINISTRATORS
from server.demo.samples import add_samples
from server.jobs import beats
from server.jobs.reader import Reader
from server.jobs.ticker import Postman, Ticker
from server.law import checks, coverage_states
from server.law.catalogue import from_disk, tree_on_disk
from server.migrations import migrate
from server.rehearsal import machinery
from server.studio.drafts.upgrade import Disagreement, upgrade
from server.work.documents import Files

Say = Callable[[str], None]

SHOWN = (
    "applicant",
    "sponsor",
    "recommender",
    "formal_reviewer",
    "expert_1",
    "authority",
    "secretariat",
    "chair",
)
"""Accounts that the greeting lists for each regime; all others are in server/demo/offices.csv."""

MOST_CONNECTIONS = 2_000
IDLE = 30
"""A browser keeps up to six connections open after each page, and whoever finds no room among all
of them waits without a word until one is closed; so there is room, and after so many seconds
without a word one is closed, which browsers do not tell anybody."""


class Unpublishable(ValueError):
    """The tree has errors; the text is the report of the check."""


def publish(root: Path) -> int:
    """Publish processes/ and forms/ when they agree; returns the publication's number. Raises
    Unpublishable, or Disagreement where changes of the office stand against them."""
    read = from_disk(root)
    found = [*checks.check(read), *coverage_states.blocking(read)]
    errors = [each for each in found if each.severity == "error"]
    if errors:
        raise Unpublishable(checks.report(errors))
    with db.transaction() as tx:
        return upgrade(tx, tree_on_disk(root))


def publish_or_keep(root: Path, say: Say = print) -> None:
    """Publish; where the office's own changes stand against that, say why and leave in force what
    is: new software that checks more brings nothing to a standstill."""
    try:
        publish(root)
    except Disagreement as error:
        say(f"本机构的修改与软件的新内容不一致，现行版本继续有效：\n{error}")


def serve(config: Config, root: Path, say: Say = print, samples: bool = False) -> None:
    """Set up what is missing, with cases under way where they are asked for, and serve until
    interrupted."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(config.url)
    app = create_app(config)
    publish_or_keep(root, say)
    if config.demonstration:
        if samples:
            add_samples(machinery(), Files(config.data_dir / "documents"))
        with db.transaction() as tx:
            seed(tx)
    logs.use(config)
    looking = Ticker(config.tick), Postman(config.tick), Reader(config.tick)
    loops = *looking, beats.Beat("embedded")
    for loop in loops:
        loop.start()
    greet(config, say)
    try:
        waitress.serve(app, _quiet=True, **listening(config))
    finally:
        for loop in loops:
            loop.stop()


def listening(config: Config) -> dict[str, Any]:
    """Arguments of the web server. Half of the files that may be open are for connections, the
    others for database, documents and processes of its own."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return {
        "host": config.host,
        "port": config.port,
        "threads": config.threads,
        "connection_limit": min(MOST_CONNECTIONS, files // 2),
        "channel_timeout": IDLE,
        "cleanup_interval": IDLE // 3,
        "asyncore_use_poll": True,  # select() ends at file 1024
    }


def greet(config: Config, say: Say) -> None:
    """Say where the pages are and, in the demonstration, who can sign in."""
    say(f"\n  规程 Guicheng: http://{config.host}:{config.port}\n")
    if config.demonstration:
        say(f"  演示密码 password: {DEMONSTRATION_PASSWORD}\n")
        for account in accounts():
            regime = account.office.regime
            if account.login.removeprefix(f"{regime}_") in SHOWN:
                say(f"  {account.login:<26}{account.office.name} · {account.name}")
        for login, (name, _) in ADMINISTRATORS.items():
            say(f"  {login:<26}{name}")
        say("")
