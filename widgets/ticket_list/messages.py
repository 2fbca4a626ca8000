"""What a ticket list tells its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from widgets.ticket_list.body import ListBody


class ListMessage(Message):
    """A message of a ticket list, which is its `control`."""

    def __init__(self, ticket_list: ListBody) -> None:
        super().__init__()
        self.ticket_list = ticket_list

    @property
    def control(self) -> ListBody:
        """The list that the message is about."""
        return self.ticket_list


class PageWanted(ListMessage, namespace="ticket_list"):
    """Rows are needed: answer with `put_rows(rows, asked=ids)`, unless `generation` has passed."""

    def __init__(self, ticket_list: ListBody, page_index: int, ids: tuple[int, ...], generation: int) -> None:
        super().__init__(ticket_list)
        self.page_index = page_index
        self.ids = ids
        self.generation = generation


class Selected(ListMessage, namespace="ticket_list"):
    """Somebody wants to open a ticket."""

    def __init__(self, ticket_list: ListBody, ticket_id: int) -> None:
        super().__init__(ticket_list)
        self.ticket_id = ticket_id


class CursorMoved(ListMessage, namespace="ticket_list"):
    """Another ticket is under the cursor; None when the list is empty."""

    def __init__(self, ticket_list: ListBody, ticket_id: int | None) -> None:
        super().__init__(ticket_list)
        self.ticket_id = ticket_id


class SortWanted(ListMessage, namespace="ticket_list"):
    """Somebody chose a column's title to sort by."""

    def __init__(self, ticket_list: ListBody, column_id: str) -> None:
        super().__init__(ticket_list)
        self.column_id = column_id


class ColumnWidthChanged(ListMessage, namespace="ticket_list"):
    """A column got another width, in cells."""

    def __init__(self, ticket_list: ListBody, column_id: str, width: int) -> None:
        super().__init__(ticket_list)
        self.column_id = column_id
        self.width = width


class DispatchClicked(ListMessage, namespace="ticket_list"):
    """Somebody clicked on a ticket's Dispatch flag."""

    def __init__(self, ticket_list: ListBody, ticket_id: int) -> None:
        super().__init__(ticket_list)
        self.ticket_id = ticket_id


class Marked(ListMessage, namespace="ticket_list"):
    """The number of marked tickets changed."""

    def __init__(self, ticket_list: ListBody, count: int) -> None:
        super().__init__(ticket_list)
        self.count = count
