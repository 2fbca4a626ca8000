"""The hostile corpus through every screen of the real program and every listing of the command line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from screens.actions import area_actions
from services.numbers import number_of
from tests.hostile import FORBIDDEN, FORBIDDEN_BYTES, HOSTILE, marker
from tests.support.command import deskwire
from tests.support.databases import Databases
from tests.support.hostile_desk import THE_TICKET, TICKETS, build_hostile
from tests.support.person import PATIENCE, Person, desk_command, key_of
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])

NUMBER = number_of(THE_TICKET)
EDITS = ("note", "status", "extension", "priority", "manager", "due", "transfer", "archive")
BOX = "└"
"""The corner that only dialogs draw."""
MARKER = re.compile(r"mk\d{3}q")
ALL_MARKERS = {marker(index) for index in range(len(HOSTILE))}
SPREADSHEET_ORDERS = ("=", "+", "-", "@", "\t", "\r")


class Watcher(Person):
    """Presses keys whatever happens, remembers which hostile texts were on the screen, and looks at every byte."""

    def __init__(self, terminal: Terminal) -> None:
        super().__init__(terminal)
        self.seen: set[str] = set()
        self.sees(lambda shown: "Help" in shown or "Enter Open" in shown)
        self._start = terminal.byte_count

    def tries(self, *keys: str) -> str:
        """Press keys, take what the screen makes of them, and return what it shows."""
        for key in keys:
            before = self.terminal.byte_count
            self.terminal.send(key)
            # A key that does nothing here is no fault.
            self.terminal.read(0.25)
            if self.terminal.byte_count > before:
                self.terminal.quiet(60, PATIENCE)
            self.seen |= set(MARKER.findall(self.terminal.screen_text()))
        return self.terminal.screen_text()

    def asks(self, action_id: str) -> str:
        """Press the key of an action and return what the screen shows."""
        return self.tries(key_of(action_id))

    def opens(self, action_id: str) -> None:
        """Ask for what opens a dialog, once the one before has gone for good, and wait for it."""
        self.terminal.quiet(250, PATIENCE)
        self.terminal.send(key_of(action_id))
        self.sees(BOX)
        self.tries("down", "pagedown")

    def goes_back(self) -> None:
        """Leave dialogs, one after the other; typed text is thrown away."""
        for _ in range(6):
            shown = self.terminal.screen_text()
            if BOX not in shown:
                return
            self.tries("y" if "Throw away" in shown else "escape")
        raise AssertionError(f"The dialog stays.\n{self.terminal.screen_text()}")

    def check(self) -> None:
        """Assert that the program still answers, and that the terminal was given no order."""
        self.asks("desk.help")
        self.sees("what the keys do here")
        drawn = bytes(self.terminal.raw[self._start :])
        found = FORBIDDEN_BYTES.search(drawn)
        assert found is None, drawn[max(0, found.start() - 80) : found.end() + 80]
        assert set(re.findall(rb"\x1b\](\d+)", drawn)) <= {b"22"}, (
            "no title, link or clipboard: only the pointer's shape"
        )
        self.tries("escape")
        self.quits()


@pytest.fixture
def hostile_url(databases: Callable[[str], Databases]) -> str:
    """Return the address of a desk of hostile texts, on SQLite: the same texts take the same way from both engines."""
    return databases("sqlite").create("hostile", build_hostile)


@pytest.fixture
def watcher(hostile_url: str, size: tuple[int, int], terminal: OpenTerminal, tmp_path: Path) -> Watcher:
    home = {"HOME": str(tmp_path)}
    return Watcher(terminal(*desk_command(hostile_url), size=size, env=home, cwd=tmp_path))


def in_list(watcher: Watcher) -> None:
    """Go to the list of all tickets, from whichever page the desk starts on."""
    watcher.asks("list.all")
    watcher.sees("All tickets")


def in_ticket(watcher: Watcher) -> None:
    """Open the ticket that has everything."""
    watcher.asks("desk.go-to-ticket")
    watcher.sees("Ticket number")
    watcher.answers(NUMBER)
    watcher.sees("[1 General]", "Requested by")


@SIZES
def test_summary_list_and_preview(watcher: Watcher) -> None:
    watcher.asks("list.summary")
    watcher.sees("Assigned to me: oldest")
    for _ in range(5):
        watcher.asks("summary.next-list")
        watcher.asks("summary.down")
    in_list(watcher)
    watcher.seen.clear()
    for _ in range(TICKETS):
        watcher.tries("down")
    assert watcher.seen == ALL_MARKERS, sorted(ALL_MARKERS - watcher.seen)
    for action in ("preview-down", "preview", "preview", "columns-right", "columns-left", "sort", "next-column"):
        watcher.asks(f"list.{action}")
    for view in ("inbox", "dispatcher", "assigned", "created", "all-open", "all-closed", "archived", "all"):
        watcher.asks(f"list.{view}")
        watcher.tries("down", "up")
    watcher.asks("list.left")
    for _ in range(30):
        watcher.asks("list.down")
    watcher.check()


@SIZES
def test_dialogs_of_the_list(watcher: Watcher) -> None:
    in_list(watcher)
    for edit in (*EDITS, "filter", "columns"):
        watcher.opens(f"list.{edit}")
        watcher.tries("M", "k", "0")
        watcher.goes_back()
    watcher.tries("space", "space", "space")
    for edit in ("manager", "transfer", "archive"):
        watcher.opens(f"list.{edit}")
        watcher.goes_back()
    watcher.check()


@SIZES
def test_fields_of_a_ticket(watcher: Watcher) -> None:
    in_list(watcher)
    in_ticket(watcher)
    for tab, rows in (("general", 16), ("details", 18)):
        shown = watcher.asks(f"ticket.{tab}")
        for _ in range(rows):
            shown = watcher.asks("ticket.edit")
            if BOX in shown:
                watcher.tries("down", "pagedown")
                watcher.goes_back()
            watcher.asks("ticket.down")
        watcher.asks("ticket.next-pane")
        watcher.tries("down", "pagedown", "G", "J")
    for edit in EDITS:
        watcher.opens(f"ticket.{edit}")
        watcher.goes_back()
    watcher.check()


@SIZES
def test_history_recipients_charges_and_files(watcher: Watcher) -> None:
    in_list(watcher)
    in_ticket(watcher)
    watcher.asks("ticket.history")
    watcher.tries(*["pagedown"] * 20, "G", "g")
    watcher.seen.clear()
    for action in ("fold", "fold-all", "quotes", "reverse", "down", "fold", "original", "save", "filter"):
        watcher.asks(f"ticket.{action}")
        watcher.goes_back()
    for tab in ("recipients", "charges", "documents"):
        watcher.asks(f"ticket.{tab}")
        watcher.tries(*["pagedown"] * 12, "g", "down")
        for action in ("edit", "add", "remove", "save"):
            watcher.asks(f"ticket.{action}")
            watcher.tries("down", "tab")
            watcher.goes_back()
    assert watcher.seen == ALL_MARKERS, sorted(ALL_MARKERS - watcher.seen)
    watcher.check()


@SIZES
def test_new_ticket_form_and_its_pickers(watcher: Watcher) -> None:
    in_list(watcher)
    watcher.asks("list.new")
    watcher.sees("New ticket", "On behalf of")
    for _ in range(16):
        if BOX in watcher.asks("new.choose"):
            watcher.tries("down", "pagedown", "up", "enter")
            watcher.goes_back()
        watcher.asks("new.next")
    for text in ("[/x] \x1b]52;c;cm0=\x07", "[@click=app.quit]x[/]", "\u202efdp.exe \x9b31m", "W" * 3000):
        watcher.terminal.paste(text)
        watcher.tries("tab")
    watcher.tries("escape")
    watcher.goes_back()
    watcher.sees("All tickets")
    watcher.check()


@SIZES
def test_help_palette_theme_and_what_is_refused(watcher: Watcher) -> None:
    in_list(watcher)
    for action in ("desk.help", "desk.palette", "desk.theme"):
        watcher.opens(action)
        watcher.goes_back()
    watcher.asks("desk.refresh")
    watcher.asks("desk.redraw")
    watcher.asks("desk.go-to-ticket")
    watcher.terminal.paste("[/x] \x1b]0;owned\x07 no number")
    watcher.tries("enter")
    watcher.goes_back()
    assert {action.id for action in area_actions("list")} >= {f"list.{edit}" for edit in EDITS}
    watcher.check()


LISTINGS = (
    "employee", "user", "team", "category", "status", "extension", "type", "product", "charge-item", "account",
    "contact", "asset", "contract", "setting",
)  # fmt: skip


def said(url: str, *words: str) -> str:
    """Run a command on the desk and return what it printed; it must have worked."""
    done = deskwire("--db", url, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_commands_print_to_people(hostile_url: str) -> None:
    listed = said(hostile_url, "ticket", "list", "--limit", "1000")
    assert set(MARKER.findall(listed)) == ALL_MARKERS
    for text in (listed, said(hostile_url, "ticket", "show", NUMBER)):
        assert FORBIDDEN.search(text) is None
    for group in LISTINGS:
        assert FORBIDDEN.search(said(hostile_url, "admin", group, "list")) is None, group


def test_csv_is_safe_in_a_spreadsheet(hostile_url: str) -> None:
    text = said(hostile_url, "ticket", "list", "--limit", "1000", "--csv")
    rows = list(csv.reader(io.StringIO(text)))
    assert {len(row) for row in rows} == {len(rows[0])}, "no text breaks out of its cell"
    for cell in (cell for row in rows for cell in row):
        assert FORBIDDEN.search(cell) is None
        assert not cell.startswith(SPREADSHEET_ORDERS)


def test_json_is_one_object_a_line(hostile_url: str) -> None:
    for words in (("ticket", "list", "--limit", "1000"), *(("admin", group, "list") for group in LISTINGS)):
        lines = said(hostile_url, *words, "--json").splitlines()
        assert lines and all(isinstance(json.loads(line), dict) for line in lines), words
        assert all(re.search("[\x00-\x1f\x7f-\x9f]", line) is None for line in lines), words
    shown = json.loads(said(hostile_url, "ticket", "show", NUMBER, "--json"))
    assert shown["number"] == NUMBER
