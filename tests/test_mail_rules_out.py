"""Who gets what: mail of customers and employees passed on, new tickets answered and told of, nobody given away."""

from __future__ import annotations

import json

import pytest

from connector.intake import Outcome
from models import Delivery, OutgoingMail
from services import (
    documents,
    history,
    history_kinds,
    mail_files,
    mail_identity,
    people,
    preferences,
    recipients,
    tickets,
    undo,
)
from services.errors import NotFound
from services.export.objects import full_ticket_object
from services.mailboxes import MAILBOXES
from services.operations import recent
from tests.support.company import Company
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.letters import bring, entries_of, letter, ticket_of
from tests.support.post import deliver, open_the_way_out, sent

OTTO = "Otto <otto@cleo.example>"
CLEO = "Cleo <cleo@cleo.example>"
ANN = "Ann at home <ann@desk.example>"


@pytest.fixture
def company(company: Company) -> Company:
    """The company with a way out; Ann manages what Network brings, and Dora the accounts."""
    open_the_way_out(company.desk)
    return company


@pytest.fixture
def first(company: Company) -> Outcome:
    """A ticket that Cleo opened by mail, Ben manages, Ann and Dora follow; what it sent is forgotten."""
    preferences.set_desk_setting(company.admin, "mail_category", "Network")
    (outcome,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    recipients.add_employee(company.admin, ticket_of(company.desk, outcome).id, company.employees["Ann"])
    Delivery.delete().execute()
    OutgoingMail.delete().execute()
    return outcome


def test_a_customers_mail_goes_to_the_manager_and_the_others_of_the_desk(company: Company, first: Outcome) -> None:
    ticket = ticket_of(company.desk, first)
    recipients.add_external(company.admin, ticket.id, "boss@cleo.example", "Boss", "cc")
    body = "It burns again.\n"
    raw = letter("Re: The printer", body, sender=OTTO, key="2", answers="1", files=[("fire.log", b"\0\xff")])
    raw = b"DKIM-Signature: v=1; d=cleo.example\r\nReceived: from otto-laptop\r\n" + raw
    deliver(company.desk, raw)
    (copy,) = sent()
    assert copy.kind == "distribution" and copy.envelope_sender == SUPPORT_ADDRESS
    assert copy.to == [("cc", "ann@desk.example"), ("cc", "dora@desk.example"), ("to", "ben@desk.example")]
    assert str(copy.message["From"]) == f"Otto <{SUPPORT_ADDRESS}>"
    assert str(copy.message["Reply-To"]) == SUPPORT_ADDRESS
    assert str(copy.message["To"]) == "Ben <ben@desk.example>"
    assert str(copy.message["Subject"]) == f"Re: [{ticket.number}] The printer"
    assert mail_identity.ticket_of(str(copy.message["Message-ID"])) == ticket.id
    assert copy.body == raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]
    assert not {"dkim-signature", "received", "bcc"} & {name.lower() for name in copy.message}


def test_an_employees_mail_goes_outside_and_gives_nobody_away(company: Company, first: Outcome) -> None:
    ticket = ticket_of(company.desk, first)
    recipients.add_external(company.admin, ticket.id, "boss@cleo.example", "Boss", "cc")
    recipients.add_external(company.admin, ticket.id, "secret@cleo.example", "", "bcc")
    deliver(company.desk, letter(sender=CLEO, key="2", answers="1"))
    to_the_desk = str(sent()[0].message["Message-ID"])
    raw = letter(f"Re: [{ticket.number}] Fire", "Try water.", sender=ANN, key="own-of-ann", Cc="someone@desk.example")
    raw = raw.replace(b"Subject:", f"In-Reply-To: {to_the_desk}\nReferences: <unknown@ann-laptop>\nSubject:".encode())
    raw = b"Disposition-Notification-To: ann@desk.example\nX-Originating-IP: 10.0.0.7\n" + raw
    deliver(company.desk, raw)
    _, copy = sent()
    assert copy.to == [
        ("bcc", "ben@desk.example"),
        ("bcc", "dora@desk.example"),
        ("bcc", "secret@cleo.example"),
        ("cc", "boss@cleo.example"),
        ("to", "cleo@cleo.example"),
    ]
    assert str(copy.message["From"]) == f"Ann <{SUPPORT_ADDRESS}>"
    shown = (str(copy.message["To"]), str(copy.message["Cc"]))
    assert shown == ("Cleo <cleo@cleo.example>", "Boss <boss@cleo.example>")
    assert str(copy.message["In-Reply-To"]) == "<2@mail.example>", "as Cleo's mail program knows it"
    for private in ("ann@", "own-of-ann", "laptop", "10.0.0.7", "ben@", "dora@", "secret@", "Notification"):
        assert private not in copy.head
    entry = [one for one in entries_of(company.desk, first) if one.kind == history_kinds.MAIL_IN][-1]
    assert entry.public and entry.actor == "Ann"


