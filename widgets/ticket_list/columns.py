"""The columns that a ticket list can show, and how they share the width of a screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.records import NO_MARK, READ, UNREAD, TicketRow
from widgets.dates import ShortDates, without_day

REST = "subject"
"""The column that takes whatever width the others leave."""

MATCHED = frozenset({REST, "account", "requester", "category", "type", "manager"})
"""The columns in which what a search has found is marked."""

LEGEND: tuple[tuple[str, str], ...] = (
    ("*", "your ticket, update not yet read"),
    ("o", "your ticket, read"),
    ("+", "not yet read by its manager"),
    ("-", "read by its manager"),
)
"""The envelopes in characters that every terminal has; yours differ from others'."""

_LEGEND = ", ".join(f"{sign} {meaning}" for sign, meaning in LEGEND)
_MINE = {NO_MARK: "", UNREAD: "*", READ: "o"}
_OTHERS = {NO_MARK: "", UNREAD: "+", READ: "-"}
# The sign comes first, so that a column of one cell still tells.
_PRIORITIES = ("", "v Low", "  Normal", "^ High", "! Urgent")
_URGENT = 4


class Sight(NamedTuple):
    """What the looks of a row depend on besides the row itself."""

    dates: ShortDates
    now: int
    hold_codes: frozenset[int]


Getter = Callable[[TicketRow, Sight], str]
Tone = Callable[[TicketRow, Sight], str]


class Column(NamedTuple):
    """A column: `width` is the usual one and `min_width` the least, in cells; `tone` names a style.

    `short` is the title where the whole one does not fit, and `brief` makes a text of such a cell shorter; `about`
    explains a title that needs it.
    """

    id: str
    title: str
    width: int
    min_width: int
    getter: Getter
    tone: Tone | None = None
    sortable: bool = True
    short: str = ""
    brief: Callable[[str], str] | None = None
    about: str = ""


class Slot(NamedTuple):
    """A column on the screen: where it begins, and how many cells it has."""

    column: Column
    x: int
    width: int


def _mark(row: TicketRow, sight: Sight) -> str:
    return (_MINE if row.mine else _OTHERS).get(row.mark, "")


def _dispatch(row: TicketRow, sight: Sight) -> str:
    return "D" if row.waiting_for_dispatch else ""


def _unread(row: TicketRow, sight: Sight) -> str:
    return "unread" if row.mine and row.mark == UNREAD else ""


def _priority(row: TicketRow, sight: Sight) -> str:
    return _PRIORITIES[row.priority] if 0 <= row.priority < len(_PRIORITIES) else str(row.priority)


def _urgent(row: TicketRow, sight: Sight) -> str:
    return "urgent" if row.priority == _URGENT and row.is_open else ""


def _overdue(row: TicketRow, sight: Sight) -> str:
    return "overdue" if row.due_at is not None and row.is_open and row.due_at < sight.now else ""


def _created(row: TicketRow, sight: Sight) -> str:
    return sight.dates.short(row.created_at)


def _updated(row: TicketRow, sight: Sight) -> str:
    return sight.dates.short(row.updated_at)


def _due(row: TicketRow, sight: Sight) -> str:
    text = sight.dates.short(row.due_at)
    return f"{text} !" if text and _overdue(row, sight) else text


def _hold(row: TicketRow, sight: Sight) -> str:
    return "hold" if row.status_code in sight.hold_codes else ""


def _status(row: TicketRow, sight: Sight) -> str:
    return f"{row.status} (archived)" if row.archived else row.status


def _where_assigned(status: str) -> str:
    """Keep what tells the two statuses of assigned tickets apart."""
    place = status.removeprefix("Assigned ")
    return place[:1].upper() + place[1:]


COLUMNS: dict[str, Column] = {
    column.id: column
    for column in (
        Column("dispatch", "D", 1, 1, _dispatch, sortable=False, about="waits for dispatching"),
        Column("mark", "M", 1, 1, _mark, tone=_unread, sortable=False, about="envelope: " + _LEGEND),
        Column("manager", "Manager", 14, 6, lambda row, sight: row.manager, tone=_unread, short="Mgr"),
        Column("number", "Number", 9, 9, lambda row, sight: row.number),
        Column("status", "Status", 11, 4, _status, tone=_hold, brief=_where_assigned),
        Column("extension", "Ext", 5, 3, lambda row, sight: row.extension, about="status extension"),
        Column("priority", "Priority", 8, 1, _priority, tone=_urgent, short="P"),
        Column(REST, "Subject", 40, 14, lambda row, sight: row.subject),
        Column("account", "Account", 16, 6, lambda row, sight: row.account),
        Column("requester", "Requested by", 16, 6, lambda row, sight: row.requester),
        Column("type", "Type", 10, 4, lambda row, sight: row.type),
        Column("category", "Category", 14, 6, lambda row, sight: row.category),
        Column("created", "Created", 10, 6, _created, short="New", brief=without_day),
        Column("updated", "Updated", 10, 6, _updated, short="Upd", brief=without_day),
        Column("due", "Due", 12, 6, _due, tone=_overdue, brief=without_day),
        Column("closed", "Closed", 10, 6, lambda row, sight: sight.dates.short(row.closed_at), brief=without_day),
        Column("channel", "Channel", 8, 4, lambda row, sight: row.channel),
    )
}
"""Every column by its id, in the order in which a chooser offers them."""

DEFAULT_COLUMNS: tuple[tuple[str, int], ...] = tuple(
    (column, 0) for column in ("number", "priority", REST, "status", "account", "mark", "manager", "updated")
)
"""What somebody sees who has chosen nothing; width 0 is the column's own."""


def known_columns(chosen: Sequence[tuple[str, int]]) -> list[tuple[Column, int]]:
    """The chosen columns that exist, each once, with usable widths; the usual ones when none is left."""
    found: dict[str, tuple[Column, int]] = {}
    for name, width in chosen:
        column = COLUMNS.get(name)
        if column is not None:
            found.setdefault(name, (column, max(width, column.min_width) if width > 0 else column.width))
    return list(found.values()) or known_columns(DEFAULT_COLUMNS)


def place_columns(columns: Sequence[tuple[Column, int]], width: int, skip: int = 0) -> list[Slot]:
    """Share `width` cells, one of which stays free on the left and between columns.

    The first `skip` columns are scrolled away, the subject takes the rest. With too little, the other columns
    shrink, the last first; what still does not fit is left out at the right, to be scrolled to.
    """
    shown = columns[min(skip, max(0, len(columns) - 1)) :]
    widths = _shared_widths(shown, width - len(shown))
    slots: list[Slot] = []
    x = 1
    for (column, _), cells in zip(shown, widths, strict=True):
        if x + min(cells, column.min_width) > width and slots:
            break
        cells = min(cells, width - x)
        slots.append(Slot(column, x, cells))
        x += cells + 1
    return slots


def _shared_widths(columns: Sequence[tuple[Column, int]], width: int) -> list[int]:
    """The width of each column so that they fill `width` as nearly as their least widths allow."""
    widths = [column.min_width if column.id == REST else wanted for column, wanted in columns]
    excess = sum(widths) - width
    for index in reversed(range(len(columns))):
        if excess <= 0:
            break
        spare = max(0, min(excess, widths[index] - columns[index][0].min_width))
        widths[index] -= spare
        excess -= spare
    if excess < 0:
        for index, (column, _) in enumerate(columns):
            if column.id == REST:
                widths[index] -= excess
    return widths
