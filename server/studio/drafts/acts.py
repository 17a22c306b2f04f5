"""What people do with drafts; each act is one transaction and one entry of the draft's journal.

A change takes effect when an approver of every regime that it touches has consented; nobody
consents to a change of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from sqlalchemy import Connection, select

from server import clock, db
from server.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from server.feel.sentence import told
from server.models import publication_files, releases
from server.studio import picture
from server.studio.drafts import overlay as overlays
from server.studio.drafts import scope, store
from server.studio.drafts.overlay import Overlay
from server.studio.drafts.paths import REMOVED, check, check_measures, kind_of, regime_of
from server.work import access, publications
from server.work.people import Person
from server.work.requests import made_once, request_hash
from server.work.sql import Row

TITLE, REASON = 100, 1000
Result = TypeVar("Result")
Work = Callable[[Overlay], Mapping[str, bytes | None]]
"""Path to its new content, of a draft as it stands."""


def _act(work: Callable[[Connection], Result]) -> Result:
    def once() -> Result:
        with db.transaction() as tx:
            return work(tx)

    return db.run(once)


def _text(given: str, limit: int, name: str) -> str:
    text = given.strip()
    if not text or len(text) > limit:
        raise Invalid(
            told("请填写%(name)s（不超过 %(limit)s 字）", name=name, limit=limit), code="text"
        )
    return text


def begin(person: Person, title: str, key: str | None = None) -> str:
    """A new draft, once per key; returns its id. Raises NotFound, NotAllowed, Invalid."""
    access.may_change_models(person)
    named = _text(title, TITLE, "草稿名称")
    request = request_hash("begin_draft", "", named)
    return made_once(person.id, key, request, lambda tx: store.begin(tx, person, named))


def save(person: Person, draft_id: str, path: str, content: bytes | None, seen: int) -> int:
    """Keep a file of a draft, see store.save. Raises NotAllowed for what is another regime's."""
    access.may_change_models(person)
    if content is not None:
        check(path, content)

    def work(tx: Connection) -> int:
        draft = store.find(tx, draft_id, lock=True)
        _may_change(person, overlays.of(tx, draft), path, content)
        return store.save(tx, draft, person, path, content, seen)

    return _act(work)


def rewrite(person: Person, draft_id: str, work: Work) -> None:
    """Keep several files at once: ``work`` says which, as the draft stands in this transaction.
    Raises what ``save`` does."""
    access.may_change_models(person)

    def once(tx: Connection) -> None:
        draft = store.find(tx, draft_id, lock=True)
        store.hold(tx, draft, person)
        _keep(tx, person, overlays.of(tx, draft), work)

    _act(once)


def _keep(tx: Connection, person: Person, laid: Overlay, work: Work) -> None:
    for path, content in work(laid).items():
        if content == laid.contents.get(path):
            continue
        if content is not None:
            check_measures(path, content)
        _may_change(person, laid, path, content)
        seen = store.last_save(tx, laid.draft["id"], path)
        laid.draft["saves"] = store.save(tx, laid.draft, person, path, content, seen)


def _may_change(person: Person, laid: Overlay, path: str, content: bytes | None) -> None:
    before, after = laid.after(path), laid.before(path) if content is None else content
    if scope.is_shared(path):
        return access.may_change_regimes(person, (), shared=True)
    known = overlays.catalogue(laid.current).regimes
    own = regime_of(path)
    touched = {own} if own else scope.rows_changed(before, after, known)
    touched &= known.keys()  # what is not in force yet has no owner: any may propose it
    if kind_of(path) == "dmn" and REMOVED in (before, after) and path not in laid.current:
        touched = set()  # a new table concerns nobody until something asks it
    return access.may_change_regimes(person, touched, shared=False)


def hold(person: Person, draft_id: str) -> None:
    """Hold a draft while its editor is open. Raises NotFound, NotAllowed, Stale."""
    access.may_change_models(person)
    _act(lambda tx: store.hold(tx, store.find(tx, draft_id, lock=True), person))


