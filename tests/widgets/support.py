"""A widget alone on a screen, tickets to fill it with, and what it would write to a terminal."""

from __future__ import annotations

import os
from array import array
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from rich.color import ColorSystem
from rich.console import RenderableType
from textual.app import App, ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from services.records import Choice, TicketRow
from tests.support.pilot import FastPilot, running
from widgets.frugal import squeezed
from widgets.quiet_screen import QuietScreen

NOW = 1_763_733_600_000_000
"""Friday, 2025-11-21 14:00 UTC, in microseconds."""

MINUTE = 60_000_000
DAY = 24 * 60 * MINUTE

GOLDENS = Path(__file__).parent / "goldens"
"""Screens as plain text, compared letter by letter."""

Kind = TypeVar("Kind", bound=Message)


class WidgetScreen(QuietScreen[None]):
    """Widgets one below the other."""

    def __init__(self, widgets: tuple[Widget, ...]) -> None:
        super().__init__()
        self.widgets = widgets

    def compose(self) -> ComposeResult:
        """Put the widgets on the screen."""
        yield from self.widgets


class Bench(App[None]):
    """Widgets on a screen, the messages that they post, and the bytes of every repaint."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget) -> None:
        super().__init__()
        # The most expensive terminal, whatever the tests run in.
        self.console._color_system = ColorSystem.TRUECOLOR
        self.widgets = widgets
        self.heard: list[Message] = []
        self.written = bytearray()

    def get_default_screen(self) -> Screen[None]:
        """The screen that stays quiet, as the desk's own do."""
        return WidgetScreen(self.widgets)

    async def _on_message(self, message: Message) -> None:
        self.heard.append(message)
        await super()._on_message(message)

    def all_heard(self, kind: type[Kind]) -> list[Kind]:
        """The messages of a kind, in the order in which they came."""
        return [message for message in self.heard if isinstance(message, kind)]

    def taken(self) -> int:
        """How many bytes were written since this was asked last."""
        count = len(self.written)
        self.written.clear()
        return count

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        render = getattr(renderable, "render_segments", None)
        if render is not None:
            self.written += squeezed(render(self.console)).encode()
        super()._display(screen, renderable)


@asynccontextmanager
async def showing(*widgets: Widget, size: tuple[int, int] = (120, 40)) -> AsyncIterator[tuple[Bench, FastPilot]]:
    """Run widgets on a screen of a size; the first of them has the focus."""
    app = Bench(*widgets)
    async with running(app, size) as pilot:
        widgets[0].focus()
        await pilot.settle()
        app.taken()
        yield app, pilot


def ticket(number: int, **fields: Any) -> TicketRow:
    """A ticket as lists show it, the same for the same number, with the given fields different."""
    row = TicketRow(
        id=number,
        number=f"0500-{1000 + number:04}"[-9:],
        subject=f"Printer {number} on the second floor does not print",
        status_code=1,
        status="New",
        is_open=True,
        extension="",
        priority=2,
        type="Incident",
        category="Printers",
        manager_id=7,
        manager="Mia Berg",
        account="Northwind",
        requester="Rosa Lind",
        created_at=NOW - DAY,
        updated_at=NOW - number % 1000 * MINUTE,
        due_at=None,
        closed_at=None,
        in_inbox=False,
        waiting_for_dispatch=False,
        mark=0,
        mine=False,
        channel="web",
        archived=False,
        version=1,
    )
    return row._replace(**fields)


def ids_of(rows: Iterable[TicketRow]) -> array[int]:
    """The order of rows as a list takes it."""
    return array("q", [row.id for row in rows])


def choices(*labels: str) -> list[Choice]:
    """Choices with ids counted from 1."""
    return [Choice(number, label) for number, label in enumerate(labels, 1)]


def check_golden(name: str, screen: str) -> None:
    """Compare a screen with the one that was kept; GOLDENS=write in the environment keeps it anew."""
    path = GOLDENS / f"{name}.txt"
    if os.environ.get("GOLDENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(screen + "\n", encoding="utf-8")
    assert screen + "\n" == path.read_text(encoding="utf-8")
