"""What can be done in the dialog for the columns of the ticket list."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("columns.accept", ("enter", "ctrl+s"), "Keep", "Keep the columns and remember them", hint=10),
    Action("columns.toggle", ("space",), "Show", "Show or hide the column", hint=11),
    Action("columns.earlier", ("K", "shift+up"), "Earlier", "Move the column to the left", hint=12),
    Action("columns.later", ("J", "shift+down"), "Later", "Move the column to the right", hint=13),
    Action("columns.wider", ("plus", "right", "l"), "Wider", "Make the column wider", hint=14),
    Action("columns.narrower", ("minus", "left", "h"), "Narrower", "Make the column narrower", hint=15),
    Action("columns.usual", ("0",), "Usual", "Go back to the usual columns", hint=16),
    Action("columns.up", ("up", "k"), "Up", "Go up a line"),
    Action("columns.down", ("down", "j"), "Down", "Go down a line"),
    Action("columns.first", ("home", "g"), "First", "Go to the first column"),
    Action("columns.last", ("end", "G"), "Last", "Go to the last column"),
    Action("columns.cancel", ("escape", "q"), "Cancel", "Close without changing anything", hint=20),
)
