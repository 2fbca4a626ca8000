"""What happens on the sample tickets, told as events: how each one came, the talk, the work, and how it went on."""

from __future__ import annotations

from random import Random

from services import charges, clock, history_kinds
from services.database_tools.shapes import Row
from services.demo.cast import Cast, Customer, Person
from services.demo.endings import (
    CANCELLED,
    COMPLETED,
    IN_HOUSE,
    IN_PROGRESS,
    INTERNAL,
    NEW,
    PENDING,
    Event,
    priority_of,
)
from services.demo.mails import MailMaker
from services.demo.scenarios import Scenario
from services.demo.words import SUPPORT_ADDRESS
from services.records import READ, UNREAD

_FILLERS = (
    "Called, nobody there. Will try again.",
    "Remote session agreed for tomorrow.",
    "Asked the vendor, case open.",
    "No change since yesterday.",
    "Looked at the logs, nothing unusual.",
)


class Stories:
    """Tells the stories of tickets, one after the other; the charges and mails in them become rows on the way."""

    def __init__(self, random: Random, cast: Cast, now: int, rows: dict[str, list[Row]], originals: bool) -> None:
        self._random = random
        self._cast = cast
        self._now = now
        self._rows = rows
        # A large desk stands for years of work: ten entries a ticket, where a small one is quicker to read.
        self._wanted = 7 if originals else 11
        self._next_charge = 1
        self._mails = MailMaker(rows, originals)

    def somebody(self) -> Person:
        """Choose an employee, the operator more often than others, so that the first look shows own work."""
        return self._cast.staff[0] if self._random.random() < 0.15 else self._random.choice(self._cast.staff)

    def words(self, scenario: Scenario, customer: Customer, contact: tuple[int, str, str]) -> dict[str, str]:
        """Return what the texts of a ticket are filled in with, and its subject and request."""
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

    def opened(
        self,
        scenario: Scenario,
        values: dict[str, str],
        person: Person,
        status: int,
        at: int,
    ) -> Event:
        """Return how a ticket came to be."""
        by_hand = scenario.channel == "manual"
        first = (IN_HOUSE if status != IN_PROGRESS else status) if by_hand else NEW
        manager = person.manager_id if by_hand else self._cast.queue
        changes = [("status", None, first), ("manager", None, manager), ("priority", None, scenario.priority)]
        if not by_hand:
            changes += [("in_inbox", None, 1), ("mark", None, UNREAD)]
        opener = self.somebody() if by_hand else None
        return Event(at, history_kinds.CREATED, opener, values["request"], True, tuple(changes))

    def course(
        self,
        ticket_id: int,
        scenario: Scenario,
        values: dict[str, str],
        contact: tuple[int, str, str],
        person: Person,
        status: int,
        created: int,
    ) -> list[Event]:
        """Return everything that happened on a ticket, from its first entry to the status that it has now."""
        random = self._random
        events = [self.opened(scenario, values, person, status, created)]
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

    def talk(
        self,
        ticket_id: int,
        place: int,
        at: int,
        customer: Customer,
        contact: tuple[int, str, str],
        values: dict[str, str],
    ) -> Event:
        """Return one step of the project that has gone on for weeks."""
        staff = self._cast.staff[place % len(self._cast.staff)]
        if place % 5 == 0:
            text = f"Hello,\n\nis step {place} done? The warehouse asks.\n\n> Step {place - 1} is done.\n\n{contact[1]}"
            return self._mail(ticket_id, "in", at, contact, staff, values["subject"], text)
        if place % 5 == 3:
            text = f"Hello {values['first']},\n\nstep {place} is done, next is {place + 1}."
            return self._mail(ticket_id, "out", at, contact, staff, values["subject"], text)
        return Event(at, history_kinds.NOTE, staff, f"Step {place} for {customer.name}: copied and checked.", False)

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
        self._rows["charge"].append(row)
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
