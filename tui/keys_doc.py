"""The table of all keys for the documentation, made from the action registry: `python -m tui.keys_doc --write`."""

from __future__ import annotations

import sys
from pathlib import Path

from screens.actions import AREAS, area_actions, shown_key

_FILE = Path(__file__).parents[1] / "docs" / "keys.md"
_INTRODUCTION = """\
# Keys

Every action of the program with the keys that it has unless you remap it. On any screen, `?` shows what can be done
there, and `:` finds an action by its name; F1 and Ctrl+P do the same while you type.

To give an action other keys, name its id in the section `[keys]` of the configuration file:

    [keys]
    "desk.theme" = "f11"
    "list.open" = "enter, o"

An id that does not exist, or a key that would mean two things on one screen, is refused at the start by name.
"""


def key_table() -> str:
    """Return the page with a table for each area."""
    parts = [_INTRODUCTION]
    for area, (title, _) in AREAS.items():
        lines = [f"\n## {title}\n", "| Keys | Action | What it does | Id |", "| --- | --- | --- | --- |"]
        for action in area_actions(area):
            keys = " ".join(f"`{_escaped(shown_key(key))}`" for key in action.keys) or "–"
            lines.append(f"| {keys} | {action.label} | {_escaped(action.explained)} | `{action.id}` |")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Print the page, or write it where it belongs."""
    if "--write" in sys.argv[1:]:
        _FILE.write_text(key_table(), encoding="utf-8")
    else:
        print(key_table(), end="")


if __name__ == "__main__":
    main()
