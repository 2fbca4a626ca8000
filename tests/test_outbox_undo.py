"""Send is taken back while the mail waits, and never afterwards."""

from __future__ import annotations

import threading

import pytest

from models.binding import connection
from services import (
    clock,
    documents,
    history,
    journal,
    mails,
    operations,
    outbox,
    outbox_rows,
    outbox_sending,
    replies,
    undo,
)
from services.errors import DeskError
from services.outbox import FAILED, SENT, UNKNOWN, Recipient
from services.outbox_sending import Outcome
from services.replies import Reply
from services.reply_people import Addressees
from services.session import Session
from services.sql import fetch
from tests.support.company import NOON, Company
from tests.support.outbox import desk, queue, states, written
from tests.support.post import open_the_way_out

DELAY = 10


def answer(company: Company, session: Session, ticket_id: int, *addresses: str) -> int:
    """Send an answer with everything that belongs to it, closing the ticket, and return the operation."""
    with journal.operation(session, "send-mail") as op:
        outgoing = written(ticket_id)
        head = mails.NewMail(
            None, "out", outgoing.message_id, "", ("Ann", "ann@desk.example"), [("", addresses[0])], [], [],
            "Re: Printer", op.at, False, [],
        )  # fmt: skip
        mail_id = mails.add(op, ticket_id, head)
        recipients = [Recipient("to", address) for address in addresses]
        outbox.enqueue(op, outgoing._replace(mail_id=mail_id), recipients, delay_seconds=DELAY)
        op.entry(ticket_id, "mail_out", "We have sent a new toner.", public=True, subject_id=mail_id)
    return op.id


def sent(*states: str, at: int = NOON + DELAY * clock.SECOND) -> None:
    with clock.frozen(at):
        (mail,) = outbox_sending.claim("one", 9)
        assert outbox_sending.begin("one", mail)
        outcomes = [Outcome(due.id, state, 250, "OK") for due, state in zip(mail.recipients, states, strict=True)]
        outbox_sending.settle(desk(), "one", mail, outcomes)


def public(company: Company, ticket_id: int) -> list[str]:
    return [entry.text for entry in history.entries(company.session("Cleo"), ticket_id)]


