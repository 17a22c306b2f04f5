"""How procedures change: models, drafts with their files and findings, consent, releases."""

from __future__ import annotations

from server.studio.drafts.acts import REASON, TITLE
from server.studio.drafts.paths import EDITABLE
from server.studio.shelf import KINDS
from server.views.api import fields as f
from server.views.api.fields import Answer, Asked
from server.views.api.schemas.common import ListQuery, PageAsked, page_of, sort_of
from server.views.query import LIMIT_TEXT

STATUSES = ("open", "submitted", "approved", "released", "discarded")
PATH = rf"^(?:{EDITABLE.pattern})$"
ANY_PATH = r"^(processes|forms)/[A-Za-z0-9_./-]{1,250}$"
SORTS = ("name", "version", "since", "running")
LIMIT_CONTENT = 4 * 1024 * 1024
DIRECTED = tuple(sign + key for key in SORTS for sign in ("", "-"))


# --- models -------------------------------------------------------------------------------------


class ModelFilter(Asked):
    kind = f.choice(KINDS)
    regime = f.matching(f.NAME, "For example `shanxi`.")
    text = f.text(LIMIT_TEXT, "In name or path.")


class ModelQuery(ModelFilter, ListQuery):
    sort = f.choice(DIRECTED, "`-` in front for descending.")


class ModelSearch(Asked):
    filter = f.part(ModelFilter)
    sort = f.part(sort_of(SORTS, "ModelSort"))
    page = f.part(PageAsked)


class Model(Answer):
    """A procedure, part, table, form or regime as it is in force."""

    path = f.word("For example `processes/application.bpmn`.")
    kind = f.one_of(KINDS)
    name = f.word()
    regimes = f.words("That use it.")
    version = f.number()
    since = f.day(optional=True)
    changed_by = f.word("Who released it; empty for what came with the installation.")
    running = f.number("Cases in which it runs, of the regimes you read.")
    draft_ids = f.words("Drafts that change it.")


ModelPage = page_of(Model, "ModelPage")


class FileQuery(Asked):
    path = f.matching(ANY_PATH, "For example `processes/application.bpmn`.", required=True)


class ModelSource(Answer):
    path = f.word()
    content = f.word("As it is in force.")


# --- drafts -------------------------------------------------------------------------------------


class DraftFilter(Asked):
    state = f.choice(("open", "done"), "`open` when nothing is said.")
    text = f.text(LIMIT_TEXT, "In the title.")


class DraftQuery(DraftFilter, ListQuery):
    """Arguments of the list."""


class DraftSearch(Asked):
    filter = f.part(DraftFilter)
    page = f.part(PageAsked)


class ChangeSet(Answer):
    """A named set of changes to procedures, tables and forms."""

    id = f.identity()
    title = f.word()
    status = f.one_of(STATUSES)
    opener = f.word("Who opened it.")
    opened_at = f.instant()
    changed_at = f.instant()
    holder = f.word("Whose editor held it last.", optional=True)
    held_until = f.instant(optional=True)
    saves = f.number()
    base = f.number("Publication it began with.", attribute="base_id")
    reason = f.word("Why, as it was submitted.")
    effective_on = f.day(optional=True)


class DraftRow(ChangeSet):
    paths = f.words("Files it has saved.")


DraftPage = page_of(DraftRow, "DraftPage")


class Difference(Answer):
    kind = f.one_of(("added", "removed", "changed", "moved"))
    element = f.word()
    label = f.word()
    field = f.word()
    before = f.word()
    after = f.word()


class ChangedFile(Answer):
    path = f.word()
    kind = f.word()
    name = f.word()
    changes = f.many(Difference)
    regimes = f.words("That it concerns.")
    is_new = f.flag()


class DraftFinding(Answer):
    """One thing wrong with the draft."""

    severity = f.one_of(("error", "warning"))
    file = f.word()
    name = f.word("Of the file.")
    element = f.word(optional=True)
    code = f.word()
    sentence = f.word()
    trail = f.words("The way that leads to it, for obligations.")


class DraftAct(Answer):
    seq = f.number()
    at = f.instant()
    actor_name = f.word()
    act = f.word()
    detail = f.free()
    prev_hash = f.word()
    hash = f.word()


class DraftDetail(ChangeSet):
    files = f.many(ChangedFile)
    findings = f.many(DraftFinding, "Empty where the draft is closed.")
    errors = f.number("Findings that keep it from being published.")
    conflicts = f.words("Files with a newer version in force.")
    entries = f.many(DraftAct, "Its journal, the newest first.")
    broken = f.flag("The journal does not fit together.")
    waiting = f.words("Regimes whose consent is missing.")
    deciding = f.words("Regimes for which you may consent now.")
    editable = f.flag("You may change it now.")


class DraftAsked(Asked):
    title = f.text(TITLE, least=1, required=True)


class DraftMade(Answer):
    id = f.identity()


class DraftFileQuery(Asked):
    path = f.matching(ANY_PATH, "For example `processes/tables/deadlines.dmn`.", required=True)
    version = f.choice(("draft", "base"), "`base` is as it is in force.")


class EditedQuery(Asked):
    path = f.matching(PATH, "A file that a draft may change.", required=True)


class DraftFile(Answer):
    path = f.word()
    content = f.word()
    save = f.number("Number of its last save, as in the ETag; 0 where it was never saved.")


class FileContent(Asked):
    content = f.text(LIMIT_CONTENT, "The whole file; empty takes it away.",
                     pattern=r"^[^\u0000]*$", required=True)  # fmt: skip


class Saved(Answer):
    path = f.word()
    save = f.number("As in the ETag.")


class CheckAsked(Asked):
    path = f.matching(PATH, "File in whose place `content` is looked at.")
    content = f.text(LIMIT_CONTENT, "Not kept.", pattern=r"^[^\u0000]*$")


class Checked(Answer):
    findings = f.many(DraftFinding)
    errors = f.number()


class DraftSubmission(Asked):
    reason = f.text(REASON, "Why.", least=1, pattern=f.WRITTEN, required=True)
    effective_on = f.Day(required=True, metadata={"description": "From which day it applies."})


class DraftRefusal(Asked):
    reason = f.text(REASON, "Why.", least=1, pattern=f.WRITTEN, required=True)


class Consented(Answer):
    released = f.flag("Every consent is there: the change is released.")


class Held(Answer):
    id = f.identity()
    held_until = f.instant("Hold it again before then.", optional=True)


# --- releases -----------------------------------------------------------------------------------


class ReleaseFilter(Asked):
    text = f.text(LIMIT_TEXT, "In title or reason.")


class ReleaseQuery(ReleaseFilter, ListQuery):
    """Arguments of the list."""


class ReleaseSearch(Asked):
    filter = f.part(ReleaseFilter)
    page = f.part(PageAsked)


class Release(Answer):
    """What took or takes effect."""

    id = f.number()
    publication = f.number(attribute="publication_id")
    title = f.word()
    reason = f.word()
    effective_on = f.day()
    released_at = f.instant()
    released_by_name = f.word("Empty: the installation itself.")
    draft_id = f.identity(attribute="change_set_id", optional=True)
    in_force = f.flag("What begins now begins with it.")


ReleasePage = page_of(Release, "ReleasePage")
