"""What can be done in the list of drafts."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("drafts.open", ("enter", "o"), "Go on", "Open the form that the draft belongs to, with its text", hint=10),
    Action("drafts.remove", ("delete",), "Throw away", "Forget the draft", dangerous=True, hint=11),
    Action("drafts.copy", ("y",), "Copy", "Copy the text to the clipboard of your terminal", hint=12),
    Action("drafts.save", ("s",), "Save as file", "Save the text to a file on this computer", hint=13),
    Action("drafts.up", ("up", "k"), "Up", "Go to the draft above"),
    Action("drafts.down", ("down", "j"), "Down", "Go to the draft below"),
    Action("drafts.page-up", ("pageup",), "Page up", "Go up a page"),
    Action("drafts.page-down", ("pagedown",), "Page down", "Go down a page"),
    Action("drafts.first", ("home", "g"), "First", "Go to the newest draft"),
    Action("drafts.last", ("end", "G"), "Last", "Go to the oldest draft"),
    Action("drafts.scroll-up", ("K",), "Scroll up", "Scroll the text up"),
    Action("drafts.scroll-down", ("J",), "Scroll down", "Scroll the text down"),
)
