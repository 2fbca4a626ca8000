"""The full-text index: what people find, and that it is always what a recomputation would give."""

from __future__ import annotations

import pytest

from models import database
from services import charges, documents, merging, notes, people, ticket_changes, undo
from services.charges import NewCharge
from services.query.pieces import NOTHING
from services.query.texts import indexed
from services.search import newest, rebuild
from services.search.index import TextTerm
from services.search.newest import best
from services.search.words import words
from services.session import Session
from services.sql import execute, fetch, first
from tests.support import acts
from tests.support.company import Company


def find(session: Session, *typed: str, half: bool = True) -> list[int]:
    """Return what somebody finds who types these words or phrases, the best first."""
    return list(best(session, terms(*typed, half=half)).ids)


def terms(*typed: str, half: bool = True) -> list[TextTerm]:
    """Return the terms of typed words and phrases; `half` lets the last word of each go on."""
    return [TextTerm(tuple(words(each)), half) for each in typed]


def matching(session: Session, *typed: str) -> list[int]:
    """Return the tickets that a list with these words shows."""
    found = indexed(session, wanted) if (wanted := [term for term in terms(*typed) if term.words]) else NOTHING
    return [row[0] for row in fetch(f"SELECT t.id FROM ticket t WHERE {found.sql} ORDER BY t.id", *found.params)]


def faults() -> list[int]:
    """Return the tickets whose part of the index is not what a recomputation gives."""
    return rebuild.faults(database, None, lambda *_: None)


def test_a_note_is_found_by_half_a_word(company: Company) -> None:
    ticket, _ = company.open_ticket(), company.open_ticket(subject="Monitor flickers")
    ann = company.session("Ann")
    notes.add_note(ann, ticket.id, "The toner cartridge is empty.")
    assert find(ann, "cartr") == find(ann, "prin", "emp") == matching(ann, "cartr", "print") == [ticket.id]
    assert find(ann, "cartr", half=False) == []
    assert find(ann, "artridge") == [], "words are found from their beginning"


def test_a_letter_alone_stands_for_itself(company: Company) -> None:
    ticket = company.open_ticket(subject="Drive E is full")
    company.open_ticket(subject="Everything is full")
    assert find(company.session("Ann"), "e") == [ticket.id]
    assert len(find(company.session("Ann"), "e", "ev")) == 0
    assert len(find(company.session("Ann"), "ev")) == 1


def test_case_and_diacritics_do_not_matter(company: Company) -> None:
    ticket = company.open_ticket(subject="Größe der Straße ändern", description="Søren möchte das")
    for typed in ("GROSSE", "straße", "strasse", "A\u0308NDERN", "soren", "mochte"):
        assert find(company.session("Ann"), typed) == [ticket.id], typed


