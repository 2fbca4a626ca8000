"""What can be done on the Summary page."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("summary.open", ("enter", "o"), "Open", "Open the ticket under the cursor", hint=10),
    Action("summary.search", ("slash",), "Search", "Search all tickets, in the list of the main window", hint=11),
    Action("summary.new", ("n",), "New", "Enter a new ticket", hint=10),
    Action("summary.next-list", ("tab", "right", "l"), "Next list", "Go to the next of the four lists", hint=11),
    Action("summary.previous-list", ("shift+tab",), "Previous list", "Go to the list before"),
    Action("summary.up", ("up", "k"), "Up", "Go up a line"),
    Action("summary.down", ("down", "j"), "Down", "Go down a line"),
    Action("summary.page-up", ("pageup", "ctrl+b"), "Page up", "Go up a page"),
    Action("summary.page-down", ("pagedown", "ctrl+f"), "Page down", "Go down a page"),
    Action("summary.first", ("home", "g"), "First", "Go to the first ticket"),
    Action("summary.last", ("end", "G"), "Last", "Go to the last ticket"),
    Action("summary.inbox", ("1",), "Inbox", "Show the Inbox in the ticket list", hint=12),
    Action("summary.dispatcher", ("2",), "Dispatcher", "Show the tickets that wait for dispatching"),
    Action("summary.assigned", ("3",), "Assigned to me", "Show all open tickets that you manage", hint=13),
    Action("summary.created", ("4",), "Created by me", "Show all open tickets that you entered", hint=14),
    Action("summary.all", ("5",), "All", "Show all tickets, open and closed"),
    Action("summary.all-open", ("6",), "Open", "Show the open tickets"),
    Action(
        "summary.connector",
        ("O",),
        "Email Connector",
        "Look after mail: mailboxes, outbox, mail that is on no ticket, settings",
        privilege="import_mail",
    ),
    Action("summary.copy", ("y",), "Copy", "Copy the number or the line of the ticket"),
    Action("summary.tickets", ("t",), "Ticket list", "Go to the ticket list as it was left", hint=15),
)