def test_whom_an_employee_wrote_to_himself_gets_the_desks_mail_all_the_same(company: Company, first: Outcome) -> None:
    """“The email is then distributed to all Recipients defined for the Ticket”: an answer to that copy comes back."""
    number = ticket_of(company.desk, first).number
    both = f"{SUPPORT_ADDRESS}, {CLEO}"
    deliver(company.desk, letter("Try water", sender=ANN, key="2", answers="1", to=both, Cc="ben@desk.example"))
    (copy,) = sent()
    assert copy.to == [("bcc", "ben@desk.example"), ("bcc", "dora@desk.example"), ("to", "cleo@cleo.example")]
    assert str(copy.message["Subject"]) == f"[{number}] Try water"
    assert str(copy.message["To"]) == CLEO, "without those of the desk"


def test_customers_see_an_employees_mail_as_it_reached_them(company: Company, first: Outcome) -> None:
    ticket = ticket_of(company.desk, first)
    number, cleo = ticket.number, company.session("Cleo")
    deliver(company.desk, letter(f"[{number}] One", "Try water.", sender=ANN, key="ann-1", Cc="Ben <ben@desk.example>"))
    (copy,) = sent()
    for session, shown, raw in (
        (cleo, ("Ann", SUPPORT_ADDRESS), copy.raw),
        (company.session("Dora"), ("Ann at home", "ann@desk.example"), None),
    ):
        mail = [entry.mail for entry in history.entries(session, ticket.id) if entry.mail][-1]
        assert mail.sender == shown and mail.original_id is not None
        _, data = mail_files.content(session, mail.id)
        assert (data == raw) is (session is cleo) and (b"ann@desk" in data) is (session is not cleo)
    assert "ann@desk" not in json.dumps(full_ticket_object(cleo, tickets.get(cleo, ticket.id)))
    assert "ben@desk" not in str([entry.mail for entry in history.entries(cleo, ticket.id)])
    direct = letter(f"[{number}] Two", sender=ANN, key="ann-2", to=f"{SUPPORT_ADDRESS}, boss@cleo.example")
    for row in recipients.external(company.admin, ticket.id):
        recipients.remove_external(company.admin, ticket.id, row.id)
    deliver(company.desk, direct)
    mail = [entry.mail for entry in history.entries(cleo, ticket.id) if entry.mail][-1]
    assert mail.sender == ("Ann", SUPPORT_ADDRESS)


def test_customers_get_no_copy_of_what_was_withdrawn_from_everybody(company: Company, first: Outcome) -> None:
    deliver(company.desk, letter("No", "Try fire.", sender=ANN, key="2", answers="1"))
    Delivery.update(state="withdrawn").execute()
    cleo, ticket = company.session("Cleo"), ticket_of(company.desk, first)
    mail = [entry.mail for entry in history.entries(cleo, ticket.id) if entry.mail][-1]
    with pytest.raises(NotFound):
        mail_files.content(cleo, mail.id)


def test_nobody_from_outside_looks_like_somebody_of_the_desk(company: Company, first: Outcome) -> None:
    deliver(company.desk, letter("Pay here", sender="ANN <otto@cleo.example>", key="2", answers="1"))
    assert sent()[-1].message["From"].addresses[0].display_name == "ANN (otto@cleo.example)"
    deliver(company.desk, letter("Me", sender=ANN, key="3", answers="1"))
    assert str(sent()[-1].message["From"]) == f"Ann <{SUPPORT_ADDRESS}>"


def test_what_an_employee_sends_the_desk_as_a_copy_stays_inside(company: Company, first: Outcome) -> None:
    number = ticket_of(company.desk, first).number
    deliver(
        company.desk,
        letter(f"[{number}] to cc", "In Cc", sender=ANN, to="cleo@cleo.example", Cc=SUPPORT_ADDRESS),
        letter(f"[{number}] to bcc", "In Bcc", sender=ANN, to="cleo@cleo.example"),
    )
    assert sent() == []
    entries = [one for one in entries_of(company.desk, first) if one.kind == history_kinds.MAIL_IN][1:]
    assert [(one.text.strip(), one.public) for one in entries] == [("In Cc", False), ("In Bcc", False)]


def test_an_answer_to_what_an_employee_wrote_finds_its_ticket_and_its_thread(company: Company, first: Outcome) -> None:
    number = ticket_of(company.desk, first).number
    deliver(company.desk, letter(f"[{number}] One", sender=ANN, key="ann-1"))
    to_customer = str(sent()[0].message["Message-ID"])
    answer = letter("No number", "Thanks, but no.", sender="cleo@phone.example", key="phone", In_Reply_To=to_customer)
    (answered,) = deliver(company.desk, answer)
    assert answered.number == number
    before = "<ann-1@mail.example> <phone@mail.example>"
    follow_up = letter(f"[{number}] Two", sender=ANN, key="ann-2", References=before)
    deliver(company.desk, follow_up)
    head = sent()[-1].message
    assert str(head["References"]).split() == [to_customer, "<phone@mail.example>"]
    assert "ann-1" not in sent()[-1].head


