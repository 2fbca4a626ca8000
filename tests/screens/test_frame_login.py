"""Getting in: the first start, the login, and logging out and in as another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from models.binding import close_database
from services import auth
from tests.support.desks import ADMINISTRATOR, PASSWORD
from tests.support.pilot import FastPilot, running
from tui import start
from tui.app import DeskApp
from tui.config import Settings


@asynccontextmanager
async def program(url: str, acting_as: str | None = None) -> AsyncIterator[FastPilot]:
    """Run the program headless as `deskwire` would: it finds out by itself what to show first."""
    opened = await asyncio.to_thread(start.open_for, Settings(url, acting_as=acting_as), {})
    try:
        async with running(opened.app(DeskApp)) as pilot:
            yield pilot
    finally:
        opened.runner.close()
        close_database()


async def test_the_first_start_makes_a_desk_and_its_administrator(blank_url: str) -> None:
    async with program(blank_url) as pilot:
        await pilot.until_shows("Welcome to Deskwire")
        await pilot.press("ctrl+u")
        await pilot.type("Ada Lindqvist\n")
        await pilot.press("ctrl+u")
        await pilot.type("ada\n\n")
        await pilot.type("short\nshort\n")
        await pilot.until_shows("fewer than 8 characters")
        assert "Ada Lindqvist" in pilot.text() and "ada" in pilot.text()
        await pilot.press("ctrl+u")
        await pilot.type(f"{PASSWORD}\n")
        await pilot.press("ctrl+u")
        await pilot.type(f"{PASSWORD}x\n")
        await pilot.until_shows("The two passwords differ")
        await pilot.press("backspace", "enter")
        await pilot.until(lambda: pilot.app.logged_in)
        assert pilot.app.session.username == "ada" and pilot.app.session.has("administer")
        await pilot.until_shows("Ada Lindqvist")
    # The account of the system was bound, so the next start asks nothing.
    async with program(blank_url) as pilot:
        assert pilot.app.session.username == "ada"


async def test_without_the_bound_account_the_password_is_asked_for(blank_url: str) -> None:
    async with program(blank_url) as pilot:
        await pilot.press("ctrl+u")
        await pilot.type("Ada\n")
        await pilot.press("ctrl+u")
        await pilot.type("ada\n\n")
        await pilot.press("f3")
        assert f"( ) The system account {auth.os_account()}" in pilot.text()
        await pilot.type(f"{PASSWORD}\n{PASSWORD}\n")
        await pilot.until(lambda: pilot.app.logged_in)
    async with program(blank_url) as pilot:
        await pilot.until_shows("Deskwire: log in")


async def test_a_wrong_password_keeps_the_name_and_says_how_long_to_wait(new_desk_url: str) -> None:
    async with program(new_desk_url) as pilot:
        await pilot.type(ADMINISTRATOR.username + "\n")
        await pilot.type("wrong\n")
        await pilot.until_shows("The user name or the password is wrong; check both")
        assert ADMINISTRATOR.username in pilot.text() and "wrong" not in pilot.lines()[11]
        for _ in range(2):
            await pilot.type("wrong\n")
            await pilot.until(lambda: not pilot.app.screen.busy)
        await pilot.until_shows("try again in 2 seconds")
        assert not pilot.app.logged_in


async def test_the_password_is_never_shown(new_desk_url: str) -> None:
    async with program(new_desk_url) as pilot:
        await pilot.type("ada\nsecret!")
        assert "secret" not in pilot.text()


async def test_somebody_logs_out_and_in_again(new_desk_url: str) -> None:
    async with program(new_desk_url, acting_as=ADMINISTRATOR.username) as pilot:
        assert ADMINISTRATOR.username in pilot.text()
        await pilot.type(PASSWORD + "\n")
        await pilot.until(lambda: pilot.app.logged_in)
        await pilot.until_shows(ADMINISTRATOR.name)
        await pilot.press("ctrl+o")
        await pilot.until_shows("Deskwire: log in")
        assert not pilot.app.logged_in and len(pilot.app.screen_stack) == 1
        await pilot.press("ctrl+g")
        assert "Deskwire: log in" in pilot.text()
        await pilot.type(f"{ADMINISTRATOR.username}\n{PASSWORD}\n")
        await pilot.until(lambda: pilot.app.logged_in)
        await pilot.until_shows(ADMINISTRATOR.name)


async def test_somebody_changes_the_own_password(new_desk_url: str) -> None:
    async with program(new_desk_url, acting_as=ADMINISTRATOR.username) as pilot:
        await pilot.press("f8")
        assert "Change your password" not in pilot.text()
        await pilot.type(PASSWORD + "\n")
        await pilot.until_shows(ADMINISTRATOR.name)
        await pilot.press("f8")
        await pilot.type("wrong one\nanother long one\nanother long\n")
        await pilot.until_shows("The two passwords differ")
        await pilot.press("ctrl+u")
        await pilot.type("another long one\n")
        await pilot.until_shows("password is wrong")
        await pilot.press("ctrl+u")
        await pilot.type(f"{PASSWORD}\n\n\n")
        await pilot.until(lambda: "Change your password" not in pilot.text())
        await pilot.press("ctrl+o")
        await pilot.type(f"{ADMINISTRATOR.username}\nanother long one\n")
        await pilot.until_shows(ADMINISTRATOR.name)


@pytest.mark.parametrize("name", ["light", "ansi", "mono"])
async def test_a_theme_is_chosen_and_remembered(
    name: str, new_desk_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    shown = {"light": "Light", "ansi": "Terminal", "mono": "None"}[name]
    for _ in range(2):
        async with program(new_desk_url, acting_as=ADMINISTRATOR.username) as pilot:
            assert pilot.app.theme == "dark"
            await pilot.type(PASSWORD + "\n")
            await pilot.until(lambda: pilot.app.logged_in)
            await pilot.until_shows(ADMINISTRATOR.name)
            if pilot.app.theme == "dark":
                await pilot.press("f9")
                await pilot.type(f"{shown}\n")
                await pilot.settle()
            assert pilot.app.theme == name
            assert ADMINISTRATOR.name in pilot.text()
