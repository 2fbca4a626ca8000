"""What the main window remembers for each user: view, order, employees, columns, and which panes are shown."""

from __future__ import annotations

from typing import Any, NamedTuple

from screens.main.views import SUMMARY

PREFERENCE = "main"
"""Under this name the state stands among a user's preferences, as an object with the fields of MainState."""


PREVIEWS = ("bottom", "right", "off")

LEAST_SHARE, MOST_SHARE = 15, 80
USUAL_BELOW, USUAL_BESIDE = 30, 40
"""What part of the height or the width the preview has, in percent."""


class MainState(NamedTuple):
    """How somebody left the main window; `start` is an entry of the navigation pane.

    `columns` empty means the usual ones. `below` and `beside` are the preview's share of height and width in percent,
    0 the usual one. A preview on the right is below where the window is narrow.
    """

    start: str = SUMMARY
    managers: tuple[int, ...] = ()
    sort: str = "updated"
    descending: bool = True
    columns: tuple[tuple[str, int], ...] = ()
    pane: bool = True
    preview: str = "right"
    below: int = 0
    beside: int = 0


def read(stored: Any) -> MainState:
    """Return the state from a preference; whatever it has that is not understood is left out."""
    if not isinstance(stored, dict):
        return MainState()
    known: dict[str, Any] = {}
    for name in ("start", "sort"):
        if isinstance(stored.get(name), str):
            known[name] = stored[name]
    for name in ("descending", "pane"):
        if isinstance(stored.get(name), bool):
            known[name] = stored[name]
    for name in ("below", "beside"):
        if isinstance(stored.get(name), int) and LEAST_SHARE <= stored[name] <= MOST_SHARE:
            known[name] = stored[name]
    if stored.get("preview") in PREVIEWS:
        known["preview"] = stored["preview"]
    try:
        known["managers"] = tuple(int(key) for key in stored.get("managers", ()))
        known["columns"] = tuple((str(name), int(width)) for name, width in stored.get("columns", ()))
    except (TypeError, ValueError):
        pass
    return MainState(**known)


def written(state: MainState) -> dict[str, Any]:
    """Return the state as a preference."""
    return state._asdict()