def test_inactive_and_strange_employees_send_nothing_on(company: Company, first: Outcome) -> None:
    number = ticket_of(company.desk, first).number
    people.change_employee(company.admin, company.employees["Tia"], active=False)
    preferences.set_desk_setting(company.admin, "authserv_id", "mx.desk.example")
    failed = "mx.desk.example; spf=fail; dkim=none; dmarc=fail"
    forged = letter(f"[{number}] Pay here", sender=ANN, key="f", Authentication_Results=failed)
    (gone, false) = deliver(company.desk, letter(f"[{number}] x", sender="tia@desk.example", key="1x"), forged)
    assert sent() == []
    assert gone.number != number and false.number != number, "a number counts from no such sender"
    notes = [one.text for one in entries_of(company.desk, false) if one.kind == history_kinds.NOTE]
    assert "authentication failed (dmarc=fail)" in notes[0] and f"claims {number}" in notes[0]
    believed = letter(f"[{number}] y", sender=ANN, key="y", Authentication_Results=f"other.example; {failed[17:]}")
    (real,) = deliver(company.desk, believed)
    assert real.number == number and len(sent()) == 1, "only the configured server is believed"


def test_a_new_ticket_is_answered_once_and_told_to_the_desk(company: Company) -> None:
    preferences.set_desk_setting(company.admin, "mail_category", "Network")
    (outcome,) = deliver(company.desk, letter("Fire {description}", sender=CLEO, key="1"))
    number = ticket_of(company.desk, outcome).number
    copy, response = sent()
    assert copy.to == [("cc", "dora@desk.example"), ("to", "ben@desk.example")]
    assert response.kind == "response" and response.to == [("to", "cleo@cleo.example")]
    assert response.envelope_sender == ""
    head = response.message
    assert (head["Auto-Submitted"], head["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert "Precedence" not in head
    assert str(head["From"]) == f"Desk <{SUPPORT_ADDRESS}>" and str(head["Reply-To"]) == SUPPORT_ADDRESS
    assert str(head["Subject"]) == f"Ticket [{number}]: Fire {{description}}"
    assert str(head["In-Reply-To"]) == "<1@mail.example>"
    assert number in head.get_content() and "It burns" not in head.get_content()
    deliver(company.desk, letter(f"Re: [{number}]", sender=CLEO, key="2"))
    assert len(sent("response")) == 1
    told = [(one.actor, one.text) for one in entries_of(company.desk, outcome) if one.kind == history_kinds.DELIVERY]
    assert told == [("Deskwire", "Automatic answer to cleo@cleo.example")], "in Cleo's name would be strange"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-generated"},
        {"X_Auto_Response_Suppress": "All"},
        {"sender": "noreply@shop.example"},
        {"sender": "sister@desk.example"},
        {"sender": SUPPORT_ADDRESS},
        {"sender": "nobody"},
        {"Date": "Mon, 2 Nov 1998 09:30:00 +0100"},
        {"subject": "Re: [0777-1234] whatever"},
        {"Authentication_Results": "mx.desk.example; dmarc=fail"},
    ],
)
def test_what_no_program_may_answer_makes_a_ticket_all_the_same(company: Company, headers: dict[str, str]) -> None:
    preferences.set_desk_setting(company.admin, "sister_addresses", "sister@desk.example")
    preferences.set_desk_setting(company.admin, "authserv_id", "mx.desk.example")
    (outcome,) = deliver(company.desk, letter(**headers))  # type: ignore[arg-type]
    assert outcome.state == "ticket"
    assert sent("response") == []


def test_the_null_sender_and_a_switch_keep_the_desk_silent(company: Company) -> None:
    deliver(company.desk, letter(key="1"), envelope_sender="")
    preferences.set_desk_setting(company.admin, "automatic_response", False)
    deliver(company.desk, letter(key="2"))
    assert sent("response") == []


def test_old_mail_of_an_import_or_a_new_mailbox_is_told_to_nobody(company: Company) -> None:
    old = {"Date": "Mon, 2 Nov 2020 09:30:00 +0100"}
    bring(company.desk, letter(key="1"), letter(key="2", **old))
    box = MAILBOXES.add(company.admin, name="Net", host="imap.desk.example", username="net").id
    deliver(company.desk, letter(key="3", **old), envelope_sender=None, source="Net;1/1", mailbox_id=box)
    assert sent() == []
    deliver(company.desk, letter(key="4"), envelope_sender=None, source="Net;1/2", mailbox_id=box)
    bring(company.desk, letter(key="5", Date="Wed, 25 Nov 2026 09:30:00 +0100"))
    assert [one.kind for one in sent("response")] == ["response", "response"]


