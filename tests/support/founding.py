"""A desk that its administrator sets up by the command line, as the guide says, with mail by real servers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from services import auth
from tests.support.command import deskwire
from tests.support.desks import ADMINISTRATOR, PASSWORD
from tests.support.imap_server import PASSWORD as IMAP_PASSWORD
from tests.support.imap_server import USER as IMAP_USER
from tests.support.person import PATIENCE, Person, desk_command
from tests.support.smtp_server import CERTIFICATE
from tests.support.terminal import Terminal

OpenTerminal = Callable[..., Terminal]

SMTP_USER, SMTP_PASSWORD = "support", "right horse"


class Founded(NamedTuple):
    """A desk by its address, with the environment in which its programs run, and a way to open terminals."""

    url: str
    environment: Mapping[str, str]
    open_terminal: OpenTerminal

    def runs(self, *words: str, typed: str = "") -> str:
        """Run a command as the administrator's account does; it must succeed. Returns what it printed."""
        ran = deskwire("--db", self.url, *words, env=self.environment, input=typed)
        assert ran.returncode == 0, f"deskwire {' '.join(words)}: {ran.stderr}"
        return ran.stdout

    def at_a_terminal(self, *words: str, size: tuple[int, int] = (80, 24)) -> Person:
        """Start the program, or a command of it, where somebody sits."""
        return Person(self.open_terminal(*desk_command(self.url, *words), size=size, env=self.environment))

    def is_asked_for_a_password(self, question: str, password: str, *words: str) -> None:
        """Run a command that asks for a password on the terminal, and answer it."""
        asked = self.at_a_terminal(*words)
        asked.sees(question)
        asked.terminal.type(f"{password}\n")
        assert asked.terminal.wait_for_exit(PATIENCE) == 0, asked.terminal.screen_text()
        assert password.encode() not in asked.terminal.raw


def found(url: str, folder: Path, open_terminal: OpenTerminal, *, imap_port: int, smtp_port: int) -> Founded:
    """Set a new desk up for Acme's mail: Mona has its printers, Ines the account, Tom the screwdriver.

    Mailboxes are at `imap_port` with TLS, the way out at `smtp_port` with STARTTLS; both belong to localhost.
    """
    config = folder / "config.toml"
    # How long somebody looks at a ticket is nothing that a story could count on.
    config.write_text('[mail]\nlmtp = "127.0.0.1:0"\n\n[desk]\nread_after_seconds = 3600\n')
    environment = {
        "DESKWIRE_CONFIG": str(config),
        "DESKWIRE_SPOOL": str(folder / "spool"),
        "DESKWIRE_IMAP_PASSWORD_SUPPORT": IMAP_PASSWORD,
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        "TEST_KEYRING": str(folder / "keyring.json"),
        "SSL_CERT_FILE": str(CERTIFICATE),
    }
    desk = Founded(url, environment, open_terminal)
    own_account = ("admin", "employee", "set", ADMINISTRATOR.username, f"os_account={auth.os_account()}")
    desk.is_asked_for_a_password("Password of ada", PASSWORD, "--as", ADMINISTRATOR.username, *own_account)
    _people(desk)
    _mail(desk, imap_port, smtp_port)
    return desk


def _people(desk: Founded) -> None:
    for name, role in (("Tom Reed", "technician"), ("Mona Hale", "dispatcher"), ("Ines Field", "technician")):
        username = name.split()[0].lower()
        words = ("--name", name, "--username", username, "--email", f"{username}@desk.example", "--role", role)
        desk.runs("admin", "employee", "add", *words, "--password-stdin", typed=f"{PASSWORD}\n")
    desk.runs("admin", "category", "add", "--name", "Printers", "--manager", "mona")
    desk.runs("admin", "account", "add", "--name", "Acme", "--domain", "acme.example", "--manager", "ines")
    contact = ("--account", "Acme", "--name", "Cleo Márquez", "--email", "cleo@acme.example")
    desk.runs("admin", "contact", "add", *contact)


def _mail(desk: Founded, imap_port: int, smtp_port: int) -> None:
    server = ("--host", "localhost", "--port", str(imap_port), "--username", IMAP_USER)
    desk.runs("admin", "mailbox", "add", "--name", "Support", *server, "--category", "Printers")
    desk.runs(
        *("admin", "setting", "set", "support_name=Example Desk", "smtp_host=localhost", f"smtp_port={smtp_port}"),
        *(f"smtp_username={SMTP_USER}", "send_delay_seconds=1"),
    )
    desk.is_asked_for_a_password(f"Password of {SMTP_USER} at localhost", SMTP_PASSWORD, "mail", "login")
