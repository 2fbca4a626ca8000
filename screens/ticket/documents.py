"""The tab Documents: the files of a ticket."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from screens.mail import viewing
from screens.ticket import files
from screens.ticket.entries import size
from screens.ticket.tab import TicketTab
from services import clock, documents
from services.records import DocumentRow
from widgets.dates import ShortDates
from widgets.safe import content
from widgets.table import Table, TableColumn, TableRow, Titles

_COLUMNS = (
    TableColumn("File"),
    TableColumn("Size", 8, right=True),
    TableColumn("Type", 20),
    TableColumn("From", 16),
    TableColumn("When", 10),
)
CLIENTS_READ = "Clients can read this: no passwords or other sensitive information."


class DocumentsTab(TicketTab):
    """Uploads and attachments of mails, the newest first."""

    OFFERS = frozenset({"add", "save", "view", "edit", "remove"})

    def __init__(self) -> None:
        super().__init__()
        self._files: list[DocumentRow] = []

    def compose(self) -> ComposeResult:
        """Put the table under its titles."""
        table = Table(_COLUMNS, "There are no files; n uploads one.", id="files")
        yield Titles(table)
        yield table
        yield Static(content(CLIENTS_READ), classes="warning")

    def panes(self) -> list[Widget]:
        """Return the table."""
        return [self.query_one(Table)]

    def show_page(self) -> None:
        """Read the files."""
        window = self.window
        window.run_db(documents.listed, window.session, window.ticket_id, then=self._show, group="documents")

    def _show(self, found: list[DocumentRow]) -> None:
        self._files = found
        dates = ShortDates(clock.now)
        self.query_one(Table).show(
            [
                TableRow(
                    str(file.id),
                    (
                        file.name,
                        size(file.size),
                        file.content_type,
                        ("mail, " if file.mail_id is not None else "") + file.added_by,
                        dates.short(file.created_at),
                    ),
                    dim=file.inline,
                )
                for file in found
            ]
        )
        self.window.show_hints()

    def on_table_moved(self, event: Table.Moved) -> None:
        """What can be done depends on the file."""
        event.stop()
        self.window.show_hints()

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click saves the file."""
        event.stop()
        self.window.action_run("ticket.save")

    @property
    def _file(self) -> DocumentRow | None:
        key = self.query_one(Table).cursor_key
        return next((file for file in self._files if str(file.id) == key), None)

    def refusal(self, name: str) -> str | None:
        """Files of mails stay with their mail."""
        file = self._file
        if name in ("save", "view", "edit", "remove") and file is None:
            return "There is no file under the cursor; n uploads one."
        if name == "view":
            return viewing.refusal(self.window)
        if name == "remove":
            if self.window.session.is_client:
                return "Only employees of the desk remove files; write a note and the desk will help you."
            if file is not None and file.mail_id is not None:
                return "This file came with a mail and stays with it."
        return None

    def add(self) -> None:
        """Upload a file from disk."""
        from screens.dialogs.file import FileDialog

        window = self.window

        def chosen(path: Path | None) -> None:
            if path is not None:
                window.run_db(
                    documents.attach,
                    *(window.session, window.ticket_id, path),
                    then=lambda _: window.changed(),
                    lane="slow",
                )

        self.app.push_screen(FileDialog(f"Upload a file to {window.ticket.number}"), chosen)

    def save(self) -> None:
        """Save the file under the cursor to disk."""
        if self._file is not None:
            files.save(self.window, self._file)

    edit = save

    def view(self) -> None:
        """Open the file under the cursor."""
        if self._file is not None:
            files.open_file(self.window, self._file)

    def remove_item(self) -> None:
        """Ask, then take an upload off the ticket."""
        from screens.dialogs.confirm import ConfirmDialog

        file, window = self._file, self.window
        if file is None:
            return
        key = file.id

        def answered(yes: bool | None) -> None:
            if yes:
                window.run_db(documents.remove, window.session, key, then=lambda _: window.changed(), lane="slow")

        question = ConfirmDialog(f"Remove {file.name} from the ticket?", "Its content stays for the History.", "Remove")
        self.app.push_screen(question, answered)
