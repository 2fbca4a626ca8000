"""Whose mail, which ticket: senders, numbers, closed tickets, what a person decides, what is set aside."""

from __future__ import annotations

import pytest

from connector.intake import Outcome, file_left
from models import Mail, Ticket
from services import clock, history_kinds, mail_identity, mail_queues, people, preferences, recipients, ticket_changes
from services.accounts import ACCOUNTS
from services.errors import Forbidden, NotFound
from services.mailboxes import MAILBOXES
from services.operations import recent
from services.requesters import offered, take_requester
from services.undo import undo
from tests.support.company import NOON, Company
from tests.support.desks import SUPPORT_ADDRESS
from tests.support.letters import entries_of, letter, ticket_of
from tests.support.post import deliver, open_the_way_out, sent

CLEO = "Cleo <cleo@cleo.example>"
ANN = "Ann <ann@desk.example>"
REPLY = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSUMMARY:Call\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def texts(company: Company, outcome: Outcome, kind: str = history_kinds.NOTE) -> str:
    """Return what entries of a kind say on the ticket of a mail."""
    return "\n".join(one.text for one in entries_of(company.desk, outcome) if one.kind == kind)


def close(company: Company, outcome: Outcome) -> None:
    """Complete the ticket of a mail."""
    fields = {"status": company.status("completed"), "resolution": "Done."}
    ticket_changes.change(company.admin, ticket_of(company.desk, outcome).id, fields)


# Which ticket


def test_a_plus_address_leads_to_its_ticket_wherever_it_stands(company: Company) -> None:
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    plus = mail_identity.plus_address(ticket_of(company.desk, first).id)
    answers = deliver(
        company.desk,
        letter("Fax", sender="fax@shop.example", key="2", to=plus),
        letter("Copy", sender=CLEO, key="3", Cc=plus.upper()),
        letter("Redirected", sender=CLEO, key="4", Delivered_To=plus),
        letter("Guessed", sender=CLEO, key="5", to=f"support+{first.number}-aaaaaaaaaaaaaaaa@desk.example"),
    )
    assert [one.number == first.number for one in answers] == [True, True, True, False]
    assert "fax@shop.example is not among the people of this ticket" in texts(company, first)


def test_a_forged_message_id_of_ours_leads_nowhere(company: Company) -> None:
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    ours = mail_identity.new_message_id(ticket_of(company.desk, first).id)
    forged = ours.replace(ours.split(".")[2], "a" * 16)
    right, wrong = deliver(
        company.desk,
        letter("Answer", sender="x@else.example", key="2", In_Reply_To=ours),
        letter("Answer", sender="x@else.example", key="3", In_Reply_To=forged),
    )
    assert right.number == first.number and wrong.number != first.number


@pytest.mark.parametrize(
    "subject",
    [
        "[{}]",
        "RE: Ticket [{}]: fire",
        "AW: WG: [EXTERNAL] Ticket #[{}]",
        "回复： [{}] x",
        "SV: VS: 【{}】",
        "fire [ {} ]",
    ],
)
def test_a_number_in_any_form_and_behind_any_prefix(company: Company, subject: str) -> None:
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    by_customer, by_employee, by_colleague = deliver(
        company.desk,
        *(letter(subject.format(first.number), sender=who) for who in (CLEO, ANN, "Otto <otto@cleo.example>")),
    )
    assert {by_customer.number, by_employee.number, by_colleague.number} == {first.number}


def test_a_claim_is_told_to_the_desk_and_to_nobody_else(company: Company) -> None:
    open_the_way_out(company.desk)
    ticket = company.open_ticket("Ann", "Secret takeover")
    (claim,) = deliver(company.desk, letter(f"Re: [{ticket.number}]", sender="Gus <gus@gus.example>"))
    assert claim.number != ticket.number
    assert f"claims {ticket.number}" in texts(company, claim)
    assert sent("response") == [], "an answer to whoever guesses numbers would begin a conversation"
    assert not any(one.public for one in entries_of(company.desk, claim) if one.kind == history_kinds.NOTE)


