"""Mail that is on no ticket: in quarantine, under review, set aside; read here, and told where it belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from screens.connector.page import Page
from services import mail_overview, mail_queues
from services.errors import Conflict
from services.mail_queues import QueuedMail
from services.numbers import id_of
from services.originals import ASIDE, QUARANTINED, REVIEW
from services.records import Choice
from services.session import Session
from services.text import filename
from widgets.dates import ShortDates
from widgets.log_view import LogBlock
from widgets.safe import notify
from widgets.table import TableColumn, TableRow

_NUMBER = re.compile(r"[0-9]{4}-[0-9]{4}")
_ANOTHER = -1
_HEAD = 1
_TEXT = 2


class _QueuePage(Page[QueuedMail]):
    """The newest mails of one queue."""

    COLUMNS = (TableColumn("When", 7), TableColumn("From"), TableColumn("Subject"), TableColumn("Why"))
    STATE: str
    _known: tuple[int, LogBlock] | None = None
    """The mail that was read last, so that what others do does not have it read again."""

    def read(self, session: Session) -> Sequence[QueuedMail]:
        """Read the newest mails."""
        return mail_queues.listed(session, self.STATE)

    @property
    def count(self) -> str:
        """How many mails there are, or that there are more."""
        return super().count + ("+" if len(self.items) == mail_queues.PAGE else "")

    def key(self, item: QueuedMail) -> str:
        """The mail's own key."""
        return f"mail {item.id}"

    def row(self, item: QueuedMail, dates: ShortDates) -> TableRow:
        """When, from whom, what, why."""
        return TableRow(self.key(item), (dates.short(item.received_at), item.sender, item.subject, item.reason))

    def blocks(self, item: QueuedMail, dates: ShortDates) -> list[LogBlock]:
        """Why it is here; the mail itself follows when it was read."""
        came = f"Came {dates.full(item.received_at)} by {item.source}, {item.size:,} bytes."
        why = LogBlock(_HEAD, (("Why it is here", "strong"),), f"{item.reason}\n{came}")
        return [why, self._known[1]] if self._known is not None and self._known[0] == item.id else [why]

    def chosen(self, item: QueuedMail) -> None:
        """Read the mail."""
        screen = self.screen
        if self._known is not None and self._known[0] == item.id:
            return

        def read(session: Session) -> tuple[tuple[str, ...], str]:
            return screen.desk.connector.read(mail_queues.raw(session, item.id))

        def found(mail: tuple[tuple[str, ...], str]) -> None:
            head, text = mail
            self._known = (item.id, LogBlock(_TEXT, (("The mail", "strong"),), "\n".join([*head, "", text])))
            if self is screen.page and self.current == item:
                screen.show_blocks(self.blocks(item, screen.dates), anew=False)

        screen.run_db(read, screen.session, then=found, failed=screen.read_failed, lane="slow", group="mail")

    # Doing

    def send_back(self, ticket_id: int | None = None) -> None:
        """Let the mail be filed, at once, and say what comes of it."""
        screen, item = self.screen, self.current
        if item is None:
            return
        retries = self.STATE == QUARANTINED

        def work(session: Session) -> str:
            if retries:
                mail_queues.retry(session, item.id)
            else:
                mail_queues.decide(session, item.id, ticket_id)
            screen.desk.connector.file(session)
            return mail_overview.became(session, item.id)

        def done(sentence: str) -> None:
            notify(screen, sentence)
            screen.do_refresh()

        screen.run_db(work, screen.session, then=done, lane="long")

    def retry(self) -> None:
        """Try again to file it."""
        self.send_back()

    def save(self) -> None:
        """Ask for a place and write the mail there as it arrived."""
        from screens.dialogs.file import FileDialog

        screen, item = self.screen, self.current
        if item is None:
            return

        def write(session: Session, path: Path, overwrite: bool) -> Path:
            from services import local_files

            return local_files.write(mail_queues.raw(session, item.id), path, path.name, overwrite=overwrite)

        def chosen(path: Path | None) -> None:
            if path is not None:
                # The dialog has asked about a file that is there already.
                screen.run_db(write, screen.session, path, path.exists(), then=saved, lane="slow")

        def saved(path: Path) -> None:
            notify(screen, f"Saved as {path}.")

        name = filename(f"{item.subject or 'mail'}.eml")
        screen.app.push_screen(FileDialog("Save the mail as it arrived", "save", name), chosen)

    def quotes(self) -> None:
        """Show or hide what the mail quotes."""
        self.screen.toggle_quotes(_TEXT)

    def aside(self) -> None:
        """Say that it needs no ticket."""
        if (item := self.current) is not None:
            self.act(mail_queues.set_aside, item.id, said="The mail is set aside; page 6 has it.")

    def place(self) -> None:
        """Choose where it belongs: a ticket that its reason names, another one, or one of its own."""
        from screens.dialogs.choose import ChooseDialog

        if (item := self.current) is None:
            return
        named = {number: key for number in _NUMBER.findall(item.reason) if (key := id_of(number)) is not None}
        choices = [Choice(key, number, "named by the mail") for number, key in named.items()]
        choices.append(Choice(mail_queues.NEW_TICKET, "A new ticket", "of its own"))
        choices.append(Choice(_ANOTHER, "Another ticket", "by its number"))

        def chosen(keys: list[int] | None) -> None:
            if not keys:
                return
            if keys[0] == _ANOTHER:
                self._ask_number()
            else:
                self.send_back(keys[0] if keys[0] != mail_queues.NEW_TICKET else None)

        self.screen.app.push_screen(ChooseDialog("Where does this mail belong?", choices), chosen)

    def _ask_number(self) -> None:
        from screens.dialogs.line import LineDialog
        from services import jump

        session, found = self.screen.session, [0]

        def check(typed: str) -> None:
            found[0] = jump.find(session, typed).id

        def typed(number: str | None) -> None:
            if number is not None:
                self.send_back(found[0])

        self.screen.app.push_screen(LineDialog("On which ticket?", "Ticket number", check=check), typed)


