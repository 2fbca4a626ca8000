"""Answers from the ticket window: who gets them, what they say, and what the ticket keeps of them."""

from __future__ import annotations

import json
import re
import subprocess
import time

import pytest

from models import Delivery, Document, Mail
from services import (
    auth,
    clock,
    documents,
    history,
    outbox_rows,
    people,
    preferences,
    recipients,
    replies,
    reply_people,
    tickets,
    undo,
)
from services.attachment_words import speaks_of_attachment
from services.canned_texts import CANNED_TEXTS
from services.errors import Invalid, NotFound
from services.records import HistoryEntry, TicketDetail
from services.replies import Reply, send
from services.reply_people import Addressees, parsed, proposed
from services.reply_review import review
from tests.support.command import deskwire
from tests.support.company import Company
from tests.support.letters import letter
from tests.support.post import deliver, open_the_way_out, sent

CLEO = ("Cleo", "cleo@cleo.example")


@pytest.fixture
def ticket(company: Company) -> TicketDetail:
    open_the_way_out(company.desk)
    return company.open_ticket("Ann")


def answer(people: Addressees, text: str = "It works again.", **more: object) -> Reply:
    return Reply(people, "", text)._replace(**more)


def mails_out(company: Company, ticket: TicketDetail) -> list[HistoryEntry]:
    return [one for one in history.entries(company.admin, ticket.id) if one.kind == "mail_out"]


def test_an_answer_goes_to_the_customers_openly_and_to_the_colleagues_unseen(
    company: Company, ticket: TicketDetail
) -> None:
    ann = company.session("Ann")
    recipients.add_external(ann, ticket.id, "boss@cleo.example", "Boss", "cc")
    recipients.add_external(ann, ticket.id, "lawyer@else.example", "", "bcc")
    recipients.add_employee(ann, ticket.id, company.employees["Ben"])
    chosen = proposed(ann, ticket.id)
    assert chosen == Addressees((CLEO,), (("Boss", "boss@cleo.example"),), (("", "lawyer@else.example"),))
    with clock.frozen(clock.now()):
        send(ann, ticket.id, answer(chosen))
        due = clock.now() + 10 * clock.SECOND
        assert {row.next_at for row in Delivery.select().where(Delivery.automatic == 0)} == {due}
    mail = sent("reply")[0]
    assert mail.to == [
        ("bcc", "ben@desk.example"),
        ("bcc", "dora@desk.example"),
        ("bcc", "lawyer@else.example"),
        ("cc", "boss@cleo.example"),
        ("to", "cleo@cleo.example"),
    ]
    message = mail.message
    assert message["From"] == "Ann <support@desk.example>"
    assert message["Reply-To"] == mail.envelope_sender == "support@desk.example"
    assert (message["To"], message["Cc"]) == ("Cleo <cleo@cleo.example>", "Boss <boss@cleo.example>")
    assert message["Subject"] == f"Re: [{ticket.number}] Printer offline"
    assert message.get_content() == "It works again.\r\n"
    for hidden in ("lawyer", "ben@", "dora@", "ann@", "Bcc"):
        assert hidden not in mail.head
    entry = mails_out(company, ticket)[0]
    assert (entry.text, entry.public) == ("It works again.", True)
    kept = Mail.get(Mail.direction == "out")
    assert json.loads(kept.bcc) == [["", "lawyer@else.example"]]
    assert kept.message_id == message["Message-ID"]


def test_what_the_customer_writes_back_finds_the_ticket_by_the_answers_id(
    company: Company, ticket: TicketDetail
) -> None:
    send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,))))
    message_id = sent("reply")[0].message["Message-ID"].strip("<>")
    raw = letter("no number here", "Thank you", sender="Cleo <other@home.example>", In_Reply_To=f"<{message_id}>")
    assert deliver(company.desk, raw)[0].number == ticket.number


def test_a_second_answer_refers_to_all_that_the_customer_knows(company: Company, ticket: TicketDetail) -> None:
    ann = company.session("Ann")
    send(ann, ticket.id, answer(Addressees((CLEO,))))
    first = sent("reply")[0].message["Message-ID"]
    deliver(company.desk, letter("Re", sender="Cleo <cleo@cleo.example>", key="q", In_Reply_To=first))
    send(ann, ticket.id, answer(Addressees((CLEO,)), "And now?"))
    message = sent("reply")[1].message
    assert message["In-Reply-To"] == "<q@mail.example>"
    assert message["References"].split() == [first, "<q@mail.example>"]


