"""The full-text index: what people find, and that it is always what a recomputation would give."""

from __future__ import annotations

from services import notes, ticket_creation
from services.search import index
from services.search.index import TextTerm
from services.search.words import words
from tests.support.company import Company


def find(session, *typed, half=True):
    terms = [TextTerm(tuple(words(each)), half) for each in typed]
    return list(index.best(session, terms).ids)


def test_a(company: Company) -> None:
    s = company.desk.administrator
    t = ticket_creation.create(s._replace(channel="cli"), ticket_creation.NewTicket("Printer is broken", "On floor two"))
    notes.add_note(s, t.id, "The toner is empty")
    assert find(s, "ton") == [t.id]
    assert find(s, "print", "empt") == [t.id]
    assert find(s, "toner is") == [t.id]
    assert find(s, "two the") == []
