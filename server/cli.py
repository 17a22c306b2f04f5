"""The command line: ``guicheng --help``."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from server import clock, db, furnish
from server.config import Config, ConfigError, from_environment

if TYPE_CHECKING:
    from server.work.archive import Whole
    from server.work.people.administration import Done

ROOT = Path(__file__).resolve().parents[1]
"""Where processes/ and forms/ lie."""


def configured(**changes: object) -> Config:
    """The installation's settings with what the command line says on top."""
    try:
        return replace(from_environment(), **changes).checked()  # type: ignore[arg-type]
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def opened() -> Config:
    """The installation's settings, with its database bound for the acts."""
    config = configured()
    db.bind(db.connect(config.url))
    furnish(config)
    return config


@click.group()
def main() -> None:
    """规程: the procedures of a standards administration, run as BPMN diagrams."""


@main.command()
@click.option("--demonstration", is_flag=True, help="Seed invented offices and accounts.")
@click.option("--samples", is_flag=True, help="Begin the demonstration with cases under way.")
@click.option("--data", type=click.Path(path_type=Path), help="Data directory.")
@click.option("--port", type=int)
def run(demonstration: bool, samples: bool, data: Path | None, port: int | None) -> None:
    """Serve pages and do due jobs in one process (one office on SQLite)."""
    from server import embedded

    given = {"data_dir": data, "port": port, "demonstration": demonstration or None}
    config = configured(**{name: value for name, value in given.items() if value})
    embedded.serve(config, ROOT, samples=samples)


@main.command()
@click.option("--patience", type=click.IntRange(1), default=5, show_default=True)
def migrate(patience: int) -> None:
    """Bring the database's schema up to date; a statement on PostgreSQL may take PATIENCE seconds,
    and waits for a lock for four."""
    from server.migrations import migrate as upgrade

    upgrade(configured().url, patience=patience)


@main.command()
@click.option("--or-keep", is_flag=True, help="Where an office's changes stand against it, leave "
              "what is in force and succeed.")  # fmt: skip
def publish(or_keep: bool) -> None:
    """Check processes/ and forms/ and publish them; running procedures stay on theirs."""
    from server import embedded

    opened()
    if or_keep:
        embedded.publish_or_keep(ROOT, click.echo)
    else:
        click.echo(embedded.publish(ROOT))


@main.command()
@click.argument("target", type=click.File("wb"))
@click.option("--to", "recipients", multiple=True, help="Encrypt to a public key (age1…).")
def backup(target: IO[bytes], recipients: tuple[str, ...]) -> None:
    """Write the whole office to TARGET (- for standard output): database and documents."""
    from server import age
    from server import backup as copies

    config = opened()
    try:
        if not recipients:
            click.echo(copies.backup(config, target), err=True)
            return
        with age.encrypting(target, recipients) as plain:
            told = copies.backup(config, plain)
    except age.AgeError as error:
        raise click.ClickException(str(error)) from error
    click.echo(told, err=True)


@main.command()
@click.argument("source", type=click.File("rb"))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(source: IO[bytes], key: Path | None) -> None:
    """Restore an archive into an empty office, on either kind of database, and verify it.

    It sends nothing until an operator lifts the pause on the page of messages. KEY is the file
    with the secret key of an encrypted one.
    """
    from contextlib import nullcontext

    from server import age
    from server import backup as copies
    from server.migrations import migrate as upgrade

    config = configured()
    upgrade(config.url)
    opened()
    try:
        with age.decrypting(source, key) if key else nullcontext(source) as plain:
            told = copies.restore(config, plain)
    except (copies.BackupError, age.AgeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(told, err=True)
    _tell_suspects()


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_key(file: Path) -> None:
    """Make a key for backups: the secret one goes to FILE, the public one is printed."""
    from server import age

    try:
        click.echo(age.new_key(file))
    except FileExistsError as error:
        raise click.ClickException(f"{file} exists already") from error


@main.command()
@click.argument("moment", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]))
def quarantine(moment: datetime) -> None:
    """Hold back all messages after the database was set back to MOMENT by other means."""
    from server.work.outside import outbox

    opened()
    with db.transaction() as tx:
        outbox.quarantine(tx, moment)
    _tell_suspects()


def _tell_suspects() -> None:
    from server.work.outside import outbox

    with db.read() as tx:
        waiting = outbox.counts(tx)["suspect"]
    click.echo(
        f"{waiting} messages may have been sent already; none is sent until an operator has "
        "decided about them (外发消息)",
        err=True,
    )


@main.command()
@click.option("--carry-out", is_flag=True, help="Destroy them; without it they are only listed.")
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), help="For their packages.")
def purge(carry_out: bool, to: Path | None) -> None:
    """List the finished cases whose years of keeping are over (table retention), and destroy them.

    The package of each is written to the folder first; a tombstone and the entries in the office's
    registers stay, and every journal still verifies.
    """
    from server.errors import Problem
    from server.work import documents, retention

    if carry_out and to is None:
        raise click.UsageError("--carry-out needs --to FOLDER, where the packages are kept")
    opened()
    with db.read() as tx:
        found = retention.due(tx)
    for each in found:
        click.echo(each)
        if carry_out and to and not each.reason:
            try:
                retention.purge(each, lambda whole: _packed(whole, to))
            except Problem as problem:
                raise click.ClickException(str(problem)) from problem
    if carry_out:
        documents.collect()


