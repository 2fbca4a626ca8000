"""Hostile text through every widget: shown as text, every line as wide as the screen, nothing that steers it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from rich.cells import cell_len
from textual.widget import Widget

from services.records import Choice
from tests.hostile import FORBIDDEN, FORBIDDEN_BYTES, HOSTILE, marked
from tests.widgets.support import ids_of, showing, ticket
from widgets.field_list import FieldLine, FieldList
from widgets.hint_bar import Hint, HintBar
from widgets.log_view import LogBlock, LogView
from widgets.nav_tree import NavEntry, NavPane
from widgets.picker import Picker
from widgets.status_line import StatusLine
from widgets.text_prompt import TextPrompt
from widgets.ticket_list import COLUMNS, TicketList

WIDTH, HEIGHT = 100, len(HOSTILE) + 5
Texts = Sequence[str]


def ticket_list(texts: Texts) -> Widget:
    tickets = TicketList(columns=[("subject", 0), *((name, 12) for name in ("manager", "account", "requester"))])
    rows = [
        ticket(
            number,
            subject=text,
            manager=text,
            account=text,
            requester=text,
            status=text,
        )._replace(number=text)
        for number, text in enumerate(texts, 1)
    ]
    tickets.show(ids_of(rows), rows)
    return tickets


def wide_ticket_list(texts: Texts) -> Widget:
    tickets = TicketList(columns=[(name, 0) for name in COLUMNS])
    fields = ("subject", "number", "status", "extension", "type", "category", "manager", "account", "channel")
    rows = [ticket(n)._replace(**dict.fromkeys(fields, text)) for n, text in enumerate(texts, 1)]
    tickets.show(ids_of(rows), rows)
    return tickets


def log_view(texts: Texts) -> Widget:
    log = LogView()
    log.show([LogBlock(n, ((text, "strong"), (text, "dim")), "", folded=True) for n, text in enumerate(texts)])
    return log


def log_bodies(texts: Texts) -> Widget:
    log = LogView()
    log.show([LogBlock(n, (("x", ""),), text[:60], "", ((n, text),)) for n, text in enumerate(texts)])
    return log


def nav_pane(texts: Texts) -> Widget:
    return NavPane([NavEntry(str(n), text, 0, text[:8]) for n, text in enumerate(texts)])


def field_list(texts: Texts) -> Widget:
    return FieldList([FieldLine(str(n), text, text[:30], n % 2 == 0, text[:20]) for n, text in enumerate(texts)])


def picker(texts: Texts) -> Widget:
    return Picker([Choice(n, text, text) for n, text in enumerate(texts)], placeholder=texts[0])


MAKERS: list[Callable[[Texts], Widget]] = [
    ticket_list,
    wide_ticket_list,
    log_view,
    log_bodies,
    nav_pane,
    field_list,
    picker,
]


@pytest.mark.parametrize("make", MAKERS)
async def test_lists_show_it_line_by_line(make: Callable[[Texts], Widget]) -> None:
    widget = make([text for _, text in marked()])
    async with showing(widget, size=(WIDTH, HEIGHT)) as (app, pilot):
        for _ in range(8):
            check_screen(app.screen._compositor.render_strips())
            page = getattr(widget, "page", None)
            if page is not None:
                page(1)
            await pilot.settle()
        assert not FORBIDDEN_BYTES.search(bytes(app.written))
        assert app.is_running


async def test_single_lines_show_it() -> None:
    bar, status, prompt = HintBar(), StatusLine(), TextPrompt("Label")
    async with showing(bar, status, prompt, size=(WIDTH, 24)) as (app, pilot):
        for text in HOSTILE:
            bar.set_hints([Hint("k", text)])
            bar.set_message(text if bar.has_class("-message") else None)
            bar.toggle_class("-message")
            status.set_left(text)
            status.set_middle(text)
            status.set_right(text[:30])
            prompt.set_error(text)
            prompt.value = text
            await pilot.settle()
            check_screen(app.screen._compositor.render_strips())
        assert not FORBIDDEN_BYTES.search(bytes(app.written))
        assert app.is_running


async def test_labels_and_first_values_show_it() -> None:
    prompts = [TextPrompt(text[:80], text[:80], placeholder=text[:80]) for text in HOSTILE]
    async with showing(*prompts, size=(WIDTH, 3 * len(prompts))) as (app, _):
        check_screen(app.screen._compositor.render_strips())
        assert not FORBIDDEN_BYTES.search(bytes(app.written))


def check_screen(strips: Sequence[object]) -> None:
    for strip in strips:
        text = strip.text  # type: ignore[attr-defined]
        assert not FORBIDDEN.search(text), repr(text)
        assert cell_len(text) == WIDTH, repr(text)
