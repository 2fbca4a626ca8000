"""What operations are called when people read of them, and which of them nobody can take back."""

from __future__ import annotations

LABELS = {
    "create-ticket": "New ticket",
    "change-ticket": "Change",
    "change-tickets": "Change",
    "add-note": "Note",
    "attach-document": "File added",
    "remove-document": "File removed",
    "add-recipient": "Recipient added",
    "change-recipient": "Recipient changed",
    "remove-recipient": "Recipient removed",
    "wait-for-dispatch": "Waiting for dispatching",
    "clear-dispatch": "Taken off the dispatch board",
    "transfer-ticket": "Transfer",
    "merge-tickets": "Merge",
    "archive-ticket": "Archive",
    "restore-ticket": "Restore from the archive",
    "add-charge": "Charge",
    "change-charge": "Charge corrected",
    "remove-charge": "Charge removed",
    "move-to-inbox": "Move to the Inbox",
    "remove-from-inbox": "Remove from the Inbox",
    "mark-read": "Mark as read",
    "mark-unread": "Mark as unread",
    "file-mail": "Mail filed",
    "receive-mail": "Mail received",
    "quarantine-mail": "Mail put into quarantine",
    "review-mail": "Mail for review",
    "set-aside-mail": "Mail set aside",
    "retry-mail": "Mail tried again",
    "decide-mail": "Place of a mail decided",
    "notify-mail": "People told by mail",
    "take-requester": "Requester of a forwarded mail",
    "send-mail": "Mail sent",
    "deliver-mail": "Mail delivered",
    "bounce-mail": "Mail came back",
    "resend-mail": "Mail sent again",
    "withdraw-mail": "Mail withdrawn",
    "view-ticket": "Look at a ticket",
    "change-setting": "Setting",
    "create-desk": "New desk",
    "build-demo": "Sample desk",
    "set-password": "Password",
    "save-search": "Search saved",
    "change-search": "Saved search changed",
    "remove-search": "Saved search removed",
}

UNDO = "undo"
"""The action of an operation that takes another one back."""

LOOKED = "view-ticket"
"""The action of an operation that only notes that somebody saw a ticket."""

DELIVERED = "deliver-mail"
"""The action of an operation that only notes what became of mail that left."""

_ARRIVED = "Mail that arrived stays; move its ticket to another status or archive it instead."
_TOLD = "Mail that told people of a ticket is not called back; write a note where it was wrong."
_OUTBOX = "What happens to mail that leaves is decided in the outbox; withdraw it or send it again there."
_LOOKED = "Looking at a ticket cannot be taken back; mark the ticket as unread instead."
_SETTING = "Settings are not taken back; set the value that you want again."
_LOGIN = "Passwords and logins are not taken back; change them again by hand."
_DESK = "The making of a desk cannot be taken back."
_SEARCHES = "Saved searches are not taken back; save or change the search again by hand."
ADMINISTRATION = "Changes to people, lists and customers are not taken back; change them again by hand."

FINAL = {
    "file-mail": _ARRIVED,
    "receive-mail": _ARRIVED,
    "quarantine-mail": _ARRIVED,
    "review-mail": _ARRIVED,
    "set-aside-mail": _ARRIVED,
    "retry-mail": _ARRIVED,
    "decide-mail": _ARRIVED,
    "notify-mail": _TOLD,
    DELIVERED: _OUTBOX,
    "bounce-mail": _ARRIVED,
    "resend-mail": _OUTBOX,
    "withdraw-mail": _OUTBOX,
    LOOKED: _LOOKED,
    "change-setting": _SETTING,
    "set-password": _LOGIN,
    "change-password": _LOGIN,
    "add-client-login": _LOGIN,
    "change-user": _LOGIN,
    "create-desk": _DESK,
    "build-demo": _DESK,
    "save-search": _SEARCHES,
    "change-search": _SEARCHES,
    "remove-search": _SEARCHES,
}
"""Actions that nobody can take back, and why."""

UNNOTICED = frozenset({LOOKED, "change-setting", "set-password"})
"""Actions that nobody means by “the last thing I did”."""


def label_of(action: str) -> str:
    """Return what people call an action."""
    return LABELS.get(action) or action.replace("-", " ").capitalize()
