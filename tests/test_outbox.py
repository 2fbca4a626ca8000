"""The outbox: what is queued, who may send it, what becomes of it, and what people see and do."""

from __future__ import annotations

import threading

import pytest

from models.binding import connection
from services import clock, history, mail_settings, mail_status, outbox_rows, outbox_sending
from services.errors import DeskError, Invalid
from services.outbox import FAILED, NEVER, SENT, UNKNOWN, WAITING, subject_of
from services.outbox_sending import AWAY, Outcome
from services.preferences import set_desk_setting
from services.sql import fetch
from tests.support.company import NOON, Company
from tests.support.outbox import desk, queue, states


def told(company: Company, ticket_id: int) -> list[str]:
    entries = history.entries(company.admin, ticket_id)
    return [entry.text for entry in entries if entry.kind == "delivery"]


def claimed(name: str = "one", limit: int = 50) -> list[outbox_sending.Claimed]:
    """Claim what is due and begin to send it."""
    begun = [outbox_sending.begin(name, mail) for mail in outbox_sending.claim(name, limit)]
    return [mail for mail in begun if mail is not None]


def settle(
    mail: outbox_sending.Claimed, *states: str, name: str = "one", code: int = 451, reply: str = "Later"
) -> None:
    pairs = zip(mail.recipients, states, strict=True)
    outbox_sending.settle(desk(), name, mail, [Outcome(due.id, state, code, reply) for due, state in pairs])


def test_a_mail_waits_its_delay_and_is_claimed_once(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.session("Ann"), ticket.id, "bob@x.example", "eve@y.example", delay_seconds=10)
    assert claimed() == []
    assert outbox_sending.next_due() == NOON + 10 * clock.SECOND
    with clock.frozen(NOON + 10 * clock.SECOND):
        (mail,) = claimed()
        assert [due.address for due in mail.recipients] == ["bob@x.example", "eve@y.example"]
        assert mail.ticket_id == ticket.id and subject_of(mail.head) == f"Printer [{ticket.number}]"
        assert claimed("two") == []
        settle(mail, SENT, SENT, code=250)
    assert states() == {"bob@x.example": "sent", "eve@y.example": "sent"}
    assert outbox_sending.next_due() is None
    assert told(company, ticket.id) == []


