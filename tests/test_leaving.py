"""The way out of the program: what is typed after the key that leaves does nothing, and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models import Operation
from models.binding import connection, open_database
from services import preferences
from services.session import desk_session
from services.ticket_creation import NewTicket, create
from tests.support import desks
from tests.support.databases import Databases
from tests.support.person import PATIENCE, Person, desk_command, key_of
from tests.support.terminal import Terminal


@pytest.mark.parametrize(
    "typed_after", ["desk.operations", "desk.jump-labels", "list.note", "desk.palette", "list.from-inbox"]
)
def test_keys_after_the_one_that_leaves(
    typed_after: str, databases: Callable[[str], Databases], terminal: Callable[..., Terminal]
) -> None:
    url = databases("sqlite").create("new", desks.build_new)
    bound = open_database(url)
    with connection():
        create(desk_session("email", name="Cleo"), NewTicket("Mail is slow"))
        preferences.put(desks.log_in(url, bound).administrator, "main", {"start": "inbox"})
    ada = Person(terminal(*desk_command(url)))
    ada.logs_in(desks.ADMINISTRATOR.username, desks.PASSWORD)
    ada.sees("Mail is slow")
    with connection():
        before = Operation.select().count()
    ada.terminal.send(key_of("desk.quit"), key_of(typed_after))
    assert ada.terminal.wait_for_exit(PATIENCE) == 0, ada.terminal.screen_text()
    with connection():
        assert Operation.select().count() == before
