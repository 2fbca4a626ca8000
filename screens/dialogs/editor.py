"""Writing in the person's own editor, with the desk put aside meanwhile."""

from __future__ import annotations

import os
from typing import Any

from textual.app import App, SuspendNotSupported

from services.errors import DeskError
from services.text import clean

_LARGEST = 8 * 1024 * 1024


def edit_in_terminal(app: App[Any], text: str) -> str | None:
    """Return the text as the editor left it, or None when the editor says that it failed.

    The file is private to the user and is removed afterwards. Raises DeskError when there is no editor.
    """
    import shlex
    import subprocess
    import tempfile

    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.TemporaryDirectory(prefix="deskwire-") as directory:
        path = os.path.join(directory, "text.txt")
        with open(path, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        try:
            with app.suspend():
                ended = subprocess.run([*command, path], check=False).returncode
        except SuspendNotSupported:
            raise DeskError("This terminal cannot be handed to an editor; write the text here.") from None
        except (OSError, ValueError):
            raise DeskError(
                f"The editor “{command[0] if command else ''}” cannot be started: set the variable EDITOR."
            ) from None
        if ended != 0:
            return None
        if os.path.getsize(path) > _LARGEST:
            raise DeskError("The edited text has more than 8 MB; attach it as a file instead.")
        with open(path, encoding="utf-8", errors="replace") as file:
            return clean(file.read()).rstrip("\n")
