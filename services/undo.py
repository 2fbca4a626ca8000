"""Undo and redo: an operation is taken back by another one, which can be taken back itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models import Operation, database
from services import history_kinds, journal, undo_told
from services.action_names import UNDO
from services.deed_names import name_of
from services.errors import DeskError, NotFound
from services.numbers import number_of
from services.progress import Progress, Stopped
from services.session import Session
from services.sql import fetch
from services.undo_changes import Deed, RowChange, changes_of, deed, root_of, ticket_ids
from services.undo_moved import describe_moved, later_work
from services.undo_plan import Moved, Step, plan
from services.undo_present import Present
from services.undo_rules import refusal, ticket_refusal
from services.undo_write import write
from services.visibility import unknown_ticket

_BATCH = 200
_SENTENCES = 50
"""How many tickets that stand in the way are described in full; of the others the number tells enough."""


class Undone(NamedTuple):
    """What an undo did: `operation_id` is its own operation, `root` what a person once did.

    `name` is what people call that; `again` tells that it was a redo; `left` says of each ticket that was left as it
    is why.
    """

    operation_id: int
    root: Deed
    name: str
    again: bool
    tickets: tuple[int, ...]
    left: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """One line that says what was done: Taken back: Priority High, 0500-1010."""
        how = "Done again" if self.again else "Taken back"
        where = number_of(self.tickets[0]) if len(self.tickets) == 1 else f"{len(self.tickets):,} tickets"
        line = f"{how}: {self.name}, {where}."
        left = "1 was left as it is" if len(self.left) == 1 else f"{len(self.left):,} were left as they are"
        return f"{line} {left}." if self.left else line


class MovedSince(DeskError):
    """Something has changed since an operation, so that it was not taken back, or not done `again`.

    `sentences` tells ticket by ticket what stands in the way; `possible` for how many tickets it could be.
    """

    def __init__(self, sentences: Sequence[str], possible: int, again: bool = False) -> None:
        first = sentences[0]
        if len(sentences) > 1 or possible:
            more = len(sentences) - 1
            others = f"{more:,} other {'ticket has' if more == 1 else 'tickets have'} changed too; " if more else ""
            act = "done again" if again else "taken back"
            could = f"the other {possible:,} could be {act}" if possible else f"nothing could be {act}"
            first = f"{first.rstrip('.')}; {others}{could}."
        super().__init__(first)
        self.sentences = tuple(sentences)
        self.possible = possible


def undo(
    session: Session,
    operation_id: int,
    *,
    partly: bool = False,
    progress: Progress | None = None,
    uid: str | None = None,
) -> Undone:
    """Take an operation back as a new one; the undo of an undo does again what was taken back.

    Nothing is taken back where a field is no longer what the operation made of it: raises MovedSince, unless
    `partly` asks for the tickets that have not moved. `uid` is made by the caller, so that a retry finds the first try.
    """
    try:
        with journal.operation(session, UNDO, uid=uid) as op:
            return _take_back(op, operation_id, partly, progress)
    except journal.AlreadyDone:
        return _earlier(uid)


def _take_back(op: journal.Recorder, operation_id: int, partly: bool, progress: Progress | None) -> Undone:
    one = _locked(operation_id)
    root = root_of(one)
    why = refusal(op.session, one, root)
    if why is not None:
        raise DeskError(why)
    again = one.undoes == root.id
    name = name_of(root)
    text = _told(op.session, root, name, again)
    touched = ticket_ids(one.id)
    done: list[int] = []
    left: list[str] = []
    for batch in _batches(touched):
        free, refused = _batch(op, one, root, batch, len(left))
        left += refused
        if not left or partly:
            write(op, [step for ticket in free.values() for step in ticket])
            op.entries((ticket_id, history_kinds.UNDO, text, False) for ticket_id in free)
            undo_told.change(op, one, root, list(free))
            op.write_changes()
        done += free
        if progress is not None and not progress(len(done) + len(left), len(touched)):
            raise Stopped(f"Stopped. Nothing was {'done again' if again else 'taken back'}.")
    if left and (not partly or not done):
        raise MovedSince(left, len(done), again)
    if not done:
        raise DeskError("This operation changed no ticket, so there is nothing to take back.")
    _link(op, one, root)
    return Undone(op.id, root, name, again, tuple(done), tuple(left))


def _locked(operation_id: int) -> Deed:
    if database.for_update:
        # Two people who take the same back wait for each other here.
        fetch(f"SELECT 1 FROM operation WHERE id = {int(operation_id)} FOR NO KEY UPDATE")
    found = deed(operation_id)
    if found is None:
        raise NotFound("This operation is not in the journal.")
    return found


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _batch(
    op: journal.Recorder, one: Deed, root: Deed, batch: Sequence[int], refused_before: int
) -> tuple[dict[int, list[Step]], list[str]]:
    """Return the steps for each ticket that can be taken back, and a sentence for each that cannot."""
    changes = changes_of(one.id, batch)
    present = Present(op.session, batch, [change for rows in changes.values() for change in rows])
    made = [key for key, rows in changes.items() if any(row.entity == "ticket" and row.was_made for row in rows)]
    worked_on = later_work(made, one.id)
    free: dict[int, list[Step]] = {}
    refused: list[str] = []
    for ticket_id, rows in changes.items():
        ticket = present.tickets.get(ticket_id)
        if ticket is None:
            refused.append(unknown_ticket(number_of(ticket_id)).sentence)
            continue
        why = ticket_refusal(op.session, one, root, ticket, rows) or worked_on.get(ticket_id)
        if why is not None:
            refused.append(f"{ticket.number}: {why}")
            continue
        # Who is told of a new ticket is another matter: it stands in nobody's way.
        only_ticket = ticket_id in made or root.action == undo_told.CREATION
        steps, moved = _planned(rows, present, one.id, op.at, only_ticket=only_ticket)
        if moved:
            brief = refused_before + len(refused) >= _SENTENCES
            refused.append(f"{ticket.number}: {describe_moved(moved[0], one.id, brief=brief)}")
        else:
            free[ticket_id] = steps
    return free, refused


def _planned(
    rows: list[RowChange], present: Present, operation_id: int, at: int, *, only_ticket: bool
) -> tuple[list[Step], list[Moved]]:
    # What came with a new ticket stays on it in the archive.
    wanted = [row for row in rows if row.entity == "ticket"] if only_ticket else rows
    planned = [plan(row, present, operation_id, at) for row in wanted]
    return [step for step, _ in planned if step], [each for _, moved in planned for each in moved]


def _told(session: Session, root: Deed, name: str, again: bool) -> str:
    whose = "" if root.user_id == session.user_id else f" by {root.actor}"
    return f"{'Done again' if again else 'Taken back'}: {name}{whose}"


def _link(op: journal.Recorder, one: Deed, root: Deed) -> None:
    """Note who took back what: an undo of an undo makes the first operation stand again.

    The undo of a redo takes back the first operation, so that chains stay short.
    """
    undoes = one.id if one.undoes in (None, root.id) else root.id
    Operation.update(undoes=undoes).where(Operation.id == op.id).execute()
    Operation.update(undone_by=op.id).where(Operation.id == one.id).execute()
    if one.id != root.id:
        standing = None if one.undoes == root.id else op.id
        Operation.update(undone_by=standing).where(Operation.id == root.id).execute()
    op.taken_back(root.id)


def _earlier(uid: str | None) -> Undone:
    """Return what the first try with this uid did."""
    by = deed(journal.earlier(uid or "") or 0)
    if by is None or by.undoes is None:
        raise DeskError("This request was used for something else already; take it back once more.")
    root = root_of(by)
    one = deed(by.undoes) or root
    return Undone(by.id, root, name_of(root), one.undoes == root.id, tuple(ticket_ids(by.id)))
