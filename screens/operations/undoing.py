"""Taking back and doing again from any screen: progress when it is long, and a choice when something has moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from screens.desk_screen import DeskScreen
from screens.many import FEW
from screens.many.long_act import LongAct
from services import clock, operations, undo
from services.errors import DeskError
from services.outbox import SEND
from services.session import Session
from services.undo import MovedSince, Undone
from services.undo_changes import ticket_ids
from widgets.safe import hush, notify

if TYPE_CHECKING:
    from services.sent_replies import Written

_SHOWN = 5

Then = Callable[[list[int]], object]


def undo_last(screen: DeskScreen[Any], then: Then) -> None:
    """Take back one's last operation; `then` gets the tickets that changed."""
    _find(screen, _last_own, then, again=False)


def redo_last(screen: DeskScreen[Any], then: Then) -> None:
    """Do again what one took back last."""
    _find(screen, _last_undone, then, again=True)


def _find(screen: DeskScreen[Any], find: Callable[[Session], tuple[int, int]], then: Then, *, again: bool) -> None:
    def found(answer: tuple[int, int]) -> None:
        take_back(screen, answer[0], answer[1], then, again=again)

    screen.run_db(find, screen.session, then=found, group="undo")


def _last_own(session: Session) -> tuple[int, int]:
    return _counted(operations.last_own(session))


def _last_undone(session: Session) -> tuple[int, int]:
    return _counted(operations.last_undone(session))


def _counted(operation_id: int) -> tuple[int, int]:
    return operation_id, len(ticket_ids(operation_id))


def take_back(
    screen: DeskScreen[Any], operation_id: int, count: int, then: Then, *, again: bool = False, partly: bool = False
) -> None:
    """Take an operation on `count` tickets back; when some have moved, offer to leave those.

    `again` says that this does something again, because it was one that took that back.
    """
    long_act = LongAct(screen, "Doing again" if again else "Taking back", count)
    if count > FEW:
        long_act.begin()

    def work(session: Session) -> tuple[Undone, Written | None]:
        try:
            undone = undo.undo(session, operation_id, partly=partly, progress=long_act.progress)
        finally:
            long_act.finished()
        return undone, _written(session, undone)

    def done(result: tuple[Undone, Written | None]) -> None:
        undone, written = result
        _report(screen, undone, _follow_mail(screen, undone, written))
        then(list(undone.tickets))

    def failed(fault: DeskError) -> None:
        if isinstance(fault, MovedSince) and fault.possible and not partly:
            _offer_part(
                screen, fault, lambda: take_back(screen, operation_id, count, then, again=again, partly=True), again
            )
        else:
            screen.show_fault(fault)

    screen.run_db(work, screen.session, then=done, failed=failed, lane="long" if count > FEW else "slow")


def _written(session: Session, undone: Undone) -> Written | None:
    """Read what the desk knows of a mail that was taken back: it may have been sent from another machine."""
    if undone.root.action != SEND or undone.again:
        return None
    from services import sent_replies

    return sent_replies.written(session, undone.root)


def _follow_mail(screen: DeskScreen[Any], undone: Undone, written: Written | None) -> str:
    """Make the text of a mail that has not left a draft again, so that nobody writes it twice; sent, it is none.

    Returns what there is to say about it.
    """
    root, drafts = undone.root, screen.desk.drafts
    if root.action != SEND or root.user_id != screen.session.user_id:
        return ""
    if undone.again:
        drafts.sent_again(root.id)
        return ""
    here = drafts.knows_sent(root.id)
    place = drafts.bring_back(root.id, clock.now(), (written.place, written.fields) if written else None)
    if place is None:
        return ""
    lost = " without its files" if written and written.files and not here else ""
    return f" What you wrote is a draft again{lost}; {place.label} on the ticket goes on with it."


def _report(screen: DeskScreen[Any], undone: Undone, more: str) -> None:
    keys = screen.desk.shown_keys("desk.undo" if undone.again else "desk.redo")
    way = f" {keys[0]} {'takes it back' if undone.again else 'does it again'}." if keys else ""
    # What was said of the operation itself, and how to take it back, holds no longer.
    hush(screen)
    notify(screen, undone.sentence + way + more, severity="warning" if undone.left else "information")
    if undone.left:
        notify(screen, "\n".join(undone.left[:_SHOWN]), severity="warning")


def _offer_part(screen: DeskScreen[Any], fault: MovedSince, go_on: Callable[[], object], again: bool) -> None:
    from screens.dialogs.confirm import ConfirmDialog

    def answered(yes: bool | None) -> None:
        if yes:
            go_on()

    moved = len(fault.sentences)
    have = "1 of the tickets has" if moved == 1 else f"{moved:,} of the tickets have"
    question = f"{have} changed since. {'Do' if again else 'Take back'} the others{' again' if again else ''}?"
    detail = " ".join(fault.sentences[:_SHOWN])
    yes = "Do again" if again else "Take back"
    screen.app.push_screen(ConfirmDialog(question, detail, yes=yes, count=fault.possible), answered)
