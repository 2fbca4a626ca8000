"""Draw README's pictures from the running program: `make pictures`.

The real App runs headless over a sample desk with a fixed seed and a clock that stands still, so drawing
again changes only what the program shows differently.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from services import auth, clock
from services.demo.build import build
from services.desk import close_desk, create_desk_tables
from services.preferences import set_desk_setting
from tests.support.pilot import FastPilot, running
from tui.app import DeskApp
from tui.config import Settings
from tui.start import open_for

FOLDER = Path(__file__).parent / "pictures"
SEED = 1
MOMENT = 1_795_685_400 * clock.SECOND  # a Thursday morning, 09:30 UTC
SURROUNDINGS = {"TZ": "UTC", "TERM": "xterm-256color", "COLORTERM": "truecolor"}

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 9.6, 20, 16, 14
FONTS = "'DejaVu Sans Mono', ui-monospace, Menlo, Consolas, 'Liberation Mono', monospace"
BASELINE = 15
FOREGROUND, BACKGROUND = "#d7dce2", "#14181d"
_WORD = re.compile(r"\S+")


class Picture(NamedTuple):
    """A file, what it shows, and the keys that lead there from the start; `until` is on the screen then."""

    name: str
    title: str
    size: tuple[int, int]
    keys: Sequence[str]
    until: str


# A ticket with mail in both directions, notes, changes and a charge.
_RICH = ("number_sign", *"0500-1393", "enter")
_FILLED = (
    *("n", "enter", *"xavier f", "enter", "tab", "tab", "tab", *"Printer PRN-0031 prints blank pages"),
    *("tab", "enter", *"hard", "enter", *["tab"] * 6, *"tomorrow 9am", *["tab"] * 6),
    *"The pages stay white since this morning. They have changed the toner already.",
    "shift+tab",  # no blinking cursor in the picture
)
_ANSWER = (
    *(*_RICH, "Y", *"Good morning, the attached guide shows how to clean the rollers.", *["shift+tab"] * 4),
    *("g", "u", "s", "@", *"elsewhere.example", "ctrl+s"),
)
PICTURES = (
    Picture(
        "main",
        "All tickets, with the views on the left and a preview below",
        (120, 40),
        ("5", *["down"] * 9),
        "pulls the paper through",
    ),
    Picture("history", "The History of a ticket", (120, 40), (*_RICH, "3"), "newest first"),
    Picture("new-ticket", "The form for a new ticket", (120, 26), ("5", *_FILLED), "changed the toner"),
    Picture("summary", "The Summary page", (120, 26), ("0",), "Given to others: oldest"),
    Picture("answer", "The last look before a mail leaves", (120, 26), _ANSWER, "STRANGER"),
    Picture("small", "The Inbox in a terminal of 80×24", (80, 24), ("1",), "Hello,"),
)


def main(names: Sequence[str] = ()) -> int:
    """Draw the pictures, or those that are named; return the exit status."""
    wanted = [picture for picture in PICTURES if not names or picture.name in names]
    if not wanted:
        known = ", ".join(each.name for each in PICTURES)
        print(f"There is no such picture; they are {known}.", file=sys.stderr)
        return 2
    _quiet_surroundings()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, clock.frozen(MOMENT):
        # What was typed for earlier pictures is no draft of these.
        os.environ["XDG_STATE_HOME"] = folder
        url = f"sqlite:///{folder}/desk.db"
        create_desk_tables(url)
        build(seed=SEED, os_account=auth.os_account())
        _let_mail_leave()
        close_desk()
        for picture in wanted:
            drawn = asyncio.run(_drawn(picture, url))
            (FOLDER / f"{picture.name}.svg").write_text(drawn, encoding="utf-8")
            print(f"docs/pictures/{picture.name}.svg")
    return 0


def _let_mail_leave() -> None:
    """Name a mail server, without which nobody can be answered."""
    session = auth.login_by_os_account(auth.os_account(), "manual")
    assert session is not None
    set_desk_setting(session, "smtp_host", "smtp.desk.example")


def svg(rows: Sequence[Iterable[Segment]], columns: int, title: str) -> str:
    """Return a screen as an SVG that needs no font of its own and nothing from elsewhere."""
    width = columns * CELL_WIDTH + 2 * MARGIN
    height = len(rows) * CELL_HEIGHT + 2 * MARGIN
    label = escape(title, {'"': "&quot;"})
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{label}">',
        f"<title>{label}</title>",
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
        f'<g font-family="{FONTS}" font-size="{FONT_SIZE}" fill="{FOREGROUND}" xml:space="preserve">',
    ]
    for number, row in enumerate(rows):
        lines += _row(row, MARGIN + number * CELL_HEIGHT)
    return "\n".join([*lines, "</g>", "</svg>", ""])


def _row(row: Iterable[Segment], top: float) -> Iterable[str]:
    """Yield the elements of one line: grounds first, so that no letter is cut by its neighbour's."""
    grounds: list[tuple[str, int, int]] = []
    letters: list[str] = []
    column = 0
    for text, style, _ in Segment.simplify(row):
        fore, back = _colours(style or Style.null())
        cells = cell_len(text)
        if grounds and grounds[-1][0] == back:
            grounds[-1] = (back, grounds[-1][1], grounds[-1][2] + cells)
        else:
            grounds.append((back, column, cells))
        letters += _words(text, column, top, fore, style or Style.null())
        column += cells
    for colour, start, cells in grounds:
        if colour != BACKGROUND:
            place = f'x="{_x(start)}" y="{top:g}" width="{cells * CELL_WIDTH:g}" height="{CELL_HEIGHT}"'
            yield f'<rect {place} fill="{colour}"/>'
    yield from letters


