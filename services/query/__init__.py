"""The query language of lists: status:hold manager:me account:"Acme Ltd" updated:<7d "exact phrase" -word."""

from __future__ import annotations

from services.query.compiler import compile_query
from services.query.faults import QueryFault
from services.query.fields import FIELD_NAMES, FIELDS
from services.query.pieces import Condition

__all__ = ["FIELDS", "FIELD_NAMES", "Condition", "QueryFault", "compile_query"]
