"""Texts with fields in braces, {number} or {subject}, that are filled in from a ticket."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from services import checks, priorities
from services.clock import SECOND
from services.errors import Invalid
from services.patterns import late
from services.records import TicketDetail
from services.text import clean, one_line

FIELDS = {
    "number": "the ticket's number",
    "subject": "the ticket's subject",
    "requester": "who asked",
    "company": "the name of the desk",
    "account": "the customer's account",
    "contact": "the contact at the account",
    "status": "the ticket's status",
    "priority": "the ticket's priority",
    "category": "the ticket's category",
    "manager": "who manages the ticket",
    "employee": "who writes",
    "due": "when the ticket is due",
    "url": "the ticket's web address",
    "description": "what was written when the ticket was opened",
}
"""What may stand in braces, and what takes its place."""

LONGEST = 200_000
"""Characters of a filled-in text: a description can be as long as a mail."""

_FIELD = late(r"\{ ?([A-Za-z_][A-Za-z0-9_]{0,40}) ?\}")


def check_text(value: Any, field: str) -> str:
    """Return a template of several lines as it is kept; unknown fields are refused by name."""
    return _checked(checks.lines(value, field), field)


def check_line(value: Any, field: str) -> str:
    """Return a template of one line as it is kept; unknown fields are refused by name."""
    return _checked(checks.line(value, field), field)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a text with its fields filled in, each cleaned; what a value holds in braces stays as it is."""
    return _FIELD.sub(lambda found: clean(_value(values, found), limit=LONGEST), template)[:LONGEST]


def fill_line(template: str, values: Mapping[str, str]) -> str:
    """Return a line such as a subject with its fields filled in: no value can begin another line."""
    return one_line(_FIELD.sub(lambda found: one_line(_value(values, found), limit=LONGEST), template))


def _value(values: Mapping[str, str], found: re.Match[str]) -> str:
    return values.get(found[1].lower(), found[0])


def _checked(text: str, field: str) -> str:
    unknown = [name for name in _FIELD.findall(text) if name.lower() not in FIELDS]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in FIELDS)
        raise Invalid(f"There is no field {{{unknown[0]}}}; the fields are {known}.", field)
    return text


def values_of(ticket: TicketDetail, *, company: str, employee: str = "") -> dict[str, str]:
    """Return what the fields stand for on a ticket; `employee` is who writes, `company` the desk's own name."""
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "requester": ticket.requester_name or ticket.requester_email,
        "company": company,
        "account": ticket.account,
        "contact": ticket.contact,
        "status": ticket.status,
        "priority": priorities.label(ticket.priority),
        "category": ticket.category,
        "manager": ticket.manager,
        "employee": employee,
        "due": "" if ticket.due_at is None else _moment(ticket.due_at),
        "url": ticket.url,
        "description": ticket.description,
    }


def _moment(at: int) -> str:
    return time.strftime("%a %d %b %Y %H:%M", time.localtime(at // SECOND))
