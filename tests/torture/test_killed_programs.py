"""The program itself is killed while it saves what a person typed: it is there whole and once, or not at all."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable

from models import History
from models.binding import close_database, connection, open_database
from services import preferences
from services.session import desk_session
from services.ticket_creation import NewTicket, create
from tests.support.desks import ADMINISTRATOR, PASSWORD, log_in
from tests.support.person import Person, desk_command, key_of
from tests.support.terminal import Terminal
from tests.torture.evidence import assert_sound


def test_killed_while_a_note_is_saved(new_desk_url: str, full: bool, terminal: Callable[..., Terminal]) -> None:
    bound = open_database(new_desk_url)
    with connection():
        create(desk_session("email", name="Cleo"), NewTicket("Mail is slow"))
        preferences.put(log_in(new_desk_url, bound).administrator, "main", {"start": "inbox"})
    close_database()
    chance = random.Random(new_desk_url.partition(":")[0])
    told: list[str] = []
    typed = [f"note {place} to be saved" for place in range(25 if full else 2)]
    for text in typed:
        ada = Person(terminal(*desk_command(new_desk_url)))
        ada.logs_in(ADMINISTRATOR.username, PASSWORD)
        ada.sees("Mail is slow")
        ada.does("list.note")
        ada.sees("Note on")
        ada.types(text)
        ada.terminal.send(key_of("form.save"))
        deadline = time.monotonic() + chance.uniform(0, chance.choice((0.03, 0.5)))
        while time.monotonic() < deadline:
            ada.terminal.read(0.005)
        if "Note on" not in ada.terminal.screen_text():
            told.append(text)
        ada.terminal.signal(signal.SIGKILL)
        ada.terminal.wait_for_exit()
    open_database(new_desk_url)
    with connection():
        kept = [entry.text for entry in History.select().where(History.kind == "note")]
    close_database()
    print(f"\n{len(typed)} programs killed, {len(kept)} notes kept, {len(told)} of which the screen had said so")
    assert len(kept) == len(set(kept)) and set(told) <= set(kept) <= set(typed)
    assert_sound(new_desk_url, [])
