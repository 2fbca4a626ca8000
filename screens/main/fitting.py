"""Which columns a list shows whose owner has chosen none: those that leave the subject readable."""

from __future__ import annotations

from screens.main.state import USUAL_BESIDE, MainState
from widgets.ticket_list import DEFAULT_COLUMNS

WIDE = 140
"""Columns of the screen from which on the preview can be on the right."""

_SIDEBAR = 22
# From which width of the list on which columns leave the subject readable; the last fit beside the views on 80 columns.
_FITTING = (
    (108, DEFAULT_COLUMNS),
    (
        76,
        (("number", 9), ("priority", 1), ("subject", 0), ("status", 11), ("mark", 1), ("manager", 12), ("updated", 7)),
    ),
    (0, (("number", 9), ("subject", 0), ("status", 8), ("mark", 1), ("manager", 6), ("updated", 6))),
)


def columns_for(width: int, state: MainState, in_dispatcher: bool) -> tuple[tuple[str, int], ...]:
    """Return the person's columns, or those for the width that the style sheet leaves to the list."""
    if state.columns:
        return state.columns
    room = width - (_SIDEBAR if state.pane else 0)
    if width >= WIDE and state.preview == "right":
        room = room * (100 - (state.beside or USUAL_BESIDE)) // 100
    fitting = next(columns for least, columns in _FITTING if room >= least)
    return (("dispatch", 1), *fitting) if in_dispatcher else fitting
