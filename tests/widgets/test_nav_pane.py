"""The navigation pane: headings in between, counts at the edge, and a sign at the view that is shown."""

from __future__ import annotations

from textual import events

from tests.widgets.support import check_golden, showing
from widgets.nav_tree import NavEntry, NavPane


def entries() -> list[NavEntry]:
    return [
        NavEntry("inbox", "Inbox", 0, 12),
        NavEntry("dispatcher", "Dispatcher", 0, 3, tone="warning"),
        NavEntry("all", "All tickets", 0, "1,000+"),
        NavEntry("h1", "Open", heading=True),
        NavEntry("s1", "New", 1, 1_234_567),
        NavEntry("s2", "Waiting for the client", 1, 4),
        NavEntry("h2", "Closed", heading=True),
        NavEntry("s9", "Resolved", 1),
    ]


async def test_it_looks_like_this() -> None:
    pane = NavPane(entries())
    async with showing(pane, size=(80, 24)) as (_, pilot):
        pane.choose("s1")
        await pilot.settle()
        check_golden("nav_pane", pilot.text())


async def test_the_cursor_passes_over_headings_and_chooses() -> None:
    pane = NavPane(entries())
    async with showing(pane) as (app, pilot):
        visited = [pane.cursor_entry]
        for _ in range(7):
            pane.move(1)
            visited.append(pane.cursor_entry)
        assert visited == ["inbox", "dispatcher", "all", "s1", "s2", "s9", "s9", "s9"]
        pane.move(-2)
        pane.choose_cursor()
        pane.first()
        pane.last()
        await pilot.settle()
        assert pane.active == "s2"
        assert [message.entry_id for message in app.all_heard(NavPane.Chosen)] == ["s2"]
        pane.choose("no such")
        pane.choose("h1")
        assert pane.active == "s2"


async def test_choosing_for_the_user_says_nothing_unless_asked() -> None:
    pane = NavPane(entries())
    async with showing(pane) as (app, pilot):
        pane.choose("s2")
        await pilot.settle()
        assert not app.all_heard(NavPane.Chosen) and not app.all_heard(NavPane.Highlighted)
        pane.choose("inbox", notify=True)
        await pilot.settle()
        assert [message.entry_id for message in app.all_heard(NavPane.Chosen)] == ["inbox"]


async def test_new_entries_keep_the_cursor_on_its_view() -> None:
    pane = NavPane(entries())
    async with showing(pane) as (_, pilot):
        pane.choose("s2")
        pane.set_entries([NavEntry("x", "Extra"), *entries()])
        assert pane.cursor_entry == "s2"
        pane.set_entries([NavEntry("h", "Head", heading=True), NavEntry("y", "Why")])
        assert pane.cursor_entry == "y"
        pane.set_entries([])
        pane.move(1)
        pane.choose_cursor()
        await pilot.settle()
        assert pane.cursor_entry is None


async def test_a_click_chooses() -> None:
    pane = NavPane(entries())
    async with showing(pane) as (app, pilot):
        for y in (3, 4):
            pane.post_message(events.Click(pane, 5, y, 0, 0, 1, False, False, False, 5, y, None))
            await pilot.settle()
        assert [message.entry_id for message in app.all_heard(NavPane.Chosen)] == ["s1"]
