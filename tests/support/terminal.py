"""A real terminal for tests: a program in a pty, its bytes as written, and the screen that they make."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pyte
from wcwidth import wcwidth

from tests.support.keys import encode

ROOT = Path(__file__).parents[2]
DESKWIRE = (sys.executable, "-c", "from tui.main import main; raise SystemExit(main())")
"""The program as its installed command runs it, from this checkout and with this interpreter."""

# pyte would print the last letter of a keyboard-protocol sequence.
_UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[A-Za-z]")
_UNFINISHED = re.compile(rb"\x1b(\[[0-9;:<>=?]*)?$")


class TerminalTimeout(AssertionError):
    """The program did not show in time what the test waited for; the message holds the screen."""


class Terminal:
    """A program running in a terminal of its own.

    `size` is columns and rows; `env` is added to a small fixed environment (None removes a variable).
    The one query that shapes the output, whether updates may be synchronized, gets an answer.
    """

    def __init__(
        self,
        *command: str,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str | None] | None = None,
        cwd: Path | str = ROOT,
        synchronized: bool = True,
    ) -> None:
        self.raw = bytearray()
        """Every byte that the program wrote so far."""
        self._fed = 0
        self._answered = 0
        self._synchronized = synchronized
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = os.openpty()
        self._set_size(*size)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=cwd,
                env=_environment(env or {}),
                start_new_session=True,
                preexec_fn=_take_terminal,
            )
        finally:
            os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    @property
    def exited(self) -> int | None:
        """The program's exit status, None while it runs."""
        return self._process.poll()

    @property
    def byte_count(self) -> int:
        """How many bytes the program wrote so far."""
        return len(self.raw)

    def send(self, *keys: str) -> None:
        """Press keys: names such as `down`, `ctrl+x`, `f1`, or single characters."""
        self.write(b"".join(encode(key) for key in keys))

    def type(self, text: str) -> None:
        """Type text letter by letter; a newline is the Enter key."""
        self.write(text.replace("\n", "\r").encode())

    def paste(self, text: str) -> None:
        """Paste text the way terminals do, in brackets."""
        self.write(b"\x1b[200~" + text.encode() + b"\x1b[201~")

    def write(self, data: bytes) -> None:
        """Send raw bytes as a terminal would, reading meanwhile so that neither side blocks."""
        while data:
            readable, writable, _ = select.select([self._master], [self._master], [], 5)
            if not readable and not writable:
                raise TerminalTimeout("The program reads no input.")
            if readable:
                if not self.read(0):
                    raise TerminalTimeout(f"The program ended and reads no input.\n{self.screen_text()}")
            elif writable:
                data = data[os.write(self._master, data[:1024]) :]

    def read(self, timeout: float) -> bytes:
        """Return the next bytes that the program writes; none after `timeout` seconds or at its end."""
        if self._master < 0 or not select.select([self._master], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self._master, 65536)
        except OSError as error:
            # Linux says EIO when the last process has left the terminal.
            if error.errno != errno.EIO:
                raise
            return b""
        self.raw += data
        self._answer_queries()
        return data

    def wait_for(self, wanted: str | Callable[[Terminal], object], timeout: float = 15) -> None:
        """Read until the text is on the screen or the predicate holds; TerminalTimeout in vain."""
        deadline = time.monotonic() + timeout
        while not self._shows(wanted):
            left = deadline - time.monotonic()
            if left <= 0 or (not self.read(left) and (self._gone() or time.monotonic() >= deadline)):
                if self._shows(wanted):
                    return
                raise TerminalTimeout(f"{wanted!r} does not come. The screen shows:\n{self.screen_text()}")

    def quiet(self, milliseconds: int = 150, timeout: float = 15) -> None:
        """Read until nothing has come for so long; TerminalTimeout when it never stops."""
        deadline = time.monotonic() + timeout
        while self.read(milliseconds / 1000):
            if time.monotonic() > deadline:
                raise TerminalTimeout(f"The program keeps writing. The screen shows:\n{self.screen_text()}")

    def cost(self, *keys: str) -> int:
        """Press keys and return how many bytes the program wrote until it was quiet."""
        before = self.byte_count
        self.send(*keys)
        self.quiet(400)
        return self.byte_count - before

    def wait_for_exit(self, timeout: float = 15) -> int:
        """Read until the program has left and return its exit status; TerminalTimeout when it stays."""
        deadline = time.monotonic() + timeout
        while self.read(max(0.0, deadline - time.monotonic())):
            pass
        try:
            return self._process.wait(timeout=max(0.05, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise TerminalTimeout(f"The program stays. The screen shows:\n{self.screen_text()}") from None

    def screen_lines(self) -> list[str]:
        """Return the screen's rows as text, without the spaces at their ends."""
        self._feed()
        return [self._line(y).rstrip() for y in range(self._screen.lines)]

    def _line(self, y: int) -> str:
        """Return a row as a terminal shows it: what is left of a wide character is a space.

        In the middle of a frame pyte has such remains, which its own `display` does not expect.
        """
        cells = [self._screen.buffer[y][x].data for x in range(self._screen.columns)]
        before = ["", *cells]
        return "".join(
            cell or ("" if wcwidth(last[:1]) == 2 else " ") for last, cell in zip(before, cells, strict=False)
        )

    def screen_text(self) -> str:
        """Return the screen as text, one line a row."""
        return "\n".join(self.screen_lines())

    @property
    def cursor(self) -> tuple[int, int]:
        """The terminal's own cursor, as column and row from 0."""
        self._feed()
        return self._screen.cursor.x, self._screen.cursor.y

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as dragging its window does."""
        self._feed()
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program itself."""
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Cut the line, as a lost SSH connection does; nothing can be read afterwards."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def close(self) -> None:
        """End the program and the terminal, whatever state they are in."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                while self._master >= 0 and self.read(2):
                    pass
                self._process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(timeout=10)
        self.hang_up()

    def _gone(self) -> bool:
        return self._process.poll() is not None

    def _shows(self, wanted: str | Callable[[Terminal], object]) -> bool:
        return wanted in self.screen_text() if isinstance(wanted, str) else bool(wanted(self))

    def _feed(self) -> None:
        """Show pyte what came since, up to the last finished sequence."""
        fresh = bytes(self.raw[self._fed :])
        unfinished = _UNFINISHED.search(fresh)
        if unfinished:
            fresh = fresh[: unfinished.start()]
        self._fed += len(fresh)
        self._stream.feed(_UNKNOWN_TO_PYTE.sub(b"", fresh))

    def _answer_queries(self) -> None:
        query = b"\x1b[?2026$p"
        at = self.raw.find(query, self._answered)
        if at >= 0:
            self._answered = at + len(query)
            os.write(self._master, b"\x1b[?2026;%d$y" % (2 if self._synchronized else 0))
        else:
            self._answered = max(0, len(self.raw) - len(query) + 1)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return a fixed environment and the changes, so that no developer's setting reaches the program."""
    environment: dict[str, str | None] = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "XDG_STATE_HOME": os.environ.get("XDG_STATE_HOME"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **changes,
    }
    return {name: value for name, value in environment.items() if value is not None}


def _take_terminal() -> None:
    """Make the pty the session's controlling terminal, so that resizing and hanging up reach the program."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
