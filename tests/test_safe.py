"""Hostile text in real widgets: shown as it is, and never a byte of it that steers the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.color import Color
from textual.filter import LineFilter
from textual.widgets import DataTable, Label, OptionList, Static

from services.text import clean
from tests.hostile import FORBIDDEN, FORBIDDEN_BYTES, HOSTILE, marked, marker
from tests.support.terminal import Terminal
from widgets.safe import SafeLineFilter, content, notify, rich_text

BLACK = Color(0, 0, 0)
safe_lines = SafeLineFilter()


class Board(App[None]):
    """One of each kind of widget, all with the same text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        label = Label(content(self.text))
        label.border_title = content(self.text)
        yield label
        yield OptionList(content(self.text))
        yield DataTable()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_column("Subject")
        table.add_row(rich_text(self.text))
        notify(self, self.text, title=self.text, severity="warning")


async def test_every_text_survives_every_kind_of_widget_as_text() -> None:
    text = " ".join(["START", *(line for line in HOSTILE if "[" in line and len(line) < 60), "END"])
    app = Board(text)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert app.is_running
        assert str(app.query_one(Label).content) == clean(text)
        assert str(app.query_one(OptionList).get_option_at_index(0).prompt) == clean(text)
        assert str(app.query_one(DataTable).get_row_at(0)[0]) == clean(text)
        (notification,) = app._notifications
        assert (notification.message, notification.title) == (clean(text), clean(text))
        assert not notification.markup


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_net_lets_nothing_forbidden_through(text: str) -> None:
    (kept,) = safe_lines.apply([Segment("." + text)], BLACK)
    assert not FORBIDDEN.search(kept.text)
    assert not set(kept.text) & set("\r\n\t")
    kept.text.encode()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_net_leaves_a_line_as_wide_as_it_was(text: str) -> None:
    segments = [Segment("." + text)]
    assert Segment.get_line_length(safe_lines.apply(segments, BLACK)) == Segment.get_line_length(segments)


def test_the_net_hands_back_a_good_line_untouched() -> None:
    good = [Segment("plain ", Style(bold=True)), Segment("漢字 👨\u200d👩"), Segment("no\xa0break")]
    assert safe_lines.apply(good, BLACK) == good
    assert safe_lines.apply(good[:1], BLACK)[0] is good[0]


def test_the_net_keeps_textuals_own_controls_and_drops_what_is_left_empty() -> None:
    control = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    assert safe_lines.apply([control, Segment("\x1b"), Segment("a\x07b")], BLACK) == [control, Segment("ab")]


def test_a_link_cannot_carry_a_sequence() -> None:
    hostile = Segment("report", Style(link="https://example.org/\x1b\\\x1b]52;c;eA==\x07", bold=True))
    harmless = Segment("report", Style(link="https://example.org/"))
    first, second = safe_lines.apply([hostile, harmless], BLACK)
    assert first.style is not None and first.style.link is None and first.style.bold
    assert second is harmless


class Wall(App[None]):
    """The whole corpus given to the terminal without any cleaning, with or without the net."""

    netted = True

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = super().get_line_filters()
        return [*filters, safe_lines] if self.netted else filters

    def compose(self) -> ComposeResult:
        for _, text in marked():
            yield Static(text[:70].replace("\n", " ").encode(errors="ignore").decode(), markup=False)


def _bytes_on_a_terminal(netted: bool) -> bytes:
    """What the wall writes to a terminal tall enough for the whole corpus."""
    code = f"from tests.test_safe import Wall; Wall.netted = {netted}; Wall().run()"
    with Terminal(sys.executable, "-c", code, size=(100, 2 * len(HOSTILE))) as terminal:
        last = marker(len(HOSTILE) - 1).encode()
        terminal.wait_for(lambda program: last in program.raw, timeout=30)
        terminal.send("ctrl+q")
        assert terminal.wait_for_exit() == 0
        return bytes(terminal.raw)


def test_a_real_terminal_gets_no_sequence_from_data() -> None:
    written = _bytes_on_a_terminal(netted=True)
    for index in range(len(HOSTILE)):
        assert marker(index).encode() in written
    assert FORBIDDEN_BYTES.findall(written) == []


def test_without_the_net_the_same_terminal_would_have_got_them() -> None:
    """The proof that the test before can fail, and that the net is needed at all."""
    caught = set(FORBIDDEN_BYTES.findall(_bytes_on_a_terminal(netted=False)))
    assert {b"\x1b]52;", b"\x1b[31m", b"\xe2\x80\xae", b"\xc2\x9b"} <= caught