def test_send_and_close_completes_the_ticket_with_the_answer_as_its_resolution(
    company: Company, ticket: TicketDetail
) -> None:
    send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,)), "New toner is in."), close=True)
    closed = company.read(ticket)
    assert (closed.status_code, closed.resolution) == (company.status("completed"), "New toner is in.")
    send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,)), "One more thing."), close=True)
    assert company.read(ticket).resolution == "New toner is in."
    assert len(sent("reply")) == 2


def test_the_same_act_again_after_a_lost_answer_sends_nothing_more(company: Company, ticket: TicketDetail) -> None:
    for _ in range(2):
        send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,))), uid="u-1")
    assert len(sent("reply")) == len(mails_out(company, ticket)) == 1


def test_everyone_on_the_customers_mail_is_answered_on_request(company: Company) -> None:
    open_the_way_out(company.desk, sister_addresses="sales@desk.example")
    raw = letter(
        "Help",
        sender="Cleo <cleo@cleo.example>",
        to="support@desk.example, Otto <otto@cleo.example>, ben@desk.example",
        Cc="sales@desk.example, Gus <gus@gus.example>, broken <x y@>",
    )
    number = deliver(company.desk, raw)[0].number
    ann = company.session("Ann")
    ticket_id = Mail.get(Mail.direction == "in").ticket_id
    assert proposed(ann, ticket_id).all == (CLEO,)
    assert proposed(ann, ticket_id, everyone=True) == Addressees(
        (CLEO,), (("Otto", "otto@cleo.example"), ("Gus", "gus@gus.example"))
    )
    assert number is not None
    quoted = replies.quoted(ann, ticket_id)
    assert quoted.endswith("Cleo wrote:\n> It burns.\n")


def test_a_chosen_mail_is_answered_to_its_writer_and_to_all_with_the_tickets_recipients(
    company: Company, ticket: TicketDetail
) -> None:
    deliver(
        company.desk, letter(f"[{ticket.number}]", "Me too", sender="Otto <otto@cleo.example>", Cc="gus@gus.example")
    )
    ann, mail_id = company.session("Ann"), Mail.get(Mail.direction == "in").id
    otto, gus = ("Otto", "otto@cleo.example"), ("", "gus@gus.example")
    assert proposed(ann, ticket.id, mail_id=mail_id) == Addressees((otto,))
    assert proposed(ann, ticket.id, mail_id=mail_id, everyone=True) == Addressees((otto, CLEO), (gus,))
    send(ann, ticket.id, answer(Addressees((otto,)), "Noted"))
    own = Mail.get(Mail.direction == "out").id
    assert proposed(ann, ticket.id, mail_id=own) == Addressees((CLEO,))
    assert replies.quoted(ann, ticket.id, own).endswith("Ann wrote:\n> Noted\n")


def test_what_is_quoted_has_the_time_of_whoever_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    at = 1_795_660_201_000_000
    try:
        monkeypatch.setenv("TZ", "EST+5")
        time.tzset()
        assert replies.Answered("Cleo", at, "").head == "On Wed, 25 Nov 2026 at 21:30, Cleo wrote:"
        assert replies.Answered("Cleo", 2**90, "").head == "Cleo wrote:"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_what_stays_inside_and_what_programs_report_is_neither_answered_nor_quoted(
    company: Company, ticket: TicketDetail
) -> None:
    ann, subject = company.session("Ann"), f"Re: [{ticket.number}]"
    dealer = letter(subject, "It costs us 20.", sender="ben@desk.example", to="Dealer <d@dealer.example>", key="b")
    passed_on = letter(subject, "We look at it.", sender="ben@desk.example", key="p")
    deliver(company.desk, dealer)
    assert replies.quoted(ann, ticket.id) == "" and not reply_people.answered_mail(ticket.id)
    deliver(company.desk, passed_on)
    assert replies.quoted(ann, ticket.id).endswith("Ben wrote:\n> We look at it.\n"), "the customer has that one"
    question = letter(subject, "Is it on?", sender="Cleo <cleo@cleo.example>", key="q", Cc="Otto <otto@cleo.example>")
    report = letter(
        "Undelivered", sender="MAILER-DAEMON@x.example", key="r", answers="q", Auto_Submitted="auto-replied"
    )
    deliver(company.desk, question, dealer.replace(b"20.", b"30.").replace(b"<b@", b"<b2@"), report)
    assert replies.quoted(ann, ticket.id).endswith("Cleo wrote:\n> Is it on?\n")
    assert proposed(ann, ticket.id, everyone=True) == Addressees((CLEO,), (("Otto", "otto@cleo.example"),))
    bounced = Mail.get(Mail.message_id == "<r@mail.example>").id
    assert proposed(ann, ticket.id, mail_id=bounced) == Addressees((CLEO,))
    assert replies.quoted(ann, ticket.id, bounced).endswith("> Is it on?\n")
    send(ann, ticket.id, answer(Addressees((CLEO,)), answers=bounced))
    message = sent("reply")[0].message
    assert message["In-Reply-To"] == "<q@mail.example>"
    assert not re.search("<[br]2?@", message["References"]), "nor does the customer hear of them"


