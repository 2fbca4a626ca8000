"""One mail with its whole head, its warnings, its files and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.base import Dialog
from screens.mail.deliveries import told
from screens.ticket.entries import file_label
from services import clock
from services.mail_showing import ShownMail
from widgets.dates import ShortDates
from widgets.hint_bar import Hint
from widgets.safe import content

_MOST_TEXT = 50_000


class ShowMail(Dialog[None]):
    """Shows a mail for reading; the arrows scroll."""

    CSS_PATH = [Path(__file__).parents[1] / "dialogs" / "dialogs.tcss", Path(__file__).with_name("mail.tcss")]

    def __init__(self, shown: ShownMail) -> None:
        super().__init__(shown.mail.subject or "(no subject)")
        self._shown = shown

    def body(self) -> Iterable[Widget]:
        """Return what is said of the mail, its text, and its head as it arrived."""
        shown = self._shown
        parts = [Static(content("\n".join(_facts(shown))))]
        parts += [Static(content(f"! {warning}"), classes="remark") for warning in shown.mail.warnings]
        if shown.left:
            lines = told(shown.left, ShortDates(clock.now)).lines
            parts += [Static(content("What became of it"), classes="role"), Static(content("\n".join(lines)))]
        cut = "\n…" if len(shown.text) > _MOST_TEXT else ""
        parts += [Static(content("Text"), classes="role"), Static(content(shown.text[:_MOST_TEXT] + cut))]
        if shown.head:
            parts += [Static(content("Head as it arrived"), classes="role"), Static(content(shown.head))]
        yield VerticalScroll(*parts, id="mail", can_focus=False)

    def on_mount(self) -> None:
        """Take as much room as there is."""
        super().on_mount()
        self.query_one("#box").add_class("wide")

    def hints(self) -> list[Hint]:
        """Say what the keys do where there is only something to read."""
        others = [hint for hint in super().hints() if hint.action not in ("form.accept", "form.cancel")]
        keys = self.desk.shown_keys("form.cancel")
        closes = [Hint(keys[0], "Close", action="form.cancel")] if keys else []
        return [Hint("↑ ↓", "Scroll"), *closes, *others]

    @property
    def _mail(self) -> VerticalScroll:
        return self.query_one("#mail", VerticalScroll)

    def do_up(self) -> None:
        """Scroll up."""
        self._mail.scroll_up(animate=False)

    def do_down(self) -> None:
        """Scroll down."""
        self._mail.scroll_down(animate=False)

    def do_page_up(self) -> None:
        """Scroll up by a page."""
        self._mail.scroll_page_up(animate=False)

    def do_page_down(self) -> None:
        """Scroll down by a page."""
        self._mail.scroll_page_down(animate=False)

    def do_accept(self) -> None:
        """Enter closes it."""
        self.dismiss(None)


def _facts(shown: ShownMail) -> list[str]:
    mail, dates = shown.mail, ShortDates(clock.now)
    people = (("From", (mail.sender,)), ("To", mail.to), ("Cc", mail.cc), ("Bcc", mail.bcc))
    facts = [
        (title, ", ".join(f"{name} <{address}>" if name else address for name, address in some))
        for title, some in people
        if some
    ]
    facts.append(("Date", dates.full(mail.sent_at) or "none"))
    facts.append(("Id", mail.message_id or "none"))
    if mail.protection:
        facts.append(("Sealed", mail.protection))
    files = [file_label(file) + (" (in the text)" if file.inline else "") for file in shown.files]
    facts += [("Files" if place == 0 else "", label) for place, label in enumerate(files)]
    return [f"{title:<8} {text}" for title, text in facts]
