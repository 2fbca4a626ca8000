"""The preview of the ticket under the cursor: what it is about and what was said last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from screens.desk_screen import DeskScreen
from services import clock, history_kinds, priorities
from services.errors import DeskError, NotFound
from services.records import HistoryEntry, TicketDetail
from services.session import Session
from widgets.dates import ShortDates
from widgets.log_view import LogBlock, LogView

PAUSE_SECONDS = 0.08
"""How long the keys must rest before a preview is laid out; laying out is what costs."""

READ_AFTER_SECONDS = 3
_LATEST = 5
_CHARACTERS = 4_000
_TALK = (history_kinds.NOTE, history_kinds.TRANSFER, history_kinds.MAIL_IN, history_kinds.MAIL_OUT)
_TONES = {history_kinds.MAIL_IN: "mail-in", history_kinds.MAIL_OUT: "mail-out"}


class Shown(NamedTuple):
    """A ticket with the latest entries of its talk, newest first."""

    ticket: TicketDetail
    latest: tuple[HistoryEntry, ...]


def load(session: Session, ticket_id: int) -> Shown:
    """Read what the preview shows."""
    from services import history, tickets

    ticket = tickets.get(session, ticket_id)
    latest = history.entries(session, ticket_id, limit=_LATEST, kinds=_TALK, read=ticket)
    return Shown(ticket, tuple(reversed(latest)))


def blocks(shown: Shown, dates: ShortDates) -> list[LogBlock]:
    """Return the preview as blocks: the ticket with its description, then who said what."""
    ticket = shown.ticket
    about = [ticket.account, ticket.requester_name or ticket.requester_email, ticket.manager]
    state = [ticket.status, ticket.extension, priorities.label(ticket.priority)]
    if ticket.due_at is not None:
        state.append(f"due {dates.full(ticket.due_at)}")
    facts = " · ".join(part for part in (*state, *about) if part)
    made = [
        LogBlock(0, ((ticket.number, "accent"), (" ", ""), (ticket.subject, "strong"))),
        LogBlock(1, ((facts, "dim"),), ticket.description[:_CHARACTERS]),
    ]
    for entry in shown.latest:
        if entry.text.strip() != ticket.description.strip():
            made.append(_entry(entry, dates))
    return made


def _entry(entry: HistoryEntry, dates: ShortDates) -> LogBlock:
    label = history_kinds.LABELS[entry.kind] + (" (public)" if entry.public and entry.kind == "note" else "")
    head = ((dates.short(entry.at), "dim"), (" ", ""), (label, "accent"), (" ", ""), (entry.actor, "strong"))
    tone = _TONES.get(entry.kind, "public" if entry.public else "note")
    return LogBlock(entry.id + 1, head, entry.text[:_CHARACTERS], tone, labels=len(head) - 1)


class Preview:
    """Follows the cursor of a list: lays out a ticket when the keys rest, and then counts as looking at it.

    `read` is called with a ticket's id once it was on the screen for long enough; `rested` whenever the keys
    rest, shown or not. Nothing is repainted while time passes.
    """

    def __init__(
        self,
        screen: DeskScreen[None],
        log: LogView,
        *,
        rested: Callable[[], object],
        read: Callable[[int], object],
    ) -> None:
        self._screen = screen
        self._log = log
        self._rested = rested
        self._read = read
        self._dates = ShortDates(clock.now)
        self._wanted: int | None = None
        self._shown: int | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None

    def follow(self, ticket_id: int | None) -> None:
        """Take note of where the cursor is; cheap enough for every key."""
        self._wanted = ticket_id
        self._stop(self._pause)
        self._stop(self._reading)
        self._pause = self._after(PAUSE_SECONDS, self._rest)

    def show_again(self) -> None:
        """Read the ticket anew, because it changed or the preview was hidden until now."""
        self._shown = None
        self._rest()

    def update(self) -> None:
        """Read the ticket anew, because others changed it: place stays, and nobody counts as looking for that."""
        if self._log.display and self._wanted is not None and self._wanted == self._shown:
            screen = self._screen
            screen.run_db(
                *(load, screen.session, self._wanted), then=self._replace, failed=self._not_updated, group="preview"
            )

    def _not_updated(self, fault: DeskError) -> None:
        """Say nothing of a ticket that others took from this person's sight: nobody asked for it."""
        if not isinstance(fault, NotFound):
            self._screen.read_failed(fault)

    def stop(self) -> None:
        """Let no timer outlive the window."""
        self._stop(self._pause)
        self._stop(self._reading)

    def _rest(self) -> None:
        self._rested()
        if not self._log.display:
            return
        if self._wanted is None:
            self._shown = None
            self._log.show([])
        elif self._wanted != self._shown:
            screen = self._screen
            screen.run_db(
                *(load, screen.session, self._wanted), then=self._show, failed=screen.read_failed, group="preview"
            )
        else:
            self._look()

    def _show(self, shown: Shown) -> None:
        if shown.ticket.id != self._wanted:
            return
        self._dates.begin()
        made = blocks(shown, self._dates)
        if self._shown == shown.ticket.id:
            self._log.replace(made)
        else:
            self._log.show(made)
        self._shown = shown.ticket.id
        self._look()

    def _replace(self, shown: Shown) -> None:
        if shown.ticket.id == self._wanted == self._shown:
            self._dates.begin()
            self._log.replace(blocks(shown, self._dates))

    def _look(self) -> None:
        self._stop(self._reading)
        seconds = self._screen.desk.setting("read_after_seconds", READ_AFTER_SECONDS)
        self._reading = self._after(seconds, self._looked)

    def _looked(self) -> None:
        visible = self._log.display and self._screen.is_current
        if visible and self._shown is not None and self._shown == self._wanted:
            self._read(self._shown)

    def _after(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        # Textual's timers are tasks of their own; one for each key would cost more than the key.
        return asyncio.get_running_loop().call_later(seconds, self._screen.call_later, act)

    @staticmethod
    def _stop(handle: asyncio.TimerHandle | None) -> None:
        if handle is not None:
            handle.cancel()
