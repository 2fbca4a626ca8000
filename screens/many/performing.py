"""Doing an act to the targets of a screen: ask first when they are many, show progress, report what refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from screens.actions import find
from screens.many.long_act import LongAct
from screens.many.targets import FEW, Targets
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.edit_steps import Screen, Then
    from screens.runner import Lane
    from services.bulk import Act, BulkResult
    from services.progress import Progress
    from services.records import TicketDetail, TicketRow
    from services.session import Session


_LONG_SECONDS = 30
"""How long the report of an act on many stands there: who waits for it may look elsewhere."""


class Shown(NamedTuple):
    """What the person saw when an action was chosen: rows that are at hand, and up to which operation the list was."""

    tickets: Mapping[int, TicketRow | TicketDetail] = {}
    until: int | None = None


class Edit(NamedTuple):
    """What is done to tickets: the act, made in the database thread, and what people read about it."""

    make: Callable[[Session], Act]
    said: str
    seen: Shown = Shown()


def perform(screen: Screen, targets: Targets, edit: Edit, then: Then) -> None:
    """Do an act to the targets, after a question when they are many."""
    if not targets.are_many:
        _start(screen, targets, edit, then)
        return
    from screens.dialogs.confirm import ConfirmDialog

    def answered(yes: bool | None) -> None:
        if yes:
            _start(screen, targets, edit, then)

    question = f"{edit.said}: {targets.name}?"
    screen.app.push_screen(ConfirmDialog(question, _way_back(screen), yes="Change", count=targets.count), answered)


def _start(screen: Screen, targets: Targets, edit: Edit, then: Then) -> None:
    long_act = LongAct(screen, edit.said, targets.count)
    long_act.begin()
    screen.run_db(
        _work,
        screen.session,
        targets,
        edit,
        long_act,
        then=lambda result: finish(screen, result, edit.said, then),
        lane=lane_for(targets),
    )


def saving(screen: Screen, targets: Targets, edit: Edit, uid: str) -> BulkResult:
    """Do an act from the database thread of a dialog that stays open until it is done; a fault keeps its text.

    `uid` is the dialog's for this act (`screens.once`), so that saving again after a lost answer does it once.
    """
    long_act = LongAct(screen, edit.said, targets.count)
    long_act.started()
    return _work(screen.session, targets, edit, long_act, uid)


@contextmanager
def followed(screen: Screen, title: str, count: int) -> Iterator[Progress]:
    """Show how far an act is that the block does in a database thread, and tell it when the person wants it stopped."""
    long_act = LongAct(screen, title, count)
    long_act.started()
    try:
        yield long_act.progress
    finally:
        long_act.finished()


def lane_for(targets: Targets) -> Lane:
    """Return the thread for an act: what may take long must not hold up the lists."""
    return "long" if targets.are_many else "slow"


def _work(session: Session, targets: Targets, edit: Edit, long_act: LongAct, uid: str | None = None) -> BulkResult:
    from services import bulk

    try:
        act = edit.make(session)
        ids, seen = targets.listed(), edit.seen
        return bulk.run(session, act, ids, seen=seen.tickets, until=seen.until, progress=long_act.progress, uid=uid)
    finally:
        long_act.finished()


def finish(screen: Screen, result: BulkResult, said: str, then: Then) -> None:
    """Report, leave the marks on what refused, and go on with what was done."""
    done = len(result.done)
    total = done + result.unchanged + len(result.refused)
    if result.refused:
        from screens.edit_steps import TicketTargets
        from screens.many.refused import RefusedDialog

        if isinstance(screen, TicketTargets):
            screen.mark_only([ticket_id for ticket_id, _ in result.refused])
        changed = f"{done:,} of {total:,} tickets" if done else f"None of {total:,} tickets"
        title = f"{changed}: {said}. {len(result.refused):,} refused."
        screen.app.push_screen(RefusedDialog(title, result.refused))
    elif total > 1:
        notify(screen, _report(screen, done, result.unchanged, said), timeout=_LONG_SECONDS if total > FEW else None)
    if done or result.unchanged:
        # Of many, the rows around the cursor are read again instead of all of them.
        then(list(result.done) if done <= FEW else [])


def _report(screen: Screen, done: int, unchanged: int, said: str) -> str:
    if not done:
        return f"{said}: nothing to change, all {unchanged:,} tickets were like that before."
    tickets = "1 ticket" if done == 1 else f"{done:,} tickets"
    already = f" {unchanged:,} had it already." if unchanged else ""
    way_back = _way_back(screen)
    return f"{tickets}: {said}.{already}{' ' + way_back if way_back else ''}"


def _way_back(screen: Any) -> str:
    """Return how to take an act back, where the desk can do that."""
    keys = screen.desk.shown_keys("desk.undo") if find("desk.undo") is not None else ()
    return f"{keys[0]} takes it back." if keys else ""