def test_a_person_decides_which_of_two_tickets_is_meant(company: Company) -> None:
    one, two = (company.open_ticket("Ann", subject) for subject in ("One", "Two"))
    raw = letter(f"Re: [{one.number}] [{two.number}]", sender=CLEO)
    for decision, number in ((two.id, two.number), (None, None)):
        (waits,) = deliver(company.desk, raw.replace(b"It burns", f"Burns {decision}".encode()))
        assert (waits.state, waits.number) == ("review", None)
        assert one.number in waits.reason and two.number in waits.reason
        assert Mail.select().count() == (0 if number else 1)
        (queued,) = mail_queues.listed(company.admin, "review")
        mail_queues.decide(company.admin, queued.id, decision)
        with clock.frozen(clock.now() + clock.HOUR):
            (filed,) = file_left(company.admin)
        assert filed.number == number or (number is None and filed.state == "ticket")


def test_two_numbers_that_lead_to_one_ticket_are_no_question(company: Company) -> None:
    one, two = (company.open_ticket("Ann", subject) for subject in ("One", "Two"))
    Ticket.update(merged_into=two.id).where(Ticket.id == one.id).execute()
    (filed,) = deliver(company.desk, letter(f"[{one.number}] [{two.number}]", sender=CLEO))
    assert filed.number == two.number


# Closed tickets


def test_mere_thanks_leave_a_ticket_closed(company: Company) -> None:
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    close(company, first)
    deliver(company.desk, letter("Re: fire", "Thank you!\n\n> It burns.", sender=CLEO, key="2", answers="1"))
    ticket = ticket_of(company.desk, first)
    assert (ticket.status, ticket.in_inbox) == ("Completed", False)
    assert "Only thanks" in texts(company, first)
    deliver(company.desk, letter("Re: fire", "Thanks, but it burns.", sender=CLEO, key="3", answers="1"))
    assert ticket_of(company.desk, first).is_open and ticket_of(company.desk, first).in_inbox
    close(company, first)
    preferences.set_desk_setting(company.admin, "thanks_reopens", True)
    deliver(company.desk, letter("Re: fire", "Thank you!", sender=CLEO, key="4", answers="1"))
    assert ticket_of(company.desk, first).is_open


def test_a_ticket_closed_long_ago_goes_on_in_a_linked_one(company: Company) -> None:
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    close(company, first)
    with clock.frozen(NOON + 31 * clock.DAY):
        later = [letter("Again", sender=CLEO, key="2", answers="1"), letter(f"[{first.number}]", sender=CLEO, key="3")]
        again, more = deliver(company.desk, *later)
    assert again.state == "ticket" and again.number != first.number
    assert more.number == again.number, "the old number leads to where the matter goes on"
    assert not ticket_of(company.desk, first).is_open
    assert texts(company, first, history_kinds.LINK) == f"Continued in {again.number}"
    told = texts(company, again, history_kinds.LINK)
    assert told == f"Continues {first.number}, which was closed on 25 Nov 2026"
    preferences.set_desk_setting(company.admin, "reopen_days", 0)
    close(company, again)
    with clock.frozen(NOON + 400 * clock.DAY):
        (last,) = deliver(company.desk, letter("Once more", sender=CLEO, key="4", answers="2"))
    assert last.number == again.number and ticket_of(company.desk, again).is_open


def test_whoever_goes_on_from_a_closed_ticket_is_told_the_new_number(company: Company) -> None:
    open_the_way_out(company.desk)
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    close(company, first)
    with clock.frozen(NOON + 31 * clock.DAY):
        again, more = deliver(
            company.desk,
            letter(f"Re: [{first.number}]", sender=CLEO, key="2"),
            letter("So?", sender=CLEO, key="3", answers="2"),
        )
    assert more.number == again.number != first.number
    of_first, of_again = (str(one.message["Subject"]) for one in sent("response"))
    assert first.number in of_first and again.number in of_again


def test_employees_and_programs_open_nothing(company: Company) -> None:
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    close(company, first)
    with clock.frozen(NOON + 31 * clock.DAY):
        answers = deliver(
            company.desk,
            letter("Note", sender=ANN, key="2", answers="1"),
            letter("Away", sender=CLEO, key="3", answers="1", Auto_Submitted="auto-replied"),
        )
    assert {one.number for one in answers} == {first.number}
    ticket = ticket_of(company.desk, first)
    assert not ticket.is_open and not ticket.in_inbox


