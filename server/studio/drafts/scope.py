"""Which regimes a change touches: whose owners may make it and whose approvers must consent."""

from __future__ import annotations

from collections.abc import Iterable

from server.law import checks
from server.law.catalogue import Catalogue
from server.law.checks.diagrams import form_of
from server.studio import sheets
from server.studio.drafts.overlay import Overlay, catalogue
from server.studio.drafts.paths import REMOVED, kind_of, regime_of


def touched(overlay: Overlay) -> dict[str, frozenset[str]]:
    """Changed path to the regimes that it concerns."""
    before, after = catalogue(overlay.current), catalogue(overlay.tree)
    return {
        path: regimes_of(path, overlay.before(path), overlay.after(path), before, after)
        for path in overlay.changed
    }


def asked(overlay: Overlay) -> frozenset[str]:
    """The regimes whose approvers must consent. One that is not in force yet has none: those of
    the regime it was modelled on answer for it, and of all where it names none."""
    known = catalogue(overlay.current).regimes
    new = catalogue(overlay.tree).regimes
    concerned = frozenset[str]().union(*touched(overlay).values())
    models = {new[one].modelled_on for one in concerned - known.keys() if one in new}
    return (concerned | (models if models <= known.keys() else frozenset(known))) & known.keys()


def regimes_of(
    path: str, before: bytes, after: bytes, old: Catalogue, new: Catalogue
) -> frozenset[str]:
    """The regimes that one changed file concerns; all of them where nothing narrows it down."""
    if own := regime_of(path):
        return frozenset({own})
    if kind_of(path) == "dmn":
        return rows_changed(before, after, new.regimes)
    used = _users(path, old) | _users(path, new)
    return used or frozenset(new.regimes)


def _users(path: str, made: Catalogue) -> frozenset[str]:
    """The regimes that come to a diagram, or to a step with a form."""
    places = checks.look(made).places
    if kind_of(path) == "form":
        form = path.removeprefix("forms/").removesuffix(".form")
        return frozenset(
            p.regime.id for p in places if any(form_of(each) == form for each in p.elements)
        )
    return frozenset(place.regime.id for place in places if place.path == path)


def rows_changed(before: bytes, after: bytes, known: Iterable[str]) -> frozenset[str]:
    """The regimes whose rows differ between two versions of a table."""
    everyone = frozenset(known)
    if REMOVED in (before, after) or sheets.frame(before) != sheets.frame(after):
        return everyone
    old, new = (
        [row for each in sheets.read(text) for row in each.rows] for text in (before, after)
    )
    differing = set(old) ^ set(new)
    listed = sheets.allowed(before) ^ sheets.allowed(after)
    if not differing and old != new:
        return everyone  # only the order of the rows is another, which may decide
    return listed | frozenset(one for row in differing for one in (row.regimes or everyone))


def is_shared(path: str) -> bool:
    """Whether regimes share a file: a diagram or a form that is no regime's own."""
    return kind_of(path) != "dmn" and not regime_of(path)
