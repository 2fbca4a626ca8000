"""What closed screens leave behind is collected in a rest, and only then."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest

from tui import tidying


class Screen:
    """Something that refers to itself, as screens do."""

    def __init__(self) -> None:
        self.itself = self


def test_collects_after_a_rest_and_waits_while_somebody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(tidying, "monotonic", lambda: now[0])
    waiting: list[tuple[float, Callable[[], None]]] = []
    tidy = tidying.Tidying(lambda seconds, step: waiting.append((seconds, step)))
    gc.disable()
    try:
        closed = weakref.ref(Screen())
        tidy.closed()
        tidy.closed()
        assert len(waiting) == 1
        now[0] += 1.5
        tidy.key()
        now[0] += 0.5
        waiting.pop()[1]()
        assert closed() is not None and waiting[0][0] == pytest.approx(1.5)
        now[0] += 1.5
        waiting.pop()[1]()
        assert closed() is None and not waiting
    finally:
        gc.enable()
