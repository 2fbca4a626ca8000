"""The settings about mail: what they take, what they refuse, and the texts with fields in braces."""

from __future__ import annotations

from typing import Any

import pytest

from services import mail_settings, mail_templates, preferences
from services.errors import Invalid
from tests.support.desks import SUPPORT_ADDRESS, Desk


def test_what_is_set_counts_at_once(desk: Desk) -> None:
    assert mail_settings.current().support_address == SUPPORT_ADDRESS
    assert mail_settings.outgoing_refusal() is not None, "no server is known yet"
    preferences.set_desk_setting(desk.administrator, "smtp_host", "SMTP.desk.example")
    assert mail_settings.outgoing_refusal() is None
    preferences.set_desk_setting(desk.administrator, "support_address", "")
    assert "support_address" in (mail_settings.outgoing_refusal() or "")


def test_own_addresses_are_those_of_sister_desks_too(desk: Desk) -> None:
    kept = preferences.set_desk_setting(desk.administrator, "sister_addresses", "Help@Two.example; three@x.example ")
    assert kept == "help@two.example, three@x.example"
    own = mail_settings.current().own_addresses
    assert own == {SUPPORT_ADDRESS, "help@two.example", "three@x.example"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("smtp_port", "65536", "no whole number from 1 to 65535"),
        ("smtp_port", "five", "no whole number"),
        ("smtp_host", "a b", "no server"),
        ("smtp_host", "smtp.example\r\nQUIT", "no server"),
        ("smtp_security", "ssl", "choose one of starttls, tls, none"),
        ("mail_mode", "both", "advanced, basic"),
        ("mail_rates", "10 in 10", "no rate"),
        ("mail_rate_total", "0/1h", "no rate"),
        ("sister_addresses", "nobody", "no mail address"),
        ("authserv_id", "two words", "more than one word"),
        ("largest_mail_mb", "0", "from 1 to 500"),
        ("response_text", "Dear {name}", "no field {name}"),
        ("response_subject", "{subject} {{password}}", "no field {password}"),
    ],
)
def test_what_cannot_be_meant_is_refused(desk: Desk, name: str, value: Any, sentence: str) -> None:
    before = preferences.desk_setting(name)
    with pytest.raises(Invalid) as refused:
        preferences.set_desk_setting(desk.administrator, name, value)
    assert sentence in str(refused.value)
    assert preferences.desk_setting(name) == before


def test_a_value_cannot_bring_fields_or_lines_of_its_own() -> None:
    values = {"subject": "{description}\r\nBcc: all@x.example", "description": "secret\x1b[31m", "number": "0500-1000"}
    line = mail_templates.fill_line("Ticket [{number}]: {Subject} {unknown} {", values)
    assert line == "Ticket [0500-1000]: {description} Bcc: all@x.example {unknown} {"
    text = mail_templates.fill("{subject}\n\n{ description }", values)
    assert text == "{description}\nBcc: all@x.example\n\nsecret\ufffd[31m"
