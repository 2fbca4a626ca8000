"""The mailboxes that are fetched: how that goes, and what administrators set."""

from __future__ import annotations

from collections.abc import Sequence

from screens.connector.overview import mailbox_state
from screens.connector.page import Page
from services import mail_overview
from services.mailboxes import MAILBOXES, MailboxRow, MailboxStatus
from services.session import Session
from widgets.dates import ShortDates
from widgets.log_view import LogBlock
from widgets.safe import hush, notify
from widgets.table import TableColumn, TableRow

_AFTERWARDS = {
    "flag": "Mail stays in the folder, marked as read.",
    "move": "Mail goes to the folder {move_to}.",
    "delete": "Mail is deleted there once it is kept here.",
}
_ABOUT, _PASSWORD = 1, 2
Known = tuple[MailboxRow, MailboxStatus]


class MailboxesPage(Page[Known]):
    """One line a mailbox."""

    LABEL = "Mailboxes"
    TITLE = "mailboxes that are fetched"
    COLUMNS = (TableColumn("", 1), TableColumn("Name", 16), TableColumn("User", 24), TableColumn("How it goes"))
    EMPTY = "No mailbox is fetched."
    OFFERS = frozenset({"open", "add", "switch", "test-receive"})

    _password: tuple[int, str] | None = None
    """What was said last about a mailbox's password, or sign-in."""

    def read(self, session: Session) -> Sequence[Known]:
        """Read the mailboxes."""
        return mail_overview.mailboxes_of(session)

    def key(self, item: Known) -> str:
        """The mailbox's own key."""
        return f"mailbox {item[0].id}"

    def row(self, item: Known, dates: ShortDates) -> TableRow:
        """The mark, its name, who logs in, how it goes."""
        mailbox, status = item
        mark = "!" if status.error and mailbox.active else ""
        cells = (mark, mailbox.name, mailbox.username, mailbox_state(status, dates))
        return TableRow(self.key(item), cells, dim=not mailbox.active)

    def blocks(self, item: Known, dates: ShortDates) -> list[LogBlock]:
        """How it is set, and how it went."""
        mailbox, status = item
        every = f"every {mailbox.poll_seconds:,} seconds where the server does not tell of new mail"
        sign_in = "" if mailbox.sign_in == "password" else f", sign-in {mailbox.sign_in}"
        lines = [
            f"{mailbox.username} at {mailbox.host}, port {mailbox.port}, {mailbox.security}{sign_in}",
            f"Folder {mailbox.folder}, {every}. {_AFTERWARDS[mailbox.after].format(move_to=mailbox.move_to)}",
            f"Tickets get the category {mailbox.category}." if mailbox.category else "",
            f"Last success: {dates.full(status.last_success_at) or 'never'}, {status.fetched:,} mails so far",
            f"Last error: {dates.full(status.last_error_at)}: {status.error}" if status.error else "",
            f"Fetched just now by {status.fetched_by}" if status.fetched_by else "",
        ]
        head = ((mailbox.name, "strong"), ("" if mailbox.active else "  off", "dim"))
        about = LogBlock(_ABOUT, head, "\n".join(filter(None, lines)))
        if self._password is None or self._password[0] != mailbox.id:
            return [about]
        told = f"{self._password[1]} That is how this program sees it; the connector may run under another account."
        return [about, LogBlock(_PASSWORD, (("Sign-in", "strong"),), told)]

    def chosen(self, item: Known) -> None:
        """Look whether the password is there, or the sign-in."""
        screen = self.screen

        def found(sentence: str) -> None:
            self._password = (item[0].id, sentence)
            if self is screen.page and self.current == item:
                screen.show_blocks(self.blocks(item, screen.dates), anew=False)

        screen.run_db(
            *(mail_overview.password_told, item[0]),
            then=found,
            failed=screen.read_failed,
            lane="slow",
            group="password",
        )

    # Doing

    def refusal(self, name: str) -> str | None:
        """Adding needs no mailbox; changing needs the privilege."""
        if name == "add":
            return None
        reason = super().refusal(name)
        if reason is None and name == "open" and not self.screen.session.has("administer"):
            return self.screen.session.refusal("administer")
        return reason

    def add(self) -> None:
        """Fill in a new mailbox."""
        from screens.connector.mailbox_form import MailboxForm

        self.screen.app.push_screen(MailboxForm(None, self.screen.do_refresh))

    def open(self) -> None:
        """Change the mailbox."""
        from screens.connector.mailbox_form import MailboxForm

        if (item := self.current) is not None:
            self.screen.app.push_screen(MailboxForm(item[0], self.screen.do_refresh))

    def switch(self) -> None:
        """Fetch it no more, or again."""
        if (item := self.current) is None:
            return
        mailbox = item[0]

        def change(session: Session) -> None:
            MAILBOXES.change(session, mailbox.id, read=mailbox, active=not mailbox.active)

        how = "no more" if mailbox.active else "again"
        self.act(change, said=f"The mailbox {mailbox.name} is fetched {how}.")

    def test_receive(self) -> None:
        """Look into it once."""
        screen, item = self.screen, self.current
        if item is None:
            return
        mailbox = item[0]

        def done(outcome: tuple[int, str]) -> None:
            count, error = outcome
            hush(screen)
            mails = f"{count:,} new {'mail' if count == 1 else 'mails'}" if count else "no new mail"
            if error:
                notify(screen, f"{mailbox.name}: {error}", severity="error")
            else:
                notify(screen, f"{mailbox.name}: the server let us in; {mails}.")
            screen.do_refresh()

        notify(screen, f"Looking into {mailbox.name} …")
        screen.run_db(screen.desk.connector.fetch, screen.session, mailbox.id, then=done, lane="long")
