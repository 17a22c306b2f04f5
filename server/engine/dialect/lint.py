"""All checks of one diagram, before it is published and before it is run.

Everything the engine would ignore or break is refused here, in a sentence for a process owner.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from server.engine.dialect.model import ProcessDescription
from server.engine.dialect.read import describe, describe_each
from server.engine.dialect.rules import calls, content, expressions, flows, identity, kinds, life
from server.engine.errors import DialectError, Finding

Known = Mapping[str, ProcessDescription]
Rule = Callable[[ProcessDescription], Iterator[Finding]]

RULES: Final[tuple[Rule, ...]] = (
    identity.process_may_run,
    identity.ids_are_sound,
    identity.names_are_labels,
    identity.nesting_is_shallow,
    kinds.kinds_are_run,
    kinds.events_are_run,
    kinds.nothing_is_ignored,
    kinds.actions_are_known,
    flows.flows_join_two_boxes,
    flows.ends_are_ends,
    flows.every_process_begins_and_ends,
    flows.everything_is_on_the_way,
    flows.only_gateways_decide,
    flows.gateways_have_answers,
    flows.loops_enter_by_a_merge,
    flows.joins_are_met,
    flows.loops_need_somebody,
    content.tasks_know_their_work,
    content.mappings_do_something,
    content.multi_instances_have_a_list,
    content.boundary_events_sit_on_activities,
    content.events_are_complete,
    content.event_gateways_wait_for_events,
    life.life_is_readable,
    expressions.expressions_are_feel,
    expressions.conditions_are_expressions,
    expressions.timers_are_times,
)


def lint(process_id: str, xml: bytes, known_processes: Known | None = None) -> list[Finding]:
    """Every finding of a diagram that is meant to be ``<process_id>.bpmn``.

    ``known_processes`` are the diagrams it may call; without them calls are not followed.
    """
    try:
        description = describe(xml, process_id)
    except DialectError as error:
        return [*error.findings, *_in_each(process_id, xml, known_processes)]
    return findings_in(process_id, description, known_processes)


def _in_each(file: str, xml: bytes, known_processes: Known | None) -> Iterator[Finding]:
    """What else is wrong with a file of several processes."""
    try:
        found = describe_each(xml, file)
    except DialectError:
        return  # what cannot be read has one reason
    for description in found:
        for each in findings_in(description.id, description, known_processes):
            yield replace(each, file=file)


def findings_in(
    process_id: str, description: ProcessDescription, known_processes: Known | None = None
) -> list[Finding]:
    """``lint`` for a diagram that has been read already."""
    found = list(identity.process_has_a_readable_size(description))
    if found:
        return found
    found.extend(identity.process_has_its_file_name(description, process_id))
    for rule in RULES:
        found.extend(rule(description))
    found.extend(calls.calls_lead_somewhere(description, known_processes))
    found.extend(calls.errors_are_caught(description, known_processes))
    return found


def errors_in(
    process_id: str, description: ProcessDescription, known_processes: Known | None = None
) -> list[Finding]:
    """The findings that keep the diagram from running."""
    found = findings_in(process_id, description, known_processes)
    return [finding for finding in found if finding.severity == "error"]
