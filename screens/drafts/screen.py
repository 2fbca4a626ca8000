"""The list of a person's drafts, with the text of the one under the cursor."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from textual.app import ComposeResult

from screens.actions import Action, bindings
from screens.desk_screen import DeskScreen
from screens.drafts.opening import open_draft
from screens.pane_keys import Pane, PaneKeys
from services import clock
from services.drafts import Draft, texts
from services.errors import DeskError
from services.text import clean, one_line
from widgets.dates import ShortDates
from widgets.hint_bar import HintBar
from widgets.log_view import LogBlock, LogView
from widgets.safe import hush, notify
from widgets.status_line import StatusLine
from widgets.table import Table, TableColumn, TableRow, Titles

_COLUMNS = (TableColumn("When", 10), TableColumn("What", 28), TableColumn("Text"))
_BEGINNING = 400


class DraftsScreen(PaneKeys, DeskScreen[None]):
    """Drafts that no form works on, the newest first."""

    AREA = "drafts"
    BINDINGS = bindings("drafts")
    CSS_PATH = Path(__file__).with_name("drafts.tcss")

    def __init__(self) -> None:
        super().__init__()
        self._drafts: dict[str, Draft] = {}

    def compose(self) -> ComposeResult:
        """Put the table above the text."""
        yield StatusLine("Drafts: typed and not saved", id="head")
        table = Table(_COLUMNS, "Everything that you typed has been saved.", id="drafts")
        yield Titles(table)
        yield table
        yield LogView(id="draft-text")
        yield HintBar(id="hints")

    def on_mount(self) -> None:
        """Read the drafts."""
        hush(self)
        self.table = self.query_one(Table)
        self.table.focus()
        self.do_refresh()
        self._show_hints()

    def on_screen_resume(self) -> None:
        """Read again what a form on top may have ended."""
        self.do_refresh()

    def do_refresh(self) -> None:
        """Read the drafts again."""
        loop = self.app._loop

        def found(drafts: list[Draft]) -> None:
            if loop is not None and not loop.is_closed():
                loop.call_soon_threadsafe(self.call_later, partial(self._show, drafts))

        self.desk.drafts.look(found)

    def _show(self, drafts: list[Draft]) -> None:
        if not self.is_attached:
            return
        self._drafts = {draft.name: draft for draft in drafts}
        dates = ShortDates(clock.now)
        self.table.show(
            [
                TableRow(
                    draft.name,
                    (dates.short(draft.saved_at), draft.about, one_line(draft.text, limit=_BEGINNING)),
                )
                for draft in drafts
            ]
        )
        self.query_one(StatusLine).set_right(f"{len(drafts):,}")
        self._show_text()

    def _show_text(self) -> None:
        draft = self._draft
        blocks = [LogBlock(1, ((_heading(draft), "strong"),), full_text(draft))] if draft else []
        self.query_one("#draft-text", LogView).replace(blocks)
        self._show_hints()

    def _show_hints(self) -> None:
        self.query_one(HintBar).set_hints(self.hints())

    @property
    def _draft(self) -> Draft | None:
        return self._drafts.get(self.table.cursor_key or "")

    def on_table_moved(self, event: Table.Moved) -> None:
        """Show the text of the draft under the cursor."""
        event.stop()
        self._show_text()

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click goes on with the draft."""
        event.stop()
        self.action_run("drafts.open")

    # Doing

    def refusal(self, action: Action) -> str | None:
        """Nothing can be done with no draft."""
        if action.id in ("drafts.open", "drafts.remove", "drafts.copy", "drafts.save") and self._draft is None:
            return "There is no draft here."
        return super().refusal(action)

    def do_open(self) -> None:
        """Go on with the draft where it belongs."""
        if (draft := self._draft) is not None:
            open_draft(self, draft)

    def do_remove(self) -> None:
        """Ask, then forget the draft."""
        from screens.dialogs.confirm import ConfirmDialog

        draft = self._draft
        if draft is None:
            return

        def answered(yes: bool | None) -> None:
            if yes:
                self.desk.drafts.forget(draft)
            self.do_refresh()

        beginning = one_line(draft.text, limit=_BEGINNING)
        self.app.push_screen(ConfirmDialog(f"Throw away the draft: {draft.about}?", beginning, "Throw away"), answered)

    def do_copy(self) -> None:
        """Copy the text by way of the terminal."""
        if (draft := self._draft) is None:
            return
        text = full_text(draft)
        if not self.desk.copy_text(text):
            raise DeskError("Programs cannot reach the clipboard of this terminal; save the text as a file instead.")
        notify(self, f"{len(text):,} characters were copied.")

    def do_save(self) -> None:
        """Save the text to a file."""
        from screens.dialogs.file import FileDialog

        draft = self._draft
        if draft is None:
            return
        data = full_text(draft).encode("utf-8")

        def chosen(path: Path | None) -> None:
            if path is not None:
                self.run_db(_write, data, path, then=lambda _: notify(self, f"The text is in {path}."), lane="slow")

        self.app.push_screen(FileDialog("Save the text as", "save", "draft.txt"), chosen)

    # Moving

    @property
    def moved_pane(self) -> Pane:
        """The table."""
        return self.table

    def do_scroll_up(self) -> None:
        """Scroll the text up."""
        self.query_one("#draft-text", LogView).scroll_lines(-1)

    def do_scroll_down(self) -> None:
        """Scroll the text down."""
        self.query_one("#draft-text", LogView).scroll_lines(1)


def full_text(draft: Draft) -> str:
    """Return everything that was typed, safe to show: one text as it is, several with the names of their fields."""
    found = [(name, text) for name, text in texts(draft.fields) if name not in ("uid", "choice")]
    if [name for name, _ in found] == ["text"]:
        return clean(found[0][1])
    return clean("\n".join(text if name == "text" else f"{_label(name)}: {text}" for name, text in found))


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _heading(draft: Draft) -> str:
    host = f", on {draft.host}" if draft.host else ""
    return f"{draft.about}, {ShortDates(clock.now).full(draft.saved_at)}{host}"


def _write(data: bytes, path: Path) -> None:
    from services import local_files

    local_files.write(data, path, path.name, overwrite=True)
