"""A screen whose tickets can be edited: the methods that the shared actions call."""

from __future__ import annotations

from collections.abc import Callable

from screens import quick_edits
from screens.actions import Action
from screens.edit_steps import Screen, Then
from screens.mail.answering import Answering
from screens.many import Targets
from screens.quick_actions import NAMES, quick_refusal


class QuickEdits(Answering):
    """The shared actions of a screen: they act on `edit_targets()` and end in `edited()`."""

    def refusal(self, action: Action) -> str | None:
        """Add the reasons that lie in the tickets."""
        reason = super().refusal(action)
        name = action.id.partition(".")[2]
        if reason or name not in NAMES:
            return reason
        return quick_refusal(self.session, name, self.target_rows())

    def _edit(self, edit: Callable[[Screen, Targets, Then], None]) -> None:
        targets = self.edit_targets()
        if targets:
            edit(self, targets, self.edited)

    def do_note(self) -> None:
        """Write a note on the targets."""
        self._edit(quick_edits.edit_note)

    def do_status(self) -> None:
        """Choose another status."""
        self._edit(quick_edits.edit_status)

    def do_extension(self) -> None:
        """Choose the status extension."""
        self._edit(quick_edits.edit_extension)

    def do_priority(self) -> None:
        """Choose the priority."""
        self._edit(quick_edits.edit_priority)

    def do_category(self) -> None:
        """Choose the category."""
        self._edit(quick_edits.edit_category)

    def do_type(self) -> None:
        """Choose the type."""
        self._edit(quick_edits.edit_type)

    def do_manager(self) -> None:
        """Choose the manager."""
        self._edit(quick_edits.edit_manager)

    def do_due(self) -> None:
        """Set the due date."""
        self._edit(quick_edits.edit_due)

    def do_transfer(self) -> None:
        """Hand the targets over."""
        self._edit(quick_edits.edit_transfer)

    def do_merge(self) -> None:
        """Merge the targets into another ticket."""
        self._edit(quick_edits.edit_merge)

    def do_complete(self) -> None:
        """Complete the targets."""
        self._edit(quick_edits.edit_complete)

    def do_archive(self) -> None:
        """Archive the targets."""
        self._edit(quick_edits.edit_archive)

    def do_restore(self) -> None:
        """Restore the targets."""
        self._edit(quick_edits.edit_restore)

    def do_to_inbox(self) -> None:
        """Move the targets to the Inbox."""
        self._edit(quick_edits.edit_to_inbox)

    def do_from_inbox(self) -> None:
        """Remove the targets from the Inbox."""
        self._edit(quick_edits.edit_from_inbox)

    def do_mark_read(self) -> None:
        """Mark the targets as read."""
        self._edit(quick_edits.edit_mark_read)

    def do_mark_unread(self) -> None:
        """Mark the targets as unread."""
        self._edit(quick_edits.edit_mark_unread)

    def do_dispatch(self) -> None:
        """Set or clear the dispatch flag."""
        self._edit(quick_edits.edit_dispatch)
