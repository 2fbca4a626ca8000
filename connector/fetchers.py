"""The fetchers, one a mailbox: each stays connected in a thread of its own, so that none delays another."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from connector import intake
from connector.fetching import Keep, fetch_new
from connector.imap_server import ImapServer, ServerFault, connected
from models.binding import connection
from services import mail_passwords, mail_tokens, mailboxes
from services.errors import DeskError
from services.faults import translated
from services.mail_tokens import Account
from services.mailboxes import MailboxRow
from services.oauth_providers import PASSWORD
from services.originals import Arrival
from services.session import Session

RENEW_SECONDS = 9 * 60.0
"""For how long a server is asked to tell of new mail; some forget about it after ten minutes."""
MISSING_SECONDS = 3_600.0

_LOOK_SECONDS = 1.0
_CLAIM_SECONDS = 30.0
_WAIT_FOR_TURN = 15.0
_PAUSES = (5.0, 15.0, 60.0, 300.0)

FindPassword = Callable[[MailboxRow], str]
"""Returns a mailbox's password, or the token in its place; raises DeskError that says where to put it."""
Told = Callable[[MailboxRow, str], object]
"""Is told in a sentence what happened to a mailbox."""


class Fetcher:
    """Stays with one mailbox until `stop` is set: takes in what is there, then waits for what comes.

    `holder` names this connector, so that several share the mailboxes and none is fetched twice at a time.
    """

    def __init__(
        self,
        mailbox: MailboxRow,
        holder: str,
        stop: threading.Event,
        *,
        keep: Keep,
        told: Told,
        find_password: FindPassword | None = None,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        self._mailbox = mailbox
        self._holder = holder
        self._stop = stop
        self._find_password = find_password or password_of
        self._keep = keep
        self._told = told
        self._renew_seconds = renew_seconds
        self._was_lost = False
        self._missing_due = 0.0
        self._claimed_at = 0.0

    def run(self) -> None:
        """Fetch, and begin anew after pauses that grow while it fails."""
        failures = 0
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                with translated(), connection():
                    self._stay()
                failures, pause = 0, _WAIT_FOR_TURN
                self._was_lost = False
            except DeskError as fault:
                failures = 1 if time.monotonic() - begun > self._renew_seconds else failures + 1
                pause = _PAUSES[min(failures, len(_PAUSES)) - 1]
                self._was_lost = isinstance(fault, ServerFault) and fault.is_lost
                self._failed(fault.sentence)
            self._stop.wait(pause)

    def _failed(self, sentence: str) -> None:
        self._told(self._mailbox, sentence)
        try:
            with translated(), connection():
                mailboxes.note_error(self._mailbox.id, sentence)
                mailboxes.release(self._mailbox.id, self._holder)
        except DeskError as fault:
            # The database is what fails: nothing can be noted there, and the next round says so again.
            self._told(self._mailbox, fault.sentence)

    def _stay(self) -> None:
        """Fetch for as long as the mailbox is ours, active, and set up as it was."""
        if not self._has_turn():
            return
        try:
            with connected(self._mailbox, self._find_password(self._mailbox)) as server:
                while not self._stop.is_set() and self._has_turn():
                    self._fetch(server)
                    if server.can_idle:
                        self._wait_for_news(server)
                    else:
                        self._wait_seconds(self._mailbox.poll_seconds)
                        server.poll()
        finally:
            mailboxes.release(self._mailbox.id, self._holder)

    def _fetch(self, server: ImapServer) -> None:
        again = time.monotonic() >= self._missing_due
        if again:
            self._missing_due = time.monotonic() + MISSING_SECONDS
        count = fetch_new(server, self._mailbox, self._keep, careful=self._was_lost, again=again)
        self._was_lost = False
        mailboxes.note_success(self._mailbox.id)
        if count:
            self._told(self._mailbox, f"{count:,} {'mail' if count == 1 else 'mails'} fetched.")

    def _wait_for_news(self, server: ImapServer) -> None:
        until = time.monotonic() + self._renew_seconds
        with server.idling():
            while time.monotonic() < until and not self._stop.is_set() and self._has_turn():
                if server.heard(_LOOK_SECONDS):
                    return

    def _wait_seconds(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._has_turn():
            if self._stop.wait(min(left, _CLAIM_SECONDS)):
                return

    def _has_turn(self) -> bool:
        """Tell whether the mailbox is still active, set up as it was, and ours; asked of the desk now and then only."""
        if time.monotonic() - self._claimed_at < _CLAIM_SECONDS:
            return True
        fresh = next((row for row in mailboxes.active() if row.id == self._mailbox.id), None)
        is_same, self._mailbox = fresh == self._mailbox, fresh or self._mailbox
        if fresh is None or not mailboxes.claim(fresh.id, self._holder):
            return False
        # A changed mailbox is opened anew: the first claim after this comes at once.
        self._claimed_at = time.monotonic() if is_same else 0.0
        return is_same


def password_of(mailbox: MailboxRow) -> str:
    """Return a mailbox's password, or the token in its place; raises DeskError that says where to put it."""
    if mailbox.sign_in != PASSWORD:
        return mail_tokens.access(Account(mail_passwords.IMAP, mailbox.name, mailbox.username, mailbox.sign_in))
    found = mail_passwords.find(mail_passwords.IMAP, mailbox.name, mailbox.username)
    if found is None:
        raise mail_passwords.missing(mail_passwords.IMAP, mailbox.name, mailbox.username)
    return found


def taking_in(session: Session, told: Callable[[Sequence[intake.Outcome]], object] | None = None) -> Keep:
    """Return what keeps fetched mails and files them; whatever cannot be filed is kept all the same.

    `told` is handed what became of each.
    """

    def keep(arrivals: Sequence[Arrival]) -> None:
        outcomes = intake.take_in_all(session, arrivals)
        if told is not None:
            told(outcomes)

    return keep


class Outcome(NamedTuple):
    """How fetching one mailbox once went; `error` is a sentence, empty after a success."""

    mailbox: MailboxRow
    fetched: int
    error: str = ""


def fetch_once(
    chosen: Sequence[MailboxRow], holder: str, *, keep: Keep, find_password: FindPassword | None = None
) -> list[Outcome]:
    """Fetch mailboxes once, all at the same time, and return how each went; raises what nobody foresaw at the end."""
    outcomes: dict[int, Outcome] = {}
    unforeseen: list[Exception] = []

    def work(mailbox: MailboxRow) -> None:
        try:
            with translated(), connection():
                outcomes[mailbox.id] = _fetch_one(mailbox, holder, find_password or password_of, keep)
        except DeskError as fault:
            outcomes[mailbox.id] = Outcome(mailbox, 0, fault.sentence)
        except Exception as error:
            unforeseen.append(error)

    threads = [threading.Thread(target=work, args=(mailbox,), name=f"fetch-{mailbox.name}") for mailbox in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if unforeseen:
        raise unforeseen[0]
    return [outcomes[mailbox.id] for mailbox in chosen]


def _fetch_one(mailbox: MailboxRow, holder: str, find_password: FindPassword, keep: Keep) -> Outcome:
    if not mailboxes.claim(mailbox.id, holder):
        sentence = f"A connector looks after the mailbox {mailbox.name} already; what comes there is fetched."
        return Outcome(mailbox, 0, sentence)
    try:
        with connected(mailbox, find_password(mailbox)) as server:
            count = fetch_new(server, mailbox, keep)
        mailboxes.note_success(mailbox.id)
        return Outcome(mailbox, count)
    except DeskError as fault:
        mailboxes.note_error(mailbox.id, fault.sentence)
        return Outcome(mailbox, 0, fault.sentence)
    finally:
        mailboxes.release(mailbox.id, holder)
