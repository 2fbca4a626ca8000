"""What every action may cost: bytes to the terminal, queries, and what the database reads for them.

Bytes are counted in a real terminal of 120×40 over 20,000 tickets. Queries and reading are counted over 400 and
over 20,000 tickets: both desks have to cost the same. Time is for `bench/`, which measures it beside a yardstick.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from models.binding import close_database, connection, open_database
from screens.actions import all_actions
from screens.main import preview
from services import auth
from services.session import Session
from tests.conftest import RUN
from tests.support.desk_app import desk_app
from tests.support.large_desk import LARGE, SMALL, sample_desk
from tests.support.person import PATIENCE, desk_command, key_of
from tests.support.pilot import FastPilot
from tests.support.terminal import Terminal

SIZE = (120, 40)
PAINTED = b"\x1b[?2026l"
"""Ends each paint, since the terminal says that it knows synchronized updates."""

MOVE, HELD, PAGE, FOCUS, TAB, VIEW, DIALOG, FIRST = 400, 1_000, 6_000, 6_000, 6_000, 8_000, 25_000, 30_000
SLOW_MACHINE = 10 * 0.06
"""Seconds: ten times what opening a ticket may take, for a machine that runs other tests as well."""


@pytest.fixture(scope="module")
def run(pytestconfig: pytest.Config) -> Path:
    """Return the folder that all workers of this run share."""
    return pytestconfig.stash[RUN]


class Meter:
    """Presses keys in a terminal and counts what comes back."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        terminal.wait_for(lambda shown: PAINTED in shown.raw, PATIENCE)
        self.first_paint = terminal.raw.index(PAINTED) + len(PAINTED)
        self.rest()

    def rest(self) -> None:
        """Wait until nothing comes any more; the preview waits 80 ms after the last key."""
        self.terminal.quiet(400, PATIENCE)

    def presses(self, key: str) -> tuple[int, int]:
        """Press a key; return the bytes of the paint that answers, and of all that follows until the screen rests."""
        before = self.terminal.byte_count
        self.terminal.send(key)
        self.terminal.wait_for(lambda shown: shown.raw.find(PAINTED, before) >= 0, PATIENCE)
        painted = self.terminal.raw.find(PAINTED, before) + len(PAINTED)
        self.rest()
        return painted - before, self.terminal.byte_count - before

    def asks(self, action_id: str) -> tuple[int, int]:
        """Press the key of an action."""
        return self.presses(key_of(action_id))


def p95(sizes: list[int]) -> int:
    """Return what 95 of 100 stay below."""
    return sorted(sizes)[int(len(sizes) * 0.95)]


@pytest.fixture
def meter(run: Path, tmp_path: Path, terminal: Callable[..., Terminal]) -> Meter:
    url = sample_desk(run, tmp_path / "desk.db", LARGE)
    meter = Meter(terminal(*desk_command(url), size=SIZE))
    meter.asks("list.all")
    return meter


def test_the_first_paint_and_an_idle_screen(meter: Meter) -> None:
    assert meter.first_paint <= FIRST
    # What counts a few seconds of looking as reading has run out then.
    meter.terminal.quiet(4_000, PATIENCE)
    before = meter.terminal.byte_count
    meter.terminal.read(3)
    assert meter.terminal.byte_count == before, "an idle screen writes nothing"


def test_moving_the_cursor_and_paging(meter: Meter) -> None:
    # The screen has more rows than that: at its edge it scrolls half a page at once, which holding the key shows.
    moves = [meter.asks(action)[0] for action in ("list.down",) * 20 + ("list.up",) * 20]
    assert p95(moves) <= MOVE, sorted(moves)
    before = meter.terminal.byte_count
    for _ in range(60):
        painted = meter.terminal.byte_count
        meter.terminal.send(key_of("list.down"))
        meter.terminal.wait_for(lambda shown, then=painted: shown.byte_count > then, PATIENCE)  # type: ignore[misc]
    meter.rest()
    assert (meter.terminal.byte_count - before) / 60 <= HELD
    pages = [max(meter.asks("list.page-down")) for _ in range(6)]
    assert max(pages) <= PAGE, pages


def test_changing_focus_and_view(meter: Meter) -> None:
    focus = [max(meter.asks("list.next-pane")) for _ in range(6)]
    assert max(focus) <= FOCUS, focus
    views = [max(meter.asks(f"list.{view}")) for view in ("inbox", "all-open", "assigned", "dispatcher", "all")]
    assert max(views) <= VIEW, views


@pytest.mark.parametrize(
    "action_id",
    ["list.note", "list.status", "list.manager", "list.due", "list.columns", "desk.help", "desk.palette", "list.new"],
)
def test_a_dialog_comes_and_goes(meter: Meter, action_id: str) -> None:
    opened, closed = meter.asks(action_id), meter.presses("escape")
    assert max(*opened, *closed) <= DIALOG, (opened, closed)


def test_the_tabs_of_a_ticket(meter: Meter) -> None:
    assert max(meter.asks("list.open")) <= DIALOG
    tabs = ("details", "history", "recipients", "charges", "documents", "general")
    sizes = {(tab, visit): max(meter.asks(f"ticket.{tab}")) for visit in (1, 2) for tab in tabs}
    assert max(sizes.values()) <= TAB, sizes


# Headless: queries, and what the database reads for them