def _packed(whole: Whole, folder: Path) -> str:
    """Write a package; returns its SHA-256."""
    from server.work import archive

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{whole.dossier.case['number']}.zip").open("x+b") as file:
        archive.pack(whole, file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


@main.command()
@click.argument("case")
@click.option("--reason", default="", help="Why nothing of it may be destroyed.")
@click.option("--end", is_flag=True, help="It is no longer held.")
def hold(case: str, reason: str, end: bool) -> None:
    """Hold CASE (number or id) back from destruction: litigation, inquiry; journaled."""
    from server.errors import Problem
    from server.work import archive, retention

    if end == bool(reason.strip()):
        raise click.UsageError("give either --reason or --end")
    opened()
    try:
        with db.read() as tx:
            found = archive.find(tx, case)
        retention.end_holds(found) if end else retention.hold(found, reason.strip())
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem


@main.command()
def seed() -> None:
    """Fill an empty demonstration with invented offices and accounts."""
    from server.demo import seed as fill

    if not opened().demonstration:
        raise click.ClickException("GUICHENG_DEMONSTRATION is not set")
    with db.transaction() as tx:
        fill(tx)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=ROOT)
def export(folder: Path) -> None:
    """Write what is in force to processes/ and forms/ of FOLDER, byte for byte."""
    from server.studio.drafts import upgrade
    from server.work import publications

    opened()
    with db.read() as tx:
        tree = publications.tree(tx, publications.current(tx))
    click.echo("\n".join(upgrade.export(tree, folder)) or "没有差别")


@main.command()
def check() -> None:
    """List every disagreement between diagrams, tables, forms, handlers, roles and clauses."""
    from server.law import catalogue, checks, coverage_states

    shipped = catalogue.from_disk(ROOT)
    findings = [*checks.check(shipped), *coverage_states.blocking(shipped)]
    click.echo(checks.report(findings))
    sys.exit(any(finding.severity == "error" for finding in findings))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.argument("decision")
@click.option("--data", default="{}", help="Inputs as a JSON object.")
def decide(file: str, decision: str, data: str) -> None:
    """Evaluate DECISION of a DMN file; prints one JSON object with `result` and `matched`."""
    from server.feel.decide import main as evaluate

    sys.exit(evaluate([file, decision, "--data", data], clock.now()))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_calendar(file: Path) -> None:
    """Load a year's holiday notice (CSV: day, kind, note); provisional dates are recomputed."""
    from server.law.sheets import SheetError
    from server.work import notices

    opened()
    try:
        click.echo(notices.load(file.read_bytes()))
    except SheetError as error:
        raise click.ClickException(str(error)) from error


@main.command()
def verify() -> None:
    """Recompute the hash chain of every journal, the administration's too, and check what is left
    of purged cases; exit 1 where one is broken."""
    from server.work import journal, retention
    from server.work.people import journal as administration

    opened()
    broken = journal.broken_cases()
    with db.read() as tx:
        broken |= {"administration": faults} if (faults := administration.broken(tx)) else {}
        broken |= {number: ["管理日志中没有这条销毁记录"] for number in retention.unfounded(tx)}
    click.echo(json.dumps({"at": clock.now().isoformat(), "broken": broken}, ensure_ascii=False))
    sys.exit(bool(broken))


@main.command()
@click.argument("case")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: NUMBER.zip")
def archive(case: str, out: Path | None) -> None:
    """Write the archive package of CASE (number or id): a ZIP that opens without this software."""
    from server import db
    from server.errors import Problem
    from server.work import archive as archives

    opened()
    try:
        with db.read() as tx:
            whole = archives.whole(tx, archives.find(tx, case))
        target = out or Path(f"{whole.dossier.case['number']}.zip")
        with target.open("wb") as file:
            archives.pack(whole, file)
    except Problem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(target)


@main.command()
@click.argument("login")
@click.option("--name", default="guicheng token", help="What the token is for.")
@click.option("--scope", type=click.Choice(["read", "act"]), default="read")
@click.option("--days", type=click.IntRange(1, 366), default=90)
def token(login: str, name: str, scope: str, days: int) -> None:
    """Make an access token of LOGIN for the API; it is printed this once."""
    from server.errors import Problem
    from server.work.people import find_login, tokens

    opened()
    try:
        click.echo(tokens.create(find_login(login), name, scope, days)[1])
    except Problem as error:
        raise click.ClickException(error.detail) from error


