"""What a passed box means for the rest of the case: procedures, regions, legal dates.

The properties are written on events and tasks; they are data for the rooms above, the engine
itself does nothing with them.
"""

from collections.abc import Mapping

from server.engine.dialect.model import Element
from server.engine.outcome import Begin, Life


def meant(element: Element, variables: Mapping[str, object], case: Mapping[str, object]) -> Life:
    """What passing ``element`` means; ``case`` is what the diagrams see as ``case``."""
    given = {name: variables.get(name) for name in element.words("begins_with")}
    regions = (pair.partition("=") for pair in element.words("region"))
    return Life(
        begins=tuple(Begin(process, given) for process in element.words("begins")),
        ends=element.words("ends"),
        regions={name: value for name, _, value in regions},
        milestones=tuple(_milestones(element, variables, case)),
        met=element.words("met"),
        moves=element.words("moves"),
    )


def _milestones(
    element: Element, variables: Mapping[str, object], case: Mapping[str, object]
) -> list[tuple[str, str, object]]:
    record = case.get("record")
    known = {**(record if isinstance(record, Mapping) else {}), **variables}
    pairs = (word.partition("@") for word in element.words("milestones"))
    return [(milestone, anchor, known.get(anchor)) for milestone, _, anchor in pairs]


def joined(first: Life, second: Life) -> Life:
    """Both, in the order they were passed."""
    return Life(
        begins=first.begins + second.begins,
        ends=first.ends + second.ends,
        regions={**first.regions, **second.regions},
        milestones=first.milestones + second.milestones,
        met=first.met + second.met,
        moves=first.moves + second.moves,
    )
