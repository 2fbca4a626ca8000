"""The sample tickets: rows of every table that a ticket touches, made in ascending order of time."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from services import clock, history_kinds
from services.database_tools.shapes import Row
from services.demo.cast import Cast, Customer, Person
from services.demo.endings import (
    ARCHIVE_REASON,
    CANCELLED,
    COMPLETED,
    HOLD,
    IN_HOUSE,
    IN_PROGRESS,
    INTERNAL,
    NEW,
    ON_SITE,
    PENDING,
    RECURRING,
    Event,
    ending_of,
    journal_ending,
    priority_of,
)
from services.demo.scenarios import SCENARIOS, Scenario
from services.demo.stories import Stories

_OPEN_STATUSES = (NEW, IN_HOUSE, ON_SITE, IN_PROGRESS, PENDING, INTERNAL, HOLD, RECURRING)
_OPEN_WEIGHTS = (14, 22, 10, 18, 12, 8, 10, 6)
_ACTIONS = {
    history_kinds.CREATED: "create-ticket",
    history_kinds.CHANGE: "change-ticket",
    history_kinds.NOTE: "add-note",
    history_kinds.MAIL_IN: "file-mail",
    history_kinds.MAIL_OUT: "file-mail",
    history_kinds.CHARGE: "add-charge",
    history_kinds.INBOX: "move-to-inbox",
    history_kinds.READ: "view-ticket",
    history_kinds.ARCHIVE: "archive-ticket",
}
_BIRTHS = {history_kinds.CREATED: ("ticket", "created_at"), history_kinds.CHARGE: ("charge", "charged_at")}
TABLES = [
    "ticket",
    "operation",
    "history",
    "change",
    "blob",
    "blob_piece",
    "document",
    "mail_original",
    "mail",
    "external_recipient",
    "employee_recipient",
    "charge",
]


class TicketMaker:
    """Makes the rows of tickets one after the other; `rows` collects them by table until `take` fetches them."""

    def __init__(self, random: Random, cast: Cast, count: int, *, first_operation: int, originals: bool) -> None:
        self._random = random
        self._cast = cast
        self._count = count
        self._now = clock.now()
        self._span = (540 if count <= 50_000 else 1_800) * clock.DAY
        self._open = min(int(count * 0.4) + 1, max(400, count // 40))
        self._next_operation = first_operation
        self._next_history = 1
        self._next_change = 0
        self._next_recipient = 1
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self._stories = Stories(random, cast, self._now, self.rows, originals)

    def take(self) -> dict[str, list[Row]]:
        """Return the rows made so far and start over."""
        taken = {name: list(rows) for name, rows in self.rows.items()}
        for rows in self.rows.values():
            rows.clear()
        return taken

    def start_changes_at(self, key: int) -> None:
        """Number the changes from `key` on."""
        self._next_change = key

    def make(self, ticket_id: int) -> None:
        """Make one ticket with its whole history."""
        random = self._random
        scenario = random.choice(SCENARIOS)
        customer = random.choice(self._cast.customers)
        is_open = self._is_open(ticket_id)
        created = self._created_at(ticket_id, is_open)
        status = random.choices(_OPEN_STATUSES, _OPEN_WEIGHTS)[0] if is_open else COMPLETED
        if not is_open and random.random() < 0.07:
            status = CANCELLED
        if scenario.channel == "manual" and status == NEW:
            status = IN_HOUSE
        contact = random.choice(customer.contacts)
        person = self._stories.somebody()
        values = self._stories.words(scenario, customer, contact)
        events = self._stories.course(ticket_id, scenario, values, contact, person, status, created)
        self._write(ticket_id, scenario, customer, contact, person, status, created, values, events)

    def make_long(self, ticket_id: int, entries: int) -> None:
        """Make the one ticket that has gone on for weeks: an open project that the operator manages."""
        scenario = Scenario(
            "Hardware",
            "Change",
            3,
            "manual",
            "Move {account} to the new server",
            "Everything from {asset} moves to the new machine: files, printers, accounting, backup. Agreed with"
            " {contact}: no downtime during business hours.",
            (),
            "",
            "SRV",
        )
        customer = self._cast.customers[0]
        contact, person = customer.contacts[0], self._cast.staff[0]
        start = self._now - 60 * clock.DAY
        values = self._stories.words(scenario, customer, contact)
        events = [self._stories.opened(scenario, values, person, IN_PROGRESS, start)]
        for place in range(1, entries):
            at = start + place * (self._now - start) // (entries - 1)
            events.append(self._stories.talk(ticket_id, place, at, customer, contact, values))
        self._write(ticket_id, scenario, customer, contact, person, IN_PROGRESS, start, values, events)

    def _is_open(self, ticket_id: int) -> bool:
        """The younger a ticket, the more likely it is open; older than all of those, it is closed."""
        age = self._count - ticket_id
        return (age < self._open * 1.6 and self._random.random() < 0.625) or age < 6

    def _created_at(self, ticket_id: int, is_open: bool) -> int:
        left = (self._count - ticket_id + 0.2) / self._count
        jitter = self._random.random() * 0.4 / self._count
        return int(self._now - self._span * (left + jitter) ** 1.8) - (0 if is_open else 2 * clock.HOUR)

    def _write(
        self,
        ticket_id: int,
        scenario: Scenario,
        customer: Customer,
        contact: tuple[int, str, str],
        person: Person,
        status: int,
        created: int,
        values: dict[str, str],
        events: list[Event],
    ) -> None:
        is_open = status < CANCELLED
        end = ending_of(self._random, self._cast, self._now, scenario, person, status, events)
        created_by, updated = events[0].by, events[-1].at
        journal_ending(events, end, scenario, person, status)
        self.rows["ticket"].append(
            (
                ticket_id,
                values["subject"],
                status,
                int(is_open),
                end.extension,
                priority_of(scenario, status),
                self._cast.types[scenario.type],
                self._cast.categories[scenario.category],
                end.product,
                end.manager,
                customer.id,
                contact[0],
                int(values["asset_id"]),
                customer.contract_id,
                contact[1],
                contact[2],
                "",
                values["request"],
                scenario.resolution if status == COMPLETED else "",
                created_by.user_id if created_by else None,
                scenario.channel,
                created,
                created,
                None if status == NEW else events[min(2, len(events) - 1)].at,
                updated,
                end.due,
                None if is_open else updated,
                end.waiting,
                end.in_inbox,
                end.mark,
                int(end.archived),
                ARCHIVE_REASON if end.archived else "",
                None,
                len(events),
                1,
            )
        )
        self._write_recipients(ticket_id, customer, contact, person, status)
        self._write_history(ticket_id, events, contact, scenario.channel)

    def _write_recipients(
        self, ticket_id: int, customer: Customer, contact: tuple[int, str, str], person: Person, status: int
    ) -> None:
        key = self._next_recipient
        self._next_recipient += 2
        self.rows["external_recipient"].append((key, ticket_id, contact[2], contact[1], "to", contact[0]))
        followers = {customer.manager.employee_id}
        if status != NEW:
            followers.add(person.employee_id)
        for place, employee_id in enumerate(sorted(followers)):
            self.rows["employee_recipient"].append((key + place, ticket_id, employee_id, "all"))

    def _write_history(self, ticket_id: int, events: list[Event], contact: tuple[int, str, str], channel: str) -> None:
        operations, history, changes = self.rows["operation"], self.rows["history"], self.rows["change"]
        for at, kind, by, text, public, fields, subject_id in events:
            operation, self._next_operation = self._next_operation, self._next_operation + 1
            user_id = by.user_id or None if by else None
            actor = by.name if by else (contact[1] if channel != "monitoring" else "Monitoring")
            through = "email" if kind == history_kinds.MAIL_IN else "manual" if by else channel
            operations.append((operation, None, at, user_id, actor, "", through, _ACTIONS[kind], None, None))
            history.append((self._next_history, ticket_id, operation, kind, int(public), text, subject_id))
            self._next_history += 1
            for field, before, after in fields:
                row = (self._next_change, operation, ticket_id, "ticket", str(ticket_id), field)
                changes.append((*row, _dumped(before), _dumped(after)))
                self._next_change += 1
            if kind in _BIRTHS:
                # Of what a new row was made the journal of a sample tells only when, which is enough to take it back.
                entity, field = _BIRTHS[kind]
                born = (self._next_change, operation, ticket_id, entity, str(subject_id or ticket_id), field)
                changes.append((*born, None, _dumped(at)))
                self._next_change += 1


def _dumped(value: Any) -> str | None:
    """A value as the journal keeps it; nearly all of them are numbers, which need no encoder."""
    if value is None or isinstance(value, int):
        return None if value is None else str(value)
    return json.dumps(value)