class Query(NamedTuple):
    """A statement that ran, and about how many steps SQLite's machine took for it: a row costs several."""

    sql: str
    steps: int

    @property
    def counts_or_lists_all(self) -> bool:
        """Whether it is meant to look at a whole view: its count, or the order of its ids."""
        return "COUNT(" in self.sql.upper() or self.sql.lstrip().upper().startswith("SELECT T.ID FROM")


class Ledger:
    """Keeps the statements of all threads while the desk is open."""

    _EVERY = 10

    def __init__(self) -> None:
        self._statements: list[tuple[str, list[int]]] = []
        self._present = threading.local()

    def take(self) -> list[Query]:
        """Return what ran since the last time."""
        taken, self._statements = self._statements, []
        # What a person chose is remembered a while later, in between whatever comes then.
        return [Query(sql, steps[0] * self._EVERY) for sql, steps in taken if "user_setting" not in sql]

    def execute(self, original: Callable[..., Any], sql: str, *args: Any, **kwargs: Any) -> Any:
        """Run a statement; the steps from here on are its own."""
        steps = [0]
        self._statements.append((sql, steps))
        self._present.steps = steps
        return original(sql, *args, **kwargs)

    def connect(self, original: Callable[[], Any]) -> Any:
        """Open a connection that counts."""
        opened = original()
        opened.set_progress_handler(self._step, self._EVERY)
        return opened

    def _step(self) -> int:
        steps = getattr(self._present, "steps", None)
        if steps is not None:
            steps[0] += 1
        return 0


@contextmanager
def ledger_of(url: str) -> Iterator[tuple[Ledger, Session]]:
    """Open a desk whose every statement is kept, with its operator logged in."""
    bound: Any = open_database(url)
    ledger = Ledger()
    execute, connect = bound.execute_sql, bound._connect
    bound.execute_sql = lambda sql, *args, **kwargs: ledger.execute(execute, sql, *args, **kwargs)
    bound._connect = lambda: ledger.connect(connect)
    try:
        with connection():
            session = auth.login_by_os_account(auth.os_account())
            assert session is not None
        ledger.take()
        yield ledger, session
    finally:
        del bound.execute_sql, bound._connect
        close_database()


class Budget(NamedTuple):
    """An action, how many statements it may need, and how much each may read that is no count of a whole view."""

    keys: tuple[str, ...]
    queries: int
    steps: int = 5_000


STORY = {
    "all tickets": Budget(("5",), 12),
    "twenty moves over rows that are there": Budget(("down",) * 20, 0),
    "five pages": Budget(("pagedown",) * 5, 8),
    "to the end and back": Budget(("G", "g"), 12),
    "another view": Budget(("6",), 12),
    "the Inbox": Budget(("1",), 12),
    "back to all": Budget(("5",), 12),
    "a ticket": Budget(("enter",), 8),
    "its details": Budget(("2",), 0),
    "its History": Budget(("3",), 2),
    "its recipients": Budget(("4",), 6),
    "its charges": Budget(("5",), 3),
    "its files": Budget(("6",), 3),
    "tabs that were visited": Budget(("1", "2", "3", "4", "5", "6"), 0),
    "a dialog for a note, and back": Budget(("a", "escape"), 0),
    "the list again": Budget(("q",), 14),
}


async def rested(pilot: FastPilot) -> None:
    """Wait for what comes by itself after a key, such as the preview."""
    shown = getattr(pilot.app.screen, "preview", None)
    if shown is not None:
        await pilot.until(lambda: shown._shown == shown._wanted)
    await pilot.settle()


async def pressed_quickly(pilot: FastPilot, keys: tuple[str, ...]) -> None:
    """Press keys as a person does, without a rest between them, however slow the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "PAUSE_SECONDS", 3_600.0)
        await pilot.press(*keys)
    shown = getattr(pilot.app.screen, "preview", None)
    if shown is not None and shown._pause is not None:
        shown._stop(shown._pause)
        shown._rest()


@pytest.mark.parametrize("tickets", [SMALL, LARGE])
async def test_queries_and_reading_per_action(run: Path, tmp_path: Path, tickets: int) -> None:
    url = sample_desk(run, tmp_path / "desk.db", tickets)
    with ledger_of(url) as (ledger, session):
        started = time.perf_counter()
        async with desk_app(session, SIZE) as pilot:
            await rested(pilot)
            hold("the start", ledger.take(), Budget((), 18))
            for name, budget in STORY.items():
                await pressed_quickly(pilot, budget.keys)
                # Moving costs nothing; what rests under the cursor afterwards is read for the preview.
                moved = ledger.take() if set(budget.keys) == {"down"} else None
                await rested(pilot)
                hold(name, ledger.take() if moved is None else moved, budget)
                ledger.take()
        assert time.perf_counter() - started < len(STORY) * SLOW_MACHINE * 3


def hold(name: str, queries: list[Query], budget: Budget) -> None:
    """Assert that an action stayed within its budget."""
    shown = "\n".join(f"{query.steps:7} {' '.join(query.sql.split())[:140]}" for query in queries)
    assert len(queries) <= budget.queries, f"{name} needs {len(queries)} queries:\n{shown}"
    greedy = [query for query in queries if not query.counts_or_lists_all and query.steps > budget.steps]
    assert not greedy, f"{name} reads too much:\n{shown}"


def test_every_key_of_the_story_is_an_action() -> None:
    keys = {key for action in all_actions().values() for key in action.keys}
    assert {key for budget in STORY.values() for key in budget.keys} <= keys
