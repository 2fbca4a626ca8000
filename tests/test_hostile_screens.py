"""The hostile corpus through every screen of the real program and every listing of the command line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from models.binding import close_database, connection, open_database
from screens.actions import area_actions
from services import auth
from services.draft_files import Shelf
from services.drafts import Draft, Place, desk_key
from services.numbers import number_of
from tests.hostile import FORBIDDEN, HOSTILE, marked, marker
from tests.support.command import deskwire
from tests.support.databases import Databases
from tests.support.hostile_desk import THE_TICKET, TICKETS, build_hostile, let_mail_leave
from tests.support.person import desk_command, key_of
from tests.support.terminal import Terminal
from tests.support.watcher import BOX, MARKER, Watcher

OpenTerminal = Callable[..., Terminal]
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])

NUMBER = number_of(THE_TICKET)
EDITS = ("note", "status", "extension", "priority", "manager", "due", "transfer", "archive")
ALL_MARKERS = {marker(index) for index in range(len(HOSTILE))}
SPREADSHEET_ORDERS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture
def hostile_url(databases: Callable[[str], Databases]) -> str:
    """Return the address of a desk of hostile texts, on SQLite: the same texts take the same way from both engines."""
    return databases("sqlite").create("hostile", build_hostile)


@pytest.fixture
def watcher(hostile_url: str, size: tuple[int, int], terminal: OpenTerminal, tmp_path: Path) -> Watcher:
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
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
def test_mail_that_is_shown_written_and_looked_at_before_it_leaves(hostile_url: str, watcher: Watcher) -> None:
    open_database(hostile_url)
    try:
        with connection():
            let_mail_leave()
    finally:
        close_database()
    in_list(watcher)
    in_ticket(watcher)
    watcher.asks("ticket.history")
    watcher.seen.clear()
    shown = 0
    for _ in range(40):
        watcher.asks("ticket.down")
        if BOX in watcher.asks("ticket.show-mail"):
            shown += 1
            watcher.tries("pagedown", "pagedown")
            watcher.goes_back()
        if shown == 3:
            break
    assert shown and watcher.seen
    for begin in ("reply", "reply-all", "note-with-mail"):
        watcher.terminal.send(key_of(f"ticket.{begin}"))
        watcher.sees("Ctrl+S Send")
        for text in ("m", "k", "[/x] \x1b]52;c;cm0=\x07", "\u202efdp.exe \x9b31m", "W" * 3000):
            watcher.terminal.paste(text)
            watcher.tries("down", "down", "tab", "shift+tab")
        watcher.tries("f3", "ctrl+s")
        watcher.terminal.send("ctrl+b")
        watcher.sees("Insert which text?")
        watcher.tries("down", "enter")
        watcher.sees_no_more("Insert which text?")
        watcher.terminal.send("ctrl+f")
        watcher.sees("Attachments", "Files of the ticket")
        watcher.tries("down", "enter")
        watcher.sees("Attach which files of the ticket?")
        watcher.tries("pagedown", "space", "enter")
        watcher.sees_no_more("Attach which files")
        watcher.terminal.send("escape")
        watcher.sees("Throw away the mail you typed?")
        watcher.terminal.send("y")
        watcher.sees("[3 History]")
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


COMPLETED = (
    *("account", "category", "contact", "asset", "contract", "product"),
    *("manager", "created_by", "follower", "status", "type", "extension"),
)


@SIZES
def test_search_with_its_suggestions_and_faults(watcher: Watcher) -> None:
    in_list(watcher)
    watcher.asks("list.find")
    for field in COMPLETED:
        watcher.tries("ctrl+u")
        watcher.terminal.paste(f"{field}:")
        watcher.tries("m", "k", "down", "down", "pagedown", "up")
    for text in (
        "[/x] \x1b]52;c;cm0=\x07",
        "[/x]:[@click=app.quit]x[/]",
        "status:\u202efdp.exe",
        "is:\x9b31m",
        '"mk',
        "W" * 3000,
    ):
        watcher.tries("ctrl+u")
        watcher.terminal.paste(text)
        watcher.tries("tab", "down", "enter")
        watcher.tries("escape")
        watcher.asks("list.find")
    watcher.tries("ctrl+u", "escape", "escape")
    watcher.asks("desk.search")
    watcher.terminal.paste("mk003q or mk004q or text:mk005q")
    watcher.tries("enter", "down", "enter")
    watcher.check()


@SIZES
def test_saved_searches(watcher: Watcher) -> None:
    in_list(watcher)
    watcher.asks("list.left")
    watcher.seen.clear()
    for _ in range(20):
        watcher.asks("list.page-down")
    for _ in range(6):
        watcher.tries("enter")
        watcher.asks("list.left")
        watcher.tries("up")
        for action in ("list.save-search", "list.remove-search"):
            watcher.tries(key_of(action), "down")
            watcher.goes_back()
    assert len(watcher.seen) > 10
    watcher.check()


@SIZES
def test_operations_and_what_was(watcher: Watcher) -> None:
    in_list(watcher)
    watcher.tries("down", "space", "down", "space")
    watcher.asks("list.mark-unread")
    watcher.goes_back()
    watcher.asks("desk.operations")
    watcher.tries("f", "f", *["down"] * 12, "J", "J", "pagedown", "enter")
    watcher.goes_back()
    watcher.tries("u", "r", "o")
    watcher.goes_back()
    watcher.asks("desk.undo")
    watcher.asks("desk.redo")
    watcher.goes_back()
    watcher.tries("escape", "escape", "escape")
    in_list(watcher)
    watcher.asks("list.as-it-was")
    watcher.terminal.paste("[/x] \x1b]0;owned\x07 no moment")
    watcher.tries("enter", "ctrl+u")
    watcher.answers("1h ago")
    watcher.tries(*["down"] * 10, "pagedown", "enter", "pagedown", "J", "space", "escape", "escape")
    in_list(watcher)
    in_ticket(watcher)
    watcher.asks("ticket.as-it-was")
    watcher.answers("1h ago")
    watcher.tries(*["pagedown"] * 10, "space", "J")
    watcher.check()


@SIZES
def test_copying_links_labels_recent_tickets_and_the_tour(watcher: Watcher) -> None:
    in_list(watcher)
    for action in ("desk.jump-labels", "desk.tour", "desk.recent"):
        watcher.asks(action)
        watcher.tries("escape")
        watcher.goes_back()
    in_list(watcher)
    in_ticket(watcher)
    watcher.asks("ticket.history")
    for _ in range(6):
        watcher.tries("pagedown", "down")
        watcher.tries(key_of("ticket.copy"), "down", "down", "down", "enter")
        watcher.goes_back()
        watcher.tries(key_of("ticket.links"), "down", "enter", "tab")
        watcher.goes_back()
    watcher.asks("desk.jump-labels")
    watcher.tries("escape")
    watcher.asks("desk.recent")
    watcher.tries("down", "escape")
    watcher.goes_back()
    watcher.asks("desk.earlier")
    watcher.asks("desk.later")
    watcher.check(copied=True)


CONNECTOR_PAGES = ("overview", "mailboxes", "outbox", "quarantine", "review", "asides", "settings")


@SIZES
def test_the_email_connector(watcher: Watcher) -> None:
    in_list(watcher)
    watcher.asks("list.connector")
    watcher.sees("7 Settings")
    watcher.seen.clear()
    for page in CONNECTOR_PAGES:
        watcher.asks(f"connector.{page}")
        watcher.tries(*["down"] * 3, *["pagedown"] * 2, "J", "G", "up")
    for page, acts, dialogs in (
        ("mailboxes", ("switch",), ("open", "add")),
        ("outbox", ("retry", "release", "which", "which"), ("withdraw", "retry-all")),
        ("quarantine", ("quotes", "aside"), ("save", "retry-all")),
        ("review", ("quotes",), ("place",)),
        ("asides", (), ("open",)),
        ("settings", ("switch",), ("rename", "open")),
    ):
        watcher.asks(f"connector.{page}")
        watcher.tries("G", *(key_of(f"connector.{act}") for act in acts), "G")
        for dialog in dialogs:
            watcher.opens(f"connector.{dialog}")
            watcher.goes_back()
    watcher.asks("connector.overview")
    watcher.opens("connector.test-send")
    watcher.terminal.paste("[/x] \x1b]0;owned\x07 no address")
    watcher.tries("enter")
    watcher.goes_back()
    assert len(watcher.seen) > 20
    watcher.check()


@SIZES
def test_drafts(hostile_url: str, watcher: Watcher, tmp_path: Path) -> None:
    open_database(hostile_url)
    try:
        with connection():
            user = auth.login_by_os_account(auth.os_account(), "manual")
            key = desk_key()
    finally:
        close_database()
    assert user is not None and user.user_id is not None
    shelf = Shelf(key, user.user_id, str(tmp_path / "state/deskwire"))
    kinds = ("note", "new", "field", "[/x] \x1b]0;owned\x07")
    for at, (_, text) in enumerate(marked()):
        place = Place(kinds[at % 4], (THE_TICKET,), text if at % 4 > 1 else "")
        shelf.write(Draft(place, {"text": text, "[/b]": text}, at, text, shelf.new_name(place.key)))
    shelf.close()
    in_list(watcher)
    watcher.asks("desk.drafts")
    watcher.seen.clear()
    watcher.tries(*["down"] * 30)
    assert len(watcher.seen) > 30
    for key in ("y", "s", "delete", "enter"):
        watcher.tries("g", key, "down")
        watcher.goes_back()
    watcher.check(copied=True)


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
    searched = said(hostile_url, "search", "list")
    assert set(MARKER.findall(searched)) == ALL_MARKERS
    then = ("--at", "1h ago")
    for text in (
        *(listed, searched),
        *(said(hostile_url, "ticket", "show", NUMBER, *more) for more in ((), then)),
        *(said(hostile_url, "ticket", "list", "--markdown", *more) for more in ((), then)),
    ):
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
    for words in (
        ("ticket", "list", "--limit", "1000"),
        ("search", "list"),
        *(("admin", group, "list") for group in LISTINGS),
    ):
        lines = said(hostile_url, *words, "--json").splitlines()
        assert lines and all(isinstance(json.loads(line), dict) for line in lines), words
        assert all(re.search("[\x00-\x1f\x7f-\x9f]", line) is None for line in lines), words
    shown = json.loads(said(hostile_url, "ticket", "show", NUMBER, "--json"))
    assert shown["number"] == NUMBER
