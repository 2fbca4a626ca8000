"""Mail that waits on the disk until the database has it: whole and synced before anybody is told that it is safe.

Imports next to nothing, because a mail server starts a process for every mail and waits for it.
"""

from __future__ import annotations

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MARK = b"deskwire-mail 1\n"
_LONGEST_NAME = 200
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.@")


def folder_for(base: str, url: str) -> str:
    """Return the folder below `base` in which mail waits for the desk at an address, which may name a password."""
    name = "".join(one if one in _PLAIN else "".join(f"%{byte:02X}" for byte in _bytes(one)) for one in _key(url))
    if len(name) > _LONGEST_NAME:
        from hashlib import sha256

        name = f"{name[:100]}~{sha256(name.encode()).hexdigest()}"
    return os.path.join(base, name)


class Spooled:
    """A mail of the spool: its bytes as they came, and what the server that brought it said.

    `sender` is None where that is unknown, and empty for the null sender; `at` is microseconds UTC.
    """

    __slots__ = ("at", "name", "raw", "recipients", "route", "sender")

    def __init__(self, name: str, raw: bytes) -> None:
        self.name, self.raw = name, raw
        self.route, self.at = "spool", 0
        self.sender: str | None = None
        self.recipients: tuple[str, ...] = ()


class Spool:
    """A folder of mails like a Maildir: written in `tmp`, and renamed into `new` once the disk has it whole."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self._new = os.path.join(folder, "new")
        self._tmp = os.path.join(folder, "tmp")
        self.failed = os.path.join(folder, "failed")
        self.bell = os.path.join(folder, "bell")
        self.lock = os.path.join(folder, "lock")

    def make(self) -> None:
        """Make the folders, readable by their owner alone whatever the umask says."""
        for path in (self.folder, self._new, self._tmp):
            if not os.path.isdir(path):
                os.makedirs(path, 0o700, exist_ok=True)
                os.chmod(path, 0o700)
                _sync(os.path.dirname(path))

    def put(self, pieces: Iterable[bytes], route: str, sender: str | None, recipients: Sequence[str]) -> str:
        """Keep a mail and return its name, empty if there was nothing in it; then it survives a power cut.

        Raises OSError, and then nothing of it stays.
        """
        # In the order in which they came: the time has as many digits for the next two centuries.
        name = f"{time.time_ns()}.{os.getpid()}.{os.urandom(4).hex()}"
        path = os.path.join(self._tmp, name)
        file = self._new_file(path)
        try:
            try:
                _write(file, _envelope(route, sender, recipients))
                size = 0
                for piece in pieces:
                    size += len(piece)
                    _write(file, piece)
                if size:
                    os.fsync(file)
            finally:
                os.close(file)
            if not size:
                os.unlink(path)
                return ""
            self._hand_over(path, name)
        except BaseException:
            _forget(path)
            raise
        try:
            _sync(self._new)
        except OSError:
            self.drop(name)
            raise
        return name

    def _new_file(self, path: str) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        try:
            return os.open(path, flags, 0o600)
        except FileNotFoundError:
            self.make()
            return os.open(path, flags, 0o600)

    def _hand_over(self, path: str, name: str) -> None:
        waiting = os.path.join(self._new, name)
        try:
            os.rename(path, waiting)
        except FileNotFoundError:
            # What was read cannot be read again, so only this is done once more.
            self.make()
            os.rename(path, waiting)

    def wake(self) -> bool:
        """Tell whether a worker looks after this spool, and wake it."""
        try:
            bell = os.open(self.bell, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False  # nobody has it open for reading, or there never was a worker
        try:
            os.write(bell, b".")
        except BlockingIOError:
            pass  # so full that it has woken up long ago
        except OSError:
            return False
        finally:
            os.close(bell)
        return True

    def names(self) -> list[str]:
        """Return the mails that wait, oldest first."""
        try:
            return sorted(name for name in os.listdir(self._new) if not name.startswith("."))
        except FileNotFoundError:
            return []

    def holds(self, name: str) -> bool:
        """Tell whether a mail still waits."""
        return os.path.exists(os.path.join(self._new, name))

    def read(self, name: str) -> Spooled | None:
        """Return a mail that waits; None if it was taken in meanwhile. What has no envelope is all mail."""
        try:
            with open(os.path.join(self._new, name), "rb") as file:
                data = file.read()
                changed = os.fstat(file.fileno()).st_mtime_ns // 1000
        except FileNotFoundError:
            return None
        found = Spooled(name, data)
        if data.startswith(_MARK):
            head, _, found.raw = data.partition(b"\n\n")
            _read_envelope(found, head.split(b"\n")[1:])
        found.at = found.at or changed
        return found

    def drop(self, name: str) -> None:
        """Forget a mail, because the database has it."""
        _forget(os.path.join(self._new, name))

    def put_aside(self, name: str) -> None:
        """Keep a mail that no database takes out of the way of the others."""
        os.makedirs(self.failed, 0o700, exist_ok=True)
        os.rename(os.path.join(self._new, name), os.path.join(self.failed, name))

    def sweep(self, older_than: float = 36 * 3600) -> None:
        """Forget what processes that ended had not written to the end, `older_than` seconds ago."""
        limit = time.time() - older_than
        try:
            names = os.listdir(self._tmp)
        except FileNotFoundError:
            return
        for name in names:
            path = os.path.join(self._tmp, name)
            try:
                if os.lstat(path).st_mtime < limit:
                    os.unlink(path)
            except OSError:
                continue


def _key(url: str) -> str:
    """Return an address as it is the same however it is written, without a password."""
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:").removeprefix("///")
        if "%" in path:
            from urllib.parse import unquote

            path = unquote(path)
        return "sqlite" + os.path.realpath(os.path.expanduser(path))
    scheme, there, rest = url.partition("://")
    if not there:
        return url.strip()
    address, asks, query = rest.partition("?")
    account, at, host = address.rpartition("@")
    kept = [one for one in query.split("&") if not one.startswith(("password=", "sslpassword="))]
    scheme = "postgresql" if scheme == "postgres" else scheme
    return f"{scheme}://{account.partition(':')[0]}{at}{host}{asks}{'&'.join(kept)}"


def _envelope(route: str, sender: str | None, recipients: Sequence[str]) -> bytes:
    lines = [_MARK[:-1], b"route " + _line(route), b"at %d" % (time.time_ns() // 1000)]
    if sender is not None:
        lines.append(b"from " + _line(sender))
    lines += [b"to " + _line(address) for address in recipients]
    return b"\n".join(lines) + b"\n\n"


def _read_envelope(found: Spooled, lines: list[bytes]) -> None:
    recipients = []
    for line in lines:
        word, _, rest = line.partition(b" ")
        value = rest.decode("utf-8", "replace")
        if word == b"route":
            found.route = value
        elif word == b"from":
            found.sender = value
        elif word == b"to":
            recipients.append(value)
        elif word == b"at" and value.isascii() and value.isdigit():
            found.at = int(value)
    found.recipients = tuple(recipients)


def _line(text: str) -> bytes:
    """Return a text that cannot end its line."""
    return b"".join(_bytes(text).split(b"\0")).replace(b"\r", b" ").replace(b"\n", b" ")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _write(file: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _sync(folder: str) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
