"""How the sample tickets stand after what happened to them, and the changes that tell it in the journal."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from services import clock, history_kinds
from services.demo.cast import Cast, Person
from services.demo.scenarios import Scenario
from services.records import NO_MARK, READ, UNREAD

NEW, IN_HOUSE, ON_SITE, IN_PROGRESS, PENDING, INTERNAL, HOLD, RECURRING, CANCELLED, COMPLETED = range(10)
_EXTENSIONS = {
    PENDING: ("FCI", "CA1", "CA2", "CA3"),
    INTERNAL: ("Quote", "Product"),
    HOLD: ("WFC", "WFV", "WFR"),
}
ARCHIVE_REASON = "Opened by mistake"


class Event(NamedTuple):
    """Something that happened to a ticket: its entry in the History, and (field, before, after) of what it changed."""

    at: int
    kind: str
    by: Person | None
    text: str
    public: bool
    changes: tuple[tuple[str, Any, Any], ...] = ()
    subject_id: int | None = None


class Ending(NamedTuple):
    """How a ticket stands after its last event; `due` is microseconds UTC."""

    manager: int
    extension: int | None
    in_inbox: int
    mark: int
    archived: bool
    due: int | None
    product: int | None
    waiting: int


def ending_of(
    random: Random, cast: Cast, now: int, scenario: Scenario, person: Person, status: int, events: list[Event]
) -> Ending:
    """Decide how a ticket of a status stands after its events."""
    is_open = status < CANCELLED
    manager = cast.queue if status == NEW else person.manager_id
    if status == INTERNAL and random.random() < 0.3 and cast.teams:
        manager = random.choice(cast.teams)
    extension = cast.extensions[random.choice(_EXTENSIONS[status])] if status in _EXTENSIONS else None
    from_customer = is_open and (status == NEW or events[-1].kind == history_kinds.MAIL_IN)
    mark = NO_MARK if scenario.channel == "manual" and not from_customer else READ
    unread = from_customer and random.random() < 0.7
    archived = status == CANCELLED and random.random() < 0.2
    due = None
    if status == HOLD:
        due = now + random.randrange(2, 30) * clock.DAY
    elif is_open and random.random() < 0.4:
        due = now + random.randrange(-72, 480) * clock.HOUR
    product = random.choice(cast.products) if random.random() < 0.2 else None
    waiting = int(status in (ON_SITE, IN_PROGRESS) and random.random() < 0.3)
    in_inbox = int(from_customer and (unread or random.random() < 0.5))
    return Ending(manager, extension, in_inbox, UNREAD if unread else mark, archived, due, product, waiting)


def priority_of(scenario: Scenario, status: int) -> int:
    """Return the priority that a ticket of a scenario has in a status."""
    if status in (INTERNAL, HOLD):
        return 0
    return max(1, scenario.priority - 1) if status == PENDING else scenario.priority


def journal_ending(events: list[Event], end: Ending, scenario: Scenario, person: Person, status: int) -> None:
    """Add to the last event what brought the ticket where it stands, so that the journal tells it as well."""
    changes = list(events[-1].changes)
    if status != NEW and end.manager != person.manager_id:
        changes.append(("manager", person.manager_id, end.manager))
    if end.extension is not None:
        changes.append(("extension", None, end.extension))
    if status >= CANCELLED:
        changes.append(("closed_at", None, events[-1].at))
    if scenario.channel == "manual":
        in_inbox, mark = 0, NO_MARK
    else:
        in_inbox, mark = (1, UNREAD) if status == NEW else (0, READ)
    if end.in_inbox != in_inbox:
        changes.append(("in_inbox", in_inbox, end.in_inbox))
    if end.mark != mark:
        changes.append(("mark", mark, end.mark))
    if end.archived:
        changes += [("archived", 0, 1), ("archive_reason", "", ARCHIVE_REASON)]
    events[-1] = events[-1]._replace(changes=tuple(changes))
