"""The form of a mailbox."""

from __future__ import annotations

from collections.abc import Callable

from screens.dialogs.form import FormScreen
from services.mailboxes import MAILBOXES, MailboxRow
from services.register import Saved
from services.session import Session
from widgets.safe import notify
from widgets.text_prompt import TextPrompt

_LABELS = {
    "name": "Name",
    "host": "Server",
    "port": "Port",
    "security": "Security (tls, starttls, none)",
    "username": "User name",
    "sign_in": "Sign-in (password, microsoft, microsoft-app, google, custom)",
    "folder": "Folder",
    "category": "Category of its tickets",
    "after": "Afterwards (flag, move, delete)",
    "move_to": "Folder to move it to",
    "poll_seconds": "Look every (seconds)",
}
_NEW = {
    "port": "993",
    "security": "tls",
    "sign_in": "password",
    "folder": "INBOX",
    "after": "flag",
    "poll_seconds": "60",
}


class MailboxForm(FormScreen):
    """Adds a mailbox, or changes `read`; what is wrong is said at its line, and what was typed stays."""

    def __init__(self, read: MailboxRow | None, saved: Callable[[], object]) -> None:
        super().__init__(f"Change the mailbox {read.name}" if read else "New mailbox")
        self._read = read
        self._saved = saved
        given = {name: str(getattr(read, name)) for name in _LABELS} if read else _NEW
        self._prompts = [TextPrompt(label, given.get(name, ""), id=name) for name, label in _LABELS.items()]
        self._before = [prompt.value for prompt in self._prompts]

    def fields(self) -> list[TextPrompt]:
        """Return the lines to fill in."""
        return self._prompts

    def on_mount(self) -> None:
        """Start in the first line."""
        super().on_mount()
        self._prompts[0].focus()

    @property
    def unsaved(self) -> str:
        """What would be lost."""
        return "the mailbox" if [prompt.value for prompt in self._prompts] != self._before else ""

    def do_save(self) -> None:
        """Check and store the mailbox."""
        if self.busy:
            return
        values = dict(zip(_LABELS, self.values(*_LABELS), strict=True))
        self.busy = True
        self.run_db(self._store, self.session, values, then=self._done, lane="slow")

    def _store(self, session: Session, values: dict[str, str]) -> Saved:
        if self._read is not None:
            before = dict(zip(_LABELS, self._before, strict=True))
            changed = {name: value for name, value in values.items() if value != before[name]}
            return MAILBOXES.change(session, self._read.id, read=self._read, **changed)
        return MAILBOXES.add(session, **{name: value for name, value in values.items() if value})

    def _done(self, saved: Saved) -> None:
        for sentence in saved.warnings:
            notify(self.app, sentence, severity="warning")
        if self._read is None:
            from services.mail_passwords import IMAP, command

            name = self.values("name")[0].strip()
            notify(self.app, f"The mailbox is there. Now sign in: “{command(IMAP, name)}”; then test it.")
        self.dismiss(None)
        self._saved()

    def do_cancel(self) -> None:
        """Close, asking first only when something typed would be lost."""
        self.leave_unanswered()
