"""Sending a test mail: an address, then what the server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services import mail_test
from services.session import Session
from widgets.safe import hush, notify

if TYPE_CHECKING:
    from screens.connector.screen import ConnectorScreen


def ask_and_send(screen: ConnectorScreen) -> None:
    """Ask for an address, queue a test mail, send it at once, and say what became of it."""
    from screens.dialogs.line import LineDialog

    session, queued = screen.session, [0]

    def check(address: str) -> None:
        queued[0] = mail_test.queue(session, address)

    def send(session: Session, outgoing_id: int) -> tuple[bool, str]:
        fault = screen.desk.connector.send(session)
        left, sentence = mail_test.outcome(session, outgoing_id)
        return left, fault if fault and not left else sentence

    def done(outcome: tuple[bool, str]) -> None:
        left, sentence = outcome
        hush(screen)
        notify(screen, sentence, severity="information" if left else "warning")
        screen.do_refresh()

    def typed(address: str | None) -> None:
        if address is not None:
            notify(screen, "Sending …")
            screen.run_db(send, session, queued[0], then=done, lane="long")

    dialog = LineDialog("Send a test mail", "To", session.email, check=check, lane="slow")
    screen.app.push_screen(dialog, typed)