# Who wrote


def test_a_shared_address_is_a_customers_and_marked(company: Company) -> None:
    for name in ("Ann", "Ben"):
        people.change_employee(company.admin, company.employees[name], email2="shared@desk.example")
    (outcome,) = deliver(company.desk, letter(sender="shared@desk.example"))
    assert ticket_of(company.desk, outcome).in_inbox
    assert "several employees share" in texts(company, outcome)


@pytest.mark.parametrize(
    ("results", "counts"),
    [
        ("mx.desk.example; dmarc=pass; spf=fail", True),
        ("mx.desk.example; dmarc=fail", False),
        ("mx.desk.example; spf=softfail; dkim=none", False),
        ("mx.desk.example; spf=fail; dkim=pass header.d=desk.example", True),
        ("mx.desk.example; spf=fail; dkim=pass header.d=evil.example", False),
        ("mx.desk.example; spf=none; dkim=temperror", True),
        ("mx.evil.example; dmarc=fail", True),
        ("", True),
    ],
)
def test_authentication_is_believed_of_one_server(company: Company, results: str, counts: bool) -> None:
    preferences.set_desk_setting(company.admin, "authserv_id", "mx.desk.example")
    headers = {"Authentication_Results": results} if results else {}
    (outcome,) = deliver(company.desk, letter(sender=ANN, **headers))
    entries = entries_of(company.desk, outcome)
    assert (entries[0].actor == "Ann") is counts
    assert ("authentication failed" in texts(company, outcome)) is not counts
    mail = next(one for one in entries if one.kind == history_kinds.MAIL_IN)
    assert mail.public is counts and mail.mail is not None and bool(mail.mail.warnings) is not counts


def test_only_the_topmost_results_of_the_server_count(company: Company) -> None:
    preferences.set_desk_setting(company.admin, "authserv_id", "mx.desk.example")
    forged = letter(sender=ANN, Authentication_Results="mx.desk.example; dmarc=pass")
    (outcome,) = deliver(company.desk, b"Authentication-Results: mx.desk.example; dmarc=fail\n" + forged)
    assert "authentication failed" in texts(company, outcome)


def test_a_contact_form_writes_in_the_name_of_its_visitor(company: Company) -> None:
    form = letter("From the web", sender="Web <noreply@desk.example>", Reply_To=CLEO)
    own = letter("From our page", sender=SUPPORT_ADDRESS, Reply_To="New <new@shop.example>")
    for raw, address, contact in ((form, "cleo@cleo.example", "Cleo"), (own, "new@shop.example", "")):
        (outcome,) = deliver(company.desk, raw)
        ticket = ticket_of(company.desk, outcome)
        assert (ticket.requester_email, ticket.contact) == (address, contact)
        assert [one.address for one in recipients.external(company.admin, ticket.id)] == [address]
        assert f"Written as {address}" in texts(company, outcome)


def test_answers_go_where_a_customer_wants_them_if_that_is_at_home_there(company: Company) -> None:
    ACCOUNTS.change(company.admin, company.accounts["Müller & Söhne"], domain="mueller.example")
    at_home, elsewhere, employee = deliver(
        company.desk,
        letter("1", sender=CLEO, key="1", Reply_To="it@mueller.example"),
        letter("2", sender=CLEO, key="2", Reply_To="cleo@freemail.example"),
        letter("3", sender="noreply@shop.example", key="3", Reply_To=ANN),
    )
    for outcome, address in ((at_home, "it@mueller.example"), (elsewhere, "cleo@cleo.example")):
        (outside,) = recipients.external(company.admin, ticket_of(company.desk, outcome).id)
        assert outside.address == address
    assert "which is elsewhere" in texts(company, elsewhere)
    assert ticket_of(company.desk, employee).in_inbox, "Reply-To makes nobody an employee"


