"""Marking in a line what a search has found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.style import Style

from widgets.lines import Run

Marker = Callable[[str], Sequence[tuple[int, int]]]
"""Says for a text from which character to which one something was found, in order and apart from each other."""


def marked_runs(text: str, found: Sequence[tuple[int, int]], base: Style, match: Style) -> list[Run]:
    """Break a text into runs; it may be the beginning of the one that was looked at, with an ellipsis or padding."""
    if not found:
        return [(text, base)]
    runs: list[Run] = []
    at = 0
    for start, end in found:
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            runs.append((text[at:start], base))
        runs.append((text[start:end], match))
        at = end
    if at < len(text):
        runs.append((text[at:], base))
    return runs
