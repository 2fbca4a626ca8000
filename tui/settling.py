"""What waits until the first frame is on the screen: loading what is opened next, and collecting once."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

_FIRST_SECONDS = 0.3  # when the first frame is read, and nobody notices
_STEP_SECONDS = 0.03  # so that a key never waits for more than one module

NEXT_OPENED = (
    "screens.ticket.ticket_screen",
    "screens.ticket.general",
    "screens.ticket.details",
    "screens.ticket.history",
    "screens.dialogs.choose",
)
"""The ticket window and its first dialog, so that opening a ticket does not begin with imports."""

Later = Callable[[float, Callable[[], None]], object]


def settle(later: Later) -> None:
    """Do it all in small steps, each put off by `later(seconds, step)`; then nothing ticks any more."""
    later(_FIRST_SECONDS, partial(_load, NEXT_OPENED, later))


def _load(modules: Sequence[str], later: Later) -> None:
    import_module(modules[0])
    left = modules[1:]
    later(_STEP_SECONDS, partial(_load, left, later) if left else _collect)


def _collect() -> None:
    """Collect once and keep what the start made out of every later collection."""
    gc.collect()
    gc.freeze()
    # Looking through everything stops the program for a tenth of a second or two: tui/tidying.py does it in a rest.
    gc.set_threshold(10_000, 20, 1_000_000)
    gc.enable()
