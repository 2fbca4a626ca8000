"""Themes and terminals: looks follow the theme at once, and nothing depends on colour alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.style import Style
from textual.widget import Widget

from tests.widgets.support import NOW, choices, ids_of, showing, ticket
from widgets.field_list import FieldLine, FieldList
from widgets.lines import LineWidget
from widgets.log_view import LogBlock, LogView
from widgets.nav_tree import NavEntry, NavPane
from widgets.picker import Picker
from widgets.ticket_list import TicketList


def tickets() -> Widget:
    widget = TicketList(clock=lambda: NOW)
    rows = [ticket(number, priority=4, due_at=1, mark=1, mine=True) for number in (1, 2, 3)]
    widget.show(ids_of(rows), rows)
    return widget


def log() -> Widget:
    view = LogView()
    view.show([LogBlock(number, (("Note", "accent"),), "text", "note") for number in (1, 2, 3)])
    return view


MAKERS: list[Callable[[], Widget]] = [
    tickets,
    log,
    lambda: NavPane([NavEntry("a", "A", 0, 1), NavEntry("b", "B")]),
    lambda: FieldList([FieldLine("a", "A", "value"), FieldLine("b", "B", "value", False)]),
    lambda: Picker(choices("one", "two")),
]


def styles(widget: Widget) -> list[list[Style | None]]:
    """The styles of the first lines of what draws itself line by line."""
    drawn = widget if isinstance(widget, LineWidget) else widget.query_one(LineWidget)
    return [[segment.style for segment in drawn.render_line(y)] for y in range(3)]


def cursor_attributes(widget: Widget) -> set[bool]:
    return {bool(style and style.reverse) for line in styles(widget) for style in line}


@pytest.mark.parametrize("make", MAKERS)
async def test_another_theme_is_seen_at_once(make: Callable[[], Widget]) -> None:
    widget = make()
    async with showing(widget, size=(80, 10)) as (app, pilot):
        seen = [styles(widget)]
        for theme in ("textual-light", "ansi-dark", "nord"):
            app.theme = theme
            await pilot.until(lambda: styles(widget) not in seen)
            seen.append(styles(widget))
        assert app.is_running


@pytest.mark.parametrize("make", MAKERS)
async def test_without_colours_the_cursor_is_reversed(
    make: Callable[[], Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    widget = make()
    async with showing(widget, size=(80, 10)) as (_, pilot):
        await pilot.settle()
        assert cursor_attributes(widget) == {True, False}


async def test_a_cursor_line_keeps_the_themes_colours_and_the_tones_attributes() -> None:
    widget = TicketList(clock=lambda: NOW, columns=[("subject", 0), ("priority", 0)])
    async with showing(widget, size=(80, 10)):
        rows = [ticket(number, priority=4) for number in (1, 2)]
        widget.show(ids_of(rows), rows)
        colours = {segment.style.color for segment in widget.render_line(1) if segment.style}
        assert len(colours) == 1
        assert len({segment.style.color for segment in widget.render_line(2) if segment.style}) == 2