def let_go(person: Person, draft_id: str) -> None:
    """The editor was closed."""
    access.may_change_models(person)
    _act(lambda tx: store.let_go(tx, store.find(tx, draft_id, lock=True), person))


def submit(person: Person, draft_id: str, reason: str, effective_on: date) -> None:
    """Ask for consent. Raises Refused with every error of the check, Stale, Invalid."""
    access.may_change_models(person)
    why = _text(reason, REASON, "修改理由")
    if effective_on < clock.today():
        raise Invalid("施行日期不能早于今天", code="effective_on")
    _look_through(draft_id)

    def work(tx: Connection) -> None:
        draft = store.find(tx, draft_id, lock=True)
        store.hold(tx, draft, person)
        laid = overlays.of(tx, draft)
        _publishable(laid)
        regimes = sorted(set().union(*scope.touched(laid).values()))
        noted = {"reason": why, "effective_on": effective_on.isoformat(), "regimes": regimes}
        more = {"status": "submitted", "reason": why, "effective_on": effective_on}
        store.note(tx, draft, person, "submit", noted, **more, held_until=None)

    _act(work)


def _look_through(draft_id: str) -> None:
    """Check a draft before it is locked: that takes a second, in which nobody else could write on
    SQLite. Inside the transaction its findings are known, unless it has changed meanwhile."""
    with db.read() as tx:
        laid = overlays.of(tx, store.find(tx, draft_id))
    overlays.findings(overlays.catalogue(laid.tree))


def _publishable(laid: Overlay) -> None:
    """Raises Refused or Stale unless the draft may take effect."""
    if not laid.changed:
        raise Refused("草稿没有改动任何内容", code="unchanged")
    if laid.conflicts:
        raise Stale(
            told("草稿开始之后，%(names)s 已发布新的版本，请先合并", names=list(laid.conflicts)),
            code="conflict",
        )
    found = overlays.findings(overlays.catalogue(laid.tree))
    errors = [each.sentence for each in found if each.severity == "error"]
    if errors:
        raise Refused(
            told(
                "还有 %(errors)s 处错误，不能发布：%(first)s",
                errors=len(errors),
                first=errors[0],
            ),
            code="errors",
        )


def withdraw(person: Person, draft_id: str) -> None:
    """Take a submitted draft back to go on with it."""
    access.may_change_models(person)
    _reopen(person, draft_id, "withdraw", {}, ("submitted",))


def consent(person: Person, draft_id: str) -> bool:
    """Consent for the regimes the person approves; True when the change was released by it."""
    access.may_read_models(person)
    _look_through(draft_id)

    def work(tx: Connection) -> bool:
        draft, laid, held = _to_decide(tx, person, draft_id)
        _publishable(laid)
        store.note(tx, draft, person, "approve", {"regimes": sorted(held), "saves": draft["saves"]})
        if waiting_for(tx, laid):
            return False
        _release(tx, draft, laid, person)
        return True

    return _act(work)


def refuse(person: Person, draft_id: str, reason: str) -> None:
    """Send a submitted draft back with a reason."""
    why = _text(reason, REASON, "退回理由")

    def work(tx: Connection) -> None:
        draft, _, held = _to_decide(tx, person, draft_id)
        noted = {"reason": why, "regimes": sorted(held)}
        store.note(tx, draft, person, "refuse", noted, status="open")

    _act(work)


def _to_decide(
    tx: Connection, person: Person, draft_id: str
) -> tuple[Row, Overlay, frozenset[str]]:
    access.may_read_models(person)
    draft = store.find(tx, draft_id, lock=True)
    if draft["status"] != "submitted":
        raise Stale("草稿不在审批中", code="closed")
    laid = overlays.of(tx, draft)
    return draft, laid, access.may_consent(person, scope.asked(laid), store.editors(tx, draft_id))


