"""Opens a web page or a file with the program that a person has for it, never through a shell."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from shutil import which

from services.errors import DeskError

_FAILS_WITHIN = 10.0
"""Seconds in which a program that cannot open the page has usually ended."""


def command(configured: str, environment: Mapping[str, str], what: str = "browser") -> list[str] | None:
    """Return the words of the command that opens pages, or None where there is no screen to open one on.

    `what` is browser or viewer, as the setting of the section [desk] is called.
    """
    if configured.strip():
        try:
            return shlex.split(configured)
        except ValueError:
            raise DeskError(f"The setting desk.{what}, “{configured}”, is no command; correct its quotes.") from None
    if sys.platform == "darwin":
        return None if "SSH_CONNECTION" in environment else ["open"]
    if environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY"):
        return ["xdg-open"] if which("xdg-open") else None
    return None


def start(words: list[str], url: str, failed: Callable[[str], object], what: str = "browser") -> None:
    """Start a command with an address or path as its last word; `failed` hears, in a thread, if it ends in a fault."""
    try:
        process = subprocess.Popen(
            [*words, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=os.path.expanduser("~"),
            start_new_session=True,
            close_fds=True,
        )
    except (OSError, ValueError):
        name = words[0] if words else ""
        raise DeskError(f"The {what} “{name}” cannot be started; correct the setting desk.{what}.") from None

    def watch() -> None:
        try:
            status = process.wait(_FAILS_WITHIN)
        except subprocess.TimeoutExpired:
            process.wait()
            return
        if status:
            instead = "copy the address" if what == "browser" else "save the file"
            failed(f"The {what} “{words[0]}” ended with the status {status}; {instead} instead.")

    threading.Thread(target=watch, name="deskwire-browser", daemon=True).start()
