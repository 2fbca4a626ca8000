"""The program in a real terminal: what it writes, and how it leaves when the terminal does."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from services import auth
from tests.support.databases import Databases
from tests.support.desks import ADMINISTRATOR, build_empty
from tests.support.terminal import DESKWIRE, Terminal

Open = Callable[..., Terminal]
BACK_TO_NORMAL = b"\x1b[?1049l"
ALTERNATE = b"\x1b[?1049h"


def build_bound(url: str) -> None:
    """Create a desk whose administrator is whoever runs the tests."""
    from models.binding import close_database, connection, open_database
    from services.setup import create_desk

    build_empty(url)
    open_database(url)
    try:
        with connection():
            create_desk(ADMINISTRATOR._replace(os_account=auth.os_account()))
    finally:
        close_database()


@pytest.fixture
def url(databases: Callable[[str], Databases]) -> Iterator[str]:
    """Return a local desk that opens without a password."""
    made = databases("sqlite").create("bound", build_bound)
    yield made
    databases("sqlite").drop(made)


@pytest.fixture
def desk_terminal(terminal: Open, url: str) -> Callable[..., Terminal]:
    """Return a way to open the desk in a terminal and wait until it shows."""

    def start(*arguments: str, shows: str = ADMINISTRATOR.name, **options: object) -> Terminal:
        opened = terminal(*DESKWIRE, "--db", url, *arguments, **options)
        opened.wait_for(shows)
        opened.quiet(600)
        return opened

    return start


def test_the_first_frame_is_small_and_then_nothing_is_written(desk_terminal: Open) -> None:
    opened = desk_terminal(size=(120, 40))
    assert opened.byte_count < 30_000
    before = opened.byte_count
    opened.read(1.5)
    assert opened.byte_count == before


@pytest.mark.parametrize("keys", [("?",), (":",), ("#",), ("f9",)])
def test_a_dialog_costs_few_bytes(desk_terminal: Open, keys: tuple[str, ...]) -> None:
    opened = desk_terminal(size=(120, 40))
    before = opened.byte_count
    opened.send(*keys)
    opened.wait_for("─┐")
    opened.quiet(300)
    assert opened.byte_count - before < 25_000


def test_quitting_restores_the_terminal(desk_terminal: Open) -> None:
    opened = desk_terminal()
    opened.send("ctrl+q")
    assert opened.wait_for_exit() == 0
    assert BACK_TO_NORMAL in opened.raw and b"\x1b[?25h" in opened.raw


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_program_and_restores_the_terminal(
    desk_terminal: Open, number: signal.Signals, status: int
) -> None:
    opened = desk_terminal()
    opened.signal(number)
    assert opened.wait_for_exit() == status
    assert BACK_TO_NORMAL in opened.raw


def test_a_cut_line_ends_the_program(desk_terminal: Open) -> None:
    opened = desk_terminal()
    process = psutil.Process(opened.pid)
    opened.hang_up()
    process.wait(timeout=10)


def test_a_key_map_with_a_clash_is_refused_before_anything_is_drawn(terminal: Open, url: str, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[keys]\n"desk.help" = "f9"\n')
    opened = terminal(*DESKWIRE, "--db", url, "--config", str(config))
    assert opened.wait_for_exit() == 2
    assert "“desk.help”" in opened.screen_text().replace("\n", "") and ALTERNATE not in opened.raw


@pytest.mark.parametrize("term", ["dumb", None])
def test_a_dumb_terminal_is_refused_with_a_sentence(terminal: Open, url: str, term: str | None) -> None:
    opened = terminal(*DESKWIRE, "--db", url, env={"TERM": term})
    assert opened.wait_for_exit() == 1
    assert "cannot show the screens" in opened.screen_text() and ALTERNATE not in opened.raw


@pytest.mark.parametrize(
    "env",
    [
        {"TERM": "linux", "COLORTERM": None},
        {"TERM": "xterm", "COLORTERM": None},
        {"NO_COLOR": "1"},
        {"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"},
    ],
)
def test_simple_terminals_get_no_colours_that_they_lack(desk_terminal: Open, env: dict[str, str | None]) -> None:
    opened = desk_terminal(env=env)
    opened.send("f9")
    opened.wait_for("Terminal")
    opened.quiet(300)
    assert not re.search(rb"\x1b\[[0-9;]*[34]8;[25];", opened.raw)
    if "NO_COLOR" in env:
        assert not re.search(rb"\x1b\[(?:[0-9]+;)*(?:3[0-7]|4[0-7]|9[0-7]|10[0-7])m", opened.raw)
    if env.get("TERM") == "linux":
        assert b"$p" not in opened.raw
    assert (b"\x1b[?1003h" in opened.raw) == ("SSH_CONNECTION" not in env)


def test_a_terminal_that_is_too_small_says_so_until_it_is_enlarged(desk_terminal: Open) -> None:
    opened = desk_terminal(size=(50, 12), shows="needs at least 60x16")
    assert "50x12" in opened.screen_text()
    opened.send("?")
    opened.quiet(300)
    assert "needs at least" in opened.screen_text()
    opened.resize(80, 24)
    opened.wait_for(ADMINISTRATOR.name)
    assert "needs at least" not in opened.screen_text()
    opened.resize(59, 24)
    opened.wait_for("59x24")
    opened.send("ctrl+q")
    assert opened.wait_for_exit() == 0


def test_an_unforeseen_fault_leaves_a_report_without_data(terminal: Open, url: str, tmp_path: Path) -> None:
    program = (
        "import screens.main.main_screen as m\n"
        "def boom(self): secret = 'hunter2'; raise ZeroDivisionError\n"
        "m.MainScreen.do_help = boom\n" + DESKWIRE[-1]
    )
    opened = terminal(DESKWIRE[0], "-c", program, "--db", url, env={"HOME": str(tmp_path), "XDG_STATE_HOME": None})
    opened.wait_for(ADMINISTRATOR.name)
    opened.quiet(300)
    opened.send("t")
    opened.quiet(300)
    opened.send("f1")
    assert opened.wait_for_exit() == 1
    # The terminal breaks the line wherever it ends.
    assert "didnotexpect(ZeroDivisionError)" in "".join(opened.screen_text().split())
    assert BACK_TO_NORMAL in opened.raw and b"hunter2" not in opened.raw
    (report,) = tmp_path.rglob("crash-*.txt")
    assert "ZeroDivisionError" in report.read_text()