def test_headers_of_ours_from_outside_mean_nothing(company: Company) -> None:
    raw = letter(sender="x@else.example", X_Deskwire_Ticket="0500-1000", X_Deskwire_Employee="Ann")
    (first,) = deliver(company.desk, letter(sender=CLEO, key="1"))
    (other,) = deliver(company.desk, raw)
    assert other.number != first.number and ticket_of(company.desk, other).in_inbox


# New tickets


def test_a_mailbox_has_its_own_category_and_routing(company: Company) -> None:
    network = company.categories["Network"]
    box = MAILBOXES.add(company.admin, name="Net", host="imap.desk.example", username="net", category="Network").id
    (routed,) = deliver(company.desk, letter(sender=CLEO, key="1"), mailbox_id=box)
    ticket = ticket_of(company.desk, routed)
    assert (ticket.category_id, ticket.manager, ticket.status) == (network, "Ben", "New")
    (plain,) = deliver(company.desk, letter(sender=CLEO, key="2"))
    assert ticket_of(company.desk, plain).category == "General"


def test_what_a_mail_is_protected_by_is_said_and_not_claimed(company: Company) -> None:
    signed = letter(text="-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n", sender=CLEO)
    deliver(company.desk, signed)
    assert [one.protection for one in Mail.select()] == ["signed (OpenPGP), not checked"]


# What belongs to no ticket


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (letter("Away", sender=CLEO, Auto_Submitted="auto-replied"), "auto-replied"),
        (letter("Away", sender=CLEO, Auto_Submitted="auto-generated", References="<a@b.example>"), "auto-generated"),
        (letter("News", sender="news@shop.example", List_Id="<news.shop.example>"), "List-Id"),
        (letter("Undelivered", sender="MAILER-DAEMON@mx.example", Auto_Submitted="auto-replied"), "bounce"),
        (letter("Automatic reply: fire", sender=CLEO), "Automatic reply"),
    ],
)
def test_answers_of_programs_are_set_aside(company: Company, raw: bytes, why: str) -> None:
    (outcome,) = deliver(company.desk, raw)
    assert (outcome.state, outcome.number) == ("aside", None)
    assert why in outcome.reason
    assert Ticket.select().count() == 0 and Mail.select().count() == 0


def test_an_answer_to_an_invitation_is_set_aside_and_an_invitation_is_a_mail(company: Company) -> None:
    def invitation(method: bytes) -> bytes:
        text = letter("Call", sender=CLEO, key=method.decode())
        kind = b"Content-Type: text/calendar; charset=utf-8\nContent-Transfer-Encoding: 7bit\n"
        head, _, _ = text.partition(b"\n\n")
        kept = [line for line in head.split(b"\n") if not line.lower().startswith(b"content-")]
        return b"\n".join(kept) + b"\n" + kind + b"\n" + REPLY.replace(b"REPLY", method)

    answer, asked = deliver(company.desk, invitation(b"REPLY"), invitation(b"REQUEST"))
    assert (answer.state, asked.state) == ("aside", "ticket")


def test_a_notice_of_a_program_makes_a_ticket_that_nobody_answers(company: Company) -> None:
    open_the_way_out(company.desk)
    (outcome,) = deliver(company.desk, letter("Disk full", sender="root@db.example", Auto_Submitted="auto-generated"))
    assert outcome.state == "ticket" and ticket_of(company.desk, outcome).in_inbox
    assert "A program sent this mail" in texts(company, outcome)
    assert sent() == []


def test_a_list_that_is_the_desks_own_address_brings_customers(company: Company) -> None:
    listed = {"List_Id": "Support <support.desk.example>", "Precedence": "list"}
    (outcome,) = deliver(company.desk, letter(sender=CLEO, **listed))
    assert outcome.state == "ticket"


# Forwards

FORWARD = """Please see to this.

---------- Forwarded message ---------
From: Cleo <cleo@cleo.example>
Date: Wed, 25 Nov 2026 at 11:00
Subject: Fire
To: Ann <ann@desk.example>

It burns.
"""


