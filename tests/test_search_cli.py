"""`deskwire search` and `deskwire ticket list --saved`: the searches of the pane, from the shell."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from models.binding import close_database, connection, open_database
from services import auth, users
from tests.support.company import Company
from tests.support.desks import log_in
from tui.main import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(new_desk_url: str, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a way to run commands as the company's Dora."""
    bound = open_database(new_desk_url)
    with connection():
        company = Company(log_in(new_desk_url, bound))
        users.change_user(company.admin, users.USERS.find("dora"), os_account=auth.os_account())
    close_database()

    def call(*words: str) -> tuple[int, str, str]:
        status = main(["--db", new_desk_url, *words])
        out, err = capsysbinary.readouterr()
        return status, out.decode(), err.decode()

    return call


def test_a_search_is_saved_listed_used_and_removed(run: Run) -> None:
    assert run("search", "list")[1] == "There is no saved search.\n"
    for subject in ("Printer on fire", "Mail is slow", "New printer"):
        assert run("ticket", "new", "--subject", subject)[0] == 0
    assert run("search", "save", "Printers", "printer or toner", "--shared") == (0, "", "")
    _, out, _ = run("search", "list", "--json")
    assert json.loads(out) == {
        "name": "Printers",
        "query": "printer or toner",
        "shared": True,
        "owner": "Dora",
    }
    status, out, _ = run("ticket", "list", "--saved", "printers")
    assert status == 0 and "Printer on fire" in out and "New printer" in out and "Mail" not in out
    _, out, _ = run("ticket", "list", "--saved", "printers", "fire")
    assert "Printer on fire" in out and "New printer" not in out
    _, out, _ = run("ticket", "list", "--saved", "printers", "fire or slow")
    assert "Printer on fire" in out and "Mail is slow" not in out
    assert run("search", "remove", "Printers")[0] == 0
    status, _, err = run("ticket", "list", "--saved", "Printers")
    assert (status, err) == (1, "deskwire: There is no search called “Printers”; none is saved yet.\n")


def test_what_cannot_be_saved_is_said_in_a_sentence(run: Run) -> None:
    assert run("search", "save", "Printers", "printer")[0] == 0
    status, _, err = run("search", "save", "PRINTERS", "toner")
    assert status == 1 and "You have a search called “PRINTERS” already" in err
    status, _, err = run("search", "save", "Wrong", "colour:red")
    assert status == 1 and "“colour” is no field" in err
    assert run("search", "save", "Nothing")[0] == 2
