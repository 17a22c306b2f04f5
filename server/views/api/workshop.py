"""How procedures change: models, drafts with their files and findings, consent, releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import g
from flask.typing import ResponseReturnValue

from server import clock, db
from server.errors import NotFound, Outdated, Stale
from server.studio import shelf as models
from server.studio.drafts import acts, overlay, paths, store
from server.views.api import conditions, listing
from server.views.api.conditions import tagged
from server.views.api.resource import Resource
from server.views.api.schemas import workshop as schemas
from server.views.guards import acting
from server.views.workshop import drafts as pages
from server.views.workshop import shelf as shelf_page
from server.views.workshop.words import model_name
from server.work import access, publications
from server.work.inbox import Page
from server.work.people import Person, names_of
from server.work.sql import Row

Json = dict[str, Any]
Thing = TypeVar("Thing")

shelf = Resource("models", __name__, description="流程模型 · Procedures, tables, forms in force")
room = Resource("drafts", __name__, description="草稿 · Changes on their way")
releases = Resource("releases", __name__, description="发布 · What took or takes effect")

READ, CHANGE = "models:read", "models:change"


# --- models -------------------------------------------------------------------------------------


@shelf.operation(
    "GET", "/models", schemas.ModelPage, needs=READ, query=schemas.ModelQuery, refuses=(404,)
)
def list_models(query: Json) -> Json:
    """流程模型

    Every procedure, part, table, form and regime with its version.
    """
    return _models(query)


@shelf.operation(
    "POST",
    "/models/search",
    schemas.ModelPage,
    needs=READ,
    body=schemas.ModelSearch,
    refuses=(404,),
)
def search_models(body: Json) -> Json:
    """查询流程模型

    As the list, with filter, sort and page in the body.
    """
    return _models(listing.flat(body))


def _models(asked: Json) -> Json:
    held = access.may_read_models(g.person)
    place = asked.get("kind", ""), asked.get("regime", "")
    with db.read() as tx:
        lines = [line for line in shelf_page.lines_of(tx, held) if shelf_page.fits(line, *place)]
    wanted = _having(lines, shelf_page.said, asked)
    return listing.told(_ordered(wanted, asked.get("sort", "")), asked, _model)


def _having(rows: Iterable[Thing], said: Callable[[Thing], str], asked: Json) -> list[Thing]:
    """Those in whose words the text is."""
    text = asked.get("text", "").strip().lower()
    return [row for row in rows if text in said(row).lower()]


def _ordered(lines: list[shelf_page.Line], sort: str) -> list[shelf_page.Line]:
    key = shelf_page.KEYS.get(sort.removeprefix("-"))
    return sorted(lines, key=key, reverse=sort.startswith("-")) if key else lines


def _model(line: shelf_page.Line) -> Json:
    return {
        "path": line.model.path,
        "kind": line.model.kind,
        "name": model_name(line.model),
        "regimes": line.model.regimes,
        "version": line.version,
        "since": line.since,
        "changed_by": line.by,
        "running": line.running,
        "draft_ids": [draft["id"] for draft in line.drafts],
    }


@shelf.operation(
    "GET",
    "/models/source",
    schemas.ModelSource,
    needs=READ,
    query=schemas.FileQuery,
    refuses=(404,),
)
def get_model_source(query: Json) -> Json:
    """流程文件

    A file as it is in force.
    """
    access.may_read_models(g.person)
    with db.read() as tx:
        made = publications.catalogue(tx, publications.current(tx))
    if models.find(made, query["path"]) is None:
        raise NotFound("没有找到这个流程文件")
    return {"path": query["path"], "content": made.files[query["path"]].decode()}


# --- drafts -------------------------------------------------------------------------------------


@room.operation(
    "GET", "/drafts", schemas.DraftPage, needs=READ, query=schemas.DraftQuery, refuses=(404,)
)
def list_drafts(query: Json) -> Json:
    """草稿

    Drafts that are open, or those that are done, those changed last first.
    """
    return _drafts(query)


@room.operation(
    "POST",
    "/drafts/search",
    schemas.DraftPage,
    needs=READ,
    body=schemas.DraftSearch,
    refuses=(404,),
)
def search_drafts(body: Json) -> Json:
    """查询草稿

    As the list, with filter and page in the body.
    """
    return _drafts(listing.flat(body))


def _drafts(asked: Json) -> Json:
    access.may_read_models(g.person)
    states = pages.CLOSED if asked.get("state") == "done" else pages.OPEN
    with db.read() as tx:
        rows = _having(store.listed(tx, *states), lambda row: str(row["title"]), asked)
        page = listing.part_of(rows, asked)
        told = [row | {"paths": store.paths_of(tx, row["id"])} for row in page.items]
    return listing.answer(Page(told, page.cursor))


@room.operation(
    "POST",
    "/drafts",
    schemas.DraftMade,
    status=201,
    guard=acting,
    needs=CHANGE,
    body=schemas.DraftAsked,
    keyed=True,
    refuses=(404,),
)
def begin_draft(body: Json) -> Json:
    """建立草稿

    A named set of changes to what is in force.
    """
    return {"id": acts.begin(g.person, body["title"], conditions.key())}


@room.operation("GET", "/drafts/<draft_id>", schemas.DraftDetail, needs=READ)
def get_model_draft(draft_id: str) -> Json:
    """一份草稿

    What it changes, what is wrong with it, who has to consent, what happened.
    """
    page = pages.told(draft_id)
    names = ("files", "findings", "errors", "conflicts", "entries", "broken", "waiting", "editable")
    more = {name: page[name] for name in names}
    return {**page["draft"], **more, "deciding": sorted(page["deciding"])}


@room.operation(
    "GET",
    "/drafts/<draft_id>/file",
    schemas.DraftFile,
    needs=READ,
    query=schemas.DraftFileQuery,
    tagged=True,
)
def get_draft_file(draft_id: str, query: Json) -> ResponseReturnValue:
    """草稿中的文件

    A file as the draft has it, or as it is in force.
    """
    path = query["path"]
    with db.read() as tx:
        laid = pages.find(tx, draft_id)
        seen = store.last_save(tx, draft_id, path)
    text = pages.content(laid, path, query.get("version") == "base").decode()
    return {"path": path, "content": text, "save": seen}, tagged(f"{seen:x}")


@room.operation(
    "PUT",
    "/drafts/<draft_id>/file",
    schemas.Saved,
    guard=acting,
    needs=CHANGE,
    body=schemas.FileContent,
    query=schemas.EditedQuery,
    versioned=True,
    tagged=True,
)
def save_draft_file(draft_id: str, body: Json, query: Json) -> ResponseReturnValue:
    """保存文件

    Keep a file of the draft. `If-Match` names the save that it replaces; every save stays.
    """
    return _saved(draft_id, query["path"], body["content"].encode())


@room.operation(
    "DELETE",
    "/drafts/<draft_id>/file",
    schemas.Saved,
    guard=acting,
    needs=CHANGE,
    query=schemas.EditedQuery,
    versioned=True,
    tagged=True,
)
def restore_draft_file(draft_id: str, query: Json) -> ResponseReturnValue:
    """恢复文件

    Take the change of one file back; it is again as in force.
    """
    return _saved(draft_id, query["path"], None)


def _saved(draft_id: str, path: str, content: bytes | None) -> ResponseReturnValue:
    seen = _seen()
    try:
        save = acts.save(g.person, draft_id, path, content, seen)
    except Stale as stale:
        raise (Outdated(stale.detail) if stale.code == "behind" else stale) from None
    return {"path": path, "save": save}, tagged(f"{save:x}")


def _seen() -> int:
    """The number of the save that the sender has seen."""
    tag = conditions.seen()
    return int(tag, 16) if len(tag) < 8 else conditions.NO_VERSION


@room.operation(
    "POST",
    "/drafts/<draft_id>/check",
    schemas.Checked,
    needs=READ,
    body=schemas.CheckAsked,
)
def check_draft(draft_id: str, body: Json) -> Json:
    """检查

    Everything wrong with the draft, with other content in place of one file if you like.
    """
    path, text = body.get("path"), body.get("content")
    with db.read() as tx:
        tree = pages.find(tx, draft_id).tree
    if path is not None and text is not None:
        paths.check(path, text.encode())
        tree = overlay.laid_over(tree, {path: text.encode()})
    found = pages.named(overlay.catalogue(tree))
    return {"findings": found, "errors": sum(one["severity"] == "error" for one in found)}


@room.operation(
    "PUT", "/drafts/<draft_id>/hold", schemas.Held, guard=acting, needs=CHANGE, refuses=(409,)
)
def hold_draft(draft_id: str) -> Json:
    """占用草稿

    Keep others from changing it for a few minutes.
    """
    acts.hold(g.person, draft_id)
    with db.read() as tx:
        return store.find(tx, draft_id)


@room.operation("DELETE", "/drafts/<draft_id>/hold", None, status=204, guard=acting, needs=CHANGE)
def let_go_of_draft(draft_id: str) -> ResponseReturnValue:
    """释放草稿

    Others may change it again.
    """
    acts.let_go(g.person, draft_id)
    return conditions.nothing()


@room.operation(
    "POST",
    "/drafts/<draft_id>/submission",
    schemas.DraftMade,
    guard=acting,
    needs=CHANGE,
    body=schemas.DraftSubmission,
    refuses=(409,),
)
def submit_draft(draft_id: str, body: Json) -> Json:
    """提交审批

    Ask the approvers of every regime that it touches for consent; refused while it has errors.
    """
    acts.submit(g.person, draft_id, body["reason"], body["effective_on"])
    return {"id": draft_id}


def _step(path: str, method: str, chinese: str, english: str, name: str,
          act: Callable[[Person, str], object]) -> None:  # fmt: skip
    """An act on a draft that needs nothing but the draft."""

    def view(draft_id: str) -> Json:
        act(g.person, draft_id)
        return {"id": draft_id}

    view.__name__, view.__doc__ = name, f"{chinese}\n\n    {english}\n    "
    room.operation(method, f"/drafts/<draft_id>{path}", schemas.DraftMade, guard=acting,
                   needs=CHANGE, refuses=(409,))(view)  # fmt: skip


_step("/submission", "DELETE", "撤回提交", "Take a submitted draft back to go on with it.",
      "withdraw_draft", acts.withdraw)  # fmt: skip
_step("/rebase", "POST", "改以现行版本为基础", "Go on from what is in force now.",
      "rebase_draft", acts.take_over)  # fmt: skip
_step("", "DELETE", "放弃草稿", "Give a draft up; its history stays.",
      "discard_model_draft", acts.discard)  # fmt: skip


@room.operation(
    "POST",
    "/drafts/<draft_id>/consent",
    schemas.Consented,
    guard=acting,
    needs="models:approve",
    refuses=(409, 422),
)
def consent_to_draft(draft_id: str) -> Json:
    """同意发布

    Consent for the regimes you approve; the last consent releases the change.
    """
    return {"released": acts.consent(g.person, draft_id)}


@room.operation(
    "POST",
    "/drafts/<draft_id>/refusal",
    schemas.DraftMade,
    guard=acting,
    needs="models:approve",
    body=schemas.DraftRefusal,
    refuses=(409,),
)
def refuse_draft(draft_id: str, body: Json) -> Json:
    """退回修改

    Send a submitted draft back with a reason.
    """
    acts.refuse(g.person, draft_id, body["reason"])
    return {"id": draft_id}


# --- releases -----------------------------------------------------------------------------------


@releases.operation(
    "GET",
    "/releases",
    schemas.ReleasePage,
    needs=READ,
    query=schemas.ReleaseQuery,
    refuses=(404,),
)
def list_releases(query: Json) -> Json:
    """发布记录

    What took or takes effect, the newest first, with who released it and why.
    """
    return _releases(query)


@releases.operation(
    "POST",
    "/releases/search",
    schemas.ReleasePage,
    needs=READ,
    body=schemas.ReleaseSearch,
    refuses=(404,),
)
def search_releases(body: Json) -> Json:
    """查询发布记录

    As the list, with filter and page in the body.
    """
    return _releases(listing.flat(body))


def _releases(asked: Json) -> Json:
    access.may_read_models(g.person)
    with db.read() as tx:
        rows, current = acts.released(tx), publications.current(tx)
        names = names_of(tx, {row["released_by"] for row in rows})
    wanted = _having(rows, lambda row: f"{row['title']} {row['reason']}", asked)

    def told(row: Row) -> Json:
        in_force = row["publication_id"] == current and row["effective_on"] <= clock.today()
        by = names.get(row["released_by"] or "", "")
        return row | {"released_by_name": by, "in_force": in_force}

    return listing.told(wanted, asked, told)


@releases.operation(
    "POST",
    "/releases/<release_id>/take-back",
    schemas.DraftMade,
    status=201,
    guard=acting,
    needs=CHANGE,
    keyed=True,
    refuses=(409,),
)
def take_release_back(release_id: str) -> Json:
    """撤回这次修改

    A draft that undoes a release, to be approved like any other.
    """
    return {"id": acts.take_back(g.person, listing.whole(release_id), conditions.key())}
