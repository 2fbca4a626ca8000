"""The clipboard of the terminal that a person sits at, reached by the one sequence that terminals know for it (OSC 52).

What is copied is cleaned, and travels in base64: nothing of it can be read as a sequence of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping

from services.errors import DeskError, Invalid
from services.text import plain

MOST_BYTES = 100_000
"""What terminals take at least; several cut or drop what is longer, without a word."""

_SCREEN_PIECE = 76  # GNU screen drops longer pieces of what it passes on


class NoClipboard(DeskError):
    """This terminal has no clipboard that a program can write to."""


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """Return what makes the terminal take a text into its clipboard.

    Raises NoClipboard where that cannot be, and Invalid for what is too long.
    """
    if environment.get("TERM") == "linux":
        raise NoClipboard("This terminal has no clipboard; select the text with the mouse or copy it by hand.")
    data = plain(text).encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        raise Invalid(
            f"These are {len(data) // 1000:,} kB, and a terminal's clipboard takes {MOST_BYTES // 1000} kB: "
            "copy less, or export the ticket."
        )
    encoded = base64.b64encode(data).decode("ascii")
    direct = f"\x1b]52;c;{encoded}\x07"
    if environment.get("TMUX"):
        # tmux obeys the plain one only with set-clipboard on, and passes the wrapped one on only with
        # allow-passthrough on: sent both ways it arrives where either is set.
        return direct + f"\x1bPtmux;\x1b{direct}\x1b\\"
    if environment.get("STY"):
        # GNU screen knows no clipboard, but hands on what stands in a device control string.
        pieces = [direct[start : start + _SCREEN_PIECE] for start in range(0, len(direct), _SCREEN_PIECE)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return direct
