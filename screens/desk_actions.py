"""What can be done on every screen of the desk; `DeskScreen` has the methods."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("desk.help", ("question_mark", "f1"), "Help", "Show what the keys do here", hint=90),
    Action("desk.palette", ("colon", "ctrl+p"), "Actions", "Find an action by name and run it", hint=91),
    Action("desk.go-to-ticket", ("number_sign", "ctrl+g"), "Go to ticket", "Open a ticket by its number"),
    Action("desk.search", ("f3",), "Search", "Search all tickets, in the list of the main window"),
    Action("desk.earlier", ("left_parenthesis", "ctrl+left"), "Seen before", "Go back through what you have seen"),
    Action("desk.later", ("right_parenthesis", "ctrl+right"), "Seen after", "Go forward again after going back"),
    Action("desk.recent", ("ctrl+t",), "Recent tickets", "Choose one of the last 30 tickets that you saw or entered"),
    Action("desk.drafts", ("f6",), "Drafts", "Show what you typed and have not saved"),
    Action("desk.undo", ("ctrl+z",), "Undo", "Take back what you did last; while typing, what you typed last"),
    Action("desk.redo", ("ctrl+y",), "Redo", "Do again what you took back last"),
    Action("desk.operations", ("U", "f10"), "Operations", "Show what was done lately, to take back any of it"),
    Action("desk.jump-labels", ("f2",), "Jump", "Put letters over all parts of the screen; typing one goes there"),
    Action("desk.tour", ("f12",), "Tour", "Show the tour of the sample desk, or put it away"),
    Action("desk.refresh", ("f5", "ctrl+r"), "Refresh", "Read everything on this screen from the desk again"),
    Action("desk.go-back", ("escape", "left", "backspace"), "Back", "Go back to the screen before"),
    Action("desk.close", ("q",), "Close", "Close this screen; on the main window, quit", hint=99),
    Action("desk.theme", ("f9",), "Theme", "Choose dark, light, the terminal's own colours or none"),
    Action("desk.redraw", ("ctrl+l",), "Redraw", "Draw the screen anew after something else wrote on it"),
    Action("desk.password", ("f8",), "Password", "Change the password that you log in with"),
    Action("desk.log-out", ("ctrl+o",), "Log out", "Log out, and in as somebody else"),
    Action("desk.quit", ("ctrl+q",), "Quit", "Leave Deskwire"),
)
