"""The log as screens use it: what keys and mouse can do with it."""

from __future__ import annotations

from textual import events

from widgets.lines import place_of
from widgets.log_view import messages
from widgets.log_view.blocks import Kind
from widgets.log_view.body import LogBody
from widgets.log_view.scroller import Place

_WHEEL_LINES = 3


class LogView(LogBody):
    """Entries one below the other with a cursor on one of them; quotes and whole entries fold."""

    BlockMoved = messages.BlockMoved
    BlockSelected = messages.BlockSelected
    AttachmentClicked = messages.AttachmentClicked

    # Moving

    def move(self, delta: int) -> None:
        """Move the cursor by blocks."""
        self._go(self._cursor + delta)

    def first(self) -> None:
        """Go to the first block."""
        self._go(0)
        self._scrolled(self._scroller.set_top(Place(0, 0)))

    def last(self) -> None:
        """Go to the end of the last block."""
        if self._blocks:
            self._go(len(self._blocks) - 1)
            self._scrolled(self._scroller.to_end())

    def to_id(self, block_id: int) -> bool:
        """Put the cursor on a block; False when it is not there."""
        index = self._index_of(block_id)
        if index is not None:
            self._go(index)
        return index is not None

    def scroll_lines(self, lines: int) -> None:
        """Scroll by lines; the cursor goes to a block on the screen."""
        if self._blocks:
            self._scrolled(self._scroller.scroll(lines))
            self._cursor_follows()

    def page(self, delta: int) -> None:
        """Scroll by screens, one line of which stays; at the ends the cursor goes to the first or last block."""
        if not self._blocks:
            return
        if not self._scroller.scroll(delta * max(1, self._scroller.height - 1)):
            self._go(len(self._blocks) - 1 if delta > 0 else 0)
            return
        self._scrolled(True)
        self._cursor_follows()

    def half_page(self, delta: int) -> None:
        """Scroll by half a screen."""
        self.scroll_lines(delta * max(1, self._scroller.height // 2))

    def open_cursor(self) -> None:
        """Ask the screen to open the block under the cursor."""
        if self.cursor_id is not None:
            self.post_message(messages.BlockSelected(self, self.cursor_id))

    # What a search has found

    def next_match(self) -> bool:
        """Go to the next line with something that was found, unfolding what hides it; False after the last one."""
        marker = self._marker
        if marker is None:
            return False
        found_at = self._found_at
        for index in range(found_at.block if found_at else 0, len(self._blocks)):
            block = self._blocks[index]
            if not (marker(block.body) or marker(block.title)):
                continue
            after = found_at.line + 1 if found_at is not None and index == found_at.block else 0
            place = self._match_in(index, after) or self._match_in_folds(index)
            if place is not None:
                self._stand_at(place)
                return True
        return False

    def forget_match(self) -> None:
        """Begin with the first one again."""
        self._found_at = None

    def _match_in(self, index: int, after: int, *, hidden: bool = False) -> Place | None:
        """Where a line with something found is; with `hidden` only among those that were folded quotes."""
        assert self._marker is not None
        lines = self._lines_of(index)
        number = after
        while (line := lines.line(number)) is not None:
            text = lines.block.title if line.kind is Kind.HEAD else line.text
            if (line.kind is Kind.QUOTE or not hidden) and self._marker(text):
                return Place(index, number)
            number += 1
        return None

    def _match_in_folds(self, index: int) -> Place | None:
        """Unfold the entry and its quotes; whoever passed them unfolded already has seen what is in them."""
        lines, block = self._lines_of(index), self._blocks[index]
        if not lines.folded and block.id in self._quotes_open:
            return None
        if lines.folded:
            self._toggled ^= {block.id}
        self._quotes_open.add(block.id)
        self._lines.pop(block.id)
        return self._match_in(index, 0, hidden=not lines.folded)

    def _stand_at(self, place: Place) -> None:
        """Put the cursor on the entry, and its line where it can be read."""
        self._found_at = place
        self._places = None
        self._go(place.block)
        if place not in self._visible():
            self._scroller.set_top(place)
            self._scroller.scroll(-(self._scroller.height // 3))
        self._repaint()

    # Folding

    def toggle_block(self) -> None:
        """Fold the block under the cursor to its head, or unfold it."""
        if self.cursor_id is not None:
            self._toggled ^= {self.cursor_id}
            self._changed(self.cursor_id)

    def toggle_quotes(self) -> None:
        """Show or hide what the block under the cursor quotes."""
        if self.cursor_id is not None:
            self._quotes_open ^= {self.cursor_id}
            self._changed(self.cursor_id)

    def expand_all(self) -> None:
        """Unfold all blocks."""
        self._fold_all(False)

    def collapse_all(self) -> None:
        """Fold all blocks to their heads."""
        self._fold_all(True)

    def _fold_all(self, folded: bool) -> None:
        self._toggled = {block.id for block in self._blocks if block.folded is not folded}
        self._lines.clear()
        if self._blocks:
            self._scroller.set_top(Place(self._cursor, 0))
        self._repaint()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """A head gets the cursor and opens on the second click; quotes unfold, attachments are asked for."""
        place = place_of(event, self)
        places = self._visible()
        if place is None or place.y >= len(places):
            return
        event.stop()
        block, line = places[place.y]
        self._go(block)
        clicked = self._lines_of(block).line(line)
        if clicked is None:
            return
        if clicked.kind is Kind.ATTACHMENT and clicked.target is not None:
            self.post_message(messages.AttachmentClicked(self, self._blocks[block].id, clicked.target))
        elif clicked.kind is Kind.FOLD:
            self.toggle_quotes()
        elif event.chain == 2:
            self.open_cursor()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without the widget's own scrolling."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(-_WHEEL_LINES)