def test_an_employees_forward_offers_who_wrote_as_requester(company: Company) -> None:
    (outcome,) = deliver(company.desk, letter("Fwd: Fire", FORWARD, sender=ANN))
    ticket = ticket_of(company.desk, outcome)
    ann = company.session("Ann")
    assert (ticket.requester_name, ticket.contact) == ("Ann", "")
    assert "Cleo <cleo@cleo.example> wrote what is forwarded here" in texts(company, outcome)
    offer = offered(ann, ticket.id)
    assert offer is not None and (offer.name, offer.address) == ("Cleo", "cleo@cleo.example")
    with pytest.raises(NotFound):
        take_requester(ann, ticket.id, offer.mail_id + 1)
    with pytest.raises(Forbidden):
        take_requester(company.session("Cleo"), ticket.id, offer.mail_id)
    taken = take_requester(ann, ticket.id, offer.mail_id)
    assert (taken.requester_email, taken.contact, taken.account) == ("cleo@cleo.example", "Cleo", "Müller & Söhne")
    assert [one.address for one in recipients.external(ann, ticket.id)] == ["cleo@cleo.example"]
    assert offered(ann, ticket.id) is None
    undo(ann, recent(ann)[0].id)
    back = company.read(ticket)
    assert (back.requester_email, back.contact, back.account) == (ticket.requester_email, "", "")
    assert recipients.external(ann, ticket.id) == []
    assert offered(ann, ticket.id) == offer


def test_a_customers_forward_offers_nothing(company: Company) -> None:
    (outcome,) = deliver(company.desk, letter("Fwd: Fire", FORWARD, sender="Gus <gus@gus.example>"))
    assert offered(company.admin, ticket_of(company.desk, outcome).id) is None
    assert ticket_of(company.desk, outcome).requester_email == "gus@gus.example"


# Loops


def test_a_responder_that_gives_nothing_away_stops_by_the_rates(company: Company) -> None:
    open_the_way_out(company.desk, mail_rate_total="5/1h")
    for turn in range(12):
        address = f"bot{turn}@loop.example"
        deliver(company.desk, letter("Thank you for your mail", f"No {turn}", sender=address, key=f"bot{turn}"))
    states = [state for one in sent("response") for state in one.states]
    assert states.count("waiting") == 5 and states.count("held") == 7


def test_a_responder_that_keeps_the_subject_is_not_answered_twice(company: Company) -> None:
    open_the_way_out(company.desk)
    deliver(company.desk, letter(sender="bot@loop.example", key="1"))
    for turn in range(3):
        subject = f"Re: {sent('response')[-1].message['Subject']}"
        deliver(company.desk, letter(subject, sender=f"bot{turn}@other.example", key=f"b{turn}"))
    assert len(sent("response")) == 1


def test_two_programs_without_marks_that_answer_each_other_through_the_desk_stop(company: Company) -> None:
    open_the_way_out(company.desk, mail_category="Network", mail_rates="3/10m 5/1h")
    (first,) = deliver(company.desk, letter(sender=CLEO, key="0"))
    number = first.number
    for turn in range(1, 9):
        sender = CLEO if turn % 2 else "Ben <ben@desk.example>"
        deliver(company.desk, letter(f"Re: [{number}]", f"I am away {turn}.", sender=sender, key=str(turn)))
    told = [one for one in entries_of(company.desk, first) if one.text.startswith("Held back: mail to")]
    assert len(told) == 1, "it says so once, and not with every turn"
    by_address: dict[str, list[str]] = {}
    for mail in sent("distribution"):
        for (_, address), state in zip(mail.to, mail.states, strict=True):
            by_address.setdefault(address, []).append(state)
    for address in ("ben@desk.example", "cleo@cleo.example"):
        assert by_address[address].count("waiting") <= 3 and by_address[address].count("held") >= 1


def test_a_person_makes_a_ticket_of_what_was_set_aside_and_no_program_answers(company: Company) -> None:
    open_the_way_out(company.desk)
    deliver(company.desk, letter("Away", sender=CLEO, Auto_Submitted="auto-replied"))
    (queued,) = mail_queues.listed(company.admin, "aside")
    mail_queues.decide(company.admin, queued.id, None)
    (filed,) = file_left(company.admin)
    assert filed.state == "ticket" and sent() == []
