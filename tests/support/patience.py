"""Waiting for what other threads and processes bring about: as long as it takes, and not a moment longer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_LOOK_SECONDS = 0.01


def wait_until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Look again and again until something holds; fails when it never does."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never came about"
        pause.wait(_LOOK_SECONDS)
