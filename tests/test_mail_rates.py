"""Rates: what the desk sends by itself to one address of a ticket, however long something keeps on answering."""

from __future__ import annotations

import pytest

from services import clock, mail_rates, mail_settings, outbox
from services.mail_rates import Rate
from services.preferences import set_desk_setting
from services.sql import fetch
from tests.support.company import NOON, Company
from tests.support.outbox import desk, queue, written

LIMITS = ((10, 10), (15, 30), (25, 60), (50, 180), (100, 600))


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("", ()),
        ("10/10m", (Rate(10, 10 * clock.MINUTE, "10 minutes"),)),
        ("25/1h 500/2d", (Rate(25, clock.HOUR, "one hour"), Rate(500, 2 * clock.DAY, "2 days"))),
        ("0/1h x 1/0m 9", ()),
    ],
)
def test_rates_are_read_as_people_write_them(text: str, rates: tuple[Rate, ...]) -> None:
    assert mail_rates.parse(text) == rates


def test_a_loop_of_ten_hours_gets_through_at_no_more_than_every_rate(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    for minute in range(0, 11 * 60, 2):
        with clock.frozen(NOON + minute * clock.MINUTE):
            queue(desk(), ticket.id, "loop@x.example", automatic=True)
    sent = [row[0] for row in fetch("SELECT created_at FROM delivery WHERE state = 'waiting' ORDER BY id")]
    for most, minutes in LIMITS:
        for start in sent:
            assert sum(start <= at < start + minutes * clock.MINUTE for at in sent) <= most
    assert 100 <= len(sent) <= 125
    alerts = fetch("SELECT count(*) FROM history WHERE kind = 'delivery'")[0][0]
    assert 8 <= alerts <= 11


def test_without_rates_nothing_is_held_and_the_first_too_many_says_why(company: Company) -> None:
    ticket = company.open_ticket("Ann")
    set_desk_setting(company.admin, "mail_rates", "")
    mail_settings.forget()
    for _ in range(12):
        queue(desk(), ticket.id, "loop@x.example", automatic=True)
    set_desk_setting(company.admin, "mail_rates", "12/1d")
    mail_settings.forget()
    queue(desk(), ticket.id, "loop@x.example", "new@x.example", automatic=True)
    assert fetch("SELECT address, state FROM delivery ORDER BY id DESC LIMIT 2") == [
        ("new@x.example", outbox.WAITING),
        ("loop@x.example", outbox.HELD),
    ]
    told = fetch("SELECT text FROM history WHERE kind = 'delivery'")
    assert told == [
        (
            "Held back: mail to loop@x.example, because there were 12 within one day."
            " The outbox lets it go or withdraws it.",
        )
    ]
    mail_settings.forget()


def test_answers_to_one_address_count_together_however_many_tickets_it_opens(company: Company) -> None:
    """A program that loses number and thread opens a ticket with each of its answers."""
    for at in range(12):
        mail = written(company.open_ticket("Ann").id, kind=outbox.RESPONSE, automatic=True)
        queue(desk(), mail.ticket_id, "robot@x.example", mail=mail)
        if at == 9:
            queue(desk(), mail.ticket_id, "else@x.example", mail=written(mail.ticket_id, automatic=True))
    assert fetch(
        "SELECT state, COUNT(*) FROM delivery WHERE address = 'robot@x.example' GROUP BY state ORDER BY 1"
    ) == [
        (outbox.HELD, 2),
        (outbox.WAITING, 10),
    ]
    assert fetch("SELECT state FROM delivery WHERE address = 'else@x.example'") == [(outbox.WAITING,)]
    alerts = fetch("SELECT text FROM history WHERE kind = 'delivery'")
    assert [text.partition(", ")[2] for (text,) in alerts] == [
        "because there were 10 within 10 minutes. The outbox lets it go or withdraws it."
    ] * 2
    with clock.frozen(NOON + 11 * clock.MINUTE):
        mail = written(company.open_ticket("Ann").id, kind=outbox.RESPONSE, automatic=True)
        queue(desk(), mail.ticket_id, "robot@x.example", mail=mail)
    assert fetch("SELECT state FROM delivery WHERE address = 'robot@x.example' ORDER BY id DESC LIMIT 1") == [
        (outbox.WAITING,)
    ]
