"""The settings of mail and the canned texts: one line each, changed in a line or as a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from screens.connector.page import Page
from services import checks, preferences
from services.canned_texts import CANNED_TEXTS, CannedTextRow
from services.errors import Invalid
from services.mail_settings import MAIL_SETTINGS
from services.mail_templates import FIELDS
from services.session import Session
from services.text import one_line
from widgets.dates import ShortDates
from widgets.log_view import LogBlock
from widgets.safe import notify
from widgets.table import TableColumn, TableRow

_TEXTS = frozenset({"response_text", "notification_text"})
_TEMPLATES = _TEXTS | {"response_subject", "notification_subject"}
_FIELDS = ", ".join(f"{{{name}}} {meaning}" for name, meaning in FIELDS.items()) + "."


class Setting(NamedTuple):
    """A setting, or a canned text."""

    name: str
    label: str
    value: Any
    text: CannedTextRow | None = None

    @property
    def shown(self) -> str:
        """The value as people read and type it."""
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        return str(self.value)


class SettingsPage(Page[Setting]):
    """Settings first, then the canned texts."""

    LABEL = "Settings"
    TITLE = "settings of mail, and canned texts"
    COLUMNS = (TableColumn("Name", 20), TableColumn("Value"), TableColumn("What it is"))
    EMPTY = ""
    OFFERS = frozenset({"open", "add", "rename", "switch"})

    def read(self, session: Session) -> Sequence[Setting]:
        """Read all of them."""
        known = {one.name: one for one in preferences.desk_settings(session)}
        settings = [Setting(name, known[name].label, known[name].value) for name in MAIL_SETTINGS]
        canned = [Setting(row.name, "Canned text", row.text, row) for row in CANNED_TEXTS.all(session)]
        return [*settings, *canned]

    def key(self, item: Setting) -> str:
        """The name of a setting, the key of a text."""
        return f"text {item.text.id}" if item.text else f"setting {item.name}"

    def row(self, item: Setting, dates: ShortDates) -> TableRow:
        """Name and value."""
        off = item.text is not None and not item.text.active
        return TableRow(self.key(item), (item.name, one_line(item.shown, limit=300), item.label), dim=off)

    def rows(self, dates: ShortDates) -> list[TableRow]:
        """Both lists under their headings."""
        found = list(self.items.values())
        settings = [self.row(item, dates) for item in found if item.text is None]
        canned = [self.row(item, dates) for item in found if item.text is not None]
        heading = "Canned texts for answers" if canned else "Canned texts for answers: none yet, n adds one"
        return [*settings, TableRow("canned", (heading,), heading=True), *canned]

    def blocks(self, item: Setting, dates: ShortDates) -> list[LogBlock]:
        """What it means, and all of its value."""
        off = "  off: nobody is offered it" if item.text is not None and not item.text.active else ""
        block = LogBlock(1, ((item.name, "strong"), (f"  {item.label}{off}", "dim")), item.shown or "nothing")
        fields = item.text is not None or item.name in _TEMPLATES
        return [block, *([LogBlock(2, (("Fields", "strong"),), _FIELDS)] if fields else [])]

    # Doing

    def refusal(self, name: str) -> str | None:
        """Adding needs no line; changing needs the privilege; only texts are renamed and switched off."""
        if not self.screen.session.has("administer"):
            return self.screen.session.refusal("administer")
        if name == "add":
            return None
        reason = super().refusal(name)
        if reason is None and name != "open" and self.current is not None and self.current.text is None:
            return "This is for canned texts; Enter changes a setting."
        return reason

    def open(self) -> None:
        """Change the value, or the text."""
        if (item := self.current) is None:
            return
        if item.text is not None:
            self._edit_text(item.text)
        elif item.name in _TEXTS:
            self._write(item)
        else:
            self._type(item)

    def _type(self, item: Setting) -> None:
        from screens.dialogs.line import LineDialog

        session = self.screen.session

        def check(typed: str) -> None:
            preferences.set_desk_setting(session, item.name, typed)

        def saved(typed: str | None) -> None:
            if typed is not None:
                notify(self.screen, f"{item.name} was changed.")
                self.screen.do_refresh()

        hint = f"Fields: {_FIELDS}" if item.name in _TEMPLATES else "yes or no" if isinstance(item.value, bool) else ""
        dialog = LineDialog(item.label, item.name, item.shown, check=check, hint=hint, lane="slow")
        self.screen.app.push_screen(dialog, saved)

    def _write(self, item: Setting) -> None:
        from screens.dialogs.text import TextDialog

        session = self.screen.session

        def save(text: str, _: str | None) -> bool:
            preferences.set_desk_setting(session, item.name, text)
            return True

        self.screen.app.push_screen(TextDialog(item.label, text=item.shown, save=save), self._saved)

    def _saved(self, done: bool | None) -> None:
        if done:
            self.screen.do_refresh()

    def _edit_text(self, row: CannedTextRow) -> None:
        from screens.dialogs.text import TextDialog

        session = self.screen.session

        def save(text: str, _: str | None) -> bool:
            CANNED_TEXTS.change(session, row.id, read=row, text=text)
            return True

        title = f"Canned text: {row.name}"
        self.screen.app.push_screen(TextDialog(title, text=row.text, save=save), self._saved)

    def add(self) -> None:
        """Ask for a name, then for the text."""
        from screens.dialogs.line import LineDialog
        from screens.dialogs.text import TextDialog

        session = self.screen.session

        def named(name: str | None) -> None:
            if name is not None:
                dialog = TextDialog(f"Canned text: {name}", save=lambda text, _: save(name, text))
                self.screen.app.push_screen(dialog, self._saved)

        def save(name: str, text: str) -> bool:
            CANNED_TEXTS.add(session, name=name, text=text)
            return True

        def check(name: str) -> None:
            wanted = checks.name(name, "name")
            if any(row.name.casefold() == wanted.casefold() for row in CANNED_TEXTS.all(session)):
                raise Invalid(f"There is already a canned text “{wanted}”; choose another name.", "name")

        self.screen.app.push_screen(LineDialog("New canned text", "Name", check=check), named)

    def rename(self) -> None:
        """Give a canned text another name."""
        from screens.dialogs.line import LineDialog

        item, session = self.current, self.screen.session
        if item is None or item.text is None:
            return
        row = item.text

        def check(name: str) -> None:
            CANNED_TEXTS.change(session, row.id, read=row, name=name)

        def saved(name: str | None) -> None:
            self._saved(name is not None)

        dialog = LineDialog("Rename the canned text", "Name", row.name, check=check, lane="slow")
        self.screen.app.push_screen(dialog, saved)

    def switch(self) -> None:
        """Offer a canned text no more, or again."""
        if (item := self.current) is None or item.text is None:
            return
        row = item.text

        def change(session: Session) -> None:
            CANNED_TEXTS.change(session, row.id, read=row, active=not row.active)

        self.act(change, said=f"“{row.name}” is offered {'no more' if row.active else 'again'}.")
