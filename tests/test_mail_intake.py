"""Mail becomes tickets: the sender is recognised, the original is kept, and nothing is filed twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import test.test_email

from connector import filing
from connector.intake import import_mails
from connector.mail.sources import Source, iterate
from models import Change, Mail, MailOriginal, Operation, database
from services import accounts, clock, documents, history_kinds, originals, people, recipients, tickets
from services.errors import DeskError, Forbidden, Invalid, TryAgain
from services.records import UNREAD
from tests.mails import bodies, files, headers
from tests.support.desks import SUPPORT_ADDRESS, Desk
from tests.support.letters import bring, entries_of, everything, letter, source, ticket_of

LIBRARY = Path(test.test_email.__file__).parent / "data"


@pytest.fixture
def acme(desk: Desk) -> int:
    """An account with the domain acme.example and one contact, Cleo."""
    account = accounts.ACCOUNTS.add(desk.administrator, name="Acme", domain="acme.example").id
    accounts.CONTACTS.add(desk.administrator, account=account, name="Cleo Marsh", email="cleo@acme.example")
    return account


def test_a_customer_writes_and_the_desk_has_a_ticket(desk: Desk, acme: int) -> None:
    written = letter(key="first", Date="Mon, 2 Nov 2026 09:30:00 +0100", files=[("fire.log", b"\x00\xff hot")])
    (outcome,) = bring(desk, written)
    assert (outcome.state, outcome.message_id) == ("ticket", "<first@mail.example>")
    ticket = ticket_of(desk, outcome)
    assert (ticket.subject, ticket.description) == ("The printer is on fire", "It burns.")
    assert (ticket.account, ticket.contact, ticket.requester_name) == ("Acme", "Cleo Marsh", "Cleo Marsh")
    assert (ticket.status, ticket.manager, ticket.category) == ("New", "New Tickets", "General")
    assert (ticket.in_inbox, ticket.mark, ticket.channel) == (True, UNREAD, "email")
    assert ticket.sent_at == 1_793_608_200_000_000
    (outside,) = recipients.external(desk.administrator, ticket.id)
    assert (outside.kind, outside.address, outside.name) == ("to", "cleo@acme.example", "Cleo Marsh")

    entries = entries_of(desk, outcome)
    assert [entry.text for entry in entries if "burns" in entry.text] == ["It burns."], "the text stands there once"
    mail = next(entry for entry in entries if entry.kind == history_kinds.MAIL_IN)
    assert mail.public and mail.actor == "Cleo Marsh" and mail.channel == "email"
    assert mail.mail is not None and mail.mail.to == (("", SUPPORT_ADDRESS),)
    (file,) = mail.attachments
    assert documents.content(desk.administrator, file.id) == ("fire.log", b"\x00\xff hot")
    assert mail.mail.original_id is not None and originals.raw(mail.mail.original_id) == written


def test_the_journal_knows_every_step(desk: Desk) -> None:
    (outcome,) = bring(desk, letter(files=[("a.txt", b"a")]))
    ticket = ticket_of(desk, outcome)
    actions = [row.action for row in Operation.select().order_by(Operation.id)][-2:]
    assert actions == ["receive-mail", "file-mail"]
    noted = {(row.entity, row.field): json.loads(row.after) for row in Change.select() if row.after is not None}
    assert noted["mail_original", "state"] == "filed"
    assert noted["mail", "message_id"] == outcome.message_id
    assert noted["document", "name"] == "a.txt"
    assert noted["ticket", "subject"] == ticket.subject
    assert noted["external_recipient", "address"] == "cleo@acme.example"


def test_somebody_of_the_domain_belongs_to_the_account_without_being_a_contact(desk: Desk, acme: int) -> None:
    stranger, colleague = bring(
        desk, letter(sender="x@else.example", key="1"), letter(sender="Dan <DAN@Mail.Acme.example>", key="2")
    )
    assert ticket_of(desk, stranger).account == ""
    ticket = ticket_of(desk, colleague)
    assert (ticket.account, ticket.contact, ticket.requester_email) == ("Acme", "", "dan@mail.acme.example")


def test_what_an_employee_mails_begins_in_the_inbox_and_has_no_outside_recipient(desk: Desk) -> None:
    (outcome,) = bring(desk, letter(sender="Ada at home <ADA@desk.example>"))
    ticket = ticket_of(desk, outcome)
    assert (ticket.in_inbox, ticket.mark) == (True, UNREAD)
    assert "New ticket from an employee by mail" in {entry.text for entry in entries_of(desk, outcome)}
    assert ticket.created_by_id == desk.administrator.user_id
    assert recipients.external(desk.administrator, ticket.id) == []
    assert {entry.actor for entry in entries_of(desk, outcome)} == {"Ada Lindqvist"}


def test_shared_and_retired_addresses_count_as_customers_and_are_marked(desk: Desk) -> None:
    for username, address in (("tom", "team@desk.example"), ("tia", "team@desk.example"), ("old", "old@desk.example")):
        added = people.add_employee(desk.administrator, name=username, username=username, email1=address)
    people.change_employee(desk.administrator, added.id, active=False)
    shared, retired = bring(
        desk, letter(sender="team@desk.example", key="1"), letter(sender="old@desk.example", key="2")
    )
    for outcome, why in ((shared, "several employees share"), (retired, "an inactive employee has")):
        assert ticket_of(desk, outcome).in_inbox
        notes = [entry for entry in entries_of(desk, outcome) if entry.kind == history_kinds.NOTE]
        assert why in notes[0].text and not notes[0].public


def test_importing_twice_changes_nothing(desk: Desk) -> None:
    mails = [letter(key="1"), letter("Re: it", key="2", answers="1"), letter("No id"), b"", b"\0\xff\n\n\x1b["]
    before = bring(desk, *mails)
    kept = everything()
    again = bring(desk, *mails)
    assert everything() == kept
    assert {outcome.state for outcome in again} == {"present"}
    assert [outcome.number for outcome in again] == [outcome.number for outcome in before]


def test_the_same_mail_over_another_route_makes_no_entry(desk: Desk) -> None:
    first = letter(key="1", files=[("a", b"a")])
    (filed,) = bring(desk, first)
    twice, alike = bring(
        desk, b"Received: from elsewhere\n" + first.replace(b"\n", b"\r\n"), letter(text="Something else", key="1")
    )
    assert (twice.state, twice.number) == ("duplicate", filed.number)
    assert (alike.state, alike.number) == ("ticket", "0500-1001")
    earlier, later = Mail.select().order_by(Mail.id)
    assert earlier.warnings == "[]" and "same Message-ID" in later.warnings


def test_a_mail_without_message_id_is_known_by_its_content(desk: Desk) -> None:
    first, second = bring(desk, letter(), b"Received: by another route\n" + letter())
    assert (first.state, second.state) == ("ticket", "duplicate")
    assert first.message_id == second.message_id != ""


def test_bytes_twice_in_one_folder_are_one_mail(desk: Desk) -> None:
    first, second = bring(desk, letter(key="1"), letter(key="1"))
    assert (first.state, second.state, second.number) == ("ticket", "present", first.number)


def test_what_cannot_be_filed_is_quarantined_and_the_next_ones_proceed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = filing.file

    def refuse(mail: filing.ParsedMail, original: originals.Original, os_account: str) -> filing.Filed:
        filed = file(mail, original, os_account)
        if mail.subject == "Poison":
            raise ZeroDivisionError("by \x1b[31mchance")
        if mail.subject == "Refused":
            raise Invalid("This cannot be.")
        return filed

    monkeypatch.setattr(filing, "file", refuse)
    mails = [letter("Poison", key="1"), letter("Refused", key="2"), letter("Good", key="3")]
    poison, refused, good = bring(desk, *mails)
    assert [one.state for one in (poison, refused, good)] == ["quarantined", "quarantined", "ticket"]
    assert poison.reason == "ZeroDivisionError: by \ufffd[31mchance" and refused.reason == "This cannot be."
    assert Mail.select().count() == 1, "nothing half done stays"
    assert originals.quarantined_count() == 2
    assert originals.raw(MailOriginal.get(MailOriginal.reason == "This cannot be.").id) == mails[1]
    again = bring(desk, *mails)
    assert [one.state for one in again] == ["quarantined", "quarantined", "present"]
    assert again[1].reason == "This cannot be."


def test_a_file_that_cannot_be_read_stops_nobody(desk: Desk) -> None:
    def fail() -> bytes:
        raise DeskError("The mail x cannot be read: permission denied.")

    report = import_mails(desk.administrator, [Source("x", 0, fail), source(letter())])
    assert [(one.origin, one.state) for one in report.mails] == [("letter.eml", "ticket"), ("x", "unreadable")]


def test_a_folder_that_ends_in_a_fault_is_filed_so_far(desk: Desk) -> None:
    def broken(*found: Source) -> Iterator[Source]:
        yield from found
        raise DeskError("The folder below cannot be read: permission denied.")

    report = import_mails(desk.administrator, broken(source(letter())))
    assert [one.state for one in report.mails] == ["ticket", "unreadable"]
    with pytest.raises(DeskError, match="permission denied"):
        import_mails(desk.administrator, broken())


def test_a_group_that_meets_a_locked_ticket_is_filed_one_by_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = filing.file
    refusals = ["third"]

    def refuse(mail: filing.ParsedMail, original: originals.Original, os_account: str) -> filing.Filed:
        if mail.subject in refusals:
            refusals.remove(mail.subject)
            raise TryAgain("Another program holds the ticket: try again in a moment.")
        return file(mail, original, os_account)

    monkeypatch.setattr(filing, "file", refuse)
    mails = [letter(name, key=name) for name in ("first", "second", "third", "fourth")]
    assert [one.state for one in bring(desk, *mails)] == ["ticket"] * 4
    assert Mail.select().count() == 4

    refusals += ["sixth"] * 2
    mails = [letter(name, key=name) for name in ("fifth", "sixth", "seventh")]
    with pytest.raises(TryAgain):
        bring(desk, *mails)
    assert len(originals.waiting()) == 1, "what is kept waits for a better moment, and the next ones proceed"
    assert [one.state for one in bring(desk, *mails)] == ["present", "ticket", "present"]


def test_importing_needs_the_privilege(desk: Desk) -> None:
    powerless = desk.administrator._replace(privileges=frozenset())
    with pytest.raises(Forbidden, match="Import mail"):
        import_mails(powerless, [source(letter())])


def test_originals_come_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    states: list[tuple[int, int]] = []

    def watch(_raw: bytes, _limit: int) -> None:
        states.append((MailOriginal.select().count(), int(database.in_transaction())))
        raise KeyboardInterrupt

    monkeypatch.setattr("connector.batches.parse", watch)
    with pytest.raises(KeyboardInterrupt):
        bring(desk, *[letter(key=str(at)) for at in range(60)])
    assert states == [(60, 0)]
    monkeypatch.undo()
    with clock.frozen(clock.now() + 2 * clock.MINUTE):
        (late,) = bring(desk, letter("Late", key="late"))
    assert late.state == "ticket"
    assert Mail.select().count() == 61 and originals.waiting() == []


def test_what_another_import_left_behind_is_filed_once_it_seems_interrupted(desk: Desk) -> None:
    with clock.frozen(clock.now()):
        originals.keep(desk.administrator, [originals.Arrival("old.eml", letter("Left", key="left"))])
        assert import_mails(desk.administrator, [source(letter(key="other"))]).leftovers == ()
    with clock.frozen(clock.now() + 2 * clock.MINUTE):
        report = import_mails(desk.administrator, [source(letter("Re: left", key="new", answers="left"), "new.eml")])
    (left,), (new,) = report.leftovers, report.mails
    assert (left.origin, left.state, new.state, new.number) == ("old.eml", "ticket", "reply", left.number)


def test_the_category_of_mail_is_a_setting(desk: Desk) -> None:
    from services import catalogue_admin, preferences

    night = catalogue_admin.CATEGORIES.add(desk.administrator, name="Night mail").id
    with pytest.raises(Invalid, match="There is no category called “Nihgt mail”"):
        preferences.set_desk_setting(desk.administrator, "mail_category", "Nihgt mail")
    preferences.set_desk_setting(desk.administrator, "mail_category", "night MAIL")
    (outcome,) = bring(desk, letter())
    assert ticket_of(desk, outcome).category == "Night mail"
    read = catalogue_admin.CATEGORIES.get(desk.administrator, night)
    catalogue_admin.CATEGORIES.change(desk.administrator, night, read=read, active=False)
    (outcome,) = bring(desk, letter("Another"))
    assert ticket_of(desk, outcome).category == ""


def test_all_mails_of_the_interpreters_tests_are_filed_once(desk: Desk) -> None:
    report = import_mails(desk.administrator, iterate(LIBRARY))
    assert len(report.mails) >= 48
    assert {one.state for one in report.mails} <= {"ticket", "reply", "present", "duplicate", "aside"}
    for mail in iterate(LIBRARY):
        original = MailOriginal.get(MailOriginal.blob == hashlib.sha256(mail.read()).hexdigest())
        assert originals.raw(original.id) == mail.read()
    kept = everything()
    again = import_mails(desk.administrator, iterate(LIBRARY))
    assert everything() == kept and {one.state for one in again.mails} <= {"present", "duplicate", "aside"}


def test_every_mail_that_goes_wrong_is_filed(desk: Desk) -> None:
    cases = [*headers.CASES, *bodies.CASES, *files.CALENDARS]
    outcomes = bring(desk, *[case.raw for case in cases])
    assert {one.reason for one in outcomes if one.state == "quarantined"} == set()
    assert {one.state for one in outcomes} <= {"ticket", "reply", "present", "duplicate", "aside"}
    kept = everything()
    bring(desk, *[case.raw for case in cases])
    assert everything() == kept


def test_a_desk_full_of_hostile_mail_can_be_read(desk: Desk) -> None:
    hostile = (
        b'From: "[/x]\x1b]52;c;AAAA\x07" <evil\x00@x.example>\nTo: \xff\xfe\nSubject: \x00 [@click=app.quit]x[/]\n'
        b"Message-ID: <\x00\xed\xa0\x80@x>\nContent-Type: text/plain; charset=utf-16\n\n\xd8\x00\x00\x00"
    )
    nothing = (
        b'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment; filename="\x00../"\n\n\n'
    )
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (at, at) for at in range(2_000))
    outcomes = bring(desk, hostile, nothing, b"From: a@b.example\n" + nested, b"")
    assert [one.state for one in outcomes] == ["ticket"] * 4
    for outcome in outcomes:
        found = tickets.get_by_number(desk.administrator, outcome.number or "")
        shown = "".join((found.subject, found.description, found.requester_name, found.requester_email))
        assert not set(shown) & {"\0", "\x1b", "\x07"}


def test_a_mail_over_the_limit_is_filed_with_a_warning(desk: Desk) -> None:
    from services import mail_settings, preferences

    preferences.set_desk_setting(desk.administrator, "largest_mail_mb", 1)
    mail_settings.forget()
    mails = [letter("Huge", key="huge", files=[("big", bytes([at]) * 3_000_000)]) for at in (1, 2)]
    first, second = bring(desk, *mails)
    assert (first.state, second.state) == ("ticket", "ticket"), "what differs behind the limit is another mail"
    assert all("larger than the 1.4 MB that are read" in row.warnings for row in Mail.select())
    assert not documents.listed(desk.administrator, ticket_of(desk, first).id), "half a file is worse than none"
    assert sorted(originals.raw(row.id) for row in MailOriginal.select()) == sorted(mails)
    (again,) = bring(desk, b"Received: by another route\n" + mails[0])
    assert again.state == "duplicate"
    mail_settings.forget()


def test_further_recipients_of_the_same_bytes_are_noted_while_they_wait(desk: Desk) -> None:
    raw, other = letter(key="1"), "b@desk.example"
    (kept,) = originals.keep(desk.administrator, [originals.Arrival("pipe", raw, "x@y.example", ("a@desk.example",))])
    twice = [originals.Arrival("pipe", raw, "x@y.example", (one,)) for one in ("a@desk.example", other)]
    assert originals.keep(desk.administrator, twice) == [originals.Kept(kept.id, False)] * 2
    found = originals.get(kept.id)
    assert (found.envelope_sender, found.envelope_recipients) == ("x@y.example", ("a@desk.example", other))
    new = [originals.Arrival("pipe", letter(key="2"), None, (one,)) for one in ("a@desk.example", other)]
    first, second = originals.keep(desk.administrator, new)
    assert (first.is_new, second.is_new, first.id) == (True, False, second.id)
    assert originals.get(first.id).envelope_recipients == ("a@desk.example", other)
