"""The log: History entries and mails of any size, folded, scrolled and repainted as little as can be."""

from __future__ import annotations

import pytest
from textual import events

from tests.support.pilot import FastPilot
from tests.widgets.support import check_golden, showing
from widgets.log_view import LogBlock, LogView
from widgets.log_view.blocks import BlockLines

QUOTING = "\n".join(["Dear desk,", "it is broken again.", "> when", "> did it", "> break?", "> asks the desk", "Rosa"])


def entry(number: int, body: str = "One line.", **fields: object) -> LogBlock:
    head = (("Note", "strong"), (f"  Mia Berg {number}", ""), ("  21 Nov 14:05", "dim"))
    return LogBlock(number, head, body)._replace(**fields)


def history() -> list[LogBlock]:
    return [
        entry(1, "The printer on the second floor does not print, and nobody knows why it should. " * 2),
        entry(2, QUOTING, tone="mail-in", attachments=((7, "photo.png 2 MB"), (8, "log.txt 3 kB"))),
        entry(3, "", tone="change"),
        entry(4, "Hidden text", folded=True),
        entry(5, "漢字 and e\u0301 in a line that is long enough to be broken in the middle of the screen " * 2),
    ]


async def click(pilot: FastPilot, log: LogView, y: int, chain: int = 1) -> None:
    log.post_message(events.Click(log, 5, y, 0, 0, 1, False, False, False, 5, y, None, chain))
    await pilot.settle()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_history_looks_like_this(size: tuple[int, int]) -> None:
    log = LogView()
    async with showing(log, size=size) as (_, pilot):
        log.show(history())
        log.move(1)
        await pilot.settle()
        check_golden(f"log_view_{size[0]}x{size[1]}", pilot.text())


async def test_quotes_and_entries_fold() -> None:
    log = LogView()
    async with showing(log, size=(80, 24)) as (_, pilot):
        log.show(history(), cursor=2)
        await pilot.settle()
        assert "… 4 quoted lines" in pilot.text() and "> did it" not in pilot.text()
        log.toggle_quotes()
        await pilot.settle()
        assert "… 4 quoted lines" not in pilot.text() and "> did it" in pilot.text()
        log.toggle_block()
        await pilot.settle()
        assert "Dear desk" not in pilot.text()
        log.expand_all()
        await pilot.settle()
        assert "Dear desk" in pilot.text() and "Hidden text" in pilot.text()
        log.collapse_all()
        await pilot.settle()
        assert len([line for line in pilot.lines() if line]) == 5
        assert "asks the desk" in log.text_of(2) and "photo.png" in log.text_of(2)
        assert log.text_of(99) == ""


async def test_the_cursor_goes_from_entry_to_entry() -> None:
    log = LogView()
    async with showing(log, size=(80, 24)) as (app, pilot):
        log.show([entry(number, "line\n" * 6) for number in range(1, 40)])
        for _ in range(10):
            log.move(1)
        assert log.cursor_id == 11
        assert log.to_id(30) and not log.to_id(300)
        await pilot.settle()
        assert any(line.startswith("> Note  Mia Berg 30") for line in pilot.lines())
        log.move(-1)
        await pilot.settle()
        assert any(line.startswith("> Note  Mia Berg 29") for line in pilot.lines())
        log.last()
        await pilot.settle()
        assert pilot.lines()[-2] == "  line" and log.cursor_id == 39
        log.first()
        log.open_cursor()
        await pilot.settle()
        assert [message.block_id for message in app.all_heard(LogView.BlockSelected)] == [1]
        moved = [message.block_id for message in app.all_heard(LogView.BlockMoved)]
        assert moved == [*range(2, 12), 30, 29, 39, 1]


