"""Signed Message-IDs and plus addresses: only this desk's own lead to a ticket."""

from __future__ import annotations

import threading

import pytest

from models import DeskSetting
from models.binding import connection
from services import mail_identity
from services.preferences import set_desk_setting
from tests.support.desks import Desk


@pytest.fixture(autouse=True)
def support(desk: Desk) -> None:
    set_desk_setting(desk.administrator, "support_address", "Support@desk.example")


def test_an_id_leads_to_its_ticket_and_is_never_made_twice() -> None:
    made = {mail_identity.new_message_id(9_001) for _ in range(50)}
    assert len(made) == 50
    for one in made:
        assert one.startswith("<dw.0501-1000.") and one.endswith("@desk.example>")
        assert mail_identity.ticket_of(one) == 9_001
        assert mail_identity.ticket_of(one.upper().strip("<>")) == 9_001


def test_a_plus_address_leads_to_its_ticket() -> None:
    address = mail_identity.plus_address(1)
    assert address.startswith("support+0500-1000-") and address.endswith("@desk.example")
    assert mail_identity.ticket_of_address(address.title()) == 1


def test_what_others_made_leads_nowhere() -> None:
    made = mail_identity.new_message_id(1)
    plus = mail_identity.plus_address(1)
    for forged in (
        made.replace("0500-1000", "0500-1001"),
        made[:16] + ("a" if made[16] != "a" else "b") + made[17:],
        "<1@desk.example>",
        f"{made}{made}",
        "",
        plus,
    ):
        assert mail_identity.ticket_of(forged) is None
    for forged in (plus.replace("0500-1000", "0500-1001"), "support@desk.example", "support+x@desk.example", made):
        assert mail_identity.ticket_of_address(forged) is None


def test_a_mail_without_a_ticket_names_none() -> None:
    assert mail_identity.ticket_of(mail_identity.new_message_id(None)) is None


def test_two_that_make_the_key_at_once_sign_alike(desk: Desk) -> None:
    made: list[str] = []
    barrier = threading.Barrier(4)

    def make() -> None:
        with connection():
            barrier.wait(20)
            made.append(mail_identity.new_message_id(1))

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [mail_identity.ticket_of(one) for one in made] == [1] * 4
    assert DeskSetting.select().where(DeskSetting.name == "_mail_key").count() == 1