def test_without_a_mail_the_request_itself_is_quoted(company: Company) -> None:
    ann = company.session("Ann")
    told = company.open_ticket("Ann", description="It smokes.\n\nPlease come.", requester_name="Cleo")
    assert replies.quoted(ann, told.id).endswith("Cleo wrote:\n> It smokes.\n>\n> Please come.\n")
    assert replies.quoted(ann, company.open_ticket("Ann").id) == ""


def test_before_sending_one_sees_exactly_who_gets_it(company: Company, ticket: TicketDetail) -> None:
    ann = company.session("Ann")
    recipients.add_employee(ann, ticket.id, company.employees["Ben"])
    people = Addressees((CLEO,), (("", "gus@gus.example"),), (("Otto", "otto@cleo.example"),))
    reply = answer(people, "See the attached log.")
    found = review(ann, ticket.id, reply)
    assert (found.sender, found.subject) == ("Ann <support@desk.example>", f"Re: [{ticket.number}] Printer offline")
    seen = [(one.role, one.address, one.standing, one.unasked) for one in found.people]
    assert [*seen[:3], *sorted(seen[3:])] == [
        ("to", "cleo@cleo.example", "recipient", False),
        ("cc", "gus@gus.example", "stranger", False),
        ("bcc", "otto@cleo.example", "contact", False),
        ("bcc", "ben@desk.example", "employee", True),
        ("bcc", "dora@desk.example", "employee", True),
    ]
    assert found.strangers == 1 and found.remarks == ("The text speaks of an attachment, but no file is attached.",)
    send(ann, ticket.id, reply)
    assert sorted((role, address) for role, address, _, _ in seen) == sent("reply")[0].to
    with pytest.raises(Invalid, match="goes to nobody"):
        review(ann, ticket.id, answer(Addressees()))
    preferences.set_desk_setting(company.admin, "smtp_host", "")
    with pytest.raises(Invalid, match="no server for outgoing mail"):
        review(ann, ticket.id, reply)


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("I attached the log.", True),
        ("Siehe Anhang", False),
        ("Im Anhang der Bericht", True),
        ("Voir ci-joint", True),
        ("> attached\nThanks", False),
        ("The detached cable", False),
    ],
)
def test_a_forgotten_attachment_is_noticed(text: str, speaks: bool) -> None:
    assert speaks_of_attachment(text) is speaks


def test_a_quote_of_what_stays_inside_is_noticed(company: Company, ticket: TicketDetail) -> None:
    dealer = "Dealer <d@dealer.example>"
    deliver(company.desk, letter(f"Re: [{ticket.number}]", "It costs 20.", sender="ben@desk.example", to=dealer))
    ann, mail_id = company.session("Ann"), Mail.get(Mail.direction == "in").id
    told = ("It quotes a mail that the customer does not see.",)
    quoting = answer(Addressees((CLEO,)), f"Hello\n{replies.quoted(ann, ticket.id, mail_id)}", answers=mail_id)
    assert review(ann, ticket.id, quoting).remarks == told
    assert review(ann, ticket.id, quoting._replace(text="Hello")).remarks == ()
    among_colleagues = quoting._replace(people=Addressees((("Ben", "ben@desk.example"),)))
    assert told[0] not in review(ann, ticket.id, among_colleagues).remarks


def test_strangers_stand_out(company: Company, ticket: TicketDetail) -> None:
    asked = ["cleo@cleo.example", "otto@cleo.example", "BEN@desk.example", "gus@gus.example"]
    found = reply_people.standings(company.session("Ann"), ticket.id, asked)
    assert list(found.values()) == ["recipient", "contact", "employee", "stranger"]
    offered = [one.address for one in reply_people.completions(company.session("Ann"), ticket.id)]
    assert offered[:2] == ["cleo@cleo.example", "otto@cleo.example"] and "ben@desk.example" in offered