def _words(text: str, column: int, top: float, colour: str, style: Style) -> Iterable[str]:
    """Yield word after word, each in its cells, so that columns stay straight whatever font there is."""
    look = "" if colour == FOREGROUND else f' fill="{colour}"'
    look += ' font-weight="bold"' if style.bold else ""
    look += ' font-style="italic"' if style.italic else ""
    look += ' text-decoration="underline"' if style.underline else ""
    for found in _WORD.finditer(text):
        start = column + cell_len(text[: found.start()])
        length = f'textLength="{cell_len(found[0]) * CELL_WIDTH:g}" lengthAdjust="spacingAndGlyphs"'
        yield f'<text x="{_x(start)}" y="{top + BASELINE:g}" {length}{look}>{escape(found[0])}</text>'


def _x(column: int) -> str:
    return f"{MARGIN + column * CELL_WIDTH:g}"


def _colours(style: Style) -> tuple[str, str]:
    fore = style.color.get_truecolor().hex if style.color and not style.color.is_default else FOREGROUND
    back = style.bgcolor.get_truecolor().hex if style.bgcolor and not style.bgcolor.is_default else BACKGROUND
    return (back, fore) if style.reverse else (fore, back)


async def _drawn(picture: Picture, url: str) -> str:
    opened = open_for(Settings(url), {})
    try:
        app = opened.app(DeskApp)
        async with running(app, picture.size) as pilot:
            await _walk(pilot, picture)
            rows = app.screen._compositor.render_strips()
            return svg(rows, picture.size[0], f"Deskwire: {picture.title}")
    finally:
        opened.runner.close()


async def _walk(pilot: FastPilot, picture: Picture) -> None:
    for key in picture.keys:
        await pilot.press(key)
        await pilot.settle()
    await pilot.until_shows(picture.until)
    await pilot.settle()


def _quiet_surroundings() -> None:
    """Let nothing of this terminal reach the pictures."""
    for name in [name for name in os.environ if name.startswith(("DESKWIRE_", "SSH_", "NO_COLOR"))]:
        del os.environ[name]
    os.environ.update(SURROUNDINGS)
    time.tzset()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
