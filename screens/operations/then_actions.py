"""What can be done where the past is shown."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("then.open", ("enter", "o"), "Open", "Show the ticket as it was at that moment", hint=10),
    Action("then.moment", ("at",), "Other moment", "Show this as it was at another moment", hint=11),
    Action("then.today", ("t",), "Today", "Open the ticket as it is today", hint=12),
    Action("then.fold", ("space",), "Fold", "Fold or unfold the entry", hint=13),
    Action("then.up", ("up", "k"), "Up", "Go up"),
    Action("then.down", ("down", "j"), "Down", "Go down"),
    Action("then.page-up", ("pageup", "ctrl+b"), "Page up", "Go up a page"),
    Action("then.page-down", ("pagedown", "ctrl+f"), "Page down", "Go down a page"),
    Action("then.first", ("home", "g"), "First", "Go to the first line"),
    Action("then.last", ("end", "G"), "Last", "Go to the last line"),
    Action("then.scroll-up", ("K",), "Scroll up", "Scroll the text up by a line"),
    Action("then.scroll-down", ("J",), "Scroll down", "Scroll the text down by a line"),
)
