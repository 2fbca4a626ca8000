"""What the program does on its own after its first frame: a little, in steps, and then nothing."""

from __future__ import annotations

import gc
import sys

import pytest

from tui import settling


def test_loads_the_ticket_window_step_by_step_and_then_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = []
    monkeypatch.setattr(gc, "freeze", lambda: None)
    settling.settle(lambda seconds, step: waiting.append((seconds, step)))
    steps = 0
    while waiting:
        seconds, step = waiting.pop()
        assert seconds > 0 and not waiting, "Each step gives way to keys before the next one."
        step()
        steps += 1
    assert steps == len(settling.NEXT_OPENED) + 1
    assert set(settling.NEXT_OPENED) <= set(sys.modules)
    assert gc.isenabled()
