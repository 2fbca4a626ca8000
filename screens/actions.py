"""The action registry: one declaration per action makes its binding, hint, palette entry, help and documentation."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from textual.binding import Binding, BindingType

# Where each area's actions are declared; the order is the order in help and documentation.
AREAS: dict[str, tuple[str, str]] = {
    "desk": ("Everywhere", "screens.desk_actions"),
    "list": ("Ticket list", "screens.main.actions"),
    "ticket": ("Ticket window", "screens.ticket.actions"),
    "new": ("New ticket form", "screens.new_ticket.actions"),
    "summary": ("Summary page", "screens.summary.actions"),
    "drafts": ("Drafts", "screens.drafts.actions"),
    "operations": ("Operations", "screens.operations.actions"),
    "then": ("As it was", "screens.operations.then_actions"),
    "columns": ("Columns dialog", "screens.main.column_actions"),
    "mail": ("Writing mail", "screens.mail.actions"),
    "review": ("Before mail is sent", "screens.mail.review_actions"),
    "connector": ("Email Connector", "screens.connector.actions"),
    "form": ("Forms and dialogs", "screens.dialogs.actions"),
}


class Action(NamedTuple):
    """Something a person can do; the method `do_<name>` of the screen that owns the area does it.

    `id` is `area.name`; `keys` are Textual key names, the first is the one shown. A `dangerous` action asks
    first. `hint` is its place in the hint line, lowest first; None keeps it out of there. `apart` names actions of
    the same area that are never offered together with it, so that they may have the same key.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    tooltip: str
    privilege: str | None = None
    dangerous: bool = False
    hint: int | None = None
    apart: tuple[str, ...] = ()

    @property
    def area(self) -> str:
        """The area that the action belongs to."""
        return self.id.partition(".")[0]

    @property
    def explained(self) -> str:
        """What it does, and whether it asks first."""
        return f"{self.tooltip}; asks first" if self.dangerous else self.tooltip

    @property
    def method(self) -> str:
        """The name of the screen's method that does it."""
        return "do_" + self.id.partition(".")[2].replace("-", "_")


def area_actions(area: str) -> tuple[Action, ...]:
    """Return the actions of an area, loading its declarations."""
    declared: tuple[Action, ...] = import_module(AREAS[area][1]).ACTIONS
    return declared


def all_actions() -> dict[str, Action]:
    """Return every action of the program by id."""
    return {action.id: action for area in AREAS for action in area_actions(area)}


def find(action_id: str) -> Action | None:
    """Return an action by its id, loading the declarations of its area alone; None when there is no such action."""
    area = action_id.partition(".")[0]
    if area not in AREAS:
        return None
    return next((action for action in area_actions(area) if action.id == action_id), None)


def bindings(area: str) -> list[BindingType]:
    """Return the Textual bindings of an area; remapping replaces keys by the binding's id."""
    return [
        Binding(",".join(action.keys), f"run('{action.id}')", action.label, id=action.id, tooltip=action.explained)
        for action in area_actions(area)
        if action.keys
    ]


_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "backspace": "Backspace",
    "delete": "Del",
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "plus": "+",
    "minus": "-",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "comma": ",",
    "full_stop": ".",
    "exclamation_mark": "!",
    "asterisk": "*",
    "equals_sign": "=",
    "number_sign": "#",
    "at": "@",
    "ampersand": "&",
    "semicolon": ";",
    "apostrophe": "'",
    "quotation_mark": '"',
    "dollar_sign": "$",
    "percent_sign": "%",
    "circumflex_accent": "^",
    "underscore": "_",
    "vertical_line": "|",
    "tilde": "~",
    "backslash": "\\",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
}


def shown_key(key: str) -> str:
    """Return a Textual key name as people read it on a keyboard."""
    if key in _NAMES:
        return _NAMES[key]
    held, plus, struck = key.rpartition("+")
    if plus:
        return f"{held.title()}+{struck.upper() if len(struck) == 1 else shown_key(struck)}"
    return key.upper() if key[:1] == "f" and key[1:].isdigit() else key
