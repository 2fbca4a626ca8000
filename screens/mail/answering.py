"""Writing mail from a screen with tickets: an answer, an answer to all, and a note to colleagues."""

from __future__ import annotations

from screens.actions import Action
from screens.edit_steps import TicketTargets
from screens.mail.ticket_actions import NAMES, NOTE, REPLY, REPLY_ALL
from services.errors import DeskError
from services.records import TicketDetail
from services.session import EMPLOYEES_ONLY


class Answering(TicketTargets):
    """A screen from whose ticket mail can be written."""

    def refusal(self, action: Action) -> str | None:
        """Say what is known without a look at the desk's settings, which is taken before the composer opens."""
        reason = super().refusal(action)
        if reason or action.id.partition(".")[2] not in NAMES:
            return reason
        if self.session.is_client:
            return EMPLOYEES_ONLY
        merged = next((one for one in self.target_rows() if isinstance(one, TicketDetail) and one.merged_into), None)
        return f"{merged.number} was merged into {merged.merged_into}; write from there." if merged else None

    def answered_mail(self) -> int | None:
        """Return the mail that is looked at, which an answer then answers; None for the customers' newest."""
        return None

    def do_reply(self) -> None:
        """Answer the customer."""
        self._write(REPLY)

    def do_reply_all(self) -> None:
        """Answer everybody."""
        self._write(REPLY_ALL)

    def do_note_with_mail(self) -> None:
        """Write to colleagues."""
        self._write(NOTE)

    def _write(self, way: str) -> None:
        targets = self.edit_targets()
        if targets.count > 1:
            raise DeskError(f"{targets.count:,} tickets are marked; a mail is about one.")
        if targets:
            self.write_mail(targets.ids[0], way)

    def write_mail(self, ticket_id: int, way: str) -> None:
        """Open the composer, or say why nobody can be written to."""
        from screens.mail.beginning import Beginning, begin

        def opened(beginning: Beginning) -> None:
            from screens.mail import ComposeScreen

            self.app.push_screen(ComposeScreen(beginning), sent)

        def sent(ticket_id: int | None) -> None:
            if ticket_id is not None:
                self.edited([ticket_id])

        mail_id = self.answered_mail() if way != NOTE else None
        self.run_db(begin, self.session, ticket_id, way, mail_id, then=opened, group="mail", opens=True)
