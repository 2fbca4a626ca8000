"""What can be done in the list of operations."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("operations.take-back", ("enter", "u"), "Take back", "Take back the operation under the cursor", hint=10),
    Action("operations.again", ("r",), "Do again", "Do again what was taken back", hint=11),
    Action("operations.open", ("o",), "Open ticket", "Open a ticket that the operation changed", hint=12),
    Action(
        "operations.filter", ("f",), "Whose", "Show your own operations, those on the ticket, or everybody's", hint=13
    ),
    Action("operations.up", ("up", "k"), "Up", "Go to the newer operation"),
    Action("operations.down", ("down", "j"), "Down", "Go to the older operation"),
    Action("operations.page-up", ("pageup", "ctrl+b"), "Page up", "Go up a page"),
    Action("operations.page-down", ("pagedown", "ctrl+f"), "Page down", "Go down a page"),
    Action("operations.first", ("home", "g"), "First", "Go to the newest operation"),
    Action("operations.last", ("end", "G"), "Last", "Go to the oldest one that was read; older ones are read then"),
    Action("operations.scroll-up", ("K",), "Scroll up", "Scroll the changes up"),
    Action("operations.scroll-down", ("J",), "Scroll down", "Scroll the changes down"),
)