def test_within_the_ten_seconds_it_is_withdrawn_and_clients_see_nothing_of_it(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Cleo")
    documents.attach_bytes(ann, ticket.id, "a.txt", b"a")
    one = answer(company, ann, ticket.id, "cleo@cleo.example", "gus@gus.example")
    assert operations.recent(ann)[0].refusal is None
    assert "We have sent a new toner." in public(company, ticket.id)
    back = undo.undo(ann, operations.last_own(ann))
    assert back.sentence == f"Taken back: Mail sent, {ticket.number}."
    assert set(states().values()) == {"withdrawn"}
    assert "We have sent a new toner." not in public(company, ticket.id)
    entry = next(each for each in history.entries(ann, ticket.id) if each.kind == "mail_out")
    assert entry.taken_back == ("Ann", NOON) and entry.mail is not None
    with clock.frozen(NOON + clock.DAY):
        assert outbox_sending.claim("one", 9) == []
    with pytest.raises(DeskError, match="taken back by Ann"):
        undo.undo(ann, one)


def test_send_and_close_comes_back_with_all_that_it_did(company: Company) -> None:
    open_the_way_out(company.desk)
    ann = company.session("Ann")
    before = company.open_ticket("Ann")
    reply = Reply(
        Addressees((("Cleo", "cleo@cleo.example"),)), "", "We have sent toner.", (("a.txt", "text/plain", b"a"),)
    )
    one = replies.send(ann, before.id, reply, close=True)
    sent_ticket = company.read(before)
    assert one is not None and not sent_ticket.is_open and len(documents.listed(ann, before.id)) == 1
    back = undo.undo(ann, one)
    assert company.read(before)._replace(version=0) == before._replace(version=0)
    assert documents.listed(ann, before.id) == [] and states()["cleo@cleo.example"] == "withdrawn"
    undo.undo(ann, back.operation_id)
    assert company.read(before)._replace(version=0) == sent_ticket._replace(version=0)
    assert states()["cleo@cleo.example"] == "waiting"


def test_what_was_taken_back_can_be_sent_after_all_and_taken_back_once_more(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Cleo")
    one = answer(company, ann, ticket.id, "cleo@cleo.example")
    back = undo.undo(ann, one)
    later = NOON + clock.HOUR
    with clock.frozen(later):
        assert undo.undo(ann, back.operation_id).again
        assert states() == {"cleo@cleo.example": "waiting"} and "We have sent a new toner." in public(
            company, ticket.id
        )
        assert outbox_sending.next_due() == later + DELAY * clock.SECOND
        undo.undo(ann, one)
        assert states() == {"cleo@cleo.example": "withdrawn"}
        undo.undo(ann, operations.last_undone(ann))
    sent(SENT, at=later + clock.MINUTE)
    with pytest.raises(DeskError, match="nobody can call it back"):
        undo.undo(ann, one)


@pytest.mark.parametrize(
    ("outcomes", "sentence"),
    [
        ((SENT, SENT), "has left the desk"),
        ((SENT, outbox.WAITING), "has left the desk"),
        ((UNKNOWN, outbox.WAITING), "has left the desk"),
        ((FAILED, outbox.WAITING), "refused the mail already"),
    ],
)
def test_once_one_recipient_was_reached_it_is_too_late(
    company: Company, outcomes: tuple[str, ...], sentence: str
) -> None:
    ann = company.session("Ann")
    one = answer(company, ann, company.open_ticket("Cleo").id, "a@x.example", "b@x.example")
    sent(*outcomes)
    assert sentence in str(operations.recent(ann)[0].refusal)
    with pytest.raises(DeskError, match=sentence):
        undo.undo(ann, one)
    assert "withdrawn" not in states().values()


def test_while_it_leaves_it_is_too_late_and_a_server_that_put_it_off_leaves_the_choice(company: Company) -> None:
    ann = company.session("Ann")
    one = answer(company, ann, company.open_ticket("Cleo").id, "a@x.example")
    with clock.frozen(NOON + clock.MINUTE):
        (mail,) = outbox_sending.claim("one", 9)
        assert outbox_sending.begin("one", mail)
        with pytest.raises(DeskError, match="leaving at this moment"):
            undo.undo(ann, one)
        outcome = Outcome(mail.recipients[0].id, outbox.WAITING, 451, "Later")
        outbox_sending.settle(desk(), "one", mail, [outcome])
        undo.undo(ann, one)
    assert states() == {"a@x.example": "withdrawn"}


def test_what_was_withdrawn_in_the_outbox_stands_in_nobody_s_way(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Cleo")
    one = answer(company, ann, ticket.id, "a@x.example", "b@x.example")
    first, _ = outbox_rows.of_ticket(ann, ticket.id)
    outbox_rows.withdraw(ann, [first.id])
    with pytest.raises(DeskError, match="decided in the outbox"):
        undo.undo(ann, operations.last_own(ann))
    undo.undo(ann, one)
    assert set(states().values()) == {"withdrawn"}


def test_held_mail_is_taken_back_and_comes_back_held(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    for _ in range(11):
        queue(company.session("Ann"), ticket.id, "loop@x.example", automatic=True)
    last = operations.last_own(company.session("Ann"))
    assert states() == {"loop@x.example": "held"}
    back = undo.undo(company.admin, last)
    assert states() == {"loop@x.example": "withdrawn"}
    undo.undo(company.admin, back.operation_id)
    assert states() == {"loop@x.example": "held"}


def test_others_need_the_privilege_and_senders_acts_are_nobody_s_to_take_back(company: Company) -> None:
    ticket = company.open_ticket("Cleo")
    one = answer(company, company.session("Ann"), ticket.id, "a@x.example")
    with pytest.raises(DeskError, match="Ann did this"):
        undo.undo(company.session("Ben"), one)
    sent(FAILED)
    assert [row.label for row in operations.recent(company.admin, whose="all")][:1] == ["Mail sent"]
    delivered = fetch("SELECT max(id) FROM operation WHERE action = 'deliver-mail'")[0][0]
    with pytest.raises(DeskError, match="decided in the outbox"):
        undo.undo(company.admin, delivered)


def test_undo_and_a_sender_at_once_leave_one_of_both(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Cleo")
    for _ in range(8):
        one = answer(company, ann, ticket.id, "a@x.example")
        start = threading.Barrier(2)
        claims: list[outbox_sending.Claimed] = []

        def claim(start: threading.Barrier = start, claims: list[outbox_sending.Claimed] = claims) -> None:
            with connection():
                start.wait()
                begun = [outbox_sending.begin("one", mail) for mail in outbox_sending.claim("one", 9)]
                claims.extend(mail for mail in begun if mail is not None)

        with clock.frozen(NOON + clock.HOUR):
            thread = threading.Thread(target=claim)
            thread.start()
            start.wait()
            try:
                undo.undo(ann, one)
                taken_back = True
            except DeskError as error:
                assert "leaving at this moment" in str(error) or "left meanwhile" in str(error)
                taken_back = False
            thread.join()
            assert taken_back is (claims == [])
            for mail in claims:
                outcome = Outcome(mail.recipients[0].id, SENT)
                outbox_sending.settle(desk(), "one", mail, [outcome])