def test_a_mail_to_colleagues_only_is_no_customers_business(company: Company, ticket: TicketDetail) -> None:
    send(company.session("Ann"), ticket.id, answer(Addressees(to=(("Ben", "ben@desk.example"),)), "Ask Cleo?"))
    assert not mails_out(company, ticket)[0].public
    assert not [one for one in history.entries(company.session("Cleo"), ticket.id) if one.kind == "mail_out"]


def test_attachments_go_along_and_stay_on_the_ticket(company: Company, ticket: TicketDetail) -> None:
    files = (("log.txt", "text/plain", b"one\n"), ("Über.pdf", "application/pdf", b"\x00" * 1000))
    send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,)), attachments=files))
    parts = list(sent("reply")[0].message.iter_attachments())
    assert [part.get_payload(decode=True) for part in parts] == [b"one\n", b"\x00" * 1000]
    mail_id = Mail.get(Mail.direction == "out").id
    assert [row.name for row in Document.select().where(Document.mail_id == mail_id)] == ["log.txt", "Über.pdf"]
    preferences.set_desk_setting(company.admin, "largest_mail_mb", 1)
    large = (("big", "a/b", b"x" * 900_000),)
    with pytest.raises(Invalid, match="larger than the 1 MB"):
        send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,)), attachments=large))


def test_basic_mode_writes_from_ones_own_address_and_keeps_the_mail_as_a_document(
    company: Company, ticket: TicketDetail
) -> None:
    preferences.set_desk_setting(company.admin, "mail_mode", "basic")
    send(company.session("Ann"), ticket.id, answer(Addressees((CLEO,))))
    mail = sent("reply")[0]
    assert mail.message["From"] == "Ann <ann@desk.example>" and mail.message["Reply-To"] is None
    assert mails_out(company, ticket) == []
    assert Document.get().name == f"Re: [{ticket.number}] Printer offline.eml"


def test_basic_mode_tells_what_became_of_a_mail_at_its_document(company: Company, ticket: TicketDetail) -> None:
    preferences.set_desk_setting(company.admin, "mail_mode", "basic")
    ann = company.session("Ann")
    people = Addressees((CLEO,), (("", "gus@gus.example"),))
    send(ann, ticket.id, answer(people))
    documents.attach_bytes(ann, ticket.id, "a.txt", b"a")
    send(ann, ticket.id, answer(people, "Again."))
    shown = history.entries(ann, ticket.id)
    kept = [entry.id for entry in shown if entry.action == "send-mail"]
    left = outbox_rows.of_entries(ann, ticket.id, shown)
    assert sorted(left) == kept and len(kept) == 2
    wanted = ("to", "cleo@cleo.example"), ("cc", "gus@gus.example")
    for rows in left.values():
        assert [(row.role, row.address) for row in rows][:2] == list(wanted)
        assert {row.state for row in rows} == {"waiting"}
    cleo = company.session("Cleo")
    assert outbox_rows.of_entries(cleo, ticket.id, history.entries(cleo, ticket.id)) == {}


def test_in_basic_mode_clients_see_no_document_of_what_employees_write_each_other(
    company: Company, ticket: TicketDetail
) -> None:
    preferences.set_desk_setting(company.admin, "mail_mode", "basic")
    ann, cleo = company.session("Ann"), company.session("Cleo")
    files = (("secret.txt", "text/plain", b"a"),)
    send(ann, ticket.id, answer(Addressees((("Ben", "ben@desk.example"),)), "Just us.", attachments=files))
    assert documents.listed(cleo, ticket.id) == [] and "Just us." not in str(history.entries(cleo, ticket.id))
    shown = history.entries(ann, ticket.id)
    (entry,) = [one for one in shown if one.mail is not None]
    assert not entry.public and entry.text == "Just us."
    left = outbox_rows.of_entries(ann, ticket.id, shown)[entry.id]
    assert {row.address for row in left} == {"ben@desk.example", "dora@desk.example"}