def waiting_for(tx: Connection, laid: Overlay) -> list[str]:
    """The regimes whose consent is still missing since the last submission."""
    agreed: set[str] = set()
    for act in store.acts(tx, laid.draft["id"]):
        if act["act"] == "submit":
            agreed = set()
        if act["act"] == "approve" and act["detail"]["saves"] == laid.draft["saves"]:
            agreed |= set(act["detail"]["regimes"])
    return sorted(scope.asked(laid) - agreed)


def discard(person: Person, draft_id: str) -> None:
    """Give a draft up; its history stays. Only those who worked on it may."""
    access.may_change_models(person)

    def work(tx: Connection) -> None:
        draft = store.find(tx, draft_id, lock=True)
        if person.id not in store.editors(tx, draft_id):
            raise NotAllowed("只有修改过这份草稿的人可以放弃它", code="not_editor")
        store.hold(tx, draft, person)
        store.note(tx, draft, person, "discard", {}, status="discarded", held_until=None)

    _act(work)


def take_over(person: Person, draft_id: str, rework: Work = lambda laid: {}) -> None:
    """Go on from what is in force now: what the draft says stands against the newest version,
    save for what ``rework`` makes of both."""
    access.may_change_models(person)

    def work(tx: Connection) -> None:
        draft = store.find(tx, draft_id, lock=True)
        store.hold(tx, draft, person)
        _keep(tx, person, overlays.of(tx, draft), rework)
        number = publications.current(tx)
        store.note(tx, draft, person, "rebase", {"publication": number}, base_id=number)

    _act(work)


def _reopen(
    person: Person, draft_id: str, act: str, detail: dict[str, str], statuses: Iterable[str]
) -> None:
    def work(tx: Connection) -> None:
        draft = store.find(tx, draft_id, lock=True)
        if draft["status"] not in statuses:
            raise Stale("草稿不在审批中", code="closed")
        store.note(tx, draft, person, act, detail, status="open")

    _act(work)


# --- releasing ---


def _release(tx: Connection, draft: Row, laid: Overlay, person: Person) -> None:
    """Let the change take effect on its day, in line with what is decided and still to come."""
    day = max(draft["effective_on"], clock.today())
    new: Row = {"change_set_id": draft["id"], "title": draft["title"], "reason": draft["reason"]}
    new |= {"effective_on": day, "released_by": person.id}
    line_up(tx, laid.current, [*coming(tx), new])
    store.keep_pictures(tx, draft["id"], _pictures(laid))
    store.note(tx, draft, person, "release", {"effective_on": day.isoformat()}, status="released")


def _pictures(laid: Overlay) -> dict[str, bytes]:
    """The diagrams of a change as they looked when it was consented to."""
    drawn = {path: laid.after(path) for path in laid.changed if kind_of(path) == "bpmn"}
    return {path: picture.draw(content) for path, content in drawn.items() if content}


def line_up(tx: Connection, tree: Mapping[str, bytes], rows: Iterable[Row]) -> None:
    """Publish changes one upon the other in the order of their days; raises Stale where two of
    them change the same file."""
    changed: dict[str, str] = {}
    for row in sorted(rows, key=lambda each: each["effective_on"]):
        contents = store.contents(tx, row["change_set_id"])
        _apart(contents, changed, row["title"])
        changed |= {path: str(row["title"]) for path in contents}
        tree = overlays.laid_over(tree, contents)
        by, title = row["released_by"], row["title"]
        number = publications.store(tx, tree, title, by)
        day, why = row["effective_on"], row["reason"]
        publications.put_in_force(tx, number, title, by, day, row["change_set_id"], why)


def coming(tx: Connection) -> list[Row]:
    """What is decided already and has not taken effect, each change once."""
    later = releases.c.effective_on > clock.today()
    wanted = select(releases).where(later, releases.c.change_set_id.is_not(None))
    rows = tx.execute(wanted.order_by(releases.c.id)).mappings()
    return list({row["change_set_id"]: dict(row) for row in rows}.values())


