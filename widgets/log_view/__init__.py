"""The log: History entries and mail text of any length, wrapped only where somebody looks."""

from __future__ import annotations

from widgets.log_view.blocks import LogBlock
from widgets.log_view.view import LogView

__all__ = ["LogBlock", "LogView"]