def test_what_was_taken_back_is_named_in_no_thread(company: Company, ticket: TicketDetail) -> None:
    ann, people = company.session("Ann"), Addressees((CLEO,))
    deliver(company.desk, letter("Printer", sender="Cleo <cleo@cleo.example>", key="1"))
    number = sent("response")[0].message["Subject"].partition("[")[2][:9]
    key = tickets.get_by_number(ann, number).id
    one, two = send(ann, key, answer(people, "One.")), send(ann, key, answer(people, "Two."))
    assert one is not None and two is not None
    first, second = (str(mail.message["Message-ID"]) for mail in sent("reply"))
    undo.undo(ann, two)
    mistaken = [entry.mail.id for entry in history.entries(ann, key) if entry.mail and entry.mail.message_id == second]
    send(ann, key, answer(people, "Three.", answers=mistaken[0]))
    head = sent("reply")[-1].message
    assert str(head["In-Reply-To"]) == "<1@mail.example>"
    assert str(head["References"]).split() == ["<1@mail.example>", first]
    outbox_rows.withdraw(ann, [row.id for row in outbox_rows.of_ticket(ann, key) if row.kind == "reply"])
    send(ann, key, answer(people, "Four."))
    assert str(sent("reply")[-1].message["References"]) == "<1@mail.example>"


def test_a_canned_text_is_filled_in_from_the_ticket(company: Company, ticket: TicketDetail) -> None:
    text = "Hello {requester},\n{number} is done. {employee}, {company}"
    key = CANNED_TEXTS.add(company.admin, name="Done", text=text).id
    filled = replies.canned(company.session("Ann"), ticket.id, key)
    assert filled == f"Hello Cleo,\n{ticket.number} is done. Ann, Desk"
    with pytest.raises(Invalid, match=r"no field \{nothing\}"):
        CANNED_TEXTS.add(company.admin, name="Bad", text="{nothing}")


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("", ()),
        ("a@x.example", (("", "a@x.example"),)),
        ("Cleo <C@x.example>; b@x.example,", (("Cleo", "c@x.example"), ("", "b@x.example"))),
        ('"Marsh, Cleo" <c@x.example>', (("Marsh, Cleo", "c@x.example"),)),
    ],
)
def test_typed_addresses_are_read_as_people_write_them(typed: str, people: tuple[tuple[str, str], ...]) -> None:
    assert parsed(typed, "to") == people
    assert parsed(reply_people.shown(people), "to") == people


@pytest.mark.parametrize("typed", ["nobody", "a@x.example, nobody", "<>", "a b@x", "x@\x1b[31m"])
def test_what_is_no_address_is_refused_by_name(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(typed, "cc")
    assert refused.value.field == "cc"


def test_nothing_is_sent_that_nobody_wrote_or_nobody_gets(company: Company, ticket: TicketDetail) -> None:
    ann = company.session("Ann")
    for reply, field in ((answer(Addressees((CLEO,)), " \n"), "text"), (answer(Addressees()), "to")):
        with pytest.raises(Invalid) as refused:
            send(ann, ticket.id, reply)
        assert refused.value.field == field
    with pytest.raises(NotFound):
        send(company.session("Tia"), ticket.id, answer(Addressees((CLEO,))))
    with pytest.raises(Invalid, match="Only employees"):
        send(company.session("Cleo"), ticket.id, answer(Addressees((CLEO,))))
    preferences.set_desk_setting(company.admin, "smtp_host", "")
    with pytest.raises(Invalid, match="no server for outgoing mail"):
        send(ann, ticket.id, answer(Addressees((CLEO,))))
    assert sent("reply") == []


def test_scripts_answer_from_standard_input(company: Company, ticket: TicketDetail) -> None:
    def reply(*words: str, text: str = "Done.") -> subprocess.CompletedProcess[str]:
        return deskwire("--db", company.desk.url, "--as", "ann", "ticket", "reply", ticket.number, *words, input=text)

    people.change_employee(company.admin, company.admin.employee_id or 0, os_account=auth.os_account())
    ran = reply("--close")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "Goes to cleo@cleo.example in 10 seconds.\n", "")
    assert company.read(ticket).status_code == company.status("completed")
    ran = reply("--to", "Gus <gus@gus.example>", "--cc", "a@x.example", "--subject", "News")
    assert ran.stdout == "Goes to gus@gus.example, a@x.example in 10 seconds.\n"
    assert sent("reply")[1].message["Subject"] == f"[{ticket.number}] News"
    assert "no mail address" in reply("--to", "nobody").stderr
    empty = reply(text=" ")
    assert empty.returncode == 1 and "The mail is empty" in empty.stderr
