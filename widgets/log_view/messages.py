"""What a log tells its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from widgets.log_view.body import LogBody


class BlockMessage(Message):
    """A message about a block."""

    def __init__(self, log_view: LogBody, block_id: int) -> None:
        super().__init__()
        self.log_view = log_view
        self.block_id = block_id

    @property
    def control(self) -> LogBody:
        """The log with the block."""
        return self.log_view


class BlockMoved(BlockMessage, namespace="log_view"):
    """The cursor is on another block."""


class BlockSelected(BlockMessage, namespace="log_view"):
    """Somebody wants to open a block."""


class AttachmentClicked(BlockMessage, namespace="log_view"):
    """Somebody clicked on an attachment."""

    def __init__(self, log_view: LogBody, block_id: int, attachment_id: int) -> None:
        super().__init__(log_view, block_id)
        self.attachment_id = attachment_id
