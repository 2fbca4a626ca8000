"""The list of tickets: any number of them, a few pages in memory, and only changed lines on the wire."""

from __future__ import annotations

from widgets.ticket_list.columns import COLUMNS, DEFAULT_COLUMNS, LEGEND, REST, Column
from widgets.ticket_list.list import TicketList
from widgets.ticket_list.marks import MarkSet
from widgets.ticket_list.pages import rank_of

__all__ = ["COLUMNS", "DEFAULT_COLUMNS", "LEGEND", "REST", "Column", "MarkSet", "TicketList", "rank_of"]