def test_a_phrase_stays_inside_one_text(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket(subject="Printer offline", description="It shows error 49 since noon")
    notes.add_note(ann, ticket.id, "Called the customer")
    notes.add_note(ann, ticket.id, "back tomorrow, printer again")
    assert find(ann, "error 49 si") == find(ann, "called the cust") == [ticket.id]
    assert find(ann, "49 error") == find(ann, "customer back") == find(ann, "offline it") == []


def test_chinese_and_thai_are_found_by_a_part(company: Company) -> None:
    ticket = company.open_ticket(subject="打印机坏了", description="プリンターが故障 ปริ้นเตอร์เสีย")
    for typed in ("打印", "印机", "坏", "リンタ", "ปริ้นเ"):
        assert find(company.session("Ann"), typed) == [ticket.id], typed
    assert find(company.session("Ann"), "印打") == []


def test_the_subject_comes_first_then_the_newer(company: Company) -> None:
    ann = company.session("Ann")
    internal, public, subject, newer = (company.open_ticket(subject=f"Case {number}") for number in range(4))
    notes.add_note(ann, internal.id, "The router is old.")
    notes.add_note(ann, public.id, "The router is old.", public=True)
    notes.add_note(ann, newer.id, "The router is old.", public=True)
    ticket_changes.change(ann, subject.id, {"subject": "Router"})
    assert find(ann, "router") == [subject.id, newer.id, public.id, internal.id]


def test_a_client_finds_no_internal_word(company: Company) -> None:
    ann, cleo, gus = company.session("Ann"), company.session("Cleo"), company.session("Gus")
    ticket = company.open_ticket(by="Cleo")
    notes.add_note(ann, ticket.id, "The customer is a nuisance.")
    notes.add_note(ann, ticket.id, "We come on Friday.", public=True)
    charges.add(ann, ticket.id, NewCharge("work", "Goodwill", 1000, 0, billable=False))
    charges.add(ann, ticket.id, NewCharge("part", "Toner", 1000, 90_00, note="Spare one"))
    assert find(ann, "nuisance") == find(ann, "goodwill") == find(ann, "friday") == [ticket.id]
    assert find(cleo, "nuisance") == matching(cleo, "nuisance") == find(cleo, "goodwill") == []
    assert find(cleo, "nuisance", "friday") == []
    assert find(cleo, "friday") == matching(cleo, "friday") == find(cleo, "spare") == [ticket.id]
    assert find(gus, "friday") == []


def test_who_sees_own_tickets_only_finds_no_others(company: Company) -> None:
    ticket = company.open_ticket()
    assert find(company.session("Ann"), "printer") == [ticket.id]
    assert find(company.session("Tia"), "printer") == []


def test_files_and_charges_are_found_as_they_are_now(company: Company) -> None:
    ann, cleo = company.session("Ann"), company.session("Cleo")
    ticket = company.open_ticket(by="Cleo")
    document = documents.attach_bytes(ann, ticket.id, "quarterly-figures.xlsx", b"x")
    charges.add(ann, ticket.id, NewCharge("part", "Keyboard", 1000, 20_00))
    assert find(cleo, "figures") == find(cleo, "keyb") == [ticket.id]
    documents.remove(ann, document.id)
    (charge,) = charges.listed(ann, ticket.id)
    charges.change(ann, charge.id, NewCharge("part", "Mouse", 1000, 10_00), charge)
    assert find(cleo, "figures") == find(ann, "keyb") == []
    assert find(ann, "figures") == find(cleo, "mouse") == [ticket.id]
    assert faults() == []


def test_a_corrected_charge_that_says_the_same_is_found_once(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket()
    charges.add(ann, ticket.id, NewCharge("part", "Keyboard", 1000, 20_00))
    (charge,) = charges.listed(ann, ticket.id)
    charges.change(ann, charge.id, NewCharge("part", "Keyboard", 1000, 20_00), charge)
    assert faults() == []


def test_what_is_taken_back_is_hidden_from_clients(company: Company) -> None:
    ann, cleo = company.session("Ann"), company.session("Cleo")
    ticket = company.open_ticket(by="Cleo")
    notes.add_note(ann, ticket.id, "A word too much", public=True)
    ((operation_id,),) = fetch("SELECT max(id) FROM operation WHERE action = 'add-note'")
    assert find(cleo, "too much") == [ticket.id]
    undo.undo(ann, operation_id)
    assert find(cleo, "too much") == []
    assert find(ann, "too much") == [ticket.id]
    assert faults() == []


def test_changed_fields_are_found_and_old_ones_are_not(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket(description="Before")
    ticket_changes.change(ann, ticket.id, {"subject": "Scanner", "requester_name": "Berta"})
    assert find(ann, "scann") == find(ann, "bert") == [ticket.id]
    assert find(ann, "printer") == []
    assert faults() == []


def test_reasons_and_merges_are_found(company: Company) -> None:
    dora = company.session("Dora")
    ticket, other = company.open_ticket(), company.open_ticket(subject="Plotter jammed")
    merging.merge(dora, [other.id], ticket.id)
    acts.archive(dora, [ticket.id], "Spam from a competitor")
    assert find(dora, "competitor") == [ticket.id]
    assert find(dora, "plotter") == [other.id, ticket.id]
    assert find(dora, "archived") == [], "what the desk writes by itself is no text"
    assert faults() == []


def test_a_name_that_changes_does_not_leave_the_index_wrong(company: Company) -> None:
    company.open_ticket()
    people.change_employee(company.admin, company.employees["Ann"], name="Annabel")
    assert find(company.admin, "annabel") == [] == faults()


@pytest.mark.parametrize(
    "typed", ['"', "a* OR b", "x:y", "NEAR(a b)", "^a", "{subject}", "'; DROP", "\\", "%_", "& | !"]
)
def test_typed_text_is_never_syntax(company: Company, typed: str) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket(subject=f"odd {typed} thing")
    expected = [ticket.id] if words(typed) else []
    assert find(ann, typed) == matching(ann, typed) == expected
    assert find(ann, typed, "odd") == [ticket.id]


def test_a_status_change_writes_nothing_to_the_index(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket()
    before = _written()
    ticket_changes.change(ann, ticket.id, {"status": company.status("internal"), "priority": 4})
    assert _written() == before


def _written() -> object:
    """Return what changes whenever the index is written to."""
    if database.param == "?":
        return fetch("SELECT count(*), sum(length(block)), max(id) FROM ticket_words_data")
    return fetch("SELECT xmin::text, ticket_id FROM ticket_words ORDER BY ticket_id")


def test_a_mail_of_a_megabyte_is_taken_and_found(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket()
    lines = (f"{number:x} qq{number * 7919:x}zz" for number in range(60_000))
    notes.add_note(ann, ticket.id, "\n".join(lines)[: notes.MAX_CHARACTERS - 20] + "\nend of the log")
    notes.add_note(ann, ticket.id, "Read it: needle in there", public=True)
    assert find(ann, "qq1eef") == find(ann, "needle") == find(ann, "needle in th") == [ticket.id]
    assert find(company.session("Cleo"), "needle") == [ticket.id]
    assert faults() == []


def test_text_beyond_every_limit_is_taken(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket()
    for number in range(4):
        long = "".join(chr(0x4E00 + (number * 7 + place) % 20_000) for place in range(notes.MAX_CHARACTERS // 10))
        notes.add_note(ann, ticket.id, f"{long} {'x' * 5_000} again " + f"w{number}v " * 20_000, public=number % 2 == 0)
    assert find(ann, "w3v", "w2v") == find(ann, "x" * 5_000) == [ticket.id]
    assert faults() == []


def test_two_thousand_entries_are_kept_in_order(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket()
    (operation_id,) = first("SELECT max(operation_id) FROM history") or (0,)
    for number in range(2_000):
        execute(
            "INSERT INTO history (ticket_id, operation_id, kind, public, text) VALUES (?, ?, 'note', ?, ?)",
            ticket.id,
            operation_id,
            number % 2,
            f"Step {number} done, then step {number + 1}",
        )
    with database.atomic():
        rebuild.rebuild(database)
    for _ in range(3):
        notes.add_note(ann, ticket.id, "The last step is done at last")
    assert find(ann, "1999 done") == find(ann, "at last") == [ticket.id]
    assert faults() == []


def test_an_index_that_was_lost_is_noticed_and_built_anew(company: Company) -> None:
    ann, ticket, other = company.session("Ann"), company.open_ticket(), company.open_ticket()
    execute("DELETE FROM ticket_words")
    assert faults() == [ticket.id, other.id]
    notes.add_note(ann, ticket.id, "Written meanwhile")
    assert find(ann, "printer") == [ticket.id], "a note brings the whole ticket back"
    with database.atomic():
        assert rebuild.rebuild(database) == 2
    assert find(ann, "printer") == [other.id, ticket.id]
    assert faults() == []


@pytest.mark.parametrize(
    ("walk", "longest", "few", "gathered"), [(1, 1, 1, 1), (1, 8, 100, 1), (3, 3, 0, 0), (100,) * 4]
)
def test_every_way_to_the_newest_matches_finds_the_same(
    company: Company, monkeypatch: pytest.MonkeyPatch, walk: int, longest: int, few: int, gathered: int
) -> None:
    for name, value in (("_WALK", walk), ("_LONGEST_WALK", longest), ("_FEW", few), ("_MOST_GATHERED", gathered)):
        monkeypatch.setattr(newest, name, value)
    ann, cleo = company.session("Ann"), company.session("Cleo")
    made = [company.open_ticket(priority=number % 2 + 1, subject=f"Printer {number}") for number in range(8)]
    notes.add_note(ann, made[4].id, "printer of the boss")
    notes.add_note(ann, made[6].id, "printer of the boss", public=True)
    for who, expected in ((ann, [made[6].id, made[4].id]), (cleo, [made[6].id])):
        assert list(best(who, terms("prin", "of the bo"), "t.priority = ?", (1,)).ids) == expected
    found = best(ann, terms("print"), "t.priority = ?", (1,), limit=3)
    assert (list(found.ids), found.more) == ([made[6].id, made[4].id, made[2].id], True)
    # Of customers: two words that each belong to a customer or stand there, alone and beside a third one.
    customers = (("t.priority = ? AND t.archived = 0", (2,)), ("t.subject = ?", (made[0].subject,)))
    boss = TextTerm(("boss",), True, customers)
    seven = TextTerm(("7",), True, ((f"t.id < {made[3].id}", ()),))
    assert sorted(best(ann, [boss]).ids) == [made[number].id for number in (0, 1, 3, 4, 5, 6, 7)]
    assert sorted(best(ann, [boss, seven]).ids) == [made[number].id for number in (0, 1, 7)]
    assert sorted(best(ann, [seven, *terms("print"), boss], "t.priority = ?", (2,)).ids) == [made[1].id, made[7].id]


def test_a_further_condition_narrows_before_the_newest_are_taken(company: Company) -> None:
    ann = company.session("Ann")
    made = [company.open_ticket(priority=number % 2 + 1) for number in range(6)]
    found = best(ann, terms("print"), "t.priority = ?", (1,), limit=2)
    assert (list(found.ids), found.more) == ([made[4].id, made[2].id], True)
    found = best(ann, terms("print"), "t.priority = ?", (1,), limit=3)
    assert (list(found.ids), found.more) == ([made[4].id, made[2].id, made[0].id], False)
    assert find(ann) == []
