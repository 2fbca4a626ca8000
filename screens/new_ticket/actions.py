"""What can be done in the form for a new ticket."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("new.submit", ("ctrl+s",), "Submit", "Enter the ticket; nothing is saved before", hint=10),
    Action("new.choose", ("enter", "space"), "Choose", "Choose the value of the field, or switch it", hint=11),
    Action("new.clear", ("delete",), "Clear", "Empty the field", hint=12),
    Action("new.editor", ("f4",), "Editor", "Write the description in your own editor ($EDITOR)", hint=13),
    Action("new.next", ("tab", "down"), "Next field", "Go to the next field", hint=14),
    Action("new.previous", ("shift+tab", "up"), "Previous field", "Go to the field before"),
    Action("new.page-down", ("pagedown",), "Page down", "Scroll the form down"),
    Action("new.page-up", ("pageup",), "Page up", "Scroll the form up"),
    Action(
        "new.discard-draft",
        ("ctrl+n",),
        "Discard draft",
        "Throw away the draft that the form began with, or bring it back",
    ),
    Action("new.cancel", ("escape",), "Cancel", "Leave without entering a ticket", hint=20),
)