def test_without_a_server_nothing_is_queued(company: Company) -> None:
    preferences.set_desk_setting(company.admin, "smtp_host", "")
    deliver(company.desk, letter())
    company.open_ticket(carbon_copy=(company.employees["Tia"],))
    assert sent() == []


def test_basic_mode_passes_nothing_on(company: Company) -> None:
    preferences.set_desk_setting(company.admin, "mail_mode", "basic")
    deliver(company.desk, letter())
    assert sent() == []


def test_our_own_mail_that_comes_back_is_filed_quietly(company: Company, first: Outcome) -> None:
    number = ticket_of(company.desk, first).number
    deliver(company.desk, letter(f"[{number}] One", sender=ANN, key="ann-1"))
    raw = sent()[0].raw
    before = len(entries_of(company.desk, first))
    (back,) = deliver(company.desk, b"Received: by a forwarder\r\n" + raw)
    assert back.number == number and len(sent()) == 1
    added = entries_of(company.desk, first)[before:]
    assert not any(one.public for one in added)
    remarks = [one.text for one in added if one.kind == history_kinds.NOTE]
    assert remarks == ["This mail left the desk and came back; it was not passed on."]


def test_opening_a_ticket_tells_its_manager_and_the_copies(company: Company) -> None:
    network = company.categories["Network"]
    copies = (company.employees["Tia"], company.employees["Ann"])
    ticket = company.open_ticket("Ann", "Cable {url}", category_id=network, description="Cut.", carbon_copy=copies)
    (told,) = sent()
    assert told.kind == "notification" and told.envelope_sender == ""
    assert told.to == [("cc", "tia@desk.example"), ("to", "ben@desk.example")], "never whoever opened it"
    assert told.message["Auto-Submitted"] == "auto-generated"
    assert str(told.message["Subject"]) == f"New ticket [{ticket.number}]: Cable {{url}}"
    text = told.message.get_content()
    assert "Cut." in text and "Müller & Söhne" in text and "Cable {url}" in text
    company.open_ticket("Ann", send_confirmation=False, category_id=network)
    assert len(sent()) == 1
    company.open_ticket("Cleo", "By the web", category_id=network)
    assert sent()[-1].to == [("to", "ben@desk.example")]


def test_the_replica_of_a_new_ticket_has_its_files_as_far_as_they_fit(company: Company) -> None:
    open_the_way_out(company.desk, largest_mail_mb=1)
    files = (
        ("rack.jpg", "image/jpeg", b"\xff\xd8rack"),
        ("core.dump", "application/octet-stream", b"x" * 760_000),
        ("plan.pdf", "application/pdf", b"%PDF"),
    )
    ticket = company.open_ticket("Ann", "Rack", category_id=company.categories["Network"], attachments=files)
    (told,) = sent("notification")
    attached = {one.get_filename(): one.get_content() for one in told.message.iter_attachments()}
    assert attached == {"rack.jpg": b"\xff\xd8rack", "plan.pdf": b"%PDF"}
    body = told.message.get_body()
    assert body is not None and body.get_content().rstrip().endswith("on the ticket: core.dump")
    assert len(documents.listed(company.admin, ticket.id)) == 3
    company.open_ticket("Cleo", "By the web", category_id=company.categories["Network"], attachments=files[:1])
    assert [one.get_filename() for one in sent()[-1].message.iter_attachments()] == ["rack.jpg"]


def test_a_ticket_that_was_told_of_can_still_be_taken_back(company: Company) -> None:
    ticket = company.open_ticket("Ann", category_id=company.categories["Network"])
    ann = company.session("Ann")
    (done, *_) = recent(ann)
    undo.undo(ann, done.id)
    assert company.read(ticket).archived


def test_with_plus_addresses_answers_come_back_to_them(company: Company, first: Outcome) -> None:
    preferences.set_desk_setting(company.admin, "plus_addressing", True)
    ticket = ticket_of(company.desk, first)
    plus = mail_identity.plus_address(ticket.id)
    deliver(company.desk, letter(sender=CLEO, key="2", answers="1"))
    assert str(sent()[-1].message["Reply-To"]) == plus
    for row in recipients.external(company.admin, ticket.id):
        recipients.remove_external(company.admin, ticket.id, row.id)
    (answer,) = deliver(company.desk, letter("No number", "For us", sender=ANN, key="3", to=plus))
    assert answer.number == ticket.number
    assert sent()[-1].to == [("bcc", "ben@desk.example"), ("bcc", "dora@desk.example")]
    entry = [one for one in entries_of(company.desk, first) if one.kind == history_kinds.MAIL_IN][-1]
    assert not entry.public, "nobody outside got it"
