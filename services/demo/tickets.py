"""The sample tickets: rows of every table that a ticket touches, made in ascending order of time."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from services import charges, clock, history_kinds
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
from services.demo.mails import MailMaker
from services.demo.scenarios import SCENARIOS, Scenario
from services.demo.words import SUPPORT_ADDRESS
from services.records import READ, UNREAD

_OPEN_STATUSES = (NEW, IN_HOUSE, ON_SITE, IN_PROGRESS, PENDING, INTERNAL, HOLD, RECURRING)
_OPEN_WEIGHTS = (14, 22, 10, 18, 12, 8, 10, 6)
_FILLERS = (
    "Called, nobody there. Will try again.",
    "Remote session agreed for tomorrow.",
    "Asked the vendor, case open.",
    "No change since yesterday.",
    "Looked at the logs, nothing unusual.",
)
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
        # A large desk stands for years of work: ten entries a ticket, where a small one is quicker to read.
        self._wanted = 7 if originals else 11
        self._next_operation = first_operation
        self._next_history = 1
        self._next_change = 0
        self._next_charge = 1
        self._next_recipient = 1
        self.rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self._mails = MailMaker(self.rows, originals)

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
        person = self._somebody()
        values = self._words(scenario, customer, contact)
        events = self._events(ticket_id, scenario, values, contact, person, status, created)
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
        values = self._words(scenario, customer, contact)
        events = [self._created(scenario, values, person, IN_PROGRESS, start)]
        for place in range(1, entries):
            at = start + place * (self._now - start) // (entries - 1)
            events.append(self._talk(ticket_id, place, at, customer, contact, values))
        self._write(ticket_id, scenario, customer, contact, person, IN_PROGRESS, start, values, events)

    def _talk(
        self,
        ticket_id: int,
        place: int,
        at: int,
        customer: Customer,
        contact: tuple[int, str, str],
        values: dict[str, str],
    ) -> Event:
        staff = self._cast.staff[place % len(self._cast.staff)]
        if place % 5 == 0:
            text = f"Hello,\n\nis step {place} done? The warehouse asks.\n\n> Step {place - 1} is done.\n\n{contact[1]}"
            return self._mail(ticket_id, "in", at, contact, staff, values["subject"], text)
        if place % 5 == 3:
            text = f"Hello {values['first']},\n\nstep {place} is done, next is {place + 1}."
            return self._mail(ticket_id, "out", at, contact, staff, values["subject"], text)
        return Event(at, history_kinds.NOTE, staff, f"Step {place} for {customer.name}: copied and checked.", False)

    def _somebody(self) -> Person:
        """Choose an employee, the operator more often than others, so that the first look shows own work."""
        return self._cast.staff[0] if self._random.random() < 0.15 else self._random.choice(self._cast.staff)

    def _is_open(self, ticket_id: int) -> bool:
        """The younger a ticket, the more likely it is open; older than all of those, it is closed."""
        age = self._count - ticket_id
        return (age < self._open * 1.6 and self._random.random() < 0.625) or age < 6

    def _created_at(self, ticket_id: int, is_open: bool) -> int:
        left = (self._count - ticket_id + 0.2) / self._count
        jitter = self._random.random() * 0.4 / self._count
        return int(self._now - self._span * (left + jitter) ** 1.8) - (0 if is_open else 2 * clock.HOUR)

    def _words(self, scenario: Scenario, customer: Customer, contact: tuple[int, str, str]) -> dict[str, str]:
        fitting = [asset for asset in customer.assets if asset[1].startswith(scenario.asset)]
        asset = self._random.choice(fitting)
        words = {
            "asset": asset[1],
            "asset_id": str(asset[0]),
            "account": customer.name,
            "contact": contact[1],
            "name": contact[1],
            "first": contact[1].partition(" ")[0],
            "n": str(self._random.randrange(2, 99)),
            "full": str(self._random.randrange(86, 98)),
        }
        words["subject"] = scenario.subject.format(**words)
        words["request"] = scenario.request.format(**words)
        return words

    def _created(
        self,
        scenario: Scenario,
        values: dict[str, str],
        person: Person,
        status: int,
        at: int,
    ) -> Event:
        by_hand = scenario.channel == "manual"
        first = (IN_HOUSE if status != IN_PROGRESS else status) if by_hand else NEW
        manager = person.manager_id if by_hand else self._cast.queue
        changes = [("status", None, first), ("manager", None, manager), ("priority", None, scenario.priority)]
        if not by_hand:
            changes += [("in_inbox", None, 1), ("mark", None, UNREAD)]
        opener = self._somebody() if by_hand else None
        return Event(at, history_kinds.CREATED, opener, values["request"], True, tuple(changes))

    def _events(
        self,
        ticket_id: int,
        scenario: Scenario,
        values: dict[str, str],
        contact: tuple[int, str, str],
        person: Person,
        status: int,
        created: int,
    ) -> list[Event]:
        random = self._random
        events = [self._created(scenario, values, person, status, created)]
        at = created
        by_hand = scenario.channel == "manual"
        if not by_hand:
            events.append(Event(at, history_kinds.INBOX, None, f"New ticket by {scenario.channel}", False))
        present = events[0].changes[0][2]
        if status == NEW:
            return events
        until = self._now
        # Closed tickets took days, open ones are somewhere in the middle of it.
        talk = list(scenario.talk)
        steps = len(talk) + 4
        pace = max(1, min((until - created) // (steps + 1), int(random.uniform(0.5, 9) * clock.HOUR)))
        if not by_hand:
            at += pace
            taken = (
                *(("manager", self._cast.queue, person.manager_id), ("status", present, IN_HOUSE)),
                *(("in_inbox", 1, 0), ("mark", UNREAD, READ)),
            )
            events.append(Event(at, history_kinds.CHANGE, person, "", False, taken))
            present = IN_HOUSE
        if status in (PENDING, CANCELLED, COMPLETED, INTERNAL) or random.random() < 0.4:
            for kind, text in talk:
                at += pace
                events.append(self._scripted(ticket_id, kind, text.format(**values), at, contact, person, values))
        while len(events) < self._wanted and random.random() < 0.95 and at + 2 * pace < until:
            at += pace
            events.append(
                Event(at, history_kinds.NOTE, random.choice(self._cast.staff), random.choice(_FILLERS), False)
            )
        if status != present:
            at += pace
            last = [("status", present, status)]
            if priority_of(scenario, status) != scenario.priority:
                last.append(("priority", scenario.priority, priority_of(scenario, status)))
            events.append(Event(at, history_kinds.CHANGE, person, "", False, tuple(last)))
        elif scenario.channel == "email" and random.random() < 0.3:
            text = f"Any news on this?\n\n> {values['subject']}\n\n{contact[1]}"
            at = min(until, at + pace)
            events.append(self._mail(ticket_id, "in", at, contact, person, values["subject"], text))
        return events

    def _scripted(
        self,
        ticket_id: int,
        kind: str,
        text: str,
        at: int,
        contact: tuple[int, str, str],
        person: Person,
        values: dict[str, str],
    ) -> Event:
        if kind == "note":
            return Event(at, history_kinds.NOTE, person, text, False)
        if kind in ("work", "part"):
            return self._charge(ticket_id, kind, text, at, person)
        return self._mail(ticket_id, kind, at, contact, person, values["subject"], text)

    def _charge(self, ticket_id: int, kind: str, label: str, at: int, person: Person) -> Event:
        random = self._random
        quantity = random.randrange(1, 13) * 250 if kind == "work" else 1000
        rate = 95_00 if kind == "work" else random.randrange(20, 180) * 100
        billable = random.random() < 0.85
        key = self._next_charge
        self._next_charge += 1
        row = (key, ticket_id, kind, label, quantity, rate, "USD", int(billable), "", person.employee_id, at, 0, at, 1)
        self.rows["charge"].append(row)
        text = charges.describe(charges.NewCharge(kind, label, quantity, rate, billable=billable))
        return Event(at, history_kinds.CHARGE, person, text, billable, (), key)

    def _mail(
        self, ticket_id: int, way: str, at: int, contact: tuple[int, str, str], person: Person, subject: str, text: str
    ) -> Event:
        attach = way == "in" and self._random.random() < 0.12
        if way == "in":
            key = self._mails.add(
                ticket_id, "in", at, contact[1], contact[2], [("", SUPPORT_ADDRESS)], subject, text, attach
            )
            return Event(at, history_kinds.MAIL_IN, Person(0, 0, 0, contact[1]), text, True, (), key)
        to = [(contact[1], contact[2])]
        key = self._mails.add(ticket_id, "out", at, person.name, SUPPORT_ADDRESS, to, subject, text, False)
        return Event(at, history_kinds.MAIL_OUT, person, text, True, (), key)

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
