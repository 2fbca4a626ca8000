"""The Email Connector as its own processes: deliveries as a mail server starts them, and the one that runs on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from connector.spool import Spool, folder_for
from models import MailOriginal
from services import originals
from tests.support import desks
from tests.support.command import ROOT
from tests.support.patience import wait_until
from tests.support.postgres_guard import Cluster

PROGRAM = (sys.executable, "-m", "tui.main")


class Mailing:
    """A desk's mail in processes: `spool` is where they meet. Everything that was started ends with `close`."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.spool = Spool(folder_for(str(folder), url))
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), "DESKWIRE_SPOOL": str(folder)}
        self._running: list[Running] = []

    def delivery(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a delivery that reads its mail from a pipe."""
        return subprocess.Popen(
            [*PROGRAM, "--db", self.url, "mail", "deliver", *words],
            cwd=ROOT,
            env={**self._environment, **(env or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def deliver(self, raw: bytes, *words: str) -> tuple[int, str]:
        """Deliver a mail and return the exit status and what was said."""
        process = self.delivery(*words)
        out, err = process.communicate(raw, timeout=120)
        return process.returncode, (out + err).decode()

    def run(self, *words: str, silent: bool = False) -> Running:
        """Start `deskwire mail …` and return it once it works; `silent` reads nothing more of what it says then."""
        running = Running([*PROGRAM, "--db", self.url, "mail", *words], self._environment, "works" if silent else None)
        self._running.append(running)
        running.wait_for("listening" if "lmtp" in words else "works")
        return running

    def close(self) -> None:
        """End everything."""
        for running in self._running:
            running.kill()


class Running:
    """A connector that runs on; what it says on standard error is read as it comes."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], last: str | None = None) -> None:
        self.said: list[str] = []
        self._last = last
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.said.append(line.rstrip("\n"))
            if self._last is not None and self._last in line:
                self._process.stderr.close()
                return

    def wait_for(self, words: str, count: int = 1) -> None:
        """Wait until it has said something so often."""
        wait_until(lambda: self._times(words) >= count or self._has_ended())
        assert self._times(words) >= count, "\n".join(self.said)

    def _times(self, words: str) -> int:
        return sum(words.lower() in line.lower() for line in list(self.said))

    def _has_ended(self) -> bool:
        return self._process.poll() is not None and not self._reader.is_alive()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def port(self) -> int:
        """The port at which it listens for LMTP."""
        found = [re.search(r"Listening at 127\.0\.0\.1:(\d+)", line) for line in self.said]
        return next(int(match[1]) for match in reversed(found) if match)

    def stop(self) -> int:
        """Ask it to end and return its exit status."""
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(timeout=60)
        self._reader.join(10)
        return status

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait(timeout=60)
        self._reader.join(10)
        assert self._process.stderr is not None
        self._process.stderr.close()


def desk_on(server: Cluster) -> str:
    """Return the address of a new desk on a server of the test's own, which keeps what it has committed."""
    server.stop()
    server.start({"synchronous_commit": "on"})
    url = f"postgresql:///postgres?host={server.directory}&user=postgres"
    desks.build_new(url)
    return url


def states() -> dict[str, int]:
    """Return how many originals are in each state."""
    found: dict[str, int] = {}
    for row in MailOriginal.select():
        found[row.state] = found.get(row.state, 0) + 1
    return found


def filed(count: int) -> None:
    """Wait until so many mails are filed, and nothing else lies anywhere."""
    wait_until(lambda: states() == {originals.FILED: count})


def contents() -> list[bytes]:
    """Return the bytes of all originals, in no order that matters."""
    return sorted(originals.raw(row.id) for row in MailOriginal.select())


def are_contents(mails: Iterable[bytes]) -> None:
    """Hold the desk to having these mails and no others, byte for byte, each once."""
    assert contents() == sorted(mails)
