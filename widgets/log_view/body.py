"""What a log holds and paints: blocks, the lines of those on the screen, and the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from services.text import cell_width, fit, row
from widgets.lines import LineWidget, Run, cut, make_strip, on_top
from widgets.log_view.blocks import BlockLines, Kind, Line, LogBlock
from widgets.log_view.messages import BlockMoved
from widgets.log_view.scroller import Place, Scroller
from widgets.matches import Marker, marked_runs

_TONES = ("strong", "dim", "accent", "warning", "error", "success")
_BLOCK_TONES = ("note", "mail-in", "mail-out", "change", "public", "warning")
_LINE_STYLES = {
    Kind.BODY: "log-view--body",
    Kind.QUOTE: "log-view--quote",
    Kind.FOLD: "log-view--fold",
    Kind.ATTACHMENT: "log-view--attachment",
    Kind.GAP: "log-view--body",
}


_HERE = Style(reverse=True)


class LogBody(LineWidget):
    """The lines of a log; only blocks that come on the screen are broken into lines."""

    COMPONENT_CLASSES = {
        "log-view--head",
        "log-view--body",
        "log-view--quote",
        "log-view--fold",
        "log-view--attachment",
        "log-view--cursor",
        "log-view--cursor-blurred",
        "log-view--match",
        *(f"log-view--{tone}" for tone in {*_TONES, *_BLOCK_TONES}),
    }
    DEFAULT_CSS = """
    LogBody {
        & > .log-view--head { text-style: bold; }
        & > .log-view--quote { color: $text-muted; }
        & > .log-view--fold { color: $text-muted; text-style: italic; }
        & > .log-view--attachment { color: $text-accent; text-style: underline; }
        & > .log-view--strong { text-style: bold; }
        & > .log-view--dim { color: $text-muted; }
        & > .log-view--change { color: $text-muted; }
        & > .log-view--accent, & > .log-view--mail-in { color: $text-accent; text-style: bold; }
        & > .log-view--mail-out, & > .log-view--success { color: $text-success; text-style: bold; }
        & > .log-view--note { color: $text-primary; text-style: bold; }
        & > .log-view--public { color: $text-secondary; text-style: bold; }
        & > .log-view--warning { color: $text-warning; text-style: bold; }
        & > .log-view--error { color: $text-error; text-style: bold; }
        & > .log-view--match { color: $text-warning; text-style: bold underline; }
        & > .log-view--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .log-view--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:nocolor > .log-view--cursor { text-style: reverse; }
        &:nocolor > .log-view--cursor-blurred { text-style: underline; }
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._blocks: list[LogBlock] = []
        self._lines: dict[int, BlockLines] = {}
        self._toggled: set[int] = set()
        self._quotes_open: set[int] = set()
        self._cursor = 0
        self._empty_text = ""
        self._marker: Marker | None = None
        self._found_at: Place | None = None
        self._scroller = Scroller(self._lines_of)
        self._places: list[Place] | None = None
        self._fitted = Size(0, 0)
        super().__init__(id=id, classes=classes)

    # What is shown

    @property
    def cursor_id(self) -> int | None:
        """The block under the cursor."""
        return self._blocks[self._cursor].id if self._blocks else None

    def show(self, blocks: Sequence[LogBlock], *, cursor: int | None = None, at_end: bool = False) -> None:
        """Show other blocks, from the beginning, from the block with the id `cursor`, or the last ones."""
        self._toggled.clear()
        self._quotes_open.clear()
        self._found_at = None
        self._take(blocks)
        self._cursor = len(self._blocks) - 1 if at_end and self._blocks else 0
        self._scroller.top = Place(0, 0)
        if at_end and self._blocks:
            self._scroller.to_end()
        elif cursor is not None:
            self._cursor = self._index_of(cursor) or 0
            self._scroller.set_top(Place(self._cursor, 0))
        self._repaint()

    def replace(self, blocks: Sequence[LogBlock], *, newest_first: bool | None = None) -> None:
        """Show a newer state of the same log: cursor, place and folds stay with their blocks.

        Where new blocks come in at an end, which `newest_first` names, whoever rests at that end sees them come, as
        long as the block under the cursor stays on the screen.
        """
        cursor, top = self.cursor_id, self._scroller.top
        rests = newest_first is not None and self._scroller.rests(at_end=not newest_first)
        top_id = self._blocks[top.block].id if self._blocks else None
        found = self._found_at
        found_id = None if found is None else self._blocks[found.block].id
        self._take(blocks)
        known = None if cursor is None else self._index_of(cursor)
        self._cursor = max(0, min(self._cursor, len(self._blocks) - 1)) if known is None else known
        first = None if top_id is None else self._index_of(top_id)
        self._scroller.set_top(top if first is None else Place(first, top.line))
        place = None if found_id is None else self._index_of(found_id)
        self._found_at = None if found is None or place is None else Place(place, found.line)
        if rests:
            self._go_on_resting(at_end=not newest_first)
        self._repaint()

    def append(self, blocks: Iterable[LogBlock]) -> None:
        """Add blocks at the end."""
        self.replace([*self._blocks, *blocks])

    def set_empty_text(self, text: str) -> None:
        """Say what stands in a log without blocks."""
        self._empty_text = row(text)
        self.refresh()

    def set_marker(self, marker: Marker | None) -> None:
        """Mark in heads and texts what a search has found; None marks nothing."""
        if marker is not self._marker:
            self._marker = marker
            self._found_at = None
            self.refresh()

    def text_of(self, block_id: int) -> str:
        """A block as plain text, quotes and all."""
        index = self._index_of(block_id)
        if index is None:
            return ""
        block = self._blocks[index]
        head = " ".join(row(text).strip() for text, _ in block.head)
        return "\n".join([head, *(f"[{row(label)}]" for _, label in block.attachments), block.body])

    # Painting

    def render_line(self, y: int) -> Strip:
        """A line of the content."""
        # The first lines are painted before the message about a new size is read.
        self._fit_size()
        places = self._visible()
        width = self.content_size.width
        body = self.look("log-view--body")
        if y >= len(places):
            text = self._empty_text if not self._blocks and y == 0 else ""
            return make_strip([(fit(" " + text, width), self.look("log-view--dim") if text else body)], width)
        place = places[y]
        lines = self._lines_of(place.block)
        line = lines.line(place.line) or Line(Kind.GAP)
        if line.kind is Kind.HEAD:
            return self._head(lines, place.block == self._cursor, width)
        text = fit("  " + line.text, width) if line.text else " " * width
        style = self.look(_LINE_STYLES[line.kind])
        return make_strip(self._marked(text, style, self.look("log-view--match"), place == self._found_at), width)

    def _marked(self, text: str, style: Style, match: Style, here: bool = False) -> list[Run]:
        """A text with what was found in it; `here` is where somebody has jumped to."""
        if self._marker is None:
            return [(text, style)]
        return marked_runs(text, self._marker(text), style, style + match + _HERE if here else style + match)

    def _head(self, lines: BlockLines, has_cursor: bool, width: int) -> Strip:
        block = lines.block
        base = self._head_style(block, has_cursor)
        sign = "+" if lines.folded else " "
        runs: list[Run] = [((">" if has_cursor else " ") + sign, base)]
        left = width - 2
        for place, (text, tone) in enumerate(block.head):
            piece = cut(row(text), left)
            style = base
            if tone in _TONES:
                style = self.look(f"log-view--{tone}")
                style = on_top(base, style) if has_cursor else style
            match = self.look("log-view--match")
            found = self._marked(piece, style, match.without_color if has_cursor else match)
            runs += found if place >= block.labels else [(piece, style)]
            left -= cell_width(piece)
        runs.append((" " * max(0, left), base))
        return make_strip(runs, width)

    def _head_style(self, block: LogBlock, has_cursor: bool) -> Style:
        if has_cursor:
            return self.look("log-view--cursor" if self.has_focus else "log-view--cursor-blurred")
        return self.look(f"log-view--{block.tone}" if block.tone in _BLOCK_TONES else "log-view--head")

    # The rest

    def focus_changed(self) -> None:
        """Only the head under the cursor knows about focus."""
        self._refresh_head(self._cursor)

    def on_resize(self, event: events.Resize) -> None:
        """Break lines anew, unless they were painted at this size already."""
        if self._fit_size():
            self.refresh()

    def _fit_size(self) -> bool:
        """Break lines for the present size; what was at the top stays there. Tells whether that was another size."""
        size = self.content_size
        if size == self._fitted:
            return False
        self._fitted = size
        self._lines.clear()
        self._scroller.height = size.height
        self._scroller.set_top(Place(self._scroller.top.block, self._scroller.top.line))
        self._places = None
        return True

    def _go(self, index: int) -> None:
        """Put the cursor on a block and scroll as far as it needs."""
        if not self._blocks:
            return
        before = self._cursor
        self._cursor = max(0, min(index, len(self._blocks) - 1))
        if not self._scrolled(self._scroller.show_block(self._cursor, upwards=self._cursor < before)):
            self._refresh_head(before)
            self._refresh_head(self._cursor)
        if before != self._cursor:
            self.post_message(BlockMoved(self, self._blocks[self._cursor].id))

    def _cursor_follows(self) -> None:
        """After scrolling, take the first block whose head is on the screen, unless the cursor is on the screen."""
        blocks = [place.block for place in self._visible()]
        if self._cursor in blocks:
            return
        heads = [place.block for place in self._visible() if not place.line]
        self._cursor = heads[0] if heads else blocks[0]
        self._refresh_head(self._cursor)
        self.post_message(BlockMoved(self, self._blocks[self._cursor].id))

    def _go_on_resting(self, *, at_end: bool) -> None:
        """Show an end of the log, unless that took the cursor's block off the screen."""
        before = self._scroller.top
        if at_end and self._blocks:
            self._scroller.to_end()
        else:
            self._scroller.set_top(Place(0, 0))
        if Place(self._cursor, 0) not in self._scroller.visible():
            self._scroller.set_top(before)

    def _scrolled(self, scrolled: bool) -> bool:
        if scrolled:
            self._repaint()
        return scrolled

    def _changed(self, block_id: int) -> None:
        """Break a block anew and repaint from its head on, which comes back on the screen if it had left."""
        self._lines.pop(block_id, None)
        self._scroller.set_top(self._scroller.top)
        self._places = None
        self._scroller.show_block(self._cursor, upwards=True)
        self._repaint()

    def _repaint(self) -> None:
        self._places = None
        self.refresh()

    def _refresh_head(self, block: int) -> None:
        places = self._visible()
        if Place(block, 0) in places:
            self.refresh_row(places.index(Place(block, 0)))

    def _visible(self) -> list[Place]:
        if self._places is None:
            self._places = self._scroller.visible()
        return self._places

    def _take(self, blocks: Sequence[LogBlock]) -> None:
        self._blocks = list(blocks)
        self._scroller.count = len(self._blocks)
        known = {block.id: block for block in self._blocks}
        self._lines = {key: lines for key, lines in self._lines.items() if known.get(key) == lines.block}

    def _index_of(self, block_id: int) -> int | None:
        return next((index for index, block in enumerate(self._blocks) if block.id == block_id), None)

    def _lines_of(self, index: int) -> BlockLines:
        block = self._blocks[index]
        lines = self._lines.get(block.id)
        if lines is None:
            lines = self._lines[block.id] = BlockLines(
                block,
                self.content_size.width,
                folded=block.folded is not (block.id in self._toggled),
                quotes_open=block.id in self._quotes_open,
            )
        return lines