def test_only_who_was_put_off_is_tried_again_and_later_each_time(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.session("Ann"), ticket.id, "a@x.example", "b@x.example", "c@x.example")
    (mail,) = claimed()
    settle(mail, SENT, WAITING, FAILED, code=550, reply="No such user")
    assert states() == {"a@x.example": "sent", "b@x.example": "waiting", "c@x.example": "failed"}
    assert told(company, ticket.id) == [f"Not delivered: “Printer [{ticket.number}]”\nc@x.example: No such user"]
    waits, at = [], NOON
    for _ in range(6):
        due = outbox_sending.next_due()
        assert due is not None
        waits.append((due - at) // clock.MINUTE)
        at = due
        with clock.frozen(at):
            (mail,) = claimed()
            assert [one.address for one in mail.recipients] == ["b@x.example"]
            settle(mail, WAITING)
    assert waits == [1, 5, 15, 60, 240, 240]
    tries = 0
    while states()["b@x.example"] == "waiting":
        at, tries = outbox_sending.next_due() or 0, tries + 1
        with clock.frozen(at):
            settle(claimed()[0], WAITING, reply="Mailbox full")
    assert 5 * clock.DAY < at - NOON < 6 * clock.DAY and tries < 40
    assert told(company, ticket.id)[-1].endswith("b@x.example: Mailbox full")


def test_what_left_last_need_not_be_what_was_queued_last(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket("Ann")
    queue(ann, ticket.id, "a@x.example")
    settle(claimed()[0], WAITING)
    queue(ann, ticket.id, "b@x.example")
    settle(claimed()[0], SENT)
    assert mail_status.read(company.admin).outbox.last_sent_at == NOON
    with clock.frozen(NOON + clock.HOUR):
        settle(claimed()[0], SENT)
    assert mail_status.read(company.admin).outbox.last_sent_at == NOON + clock.HOUR


def test_a_server_that_is_away_is_asked_again_soon(company: Company) -> None:
    queue(company.admin, company.open_ticket().id, "a@x.example")
    at = NOON
    for _ in range(8):
        with clock.frozen(at):
            settle(claimed()[0], AWAY)
        due = outbox_sending.next_due()
        assert due is not None and due - at <= 15 * clock.MINUTE
        at = due


def test_what_nobody_knows_is_sent_once_more_and_never_again(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.session("Ann"), ticket.id, "a@x.example")
    settle(claimed()[0], UNKNOWN)
    assert states() == {"a@x.example": "unknown"} and claimed() == []
    assert "It is sent once more in 15 minutes." in told(company, ticket.id)[0]
    with clock.frozen(NOON + 15 * clock.MINUTE):
        (mail,) = claimed()
        settle(mail, UNKNOWN)
    assert "It is not sent again." in told(company, ticket.id)[1]
    assert outbox_sending.next_due() is None
    (row,) = outbox_rows.of_ticket(company.session("Ann"), ticket.id)
    assert (row.state, row.next_at, row.tries) == ("unknown", None, 2)


def test_what_a_dead_sender_was_sending_is_unknown_and_what_a_slow_one_says_still_counts(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.session("Ann"), ticket.id, "a@x.example")
    with clock.frozen(NOON + clock.MINUTE):
        (mail,) = claimed()
    with clock.frozen(NOON + 10 * clock.MINUTE):
        assert outbox_sending.recover(desk()) == 0
    with clock.frozen(NOON + 11 * clock.MINUTE):
        assert outbox_sending.recover(desk()) == 1
        assert states() == {"a@x.example": "unknown"}
        assert outbox_sending.recover(desk()) == 0
        settle(mail, UNKNOWN)
        assert states() == {"a@x.example": "unknown"} and len(told(company, ticket.id)) == 1
        settle(mail, SENT)
        assert states() == {"a@x.example": "sent"}


def test_what_a_dead_sender_had_not_begun_with_is_simply_due_again(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    for name in ("a", "b", "c"):
        queue(company.session("Ann"), ticket.id, f"{name}@x.example")
    first, *others = outbox_sending.claim("one", 9)
    with clock.frozen(NOON + 9 * clock.MINUTE):
        assert outbox_sending.begin("one", first, others) == first
    with clock.frozen(NOON + 18 * clock.MINUTE):
        assert outbox_sending.recover(desk()) == 0 and claimed("two") == []
        settle(first, SENT)
    with clock.frozen(NOON + 19 * clock.MINUTE):
        assert outbox_sending.recover(desk()) == 0
        assert [mail.recipients for mail in claimed("two")] == [mail.recipients for mail in others]
        assert outbox_sending.begin("one", others[0]) is None
    assert told(company, ticket.id) == []


def test_what_is_claimed_can_still_be_withdrawn_and_then_does_not_leave(company: Company) -> None:
    ann = company.session("Ann")
    ticket = company.open_ticket("Ann")
    queue(ann, ticket.id, "a@x.example", "b@x.example")
    (mail,) = outbox_sending.claim("one", 9)
    outbox_rows.withdraw(ann, [mail.recipients[0].id])
    begun = outbox_sending.begin("one", mail)
    assert begun is not None and [due.address for due in begun.recipients] == ["b@x.example"]


def test_who_lost_a_claim_changes_nothing_any_more(company: Company) -> None:
    queue(company.admin, company.open_ticket().id, "a@x.example")
    (mail,) = claimed("slow")
    with clock.frozen(NOON + clock.HOUR):
        outbox_sending.recover(desk())
    with clock.frozen(NOON + 2 * clock.HOUR):
        (again,) = claimed("quick")
        settle(mail, FAILED, name="slow")
        assert outbox_sending.begin("slow", mail) is None
        assert states() == {"a@x.example": "sending"}
        settle(again, SENT, name="quick")
    assert states() == {"a@x.example": "sent"}


def test_many_senders_at_once_never_have_the_same_row(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    for number in range(30):
        queue(company.admin, ticket.id, f"a{number}@x.example", f"b{number}@x.example")
    got: list[int] = []
    start = threading.Barrier(4)

    def work(name: str) -> None:
        with connection():
            start.wait()
            while mails := claimed(name, 3):
                got.extend(due.id for mail in mails for due in mail.recipients)

    threads = [threading.Thread(target=work, args=(f"sender {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(row[0] for row in fetch("SELECT id FROM delivery"))


def test_rates_hold_back_what_the_desk_sends_by_itself_and_say_so_once_an_hour(company: Company) -> None:
    ticket, other = company.open_ticket("Ann"), company.open_ticket("Ann")
    for _ in range(12):
        queue(desk(), ticket.id, "Loop@x.example", "ann@desk.example", automatic=True)
    queue(desk(), other.id, "loop@x.example", automatic=True)
    queue(company.session("Ann"), ticket.id, "loop@x.example")
    held = fetch("SELECT address, count(*) FROM delivery WHERE state = 'held' GROUP BY address ORDER BY address")
    assert held == [("ann@desk.example", 2), ("loop@x.example", 2)]
    (alert,) = told(company, ticket.id)
    assert alert.startswith("Held back: mail to loop@x.example, ann@desk.example, because there were 10 with")
    assert told(company, other.id) == []
    with clock.frozen(NOON + 11 * clock.MINUTE):
        for _ in range(6):
            queue(desk(), ticket.id, "loop@x.example", automatic=True)
    assert fetch("SELECT count(*) FROM delivery WHERE state = 'held' AND address = 'loop@x.example'") == [(3,)]
    assert len(told(company, ticket.id)) == 1
    with clock.frozen(NOON + 61 * clock.MINUTE):
        for _ in range(12):
            queue(desk(), ticket.id, "loop@x.example", automatic=True)
    assert len(told(company, ticket.id)) == 2


def test_all_automatic_mail_together_has_a_rate_too(company: Company) -> None:
    set_desk_setting(company.admin, "mail_rate_total", "20/1h")
    mail_settings.forget()
    for number in range(25):
        queue(desk(), company.open_ticket("Ann").id, f"new{number}@x.example", automatic=True)
    assert list(states().values()).count("held") == 5
    assert outbox_rows.counts(company.admin) == (20, 5, 0, 0)
    with clock.frozen(NOON + 2 * clock.HOUR):
        queue(desk(), None, "later@x.example", automatic=True)
    assert states()["later@x.example"] == "waiting"
    mail_settings.forget()


def test_people_let_go_try_again_and_withdraw(company: Company) -> None:
    ann, dora, ben = company.session("Ann"), company.session("Dora"), company.session("Ben")
    ticket = company.open_ticket("Ann")
    for _ in range(11):
        queue(desk(), ticket.id, "loop@x.example", automatic=True)
    (held,) = outbox_rows.listing(dora, outbox_rows.TROUBLE)
    assert (held.state, held.number, held.next_at) == ("held", ticket.number, None)
    with pytest.raises(DeskError, match="Import mail"):
        outbox_rows.release(ann, [held.id])
    assert outbox_rows.release(dora, [held.id]) == 1
    with pytest.raises(DeskError, match="is waiting already"):
        outbox_rows.release(dora, [held.id])
    assert told(company, ticket.id)[-1] == f"Let go: “Printer [{ticket.number}]” to loop@x.example"
    for mail in claimed():
        settle(mail, FAILED, code=550)
    with pytest.raises(DeskError, match="Change tickets that other people manage"):
        outbox_rows.retry(ben._replace(privileges=frozenset({"view_others"})), [held.id])
    assert outbox_rows.retry(ann, [held.id]) == 1
    (mail,) = claimed()
    with pytest.raises(DeskError, match="is being sent at this moment"):
        outbox_rows.withdraw(ann, [held.id])
    settle(mail, UNKNOWN)
    assert outbox_rows.withdraw(ann, [held.id]) == 1
    assert [row.state for row in outbox_rows.of_ticket(ann, ticket.id)][-1] == "withdrawn"
    with clock.frozen(NOON + clock.DAY):
        assert claimed() == []
    with pytest.raises(DeskError, match="not in the outbox"):
        outbox_rows.retry(dora, [NEVER])
    with pytest.raises(DeskError, match="choose one"):
        outbox_rows.retry(dora, [])


def test_clients_and_those_who_may_not_see_a_ticket_see_nothing_of_its_mails(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    queue(company.session("Ann"), ticket.id, "a@x.example")
    key = outbox_rows.listing(company.admin)[0].id
    cleo, tia = company.session("Cleo"), company.session("Tia")
    for act in (outbox_rows.of_ticket, lambda session, _: outbox_rows.listing(session)):
        for session in (cleo, tia):
            with pytest.raises(DeskError):
                act(session, ticket.id)
    for session in (cleo, tia):
        with pytest.raises(DeskError):
            outbox_rows.withdraw(session, [key])
    narrow = tia._replace(privileges=tia.privileges | {"import_mail"})
    assert outbox_rows.listing(narrow) == []
    assert len(outbox_rows.listing(company.admin, outbox_rows.ALL, limit=1)) == 1
    assert outbox_rows.listing(company.admin, outbox_rows.ALL, before=key) == []


def test_hostile_names_are_queued_like_others(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    nasty = [
        "a@x.example\r\nRCPT TO:<b@y.example>",
        "nul\0@x.example",
        "x" * 10_000 + "@x.example",
        "\ud800@x.example",
        "",
    ]
    queue(company.session("Ann"), ticket.id, *nasty, "good@x.example")
    assert len(claimed()[0].recipients) == 6
    with pytest.raises(Invalid, match="no recipients"):
        queue(company.session("Ann"), ticket.id)


NOT_HELD = "automatic = 1 AND state <> 'held'"


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (f"{outbox_sending._DUE} ORDER BY next_at, id", "delivery_due (next_at<?)"),
        (f"{NOT_HELD} AND created_at > ? ORDER BY created_at", "delivery_total (created_at>?)"),
        (f"{NOT_HELD} AND ticket_id = ? AND address = 'x' AND created_at > 1", "delivery_rate (ticket_id=?"),
        (f"{NOT_HELD} AND address = 'x' AND created_at > ? ORDER BY created_at DESC", "delivery_total (created_at>?)"),
        (f"{outbox_rows._LISTS['trouble']} AND d.id < ? ORDER BY id", "delivery_trouble (id<?)"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_due_rows_and_rates_are_found_by_index(company: Company, where: str, index: str) -> None:
    queue(desk(), company.open_ticket("Ann").id, "a@x.example", automatic=True)
    plan = str(fetch(f"EXPLAIN QUERY PLAN SELECT d.id FROM delivery d WHERE {where}", 1))
    assert index in plan.replace("rowid", "id")
