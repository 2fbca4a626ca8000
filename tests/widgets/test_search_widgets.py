"""The line that a search is typed into, its suggestions and remarks, and what marks that something was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.style import Style
from textual.widget import Widget

from tests.widgets.support import ids_of, showing, ticket
from widgets.completions import MOST_LINES, Completions, Suggested
from widgets.log_view import LogBlock, LogView
from widgets.matches import marked_runs
from widgets.query_prompt import QueryPrompt
from widgets.remark import Remark
from widgets.ticket_list import TicketList

HOSTILE = "bad\x1b]0;x\x07\u202e[b]\nname"


def printers(text: str) -> Sequence[tuple[int, int]]:
    """Mark as a search for “print” does."""
    return [match.span() for match in re.finditer(r"(?i)\bprint\w*", text)]


def underlined(widget: Widget, y: int) -> list[str]:
    """What a line shows underlined."""
    return [each.text for each in widget.render_line(y) if each.style and each.style.underline]


def test_runs_are_cut_where_the_text_ends() -> None:
    base, match = Style(), Style(bold=True)
    assert marked_runs("abcdef", [(1, 3), (5, 9)], base, match) == [
        ("a", base),
        ("bc", match),
        ("de", base),
        ("f", match),
    ]
    assert marked_runs("abc", [], base, match) == [("abc", base)]
    assert marked_runs("abc", [(7, 9)], base, match) == [("abc", base)]


async def test_the_prompt_takes_pasted_lines_as_one_and_marks_a_fault() -> None:
    prompt = QueryPrompt()
    async with showing(prompt, size=(60, 4)) as (_, pilot):
        await pilot.type("status:hold ")
        await pilot.paste(f"two\n lines {HOSTILE}")
        assert prompt.value.startswith("status:hold two lines bad")
        assert not set("\x1b\x07\u202e\n") & set(prompt.value)
        prompt.mark_fault(0, 6)
        await pilot.settle()
        assert underlined(prompt, 0) == ["status"]
        prompt.clear_fault()
        await pilot.settle()
        assert underlined(prompt, 0) == []
        prompt.put_between(7, 11, "new")
        await pilot.settle()
        assert prompt.value.startswith("status:new two") and prompt.cursor_position == 10


async def test_suggestions_are_chosen_by_arrows_only_and_scroll() -> None:
    prompt, offers = QueryPrompt(), Completions()
    entries = [Suggested(f"value{number}", f"Value {number}", HOSTILE) for number in range(12)]
    async with showing(prompt, offers, size=(60, 20)) as (_, pilot):
        assert not offers.is_open and offers.offered is None
        offers.show(entries, 3, 1, 60)
        await pilot.settle()
        assert offers.offered == entries[0] and offers.chosen is None
        assert offers.size.height == MOST_LINES
        assert "↓Value 7" in pilot.text(), "there is more below"
        offers.move(-1)
        assert offers.chosen is None
        for _ in range(20):
            offers.move(1)
        assert offers.chosen == entries[11]
        await pilot.settle()
        assert "> Value 11" in pilot.text().replace(">Value", "> Value") and "Value 3 " not in pilot.text()
        assert "↑Value 4" in pilot.text()
        for bad in "\x1b\x07\u202e":
            assert bad not in pilot.text()
        offers.close()
        await pilot.settle()
        assert not offers.is_open and "Value" not in pilot.text()


async def test_a_remark_is_as_high_as_its_sentence() -> None:
    prompt, remark = QueryPrompt(), Remark()
    async with showing(prompt, remark, size=(40, 10)) as (_, pilot):
        remark.say("This is not understood, and it takes more than one line to say why.", 1, 40)
        await pilot.settle()
        assert [line.strip() for line in pilot.lines()[1:3]] == [
            "! This is not understood, and it takes",
            "more than one line to say why.",
        ]
        remark.say("", 0, 0)
        await pilot.settle()
        assert "understood" not in pilot.text()


async def test_the_list_marks_what_was_found_and_stops_when_told() -> None:
    tickets = TicketList(clock=lambda: 0)
    rows = [ticket(number) for number in range(1, 4)]
    async with showing(tickets, size=(100, 6)) as (app, pilot):
        tickets.show(ids_of(rows), rows)
        await pilot.settle()
        app.taken()
        tickets.set_marker(printers)
        await pilot.settle()
        for line in (1, 2):
            assert underlined(tickets, line) == ["Printer", "print"] or underlined(tickets, line) == ["Printer"]
        app.taken()
        tickets.set_marker(printers)
        await pilot.settle()
        assert app.taken() == 0
        tickets.set_marker(None)
        await pilot.settle()
        assert underlined(tickets, 1) == []


async def test_a_count_of_more_than_were_ordered_ends_with_a_plus() -> None:
    tickets = TicketList(clock=lambda: 0)
    rows = [ticket(number) for number in range(1, 4)]
    async with showing(tickets, size=(100, 6)):
        tickets.show(ids_of(rows), rows, more=True)
        assert tickets.position_text == "1 / 3+"
        tickets.replace_snapshot(ids_of(rows))
        assert tickets.position_text == "1 / 3"


async def test_the_log_goes_from_place_to_place_and_unfolds_what_hides_one() -> None:
    log = LogView()
    quote = "\n".join(["> one", "> the printer", "> three"])
    blocks = [
        LogBlock(1, (("First", ""),), "Nothing here."),
        LogBlock(2, (("Second", ""),), "A printer.\nNo.\nAnother printer."),
        LogBlock(3, (("Third", ""),), f"Hello\n{quote}\nBye"),
        LogBlock(4, (("Fourth", ""),), "Printed.", folded=True),
    ]
    async with showing(log, size=(60, 8)) as (_, pilot):
        log.show(blocks)
        assert not log.next_match()
        log.set_marker(printers)
        found = []
        while log.next_match():
            await pilot.settle()
            shown = [text for y in range(8) for text in underlined(log, y)]
            found.append((log.cursor_id, bool(shown)))
            assert len(found) < 9
        assert found == [(2, True), (2, True), (3, True), (4, True)]
        assert "Printed." in pilot.text()
        log.forget_match()
        assert log.next_match() and log.cursor_id == 2
