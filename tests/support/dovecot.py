"""A real Dovecot on loopback, run from a folder of its own by an ordinary user, whoever runs the tests."""

from __future__ import annotations

import grp
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.dovecot_settings import VERSIONS, configuration
from tests.support.mail_program import append, looking_into
from tests.support.patience import wait_until
from tests.support.smtp_server import CERTIFICATE

USER, PASSWORD = "support", "correct horse"

_PLACES = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
_HELPERS = ("/usr/lib", "/usr/libexec", "/usr/local/libexec", "/opt/homebrew/libexec")
_ACCOUNTS = 100
_TRIES = 5
_WAIT_SECONDS = 60.0
# Below the ports that systems give to outgoing connections, so that nobody takes one while the server is away.
_PORTS = range(20_000, 32_000)


def missing() -> str:
    """Return why Dovecot cannot be run here, empty when it can."""
    # Its IMAP is a package of its own.
    has_imap = any(Path(folder, "dovecot", "imap").exists() for folder in _HELPERS)
    if _program("dovecot") is None or _program("doveadm") is None or not has_imap:
        return "Dovecot is not installed; “make test-servers” installs it."
    if _ordinary() is None:
        return "The account that runs the tests has no name, and Dovecot runs for named accounts only."
    version = _version()
    return "" if version.startswith(VERSIONS) else f"The tests do not know how Dovecot {version} is configured."


class Dovecot:
    """Serves accounts with a mailbox each, from its making until `close`; `port` is plain, `tls_port` is TLS.

    With `capability` it says that this is all it can do.
    """

    def __init__(self, capability: str = "") -> None:
        self._user, self._group = _ordinary() or ("", "")
        self._folder = Path(tempfile.mkdtemp(prefix="deskwire-imap-", dir="/tmp"))
        self._capability = capability
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._prepare()
            self._start_somewhere()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop serving and remove everything."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def account(self) -> Account:
        """Return an account with an empty mailbox that nobody has used yet."""
        one = Account(self, f"{USER}{next(self._numbers)}")
        with one.client():
            return one

    def start(self) -> None:
        """Serve, at the ports of the first time."""
        master = self._folder / "run" / "master.pid"
        master.unlink(missing_ok=True)
        command = [_found("dovecot"), "-F", "-c", str(self._folder / "dovecot.conf")]
        nothing = subprocess.DEVNULL
        self._process = subprocess.Popen(
            command, stdin=nothing, stderr=nothing, start_new_session=True, **self.as_user()
        )
        wait_until(lambda: self._answers() or self._has_ended())
        if self._has_ended():
            raise OSError(self.log())

    def stop(self) -> None:
        """End the server and every connection at once, as a power cut does."""
        if self._process is not None:
            # Its processes outlive their master by ten seconds when somebody is connected to them.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(_WAIT_SECONDS)
            self._process = None

    def log(self) -> str:
        """Return what the server has said."""
        log = self._folder / "log"
        return log.read_text(errors="replace") if log.exists() else ""

    def home(self, user: str) -> Path:
        """Return the folder in which an account keeps its mail."""
        return self._folder / "home" / user

    def heard(self, user: str) -> bytes:
        """Return every command of the programs that were logged in as a user."""
        return b"".join(path.read_bytes() for path in sorted((self._folder / "heard" / user).glob("*.in")))

    def tell(self, *words: str, given: bytes = b"") -> None:
        """Have the administrator's tool do something, with what it is given to read."""
        command = [_found("doveadm"), "-c", str(self._folder / "dovecot.conf"), *words]
        done = subprocess.run(command, input=given, capture_output=True, timeout=_WAIT_SECONDS, **self.as_user())
        assert done.returncode == 0, (words, done.stderr, self.log())

    def as_user(self) -> dict[str, Any]:
        """Return how a program is started as the user to whom the folder belongs."""
        if os.geteuid() != 0:
            return {}
        return {"user": self._user, "group": self._group, "extra_groups": [], "cwd": self._folder}

    def _prepare(self) -> None:
        for name in ("run", "state", "home", "heard"):
            (self._folder / name).mkdir()
        for at in range(1, _ACCOUNTS):
            (self._folder / "heard" / f"{USER}{at}").mkdir()
        users = [f"{USER}{at}:{{PLAIN}}{PASSWORD}::::::\n" for at in range(1, _ACCOUNTS)]
        (self._folder / "users").write_text("".join(users))
        shutil.copyfile(CERTIFICATE, self._folder / "server.crt")
        shutil.copyfile(CERTIFICATE.with_suffix(".key"), self._folder / "server.key")
        self._folder.chmod(0o755)
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                shutil.chown(path, self._user, self._group)

    def _start_somewhere(self) -> None:
        """Find two ports that are free; another run may take them in between, so that it is tried again."""
        for attempt in range(_TRIES):
            self.port, self.tls_port = _free_ports()
            values = {"user": self._user, "group": self._group, "folder": self._folder}
            text = configuration(_version(), self._capability, port=self.port, tls_port=self.tls_port, **values)
            (self._folder / "dovecot.conf").write_text(text)
            try:
                return self.start()
            except OSError:
                if attempt == _TRIES - 1:
                    raise
        return None

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.tls_port), timeout=1):
            return True
        return False

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None


