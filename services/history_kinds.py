"""The kinds of History entries, their labels, and the filters that people choose from."""

from __future__ import annotations

CREATED = "created"
CHANGE = "change"
NOTE = "note"
TRANSFER = "transfer"
MAIL_IN = "mail_in"
MAIL_OUT = "mail_out"
DELIVERY = "delivery"
CHARGE = "charge"
DOCUMENT = "document"
RECIPIENT = "recipient"
INBOX = "inbox"
READ = "read"
DISPATCH = "dispatch"
ARCHIVE = "archive"
MERGE = "merge"
LINK = "link"
UNDO = "undo"

LABELS = {
    CREATED: "Created",
    CHANGE: "Changed",
    NOTE: "Note",
    TRANSFER: "Transferred",
    MAIL_IN: "Mail in",
    MAIL_OUT: "Mail out",
    DELIVERY: "Delivery",
    CHARGE: "Charge",
    DOCUMENT: "Document",
    RECIPIENT: "Recipients",
    INBOX: "Inbox",
    READ: "Read state",
    DISPATCH: "Dispatch",
    ARCHIVE: "Archive",
    MERGE: "Merge",
    LINK: "Linked",
    UNDO: "Taken back",
}

# Name of the filter, its label, and the kinds that it lets through; the first shows everything.
FILTERS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("all", "Everything", frozenset(LABELS)),
    ("talk", "Mail and notes", frozenset({CREATED, NOTE, TRANSFER, MAIL_IN, MAIL_OUT, DELIVERY})),
    ("mail", "Mail", frozenset({MAIL_IN, MAIL_OUT, DELIVERY})),
    ("notes", "Notes", frozenset({NOTE, TRANSFER})),
    ("changes", "Changes", frozenset(LABELS) - {NOTE, MAIL_IN, MAIL_OUT, DELIVERY, CHARGE, DOCUMENT}),
    ("work", "Charges and documents", frozenset({CHARGE, DOCUMENT})),
)

ARCHIVED_FOR = "Archived: "
"""How the text of an ARCHIVE entry begins that gives a reason; what follows is the reason, which is found."""
