"""What the ticket window does with mails and files besides reading them: show, open, and take a requester over."""

from __future__ import annotations

from functools import partial

from screens.actions import Action
from screens.ticket.moving import Moving
from services import mail_showing, requesters
from services.mail_showing import ShownMail
from services.records import TicketDetail
from services.requesters import Offer
from widgets.safe import notify


class Reading(Moving):
    """A window whose History has mails."""

    ticket_id: int

    @property
    def offer(self) -> Offer | None:
        """Who wrote what an employee forwarded, and may be the requester."""
        raise NotImplementedError

    def offers(self, action: Action) -> bool:
        """Leave out the requester where nobody is offered."""
        return (action.id != "ticket.take-requester" or self.offer is not None) and super().offers(action)

    def do_show_mail(self) -> None:
        """Show a mail with all that is known of it."""
        from screens.mail.show_screen import ShowMail

        def show(shown: ShownMail) -> None:
            self.app.push_screen(ShowMail(shown))

        work = partial(mail_showing.shown, self.session, self.ticket_id, self.tab.mail_id or 0)
        self.run_db(work, then=show, group="show-mail", opens=True)

    def do_view(self) -> None:
        """Open the file under the cursor."""
        self.tab.view()

    def do_take_requester(self) -> None:
        """Make the writer of the forwarded mail the requester."""
        offer = self.offer
        if offer is None:
            return

        def taken(ticket: TicketDetail) -> None:
            keys = self.desk.shown_keys("desk.undo")
            back = f"; {keys[0]} takes that back" if keys else ""
            notify(self, f"{offer.shown} is the requester of {ticket.number} now{back}.")
            self.edited([ticket.id])

        work = partial(requesters.take_requester, self.session, self.ticket_id, offer.mail_id)
        self.run_db(work, then=taken, lane="slow")
