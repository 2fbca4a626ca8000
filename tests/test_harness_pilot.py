"""The fast pilot shows what a key does, in the screen's own characters, and costs little."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from textual import work
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from tests.support.pilot import running


class Runner:
    """Threads as the desk has them."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)


class Question(ModalScreen[None]):
    BINDINGS = [("escape", "dismiss", "Close")]

    def compose(self) -> ComposeResult:
        yield Label("Really?")


class Counter(App[None]):
    BINDINGS = [
        ("down", "count", "Count"),
        ("f1", "ask", "Ask"),
        ("f2", "work", "Work"),
        ("f3", "ask_thread", "Ask a thread"),
        ("question_mark", "hint", "Hint"),
        ("ctrl+q", "quit", "Quit"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.runner = Runner()

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Label("0", id="count")
            yield Label("", id="hint")
            with Vertical():
                yield Input()

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def action_count(self) -> None:
        self.count += 1
        self.query_one("#count", Label).update(Content(f"counted {self.count}"))

    def action_hint(self) -> None:
        self.query_one("#hint", Label).update(Content("a hint"))

    def action_ask(self) -> None:
        self.push_screen(Question())

    def action_ask_thread(self) -> None:
        """Ask a thread, and when it answers ask it once more, as a screen does that loads what it found."""

        def ask(what: str, then: Callable[[str], object]) -> None:
            def answered(future: Future[str]) -> None:
                loop.call_soon_threadsafe(self.screen.call_later, then, future.result())

            self.runner.pool.submit(lambda: what).add_done_callback(answered)

        loop = asyncio.get_running_loop()
        hint = self.query_one("#hint", Label)
        ask("first", lambda first: ask(f"{first} and second", lambda both: hint.update(Content(both))))

    @work(thread=True)
    def action_work(self) -> None:
        self.call_from_thread(self.query_one("#hint", Label).update, Content("worked"))


async def test_a_key_has_had_its_effect_when_press_returns() -> None:
    async with running(Counter()) as pilot:
        for number in range(1, 21):
            await pilot.press("down")
            assert pilot.lines()[0] == f"counted {number}"


async def test_typed_text_arrives_in_the_focused_field_with_spaces_and_signs() -> None:
    async with running(Counter()) as pilot:
        await pilot.type("printer on fire! (2nd floor)")
        assert "printer on fire! (2nd floor)" in pilot.text()
        await pilot.paste(" ünicode")
        assert "floor) ünicode" in pilot.text()


async def test_a_dialog_opens_and_closes() -> None:
    async with running(Counter()) as pilot:
        await pilot.press("f1")
        assert "Really?" in pilot.text()
        await pilot.press("escape")
        assert "Really?" not in pilot.text()
        await pilot.press("down")
        assert pilot.lines()[0] == "counted 1"


async def test_work_in_a_thread_is_waited_for() -> None:
    async with running(Counter()) as pilot:
        await pilot.press("f2")
        await pilot.until_shows("worked")


async def test_what_a_key_asks_of_the_desks_threads_is_on_the_screen_when_press_returns() -> None:
    async with running(Counter()) as pilot:
        for _ in range(20):
            await pilot.press("f3")
            assert "first and second" in pilot.text()
            pilot.app.query_one("#hint", Label).update("")


async def test_a_key_that_quits_returns_at_once() -> None:
    async with asyncio.timeout(5), running(Counter()) as pilot:
        await pilot.press("ctrl+q")


async def test_the_screen_has_the_size_that_was_asked_for() -> None:
    async with running(Counter(), size=(120, 40)) as pilot:
        assert len(pilot.lines()) == 40
