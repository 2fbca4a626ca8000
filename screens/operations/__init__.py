"""Taking back what was done, the list of what people did lately, and the desk as it was."""

from __future__ import annotations

from screens.operations.screen import OperationsScreen

__all__ = ["OperationsScreen"]
