"""The preview's place and size in the main window: below or beside the list, instead of it, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from screens.main.moves import Moves
from screens.main.state import LEAST_SHARE, MOST_SHARE, USUAL_BELOW, USUAL_BESIDE

if TYPE_CHECKING:
    from textual.widget import Widget

    from screens.actions import Action

_STEP = 5
_FULL = "full"
_WIDE = 140


class PreviewPane(Moves):
    """What `MainScreen` does with the keys for the preview; everything but the full preview is remembered."""

    full_preview = False
    """Whether the preview hides the list for the time being."""

    @property
    def _order(self) -> tuple[str, ...]:
        return ("bottom", "right", _FULL, "off") if self.has_class("-wide") else ("right", _FULL, "off")

    @property
    def _beside(self) -> bool:
        return self.state.preview == "right" and self.app.size.width >= _WIDE

    def do_preview(self) -> None:
        """Go from the preview below to the one on the right, to the full one and to none."""
        order = self._order
        present = _FULL if self.full_preview else self.state.preview if self.state.preview in order else "right"
        self._show_preview(order[(order.index(present) + 1) % len(order)])

    def _show_preview(self, chosen: str) -> None:
        self.full_preview = chosen == _FULL
        if not self.full_preview:
            self.remember(preview=chosen)
        for each in ("bottom", "right", "off"):
            self.work.set_class(each == chosen, each)
        self.work.set_class(self.full_preview, _FULL)
        self.size_preview()
        if self.full_preview:
            self.log_view.focus()
        elif self.focused is self.log_view:
            self.tickets.focus()
        self.call_after_refresh(self.preview.show_again)

    def size_preview(self) -> None:
        """Give the preview the share that the person has chosen for where it is."""
        styles = self.log_view.styles
        # What is not set here, the style sheet says.
        styles.width = styles.height = styles.max_height = None
        if self.full_preview:
            return
        if self._beside and self.state.beside:
            styles.width = f"{self.state.beside}%"
        elif not self._beside and self.state.below:
            styles.height = f"{self.state.below}%"
            styles.max_height = "100%"

    def do_grow_preview(self) -> None:
        """Give the preview more room."""
        self._resize_preview(_STEP)

    def do_shrink_preview(self) -> None:
        """Give the preview less room."""
        self._resize_preview(-_STEP)

    def _resize_preview(self, delta: int) -> None:
        name, usual = ("beside", USUAL_BESIDE) if self._beside else ("below", USUAL_BELOW)
        share = max(LEAST_SHARE, min((getattr(self.state, name) or usual) + delta, MOST_SHARE))
        self.remember(**{name: share})
        self.size_preview()

    def preview_refusal(self, action: Action) -> str | None:
        """Return why the size cannot be changed, or None."""
        if action.id not in ("list.grow-preview", "list.shrink-preview"):
            return None
        if self.full_preview or self.state.preview == "off":
            keys = self.desk.shown_keys("list.preview")
            return f"There is no preview beside the list{f'; {keys[0]} shows it' if keys else ''}."
        return None

    def refusal(self, action: Action) -> str | None:
        """Add the reasons that lie in the preview."""
        return self.preview_refusal(action) or super().refusal(action)

    # The full preview hides the list

    def _panes(self) -> list[Widget]:
        panes = super()._panes()
        return [pane for pane in panes if pane is not self.tickets] if self.full_preview else panes

    @property
    def pane(self) -> Any:
        """The part with the focus; the full preview when none has."""
        found = super().pane
        return self.log_view if self.full_preview and found is self.tickets else found

    def do_go_back(self) -> None:
        """Esc brings the list back."""
        if self.full_preview:
            self._show_preview(self.state.preview)
        else:
            super().do_go_back()

    def do_left(self) -> None:
        """The list is not far."""
        if self.full_preview and self.pane is self.log_view:
            self.do_go_back()
        else:
            super().do_left()

    def do_right(self) -> None:
        """From the views to what is beside them."""
        if self.full_preview:
            self.log_view.focus()
        else:
            super().do_right()
