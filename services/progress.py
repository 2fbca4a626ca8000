"""Acts that take long: how they tell how far they are, and how a person stops them."""

from __future__ import annotations

from collections.abc import Callable

from services.errors import DeskError

Progress = Callable[[int, int], bool]
"""Is told how many tickets of how many are done; answers False to stop the act, and nothing of it stays."""


class Stopped(DeskError):
    """The person stopped an act before its end; the sentence says that nothing of it is left."""