def _apart(contents: Iterable[str], changed: Mapping[str, str], title: str) -> None:
    for path in contents:
        if path in changed:
            raise Stale(
                told(
                    "“%(other)s”和“%(title)s”都修改了 %(path)s",
                    other=changed[path],
                    title=title,
                    path=path,
                ),
                code="conflict",
            )


def take_back(person: Person, release_id: int, key: str | None = None) -> str:
    """A draft that undoes a release, to be approved like any other, once per key; returns its id.

    Raises Stale where a file was changed again since.
    """
    access.may_change_models(person)

    def work(tx: Connection) -> str:
        release = tx.execute(select(releases).where(releases.c.id == release_id)).mappings().first()
        if release is None or release["change_set_id"] is None:
            raise NotFound("没有找到这次发布")
        taken = store.find(tx, release["change_set_id"])
        before = publications.tree(tx, taken["base_id"])
        now = publications.tree(tx, publications.current(tx))
        made = store.contents(tx, taken["id"])
        if again := [path for path in made if now.get(path, REMOVED) != made[path]]:
            raise Stale(
                told("%(again)s 之后又有修改，不能直接撤回", again=list(again)), code="conflict"
            )
        draft_id = store.begin(tx, person, f"撤回：{release['title']}"[:TITLE])
        draft = store.find(tx, draft_id)
        for path in made:
            content = before.get(path, REMOVED)
            _may_change(person, overlays.of(tx, draft), path, content)
            draft["saves"] = store.save(tx, draft, person, path, content, 0)
        return draft_id

    return made_once(person.id, key, request_hash("take_back", str(release_id), ""), work)


def released(tx: Connection, limit: int = 100) -> list[Row]:
    """What took or takes effect, the newest first."""
    wanted = select(releases).order_by(releases.c.id.desc())
    return [dict(row) for row in tx.execute(wanted.limit(limit)).mappings()]


def versions(tx: Connection) -> dict[str, tuple[int, Row]]:
    """Path to its version number and the release that brought it, of what is in force."""
    wanted = (
        select(releases, publication_files.c.path, publication_files.c.blob)
        .join(publication_files, publication_files.c.publication_id == releases.c.publication_id)
        .where(releases.c.at_once | (releases.c.effective_on <= clock.today()))
        .order_by(releases.c.id)
    )
    found: dict[str, tuple[int, Row]] = {}
    for row in tx.execute(wanted).mappings():
        number, last = found.get(row["path"], (0, {}))
        if last.get("blob") != row["blob"]:
            found[row["path"]] = (number + 1, dict(row))
    return found


def versions_of(tx: Connection, path: str) -> list[Row]:
    """The releases that brought a new version of a file, the newest first."""
    wanted = (
        select(releases, publication_files.c.blob)
        .join(publication_files, publication_files.c.publication_id == releases.c.publication_id)
        .where(publication_files.c.path == path)
        .order_by(releases.c.id)
    )
    found: list[Row] = []
    for row in tx.execute(wanted).mappings():
        if not found or found[-1]["blob"] != row["blob"]:
            found.append(dict(row))
    return found[::-1]


def may_edit(person: Person, draft: Row) -> bool:
    """Whether the person could change this draft now."""
    owns = bool(access.regimes_held(person, access.PROCESS_OWNER))
    return draft["status"] == "open" and owns and not store.held_by_other(draft, person)


def may_decide(tx: Connection, person: Person, laid: Overlay) -> frozenset[str]:
    """The regimes for which the person could consent to this draft now; empty where none."""
    try:
        return access.may_consent(person, scope.asked(laid), store.editors(tx, laid.draft["id"]))
    except (NotAllowed, NotFound):
        return frozenset()