class Account:
    """One account of a server, as its other programs see it."""

    def __init__(self, server: Dovecot, user: str) -> None:
        self.server = server
        self.user = user

    @contextmanager
    def client(self, folder: str = "INBOX") -> Iterator[Any]:
        """Look into a folder as another mail program does."""
        with looking_into(self.server.port, self.user, PASSWORD, folder) as client:
            yield client

    def put(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Have mails lie in a folder, which is made for them."""
        with self.client() as client:
            append(client, folder, mails)

    def rebuild(self) -> None:
        """Lose what the server knows of the inbox, so that it counts its mails anew."""
        maildir = self.server.home(self.user) / "Maildir"
        for path in (maildir / "dovecot-uidlist", *maildir.glob("dovecot.index*")):
            path.unlink()

    def fill(self, *mails: bytes) -> None:
        """Lay many mails into the inbox at once, which the server may find later; it has been opened before."""
        new = self.server.home(self.user) / "Maildir" / "new"
        for at, raw in enumerate(mails):
            path = new / f"{1_700_000_000 + at}.M{at}P1.host"
            path.write_bytes(raw)
            if os.geteuid() == 0:
                shutil.copystat(new, path)
                owner = new.stat()
                os.chown(path, owner.st_uid, owner.st_gid)

    def deliver(self, raw: bytes) -> None:
        """Have a mail arrive as a mail server hands it over."""
        self.server.tell("save", "-u", self.user, given=raw)

    def flags(self, folder: str = "INBOX") -> list[set[bytes]]:
        """Return the flags of each mail in a folder, oldest first, without the server's own \\Recent."""
        with self.client(folder) as client:
            found = client.fetch(client.search(), ["FLAGS"])
        return [set(found[uid][b"FLAGS"]) - {rb"\Recent"} for uid in sorted(found)]

    @property
    def heard(self) -> bytes:
        """Every command of the programs that were logged in."""
        return self.server.heard(self.user)


def _ordinary() -> tuple[str, str] | None:
    """Return user and group of a server, None when they have no names; root lends nobody's, as it must not be root."""
    try:
        entry = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        return entry.pw_name, grp.getgrgid(entry.pw_gid).gr_name
    except KeyError:
        return None


def _version() -> str:
    said = subprocess.run([_found("dovecot"), "--version"], capture_output=True, text=True, check=False).stdout
    return said.split(" ")[0].strip()


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_PLACES}")


def _found(name: str) -> str:
    path = _program(name)
    assert path is not None, f"{name} is not installed"
    return path


def _free_ports() -> tuple[int, int]:
    found: list[int] = []
    while len(found) < 2:
        port = random.SystemRandom().choice(_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
    return found[0], found[1]
