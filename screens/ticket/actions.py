"""What can be done in the ticket window; what makes sense on one tab only is offered on that tab only."""

from __future__ import annotations

from screens.actions import Action
from screens.mail.ticket_actions import mail_actions
from screens.quick_actions import quick_actions

ACTIONS = (
    Action("ticket.general", ("1",), "General", "Show what the ticket is about"),
    Action("ticket.details", ("2",), "Details", "Show type, links, times and the resolution"),
    Action("ticket.history", ("3",), "History", "Show everything that happened to the ticket"),
    Action("ticket.recipients", ("4",), "Recipients", "Show who gets the mail of the ticket"),
    Action("ticket.charges", ("5",), "Charges", "Show work, expenses and parts"),
    Action("ticket.documents", ("6",), "Documents", "Show the files of the ticket"),
    Action("ticket.export", ("ctrl+x",), "Export", "Write the ticket with its History, mails and files to a folder"),
    Action("ticket.as-it-was", ("at",), "As it was", "Show the ticket as it was at a moment of the past"),
    Action("ticket.related", ("equals_sign",), "Same", "Show all tickets of the account, contact or category"),
    Action("ticket.next-tab", ("right_square_bracket",), "Next tab", "Go to the next tab"),
    Action("ticket.previous-tab", ("left_square_bracket",), "Previous tab", "Go to the tab before"),
    Action("ticket.copy", ("y",), "Copy", "Copy the number, the line, the field or the text under the cursor"),
    Action("ticket.links", ("L",), "Links", "Show where the links of the ticket lead, and open one"),
    Action("ticket.next-ticket", ("full_stop",), "Next ticket", "Show the next ticket of the list, on the same tab"),
    Action("ticket.previous-ticket", ("comma",), "Ticket before", "Show the ticket before this one in the list"),
    Action("ticket.next-unread", ("N",), "Next unread", "Show the next ticket of the list with a closed envelope"),
    Action("ticket.next-match", ("semicolon",), "Next match", "Go to the next place that the search has found"),
    Action("ticket.edit", ("enter", "e"), "Edit", "Change the field, charge or recipient under the cursor", hint=10),
    Action("ticket.fold", ("enter", "space"), "Fold", "Fold or unfold the entry", hint=10, apart=("ticket.edit",)),
    Action("ticket.add", ("n",), "Add", "Add a recipient, charge or file", hint=11),
    Action("ticket.remove", ("delete", "D"), "Remove", "Remove what is under the cursor", dangerous=True, hint=12),
    Action("ticket.save", ("s",), "Save file", "Save the file or attachment under the cursor to disk", hint=13),
    Action("ticket.original", ("o",), "Original", "Save the mail under the cursor as it arrived (.eml)", hint=14),
    Action("ticket.filter", ("f",), "Filter", "Show other kinds of entries", hint=12),
    Action("ticket.reverse", ("O",), "Reverse", "Turn the order of the History round", hint=15),
    Action("ticket.quotes", ("z",), "Quotes", "Show or hide what the mail quotes", hint=16),
    Action("ticket.fold-all", ("Z",), "Fold all", "Fold all entries to their heads, or unfold them all"),
    Action("ticket.subscribe", ("S",), "Follow", "Get the mail of this ticket, or stop getting it", hint=13),
    *mail_actions("ticket"),
    *quick_actions("ticket"),
    Action("ticket.next-pane", ("tab",), "Next part", "Go to the next part of the tab"),
    Action("ticket.previous-pane", ("shift+tab",), "Previous part", "Go to the part of the tab before"),
    Action("ticket.right", ("right", "l"), "Go right", "Go to the next part of the tab"),
    Action("ticket.left", ("left", "h"), "Go left", "Go to the part before, or back to the list"),
    Action("ticket.up", ("up", "k"), "Up", "Go up"),
    Action("ticket.down", ("down", "j"), "Down", "Go down"),
    Action("ticket.page-up", ("pageup", "ctrl+b"), "Page up", "Go up a page"),
    Action("ticket.page-down", ("pagedown", "ctrl+f"), "Page down", "Go down a page"),
    Action("ticket.half-up", ("ctrl+u",), "Half page up", "Go up half a page"),
    Action("ticket.half-down", ("ctrl+d",), "Half page down", "Go down half a page"),
    Action("ticket.first", ("home", "g"), "First", "Go to the first line"),
    Action("ticket.last", ("end", "G"), "Last", "Go to the last line"),
    Action("ticket.scroll-up", ("K",), "Scroll up", "Scroll the text up by a line"),
    Action("ticket.scroll-down", ("J",), "Scroll down", "Scroll the text down by a line"),
)
