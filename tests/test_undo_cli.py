"""`deskwire ticket undo`, and tickets and lists `--at` a moment, as scripts use them."""

from __future__ import annotations

from services import clock
from tests.support.company import NOON
from tests.test_ticket_cli import Run, company_url, ticket

__all__ = ["company_url", "ticket"]


def test_the_last_operation_on_a_ticket_is_taken_back(ticket: Run) -> None:
    number = ticket("new", "--subject", "Toner", "--category", "General").out.strip()
    assert ticket("set", number, "priority=high", "subject=Ink").status == 0
    done = ticket("undo", number)
    assert (done.status, done.out) == (0, f"Taken back: Subject and Priority High, {number}.\n")
    assert ticket("show", number, "--json").objects[0]["subject"] == "Toner"
    (told,) = ticket("undo", number, "--json").objects
    assert (told["action"], told["tickets"], told["left"]) == ("New ticket", [number], [])
    assert ticket("show", number, "--json").objects[0]["archived"] is True
    refused = ticket("undo", number)
    assert (refused.status, refused.err) == (
        1,
        f"deskwire: Nothing was done to {number} that can be taken back.\n",
    )
    assert ticket("undo", "9999-9999").status == 1


def test_tickets_and_lists_are_shown_as_they_were(ticket: Run) -> None:
    with clock.frozen(NOON):
        number = ticket("new", "--subject", "Toner").out.strip()
    with clock.frozen(NOON + clock.DAY):
        ticket("set", number, "priority=high", "subject=Ink")
    with clock.frozen(NOON + 2 * clock.DAY):
        then = ticket("show", number, "--at", "2026-11-25 13:00", "--json").objects[0]
        assert (then["subject"], len(then["history"])) == ("Toner", 1)
        assert "Toner" in ticket("show", number, "--at", "36h ago").out
        assert "Ink" in ticket("show", number, "--at", "1h").out
        assert "Toner" in ticket("list", "priority:normal", "--at", "2026-11-25 13:00").out
        assert ticket("list", "priority:high", "--at", "2026-11-25 13:00", "--json").out == ""
        assert ticket("list", "--at", "3d ago").out == "No ticket fits.\n"
        early = ticket("show", number, "--at", "3d ago")
        assert (early.status, early.out) == (1, "")
        assert f"There was no ticket {number} at" in early.err
        assert "is no moment that the desk understands" in ticket("list", "--at", "someday").err