async def test_a_long_entry_is_read_page_by_page() -> None:
    log = LogView()
    async with showing(log, size=(80, 24)) as (_, pilot):
        log.show([entry(1, "\n".join(f"line {n}" for n in range(100))), entry(2)])
        await pilot.settle()
        seen: list[str] = []
        for _ in range(6):
            seen += pilot.lines()
            log.page(1)
            await pilot.settle()
        assert [line.strip() for line in dict.fromkeys(seen) if "line " in line] == [f"line {n}" for n in range(100)]
        assert log.cursor_id == 2
        for _ in range(9):
            log.page(-1)
        assert log.cursor_id == 1
        log.half_page(1)
        log.scroll_lines(-3)
        await pilot.settle()
        assert "line 8" in pilot.lines()[0]


async def test_a_newer_history_keeps_place_cursor_and_folds() -> None:
    log = LogView()
    async with showing(log, size=(80, 24)) as (_, pilot):
        blocks = [entry(number, "line\n" * 6) for number in range(1, 40)]
        log.show(blocks, cursor=20)
        log.toggle_block()
        await pilot.settle()
        before = pilot.lines()
        log.append([entry(40, "news")])
        log.replace([entry(0, "older"), *blocks, entry(40, "news")])
        await pilot.settle()
        assert pilot.lines() == before and log.cursor_id == 20
        log.replace([])
        log.set_empty_text("Nothing here yet.")
        log.move(1)
        log.page(1)
        log.last()
        await pilot.settle()
        assert "Nothing here yet." in pilot.text() and log.cursor_id is None


async def test_a_history_can_begin_at_its_end() -> None:
    log = LogView()
    async with showing(log, size=(80, 24)) as (_, pilot):
        log.show([entry(number, "line\n" * 6) for number in range(1, 40)], at_end=True)
        await pilot.settle()
        assert log.cursor_id == 39 and any("Mia Berg 39" in line for line in pilot.lines())


async def test_quotes_and_attachments_answer_the_mouse() -> None:
    log = LogView()
    async with showing(log, size=(80, 24)) as (app, pilot):
        log.show(history(), cursor=2)
        await pilot.settle()
        at = next(y for y, line in enumerate(pilot.lines()) if "log.txt" in line)
        await click(pilot, log, at)
        clicked = app.all_heard(LogView.AttachmentClicked)
        assert [(message.block_id, message.attachment_id) for message in clicked] == [(2, 8)]
        at = next(y for y, line in enumerate(pilot.lines()) if "quoted lines" in line)
        await click(pilot, log, at)
        assert "> did it" in pilot.text()
        await click(pilot, log, 0, chain=2)
        assert app.all_heard(LogView.BlockSelected)


async def test_moving_between_heads_repaints_two_lines() -> None:
    log = LogView()
    async with showing(log, size=(120, 40)) as (app, pilot):
        log.show([entry(number) for number in range(1, 40)])
        await pilot.settle()
        app.taken()
        log.move(1)
        await pilot.settle()
        assert 0 < app.taken() <= 600


async def test_only_what_is_looked_at_is_broken_into_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    broken: list[str] = []

    def counting(line: str, width: int) -> list[str]:
        broken.append(line)
        return [line[:width]]

    monkeypatch.setattr("widgets.log_view.blocks.wrapped", counting)
    log = LogView()
    async with showing(log, size=(120, 40)) as (_, pilot):
        log.show([entry(number, "line\n" * 1000) for number in range(500)])
        await pilot.settle()
        assert len(broken) <= 40
        broken.clear()
        log.show([entry(1, "line\n" * 50_000)])
        await pilot.settle()
        assert len(broken) <= 40


def test_a_megabyte_on_one_line_is_read_as_far_as_somebody_looks() -> None:
    for body in ("x" * 1_000_000, "word " * 200_000, "漢" * 500_000):
        lines = BlockLines(entry(1, body), 80, folded=False, quotes_open=False)
        shown = [lines.line(index) for index in range(40)]
        assert all(line is not None and len(line.text) <= 80 for line in shown)
        assert lines.height(100) == 100