class QuarantinePage(_QueuePage):
    """Mail that could not be filed."""

    LABEL = "Quarantine"
    TITLE = "mail that could not be filed"
    EMPTY = "Every mail could be filed."
    OFFERS = frozenset({"retry", "retry-all", "save", "aside", "quotes"})
    STATE = QUARANTINED

    def retry_all(self) -> None:
        """Ask, then try again to file every mail of the list."""
        detail = "Each is filed at once, or stays here with its reason."
        self.confirm("Try again to file all of this mail?", detail, "Try", self._all_again, len(self.items))

    def _all_again(self) -> None:
        screen, keys = self.screen, [item.id for item in self.items.values()]

        def work(session: Session) -> int:
            for key in keys:
                # Somebody else may have been quicker with one of them.
                with suppress(Conflict):
                    mail_queues.retry(session, key)
            screen.desk.connector.file(session)
            return mail_overview.still_quarantined(session, keys)

        def done(left: int) -> None:
            how = f"; {left:,} of them cannot be filed." if left else ", and all of it was filed."
            notify(screen, f"{len(keys):,} {'mail was' if len(keys) == 1 else 'mails were'} tried again{how}")
            screen.do_refresh()

        screen.run_db(work, screen.session, then=done, lane="long")


class ReviewPage(_QueuePage):
    """Mail that may belong to several tickets."""

    LABEL = "Review"
    TITLE = "mail that may belong to several tickets"
    EMPTY = "No mail waits for somebody to say where it belongs."
    OFFERS = frozenset({"open", "place", "save", "aside", "quotes"})
    STATE = REVIEW

    def open(self) -> None:
        """Say where it belongs."""
        self.place()


class AsidePage(_QueuePage):
    """Mail that was read and needs no ticket."""

    LABEL = "Aside"
    TITLE = "mail that was set aside"
    EMPTY = "No mail was set aside."
    OFFERS = frozenset({"open", "place", "save", "quotes"})
    STATE = ASIDE

    def open(self) -> None:
        """Say where it belongs after all."""
        self.place()
