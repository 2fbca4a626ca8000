"""Stories of tickets being worked on: the workflow's rules, people in each other's way, and what stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models import BlobPiece, History, Ticket
from services import (
    blobs,
    charges,
    clock,
    documents,
    history,
    lists,
    local_files,
    notes,
    recipients,
    ticket_changes,
    tickets,
)
from services.charges import NewCharge
from services.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from services.people import change_employee, set_member
from services.records import TicketDetail
from services.ticket_fields import FIELDS
from tests.hostile import FILE_NAMES
from tests.support import acts
from tests.support.company import NOON, Company
from tests.support.desks import Desk
from tests.support.small_desk import counted_queries


def change(company: Company, ticket: TicketDetail, by: str = "Dora", **fields: Any) -> TicketDetail:
    return ticket_changes.change(company.session(by), ticket.id, fields)


def entries(company: Company, ticket: TicketDetail) -> list[tuple[str, str]]:
    return [(entry.kind, entry.text) for entry in history.entries(company.admin, ticket.id)]


# The workflow


def test_taking_a_new_ticket_assigns_it_in_house(company: Company) -> None:
    ticket = company.open_ticket("Cleo")
    assert (ticket.status, ticket.in_inbox) == ("New", True)
    taken = change(company, ticket, "Ann", manager=company.managers["Ann"])
    assert (taken.manager, taken.status, taken.in_inbox) == ("Ann", "Assigned in House", False)


def test_moving_to_a_status_takes_a_ticket_out_of_the_inbox_for_everyone(company: Company) -> None:
    ticket = company.open_ticket("Cleo")
    other = change(company, ticket, priority=3)
    assert other.in_inbox
    assert not change(company, ticket, status=company.status("in_progress")).in_inbox


def test_hold_needs_a_due_date_to_come_and_keeps_one(company: Company) -> None:
    ticket = company.open_ticket(manager_id=company.managers["Ann"])
    hold = company.status("hold")
    for due in (None, NOON - 1):
        with pytest.raises(Invalid, match="due date"):
            change(company, ticket, status=hold, due=due)
    held = change(company, ticket, status=hold, due=NOON + clock.DAY)
    assert (held.status, held.priority) == ("Hold", 0)
    with pytest.raises(Invalid, match="due date"):
        change(company, held, due=None)
    back = change(company, held, status=company.status("in_progress"))
    assert back.priority == 2


def test_a_completed_ticket_has_a_resolution_and_is_closed(company: Company) -> None:
    ticket = company.open_ticket(manager_id=company.managers["Ann"])
    completed = company.status("completed")
    with pytest.raises(Invalid, match="resolution"):
        change(company, ticket, status=completed)
    done = change(company, ticket, status=completed, resolution="New toner.")
    assert (done.is_open, done.closed_at) == (False, NOON)
    with pytest.raises(Invalid, match="resolution"):
        change(company, done, resolution="")
    reopened = change(company, done, status=company.status("in_house"))
    assert (reopened.is_open, reopened.closed_at, reopened.resolution) == (True, None, "New toner.")


def test_a_project_has_a_contract(company: Company) -> None:
    ticket = company.open_ticket(manager_id=company.managers["Ann"])
    project, contract = company.extension("Project"), company.contracts["Müller & Söhne"]
    with pytest.raises(Invalid, match="contract"):
        change(company, ticket, extension=project)
    kept = change(company, ticket, extension=project, contract=contract)
    assert (kept.extension, kept.contract) == ("Project", "Managed")
    with pytest.raises(Invalid, match="contract"):
        change(company, kept, contract=None)
    with pytest.raises(Invalid, match="contract"):
        change(company, kept, account=company.accounts["Globex"])


def test_quotes_go_to_internal_and_pending_lowers_the_priority(company: Company) -> None:
    ticket = company.open_ticket(manager_id=company.managers["Ann"], priority=3)
    assert change(company, ticket, status=company.status("pending")).priority == 2
    quoted = change(company, ticket, extension=company.extension("Quote"))
    assert (quoted.status, quoted.priority) == ("Internal", 0)
    chosen = change(company, ticket, status=company.status("in_progress"), priority=4)
    assert chosen.priority == 4


def test_another_account_takes_contact_asset_and_contract_along(company: Company) -> None:
    ticket = company.open_ticket(asset_id=company.assets["Müller & Söhne"])
    moved = change(company, ticket, account=company.accounts["Globex"])
    assert (moved.account, moved.contact_id, moved.asset_id) == ("Globex", None, None)
    with pytest.raises(Invalid, match="another account"):
        change(company, moved, contact=company.contacts["Cleo"])
    orphan = company.open_ticket(contact_id=None)
    found = change(company, orphan, contact=company.contacts["Gus"])
    assert (found.account, found.contact) == ("Globex", "Gus")


def test_nobody_is_given_tickets_who_takes_none(company: Company) -> None:
    ticket = company.open_ticket()
    change_employee(company.admin, company.employees["Ben"], assignable=0)
    ben = {"manager": company.managers["Ben"]}
    with pytest.raises(Invalid, match="Ben takes no tickets"):
        change(company, ticket, manager=ben["manager"])
    with pytest.raises(Invalid, match="Ben takes no tickets"):
        acts.transfer(company.session("Ann"), ticket.id, ben, "yours")


def test_a_transfer_has_a_note_and_the_next_person_follows(company: Company) -> None:
    ticket = company.open_ticket(manager_id=company.managers["Ann"])
    to_ben = {"manager": company.managers["Ben"]}
    with pytest.raises(Invalid, match="note"):
        acts.transfer(company.session("Ann"), ticket.id, to_ben, " ")
    moved = acts.transfer(company.session("Ann"), ticket.id, to_ben, "Toner is ordered.")
    assert moved.manager == "Ben"
    assert ("transfer", "Toner is ordered.") in entries(company, ticket)
    assert "Ben" in [row.name for row in recipients.employees(company.admin, ticket.id)]
    handed = acts.transfer(
        company.session("Ann"), company.open_ticket("Ann").id, {"manager": company.managers["Tia"]}, "For you"
    )
    assert handed.manager == "Tia"


# Versions


def test_two_people_on_different_fields_both_win(company: Company) -> None:
    read = company.open_ticket()
    ticket_changes.change(company.session("Ann"), read.id, {"priority": 4}, read=read)
    both = ticket_changes.change(company.session("Ben"), read.id, {"subject": "Toner empty"}, read=read)
    assert (both.priority, both.subject) == (4, "Toner empty")


def test_on_the_same_field_the_second_sees_both_values(company: Company) -> None:
    read = company.open_ticket()
    ticket_changes.change(company.session("Ann"), read.id, {"subject": "Toner"}, read=read)
    with pytest.raises(Conflict) as caught:
        ticket_changes.change(company.session("Ben"), read.id, {"subject": "Drum", "priority": 4}, read=read)
    assert caught.value.fields == {"subject": ("Printer offline", "Toner", "Drum")}
    assert "Subject" in caught.value.sentence
    assert company.read(read).priority == 2
    same = ticket_changes.change(company.session("Ben"), read.id, {"subject": "Toner"}, read=read)
    assert same.subject == "Toner"


def test_a_retry_of_a_change_a_note_or_a_charge_does_it_once(company: Company) -> None:
    ticket, ann = company.open_ticket(), company.session("Ann")
    for _ in range(2):
        ticket_changes.change(ann, ticket.id, {"priority": 3}, note="urgent", uid="c")
        notes.add_note(ann, ticket.id, "called", uid="n")
        charges.add(ann, ticket.id, NewCharge("work", "Toner", 1000, 95_00), uid="w")
    assert [kind for kind, _ in entries(company, ticket)] == ["created", "change", "note", "note", "charge"]


def test_charges_are_corrected_by_who_saw_their_present_state(company: Company) -> None:
    ticket, ann = company.open_ticket(), company.session("Ann")
    charges.add(ann, ticket.id, NewCharge("work", "Toner", 1500, 95_00))
    [read] = charges.listed(ann, ticket.id)
    assert (read.amount, read.employee) == (142_50, "Ann")
    new = NewCharge("work", "Drum", 2000, 95_00, billable=False)
    charges.change(ann, read.id, new, read)
    with pytest.raises(Conflict):
        charges.change(ann, read.id, new, read)
    assert charges.total(charges.listed(ann, ticket.id)) == {}
    charges.remove(ann, read.id)
    assert charges.listed(ann, ticket.id) == []
    with pytest.raises(NotFound):
        charges.remove(ann, read.id)
    with pytest.raises(Forbidden):
        charges.add(company.session("Cleo", "web"), ticket.id, new)


# What stays as it was


def test_no_service_edits_what_stands_in_the_history(company: Company) -> None:
    ticket = company.open_ticket("Cleo", description="It smokes.")
    ann = company.session("Ann")
    notes.add_note(ann, ticket.id, "internal")
    before = list(History.select(History.id, History.text, History.kind, History.public).order_by(History.id).tuples())
    change(company, ticket, subject="Smoke", priority=4)
    charges.add(ann, ticket.id, NewCharge("part", "Toner", 1000, 50_00))
    [charge] = charges.listed(ann, ticket.id)
    charges.change(ann, charge.id, NewCharge("part", "Drum", 1000, 60_00), charge)
    dora = company.session("Dora")
    acts.archive(dora, [ticket.id], "test")
    acts.restore(dora, [ticket.id])
    after = list(History.select(History.id, History.text, History.kind, History.public).order_by(History.id).tuples())
    assert after[: len(before)] == before
    assert history.entries(company.admin, ticket.id)[0].text == "It smokes."


def test_the_archive_hides_with_a_reason_and_gives_back(company: Company) -> None:
    ticket, dora = company.open_ticket("Ann"), company.session("Dora")
    with pytest.raises(Forbidden):
        acts.archive(company.session("Ann"), [ticket.id], "oops")
    with pytest.raises(Invalid, match="Say why"):
        acts.archive(dora, [ticket.id], "\n")
    assert acts.archive(dora, [ticket.id], "opened twice") == 1
    assert ticket.id not in lists.ids(dora, lists.ListQuery(lists.ALL))
    assert lists.ids(dora, lists.ListQuery(lists.ARCHIVED)).tolist() == [ticket.id]
    assert company.read(ticket).archive_reason == "opened twice"
    assert acts.restore(dora, [ticket.id]) == 1
    assert ticket.id in lists.ids(dora, lists.ListQuery(lists.ALL))


def test_a_merged_ticket_leads_to_the_other_one(company: Company) -> None:
    target, merged, dora = company.open_ticket("Ann"), company.open_ticket("Ann"), company.session("Dora")
    Ticket.update(merged_into=target.id).where(Ticket.id == merged.id).execute()
    key = merged.id
    for act in (
        lambda: notes.add_note(dora, key, "here"),
        lambda: ticket_changes.change(dora, key, {"priority": 1}),
        lambda: charges.add(dora, key, NewCharge("work", "x", 1000, 0)),
        lambda: documents.attach_bytes(dora, key, "a", b""),
        lambda: recipients.add_external(dora, key, "a@b.example"),
        lambda: acts.transfer(dora, key, {"manager": company.managers["Ben"]}, "x"),
        lambda: acts.set_waiting(dora, [key], True),
    ):
        with pytest.raises(Invalid, match=target.number):
            act()


def test_files_are_saved_under_safe_names_and_never_over_others(company: Company, tmp_path: Path) -> None:
    ticket, ann = company.open_ticket("Ann"), company.session("Ann")
    for name in FILE_NAMES:
        row = documents.attach_bytes(ann, ticket.id, name, name.encode())
        saved = documents.save(ann, row.id, tmp_path)
        assert saved.parent == tmp_path and saved.read_bytes() == name.encode()
        with pytest.raises(Invalid, match="exists already"):
            documents.save(ann, row.id, tmp_path)
        saved.unlink()
    with pytest.raises(DeskError, match="another place"):
        documents.save(ann, row.id, tmp_path / "none" / "x")
    (tmp_path / "kept").write_bytes(b"old")
    assert documents.save(ann, row.id, tmp_path / "kept", overwrite=True).read_bytes() != b"old"


def test_a_removed_file_is_gone_for_clients_and_stays_for_the_history(company: Company) -> None:
    ticket, ann, cleo = company.open_ticket("Cleo"), company.session("Ann"), company.session("Cleo")
    row = documents.attach_bytes(ann, ticket.id, "wrong.txt", b"of another customer")
    assert documents.content(cleo, row.id) == ("wrong.txt", b"of another customer")
    documents.remove(ann, row.id)
    assert documents.listed(cleo, ticket.id) == []
    with pytest.raises(NotFound):
        documents.content(cleo, row.id)
    assert documents.content(ann, row.id)[1] == b"of another customer"


def test_a_file_is_refused_before_it_is_read_when_it_is_too_large(tmp_path: Path) -> None:
    huge = tmp_path / "dump.iso"
    with huge.open("wb") as out:
        out.truncate(local_files.MAX_BYTES + 1)
    for path, why in ((huge, "larger than 100 MB"), (tmp_path, "is not a file"), (tmp_path / "none", "cannot be read")):
        with pytest.raises(Invalid, match=why):
            local_files.read(path)


def test_contents_are_kept_once_and_a_damaged_one_says_so(desk: Desk) -> None:
    company = Company(desk)
    ticket, ann = company.open_ticket("Ann"), company.session("Ann")
    data = b"x" * (2 * blobs.PIECE + 5)
    rows = [documents.attach_bytes(ann, ticket.id, name, data) for name in ("a", "b")]
    assert BlobPiece.select().count() == 3
    assert documents.content(ann, rows[1].id) == ("b", data)
    for damage in (b"no zlib", b"x\x9c\x03\x00\x00\x00\x00\x01"):
        BlobPiece.update(data=damage).where(BlobPiece.position == 1).execute()
        with pytest.raises(DeskError, match="damaged"):
            documents.content(ann, rows[0].id)
    BlobPiece.delete().where(BlobPiece.position == 1).execute()
    with pytest.raises(DeskError, match="damaged"):
        documents.content(ann, rows[0].id)


def test_one_subscribes_oneself_and_is_asked_for_by_role(company: Company) -> None:
    ticket, ben = company.open_ticket("Ann", manager_id=company.managers["Ann"]), company.session("Ben")
    recipients.subscribe(ben, ticket.id)
    recipients.subscribe(ben, ticket.id)
    assert [text for kind, text in entries(company, ticket) if kind == "recipient"] == ["Ben follows this ticket"]
    recipients.add_employee(ben, ticket.id, company.employees["Ben"], "created")
    rows = {row.name: row for row in recipients.employees(ben, ticket.id)}
    assert rows["Ben"].level == "created"
    assert rows["Ann"].roles == ("Ticket Manager",) and rows["Dora"].roles == ("Account Manager",)
    recipients.unsubscribe(ben, ticket.id)
    recipients.remove_employee(ben, ticket.id, company.employees["Dora"])
    recipients.add_by_role(ben, ticket.id, "Account Manager")
    assert sorted(row.name for row in recipients.employees(ben, ticket.id)) == ["Ann", "Dora"]
    with pytest.raises(NotFound):
        recipients.add_employee(ben, ticket.id, 987_654)


def test_a_requesters_address_is_kept_as_mail_from_it_is_looked_up(company: Company) -> None:
    parse = FIELDS["requester_email"].parse
    assert parse(company.admin, " Eve@Example.COM ") == "eve@example.com"
    assert parse(company.admin, "") == ""
    for typed in ("eve", "eve@", "eve@@example.com", "eve <eve@example.com>"):
        with pytest.raises(Invalid, match="no mail address"):
            parse(company.admin, typed)


def test_whoever_gets_a_ticket_follows_it_and_a_team_member_by_member(company: Company) -> None:
    set_member(company.admin, company.field, company.employees["Tia"], True)
    dora, field = company.session("Dora"), company.managers["Field"]
    made = company.open_ticket("Ben", manager_id=field)
    rows = {row.name: row.roles for row in recipients.employees(dora, made.id)}
    assert rows == {"Ann": ("Ticket Manager",), "Tia": ("Ticket Manager",), "Dora": ("Account Manager",)}
    change_employee(company.admin, company.employees["Tia"], active=False)
    for give in (
        lambda ticket: change(company, ticket, manager=field),
        lambda ticket: acts.transfer(dora, ticket.id, {"manager": field}, "Yours."),
    ):
        given = company.open_ticket("Ben", manager_id=company.managers["Ben"])
        give(given)
        assert [row.name for row in recipients.employees(dora, given.id)] == ["Ann", "Ben", "Dora"]
    recipients.remove_employee(dora, given.id, company.employees["Ann"])
    recipients.add_by_role(dora, given.id, recipients.TICKET_MANAGER)
    assert entries(company, given)[-1] == ("recipient", "Ann follows this ticket")


def test_a_ticket_window_takes_few_queries(company: Company) -> None:
    ticket, ann = company.open_ticket("Ann", attachments=(("a", "b/c", b""),)), company.session("Ann")
    for priority in (1, 2, 3, 4):
        change(company, ticket, priority=priority, manager=company.managers[("Ann", "Ben")[priority % 2]])
    tickets.get(ann, ticket.id)
    with counted_queries() as seen:
        tickets.get(ann, ticket.id)
        assert len(seen) == 1
        history.entries(ann, ticket.id)
        assert len(seen) <= 6
    with counted_queries() as seen:
        charges.listed(ann, ticket.id)
        documents.listed(ann, ticket.id)
        assert len(seen) == 4
