"""The program on a test's desk, for one person, headless."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.screen import Screen

from screens.main import prefetch
from screens.runner import Runner
from services.session import Session
from tests.support.pilot import FastPilot, running
from tui.app import DeskApp
from tui.config import Settings


@asynccontextmanager
async def desk_app(
    session: Session,
    size: tuple[int, int] = (80, 24),
    first_screen: Callable[[], Screen[Any]] | None = None,
    settings: Settings = Settings(""),  # noqa: B008  a tuple that nobody can change
) -> AsyncIterator[FastPilot]:
    """Run the desk as somebody who has logged in; it starts where that person left off."""
    from screens.main import MainScreen

    runner = Runner()
    try:
        look = runner.submit(prefetch.load, session)[0].result()
        app = DeskApp(settings, runner, first_screen or (lambda: MainScreen(look)), session=session)
        async with running(app, size) as pilot:
            yield pilot
        app.close_drafts()
    finally:
        runner.close()