@main.command()
@click.argument("regime", required=False, default="")
def clauses(regime: str) -> None:
    """How each clause is carried out; exit 1 where one of a regime in use is not."""
    from server.law import catalogue, coverage_states
    from server.law.coverage import coverage

    shipped = catalogue.from_disk(ROOT)
    if regime not in ("", *shipped.regimes):
        raise click.BadParameter(f"有 {'、'.join(shipped.regimes)}", param_hint="REGIME")
    found = coverage_states.standings(shipped, coverage(shipped), regime)
    click.echo("\n".join(coverage_states.report(found)))
    sys.exit(any(each.state in coverage_states.RED for each in found))


@main.command()
@click.argument("case")
@click.option("--assume", multiple=True, help="A bundle (extended) or FIELD=VALUE[,VALUE].")
@click.option("--years", type=click.IntRange(1, 10), default=3)
@click.option("--pace", type=click.IntRange(0, 90), default=10, help="Days for undated tasks.")
@click.option("--csv", "sheet", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--ics", "calendar", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Everything as JSON instead of lines.")
def simulate(
    case: str,
    assume: tuple[str, ...],
    years: int,
    pace: int,
    sheet: Path | None,
    calendar: Path | None,
    as_json: bool,
) -> None:
    """Run a copy of CASE (number or id) forward; every duty on its last day. Changes nothing."""
    from server.errors import NotFound
    from server.rehearsal import machinery
    from server.studio import simulation
    from server.studio.scenarios import StageError, Unreadable

    opened()
    try:
        found = simulation.find(case)
        told = simulation.forecast(machinery(), found, assume, years, pace)
    except (NotFound, StageError, Unreadable) as error:
        raise click.ClickException(str(error)) from error
    click.echo(simulation.as_json(told) if as_json else "\n".join(simulation.lines(told)))
    for path, text in ((sheet, simulation.as_csv), (calendar, simulation.as_calendar)):
        if path:
            path.write_text(text(told), encoding="utf-8", newline="")


@main.command(hidden=True)
@click.argument("rehearsal")
def rehearse(rehearsal: str) -> None:
    """Play REHEARSAL, which a page has asked for, within bounds of time and memory."""
    from server.bounds import bounded
    from server.rehearsal import machinery
    from server.studio.rehearsal import carry_out

    opened()
    bounded()
    carry_out(machinery(), rehearsal)


@main.command(hidden=True)
def try_out() -> None:
    """Play the acts of a try-out, read as JSON, and print what is seen then."""
    from server.bounds import bounded
    from server.rehearsal import machinery
    from server.studio import tryout

    opened()
    bounded()
    click.echo(tryout.played(machinery(), sys.stdin.buffer.read()))


@main.group()
def account() -> None:
    """Accounts from the machine itself: the first administrators, and a way back in."""


@account.command()
@click.argument("role", type=click.Choice(["system", "security", "auditor"]))
@click.argument("login")
@click.argument("name")
@click.option("--organisation", required=True, help="The body in which they serve.")
def administrator(role: str, login: str, name: str, organisation: str) -> None:
    """The first holder of an administrator's office; prints a one-time password."""
    from server.work.people import administration, roles

    full = {"system": roles.SYSTEM, "security": roles.SECURITY, "auditor": roles.AUDITOR}[role]
    _with_secret(lambda: administration.first_administrator(full, login, name, organisation))


@account.command()
@click.argument("login")
def reset(login: str) -> None:
    """A one-time password for LOGIN, when no administrator can help; journaled."""
    from server.work.people import administration

    _with_secret(lambda: administration.reset_on_the_machine(login))


def _with_secret(act: Callable[[], Done]) -> None:
    """Carry out an act that gives a one-time password, and print it."""
    from server.errors import Problem

    opened()
    try:
        click.echo(act().secret)
    except Problem as problem:
        sentences = [each for told in problem.errors.values() for each in told]
        raise click.ClickException("；".join(sentences) or problem.detail) from problem


@main.group()
def scenario() -> None:
    """The law as runnable files (processes/scenarios)."""


@scenario.command(name="run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="Also write XML.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT,
    help="A folder with processes/ and forms/ of its own.",
)
def run_scenarios(paths: tuple[Path, ...], junit: Path | None, root: Path) -> None:
    """Play scenario files or folders; one line per difference, exit 1 where there is one."""
    from server import rehearsal
    from server.studio import scenarios

    begun, results = time.perf_counter(), []
    for result in rehearsal.play(root, scenarios.files(paths)):
        results.append(result)
        click.echo("".join(f"{line}\n" for line in scenarios.lines(result)), nl=False)
    click.echo(scenarios.closing(results, time.perf_counter() - begun))
    if junit:
        junit.write_bytes(scenarios.junit(results))
    sys.exit(any(result.lines for result in results))


@scenario.command(name="vocabulary")
def scenario_vocabulary() -> None:
    """Every step, task, field, role, state, milestone and refusal code, with its meaning."""
    from server.law import catalogue
    from server.studio import scenarios

    click.echo("\n".join(scenarios.vocabulary(catalogue.from_disk(ROOT))))


if __name__ == "__main__":
    main()
