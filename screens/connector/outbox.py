"""The outbox: every mail to every recipient, what the server said, and what people decide about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from screens.connector.page import Page
from services import outbox_rows
from services.outbox import FAILED, HELD, SENDING, SENT, UNKNOWN, WAITING, WITHDRAWN
from services.outbox_rows import DeliveryRow
from services.session import Session
from widgets.dates import ShortDates
from widgets.log_view import LogBlock
from widgets.table import TableColumn, TableRow

_MOST = 500
_LISTS = {
    outbox_rows.ACTIVE: "mail that waits or is on its way",
    outbox_rows.TROUBLE: "mail that is held, unknown, failed, or came back",
    outbox_rows.ALL: "all mail that leaves, the newest first",
}
_NONE = {
    outbox_rows.ACTIVE: "No mail waits or is on its way",
    outbox_rows.TROUBLE: "No mail is held, unknown or failed, and none came back",
    outbox_rows.ALL: "No mail has left yet",
}
_MEANING = {
    WAITING: "waits to be sent",
    SENDING: "is being sent at this moment",
    SENT: "was taken by the mail server",
    FAILED: "was refused for good, or put off for days",
    UNKNOWN: "was sent whole, but the server did not answer; it may have arrived",
    HELD: "is held because a rate was reached; let it go or withdraw it",
    WITHDRAWN: "was withdrawn before it left",
}
_STATES = {
    "retry": ((FAILED, UNKNOWN, WAITING), "Only mail that waits, failed or is unknown can be tried again."),
    "release": ((HELD,), "Only mail that is held can be let go."),
    "withdraw": ((WAITING, HELD, UNKNOWN), "Only mail that waits, is held or unknown can be withdrawn."),
}


class OutboxPage(Page[DeliveryRow]):
    """A row for each recipient, newest first."""

    LABEL = "Outbox"
    TITLE = "mail that leaves"
    COLUMNS = (
        TableColumn("When", 7),
        TableColumn("State", 9),
        TableColumn("Ticket", 9),
        TableColumn("To"),
        TableColumn("Subject"),
    )
    EMPTY = ""
    OFFERS = frozenset({"open", "retry", "retry-all", "release", "withdraw", "which", "test-send"})
    _which = outbox_rows.ACTIVE

    @property
    def title(self) -> str:
        """Which of the lists is shown."""
        return _LISTS[self._which]

    @property
    def empty(self) -> str:
        """What there is none of, and where there may be some."""
        keys = self.screen.desk.shown_keys("connector.which")
        return f"{_NONE[self._which]}; {keys[0]} goes to other lists." if keys else f"{_NONE[self._which]}."

    @property
    def count(self) -> str:
        """How many rows there are, or that there are more."""
        return super().count + ("+" if len(self.items) == _MOST else "")

    def show_list(self, which: str) -> None:
        """Show another list from the next reading on."""
        self._which = which
        self.items, self.was_read = {}, False

    def read(self, session: Session) -> Sequence[DeliveryRow]:
        """Read the newest rows of the list."""
        return outbox_rows.listing(session, self._which, limit=_MOST)

    def key(self, item: DeliveryRow) -> str:
        """The row's own key."""
        return f"out {item.id}"

    def row(self, item: DeliveryRow, dates: ShortDates) -> TableRow:
        """When, state, ticket, to whom, what."""
        state = "came back" if item.bounce else item.state
        cells = (dates.short(item.sent_at or item.created_at), state, item.number, item.address, item.subject)
        return TableRow(self.key(item), cells, dim=item.state in (SENT, WITHDRAWN) and not item.bounce)

    def blocks(self, item: DeliveryRow, dates: ShortDates) -> list[LogBlock]:
        """What became of it, and the server's words."""
        lines = [f"This mail {_MEANING.get(item.state, item.state)}."]
        if item.tries:
            lines.append(f"Tried {item.tries:,} {'time' if item.tries == 1 else 'times'}.")
        if item.next_at is not None:
            lines.append(f"Next try: {dates.full(item.next_at)}")
        if item.sent_at is not None:
            lines.append(f"Sent: {dates.full(item.sent_at)}")
        if item.reply:
            # Without a code it is what happened to the connection, in our own words.
            by_server = item.reply_code is not None or item.bounce
            lines.append(f"The server said: {item.reply}" if by_server else item.reply)
        if item.bounce:
            how = "for good" if item.bounce == "permanent" else "for now"
            lines.append(f"It came back, {how}, {dates.full(item.bounced_at)}.")
        about = f"{item.kind} {item.number}".strip()
        name = f"{item.name} <{item.address}>" if item.name else item.address
        head = ((f"{item.role.capitalize()}: {name}", "strong"), (f"  {about}, {dates.full(item.created_at)}", "dim"))
        return [LogBlock(item.id, head, f"{item.subject}\n" + "\n".join(lines))]

    # Doing

    def refusal(self, name: str) -> str | None:
        """Say which states an act is for."""
        if name == "which":
            return None
        if name == "retry-all":
            return None if self._stuck() else "No mail of this list failed or is unknown."
        if (reason := super().refusal(name)) is not None or (item := self.current) is None:
            return reason
        if name == "open":
            return None if item.ticket_id is not None else "This mail belongs to no ticket."
        states, sentence = _STATES.get(name, ((item.state,), ""))
        return None if item.state in states else sentence

    def open(self) -> None:
        """Open the ticket."""
        if (item := self.current) is not None and item.ticket_id is not None:
            self.screen.desk.open_ticket(item.ticket_id)

    def retry(self) -> None:
        """Have it tried again at once."""
        if (item := self.current) is not None:
            self.act(outbox_rows.retry, [item.id], said=f"The mail to {item.address} is tried again at once.")

    def retry_all(self) -> None:
        """Ask, then have all of the list tried again that failed or is unknown."""
        keys = self._stuck()
        act = partial(self.act, outbox_rows.retry, keys, said=f"{len(keys):,} mails are tried again at once.")
        detail = "Unknown mail may have arrived already: who has it gets it twice."
        self.confirm("Send all failed and unknown mail of this list again?", detail, "Send", act, len(keys))

    def _stuck(self) -> list[int]:
        return [item.id for item in self.items.values() if item.state in (FAILED, UNKNOWN)]

    def release(self) -> None:
        """Let it go."""
        if (item := self.current) is not None:
            self.act(outbox_rows.release, [item.id], said=f"The mail to {item.address} leaves with the next sending.")

    def withdraw(self) -> None:
        """Ask, then give it up."""
        if (item := self.current) is None:
            return
        said = f"The mail to {item.address} is not sent."
        act = partial(self.act, outbox_rows.withdraw, [item.id], said=said)
        self.confirm(f"Withdraw the mail to {item.address}?", item.subject, "Withdraw", act)

    def which(self) -> None:
        """Go to the next of the lists."""
        ways = list(_LISTS)
        self.show_list(ways[(ways.index(self._which) + 1) % len(ways)])
        self.screen.show_page(self.screen.pages.index(self))
