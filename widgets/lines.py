"""What widgets share that draw themselves line by line: styles by name, runs of text, frugal focus."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from services.text import cell_width, fit

Run = tuple[str, Style]


class LineWidget(Widget, can_focus=True):
    """A widget that renders by line and repaints only the lines that it names.

    Stock widgets repaint wholly when focus comes or goes, which is seen over a slow line. Subclasses say in
    `focus_changed` which lines look different with focus, and in `styles_changed` what they keep by style.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    LineWidget {
        width: 1fr;
        height: 1fr;
    }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        self._look: dict[str, Style] = {}
        super().__init__(id=id, classes=classes)

    def look(self, name: str) -> Style:
        """The style of one of the widget's component classes, as the theme has it now."""
        style = self._look.get(name)
        if style is None:
            style = self._look[name] = self.get_component_rich_style(name)
        return style

    def refresh_row(self, y: int, count: int = 1) -> None:
        """Repaint some lines of the content."""
        width, height = self.content_size
        if 0 <= y < height and width:
            self.refresh(Region(0, y, width, min(count, height - y)))

    def refresh_cells(self, x: int, width: int, y: int = 0) -> None:
        """Repaint a part of one line; the terminal gets it from the left edge on."""
        if width > 0:
            self.refresh(Region(x, y, width, 1))

    def styles_changed(self) -> None:
        """Drop what was drawn in styles that may have changed."""

    def focus_changed(self) -> None:
        """Repaint the lines that look different with focus."""
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget the styles of the theme before."""
        super().notify_style_update()
        self._look.clear()
        self.styles_changed()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Take the focus as every widget does, without repainting all of itself for it."""

        def take_focus() -> None:
            if self.is_attached:
                self.screen.set_focus(self, scroll_visible=scroll_visible)

        self.app.call_later(take_focus)
        return self

    def _on_focus(self, event: events.Focus) -> None:
        event.prevent_default()
        self.has_focus = True
        self.focus_changed()
        if self.parent is not None:
            self.parent.post_message(events.DescendantFocus(self))

    def _on_blur(self, event: events.Blur) -> None:
        event.prevent_default()
        self.has_focus = False
        self.focus_changed()
        if self.parent is not None:
            self.parent.post_message(events.DescendantBlur(self))


def place_of(event: events.MouseEvent, widget: Widget) -> Offset | None:
    """Where in the widget's content the mouse is; None on its border or padding."""
    return event.get_content_offset(widget)


def cut(text: str, width: int) -> str:
    """A line as long as it is, but not longer than `width` cells."""
    return fit(text, min(width, cell_width(text)))


def make_strip(runs: Iterable[Run], width: int) -> Strip:
    """A line of exactly `width` cells (the caller's promise) with one segment for each change of style."""
    segments: list[Segment] = []
    texts: list[str] = []
    current: Style | None = None
    for text, style in runs:
        if style is not current and style != current:
            if texts and current is not None:
                segments.append(Segment("".join(texts), current))
            texts, current = [], style
        texts.append(text)
    if texts and current is not None:
        segments.append(Segment("".join(texts), current))
    return Strip([segment for segment in segments if segment.text], width)


def on_top(base: Style, tone: Style) -> Style:
    """A line's style with a tone's attributes but not its colours, which may not be readable there."""
    return base + tone.without_color
