"""What can be done in forms and dialogs, as far as each of them has the method for it."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("form.accept", ("enter",), "Accept", "Accept what is chosen or typed", hint=10),
    Action("form.save", ("ctrl+s",), "Save", "Save what was typed and close the dialog", hint=11),
    Action("form.switch", ("f3",), "Switch", "Switch between choices such as internal and public", hint=12),
    Action("form.editor", ("f4",), "Editor", "Write the text in your own editor ($EDITOR)", hint=13),
    Action("form.complete", ("tab",), "Complete", "Complete the name of the file", hint=14),
    Action("form.next", ("tab",), "Next field", "Go to the next field or button", apart=("form.complete",)),
    Action("form.previous", ("shift+tab",), "Field before", "Go to the field or button before"),
    Action("form.up", ("up",), "Up", "Go to the line or field above"),
    Action("form.down", ("down",), "Down", "Go to the line or field below"),
    Action("form.page-up", ("pageup",), "Page up", "Go up a page"),
    Action("form.page-down", ("pagedown",), "Page down", "Go down a page"),
    Action("form.yes", ("y",), "Yes", "Do what the dialog asks about"),
    Action("form.copy", ("y",), "Copy", "Copy the lines of the list", hint=14, apart=("form.yes",)),
    Action("form.keep", ("k",), "Keep draft", "Close, and keep what was typed as a draft"),
    Action("form.other", ("right", "left"), "Other button", "Go to the other button"),
    Action(
        "form.discard-draft",
        ("ctrl+n",),
        "Discard draft",
        "Throw away the draft that the form began with, or bring it back",
    ),
    Action("form.everything", ("f7",), "All actions", "Show the keys of every screen, or of this one only", hint=15),
    Action("form.cancel", ("escape", "q"), "Cancel", "Close without changing anything", hint=20),
)
