"""The law in force as the pages name it: regimes, roles, clauses of the current publication."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g

from server import db
from server.law.catalogue import Catalogue
from server.law.checks.citations import Citation
from server.law.clauses import Clause
from server.law.coverage import Coverage, coverage
from server.views import language
from server.views.language import current, labelled
from server.views.words import PLACES, word
from server.work import publications

_coverages: dict[str, Coverage] = {}


def catalogue() -> Catalogue:
    """The current publication's catalogue, asked for once per request."""
    if "catalogue" not in g:
        with db.glance() as tx:
            g.catalogue = publications.catalogue(tx, *publications.in_force(tx))
    found: Catalogue = g.catalogue
    return found


def said(sentence: str) -> str:
    """What a room below says, in the language of the page; names that tables hold too."""
    return language.said(sentence, lambda: catalogue().tables.english)


def covered() -> Coverage:
    """Which place carries out which clause; worked out once per publication."""
    published = catalogue()
    if published.digest not in _coverages:
        _coverages.clear()
        _coverages[published.digest] = coverage(published)
    return _coverages[published.digest]


def regime_title(regime: str) -> str:
    """The instrument's title, which says when it is a draft (D-44)."""
    known = catalogue().regimes.get(regime)
    if known is None:
        return regime
    return known.title_en if current() == "en" else known.instrument


def regime_short(regime: str) -> str:
    """What lists call a regime."""
    known = catalogue().regimes.get(regime)
    if known is None:
        return regime
    return known.short_en if current() == "en" else known.short


def is_draft(regime: str) -> bool:
    """Whether the regime is a draft that does not bind yet."""
    known = catalogue().regimes.get(regime)
    return known is not None and known.is_draft


def of_regime(ids: Iterable[str], regime: str) -> list[str]:
    """Of the clauses that a shared diagram names, those of one regime."""
    return [clause.id for clause in catalogue().clauses_of(regime, ids)]


def place_name(place: Citation) -> str:
    """What people call a place: boxes by their label, rows and functions by what they are."""
    named = place.kind in ("element", "flow", "scenario")
    return labelled(place.label) if named else word(PLACES, place.kind)


def clause_place(clause: Clause) -> str:
    """Where a clause stands: instrument and article."""
    known = catalogue().regimes.get(clause.regime)
    instrument = known.instruments.get(clause.prefix, known.instrument) if known else clause.regime
    return (
        f"《{instrument}》{clause.article}"
        if instrument[:1] != "《"
        else instrument + clause.article
    )
