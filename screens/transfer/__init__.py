"""Handing tickets over: to whom, to which account or product, and a note about it."""

from screens.transfer.screen import TransferScreen

__all__ = ["TransferScreen"]
