"""How text that somebody else wrote gets into a widget.

A plain string given to a Textual widget is markup: a subject can crash the screen, lose its brackets or
carry an action to click on. `content` and `rich_text` make it text again, `notify` is the only way to a
notification, and `SafeLineFilter` is the net below all of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from rich.text import Text
from textual.content import Content
from textual.filter import LineFilter

from services.text import HOSTILE, clean

if TYPE_CHECKING:
    from textual.app import App
    from textual.color import Color
    from textual.notifications import Notification, SeverityLevel
    from textual.widget import Widget

_MOST_AT_ONCE = 3
"""Messages that stand on the screen together, besides errors."""

# In a drawn line a newline moves the cursor as well.
_hostile = re.compile(f"[\n{HOSTILE}]")


def content(text: str) -> Content:
    """Text from outside for labels, options, titles and tooltips: shown as it is, never read as markup."""
    return Content(clean(text))


def rich_text(text: str) -> Text:
    """Text from outside for the widgets that draw with Rich (DataTable, Tree): never read as markup."""
    return Text(clean(text))


def notify(
    node: App[Any] | Widget,
    text: str,
    *,
    severity: SeverityLevel = "information",
    title: str = "",
    timeout: float | None = None,
) -> None:
    """Tell the user something in a corner of the screen; `timeout` is in seconds."""
    node.notify(clean(text), title=clean(title), severity=severity, timeout=timeout, markup=False)


def make_room(app: App[Any], coming: Notification) -> None:
    """Take away what would fill the screen: what is said again, and the oldest of many that are no errors.

    Belongs before a notification is shown, not where it is sent: of keys held down several are on their way.
    """
    again = [each for each in app._notifications if each.message == coming.message]
    others = [each for each in app._notifications if each.severity != "error" and each not in again]
    for each in [*again, *others[: max(0, len(others) + 1 - _MOST_AT_ONCE)]]:
        app._unnotify(each, refresh=False)


def hush(node: App[Any] | Widget) -> None:
    """Take away what was said before, but for errors: it would cover the keys of a dialog, or be true no more."""
    app = node.app
    earlier = [each for each in app._notifications if each.severity != "error"]
    for each in earlier:
        app._unnotify(each, refresh=False)
    if earlier:
        app._refresh_notifications()


class SafeLineFilter(LineFilter):
    """Deletes from every drawn line what would control the terminal instead of being shown by it.

    Belongs at the end of `App.get_line_filters`. Textual keeps filtered lines, so a line pays once.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same list when nothing is wrong with it, which is nearly always."""
        # Everything hostile is unprintable; so are a few harmless characters, which the second look passes.
        if "".join([text for text, _, _ in segments]).isprintable():
            for _, style, _ in segments:
                if style is not None and style._link:
                    break
            else:
                return segments
        safe = [_harmless(segment) for segment in segments]
        return [segment for segment in safe if segment.text or segment.control]


def _harmless(segment: Segment) -> Segment:
    """The segment without hostile characters in text and link; control segments are Textual's own."""
    text, style, control = segment
    if control:
        return segment
    if style is not None and style.link and _hostile.search(style.link):
        style = style.update_link(None)
    if _hostile.search(text):
        text = _hostile.sub(_visible_width, text)
    elif style is segment.style:
        return segment
    return Segment(text, style)


def _visible_width(match: re.Match[str]) -> str:
    """What keeps the line as wide as it was measured: only lone surrogates count as a cell."""
    return "\ufffd" if "\ud800" <= match[0] <= "\udfff" else ""
