"""The keys of one person: the registry's, with those replaced that the configuration remaps."""

from __future__ import annotations

from collections.abc import Mapping

from screens.actions import AREAS, Action, area_actions, shown_key
from services.errors import UsageError

# What terminals send for another key (ctrl+h is Backspace, ctrl+i Tab, ctrl+j and ctrl+m Enter); alt with a
# letter cannot be told from Esc and a letter.
_OTHER_KEYS = {"ctrl+h": "Backspace", "ctrl+i": "Tab", "ctrl+j": "Enter", "ctrl+m": "Enter"}

EVERYWHERE = "desk"
YIELDING = frozenset({"desk.go-back", "desk.close", "desk.search"})
"""Actions of the desk that leave their keys to a screen's own: there are other ways back."""


def key_names(keys: str) -> tuple[str, ...]:
    """Return Textual's names of keys that a person wrote, separated by commas: `?` is `question_mark`."""
    from textual.keys import _character_to_key

    written = (key.strip() for key in keys.split(","))
    return tuple(_character_to_key(key) if len(key) == 1 else key.lower() for key in written if key)


def unusable(key: str) -> str | None:
    """Return why no action may have a key, or None when one may."""
    if key in _OTHER_KEYS:
        return f"terminals send it for {_OTHER_KEYS[key]}"
    if key.startswith("alt+") and len(key) == 5:
        return "terminals cannot tell it from Esc and a letter"
    return None


def clashes(keys: Mapping[str, tuple[str, ...]]) -> list[tuple[Action, Action, str]]:
    """Return the pairs of actions that one key would mean where both can be reached."""
    found = []
    everywhere = area_actions(EVERYWHERE)
    for area in AREAS:
        taken: dict[str, Action] = {}
        for action in area_actions(area) if area == EVERYWHERE else (*everywhere, *area_actions(area)):
            for key in keys.get(action.id, action.keys):
                if key in taken and not _may_share(taken[key], action):
                    found.append((taken[key], action, key))
                taken.setdefault(key, action)
    return found


def read(remapped: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the keys of the remapped actions; UsageError names the action, or the two that clash."""
    if not remapped:
        return {}
    known = {action.id: action for area in AREAS for action in area_actions(area)}
    keys: dict[str, tuple[str, ...]] = {}
    for action_id, written in remapped.items():
        if action_id not in known:
            raise UsageError(
                f"The configuration gives keys to “{action_id}”, which is no action: {_similar(action_id, known)}."
            )
        keys[action_id] = key_names(written)
        for key in keys[action_id]:
            if reason := unusable(key):
                raise UsageError(
                    f"The configuration gives {shown_key(key)} to “{action_id}”, but {reason}: choose another key."
                )
    for first, second, key in clashes(keys):
        raise UsageError(
            f"The configuration makes {shown_key(key)} mean both “{first.id}” and “{second.id}”: "
            "give one of them another key."
        )
    return keys


def _may_share(first: Action, second: Action) -> bool:
    """Tell whether two actions are never offered together, or one takes the other's place, as `list.refresh` does."""
    if first.area == second.area:
        return first.id in second.apart or second.id in first.apart
    return first.id in YIELDING or first.method == second.method


def _similar(action_id: str, known: Mapping[str, Action]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(action_id, known, 1, 0.4)
    return f"did you mean “{close[0]}”" if close else "the help screen (?) lists them"
