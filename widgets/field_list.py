"""Labels and values one below the other, with a cursor that asks to edit: the tabs of a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from services.text import clean, fit, row
from widgets.jump_labels import JumpPlace
from widgets.lines import LineWidget, make_strip, on_top, place_of
from widgets.wrap import wrapped

_WIDEST_LABEL = 20
_MOST_LINES = 200
_WHEEL_LINES = 3
_TONES = ("dim", "strong", "accent", "warning", "error")


class FieldLine(NamedTuple):
    """A field: what it is called, what it holds, and when it cannot be edited here, why."""

    id: str
    label: str
    value: str
    editable: bool = True
    reason: str = ""
    tone: str = ""
    heading: bool = False


class _Line(NamedTuple):
    field: int
    first: bool
    text: str


class FieldList(LineWidget):
    """Fields with values of one or more lines; the cursor goes from field to field."""

    COMPONENT_CLASSES = {
        "field-list--label",
        "field-list--value",
        "field-list--locked",
        "field-list--heading",
        "field-list--cursor",
        "field-list--cursor-blurred",
        *(f"field-list--{tone}" for tone in _TONES),
    }
    DEFAULT_CSS = """
    FieldList {
        & > .field-list--label { color: $text-muted; }
        & > .field-list--locked { color: $text-muted; }
        & > .field-list--heading { text-style: bold underline; }
        & > .field-list--dim { color: $text-muted; }
        & > .field-list--strong { text-style: bold; }
        & > .field-list--accent { color: $text-accent; text-style: bold; }
        & > .field-list--warning { color: $text-warning; text-style: bold; }
        & > .field-list--error { color: $text-error; text-style: bold; }
        & > .field-list--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
        & > .field-list--cursor-blurred {
            background: $block-cursor-blurred-background;
            color: $block-cursor-blurred-foreground;
            text-style: $block-cursor-blurred-text-style;
        }
        &:nocolor > .field-list--cursor { text-style: reverse; }
        &:nocolor > .field-list--cursor-blurred { text-style: underline; }
    }
    """

    class FieldMessage(Message):
        """A message about a field."""

        def __init__(self, field_list: FieldList, field_id: str) -> None:
            super().__init__()
            self.field_list = field_list
            self.field_id = field_id

        @property
        def control(self) -> FieldList:
            """The list with the field."""
            return self.field_list

    class EditWanted(FieldMessage):
        """Somebody wants to edit a field."""

    class Moved(FieldMessage):
        """The cursor is on another field."""

    class Refused(FieldMessage):
        """Somebody wants to edit a field that cannot be edited here; `reason` says why."""

        def __init__(self, field_list: FieldList, field_id: str, reason: str) -> None:
            super().__init__(field_list, field_id)
            self.reason = reason

    def __init__(self, fields: Sequence[FieldLine] = (), *, id: str | None = None, classes: str | None = None) -> None:
        self._fields = list(fields)
        self._lines: list[_Line] = []
        self._label_width = 0
        self._broken_at = Size(0, 0)
        self._cursor = 0
        self._top = 0
        super().__init__(id=id, classes=classes)

    @property
    def cursor_field(self) -> str | None:
        """The field under the cursor."""
        return self._fields[self._cursor].id if self._fields else None

    @property
    def cursor_line(self) -> FieldLine | None:
        """The field under the cursor with what it holds."""
        return self._fields[self._cursor] if self._fields else None

    def set_fields(self, fields: Sequence[FieldLine]) -> None:
        """Show other values; the cursor stays on its field, and only lines that differ are painted."""
        if list(fields) == self._fields:
            return
        field, before = self.cursor_field, self._lines
        cursor, tones, top = self._cursor, self._fields, self._top
        self._fields = list(fields)
        places = [index for index, each in enumerate(self._fields) if each.id == field]
        self._cursor = places[0] if places else self._standing(0, 1)
        self._break_lines()
        if (self._cursor, self._top, len(tones)) != (cursor, top, len(self._fields)):
            self.refresh()
            return
        for index in range(max(len(before), len(self._lines))):
            old, new = before[index : index + 1], self._lines[index : index + 1]
            if old != new or tones[new[0].field] != self._fields[new[0].field]:
                self.refresh_row(index - self._top)

    def move(self, delta: int) -> None:
        """Move the cursor by fields."""
        self._go(self._cursor + delta, 1 if delta > 0 else -1)

    def page(self, delta: int) -> None:
        """Move by screens: long values scroll past, the cursor goes to a field on the screen."""
        height = max(1, self.content_size.height - 1)
        if self._show_from(self._top + delta * height):
            shown = self._lines[self._top : self._top + self.content_size.height]
            if not any(line.field == self._cursor for line in shown):
                self._cursor = self._standing(shown[0].field, 1)
            self.refresh()
        else:
            self._go(len(self._fields) - 1 if delta > 0 else 0, -delta)

    def first(self) -> None:
        """Go to the first field."""
        self._go(0, 1)

    def last(self) -> None:
        """Go to the last field."""
        self._go(len(self._fields) - 1, -1)

    def to_field(self, field_id: str) -> None:
        """Put the cursor on a field; an unknown one changes nothing."""
        for index, field in enumerate(self._fields):
            if field.id == field_id:
                self._go(index, 1)

    def jump_places(self) -> list[JumpPlace]:
        """Return the fields that are on the screen, for labels over them."""
        shown = self._lines[self._top : self._top + self.content_size.height]
        fields = [(y, self._fields[line.field]) for y, line in enumerate(shown) if line.first]
        return [JumpPlace(0, y, partial(self.to_field, field.id)) for y, field in fields if not field.heading]

    def edit_cursor(self) -> None:
        """Ask the screen to edit the field under the cursor, or to say why that cannot be."""
        if not self._fields:
            return
        field = self._fields[self._cursor]
        if field.editable:
            self.post_message(self.EditWanted(self, field.id))
        else:
            self.post_message(self.Refused(self, field.id, field.reason))

    def render_line(self, y: int) -> Strip:
        """A line of the content."""
        width = self.content_size.width
        if self.content_size != self._broken_at:
            # Painted before the message about the new size was read.
            self._break_lines()
        if self._top + y >= len(self._lines):
            return make_strip([(" " * width, self.look("field-list--value"))], width)
        index, first, text = self._lines[self._top + y]
        field = self._fields[index]
        if field.heading:
            return make_strip([(fit(" " + text, width), self.look("field-list--heading"))], width)
        label_style = self.look("field-list--label")
        value_style = self.look("field-list--value" if field.editable else "field-list--locked")
        if field.tone in _TONES:
            value_style = self.look(f"field-list--{field.tone}")
        has_cursor = index == self._cursor
        if has_cursor:
            base = self.look("field-list--cursor" if self.has_focus else "field-list--cursor-blurred")
            label_style, value_style = base, on_top(base, value_style)
        label = (">" if has_cursor and first else " ") + (row(field.label) if first else "")
        cells = min(width, self._label_width + 2)
        return make_strip([(fit(label, cells), label_style), (fit(text, width - cells), value_style)], width)

    def focus_changed(self) -> None:
        """Only the field under the cursor knows about focus."""
        self._refresh_field(self._cursor)

    def on_mount(self) -> None:
        """Stand on the first field that can be stood on."""
        self._cursor = self._standing(self._cursor, 1)

    def on_resize(self, event: events.Resize) -> None:
        """Break values anew, unless they were painted at this size already."""
        if self._broken_at != self.content_size:
            self._break_lines()
            self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a second one edits."""
        place = place_of(event, self)
        if place is None or self._top + place.y >= len(self._lines):
            return
        event.stop()
        field = self._lines[self._top + place.y].field
        if not self._fields[field].heading:
            self._go(field, 1)
            if event.chain == 2:
                self.edit_cursor()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll without the widget's own scrolling."""
        event.stop()
        event.prevent_default()
        if self._show_from(self._top + _WHEEL_LINES):
            self.refresh()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        event.prevent_default()
        if self._show_from(self._top - _WHEEL_LINES):
            self.refresh()

    def _go(self, index: int, direction: int) -> None:
        before = self._cursor
        wanted = self._standing(max(0, min(index, len(self._fields) - 1)), direction)
        if not self._fields or wanted == before:
            return
        self._cursor = wanted
        if self._show_cursor():
            self.refresh()
        else:
            self._refresh_field(before)
            self._refresh_field(wanted)
        self.post_message(self.Moved(self, self._fields[wanted].id))

    def _standing(self, index: int, direction: int) -> int:
        """The field itself or the nearest that is no heading, looked for in a direction first."""
        behind, ahead = range(index - 1, -1, -1), range(index, len(self._fields))
        if direction < 0:
            behind, ahead = range(index + 1, len(self._fields)), range(index, -1, -1)
        for candidate in chain(ahead, behind):
            if candidate < len(self._fields) and not self._fields[candidate].heading:
                return candidate
        return index

    def _span(self, field: int) -> tuple[int, int]:
        """Where the lines of a field begin and end."""
        places = [index for index, line in enumerate(self._lines) if line.field == field]
        return (places[0], places[-1] + 1) if places else (0, 0)

    def _show_cursor(self) -> bool:
        start, end = self._span(self._cursor)
        height = self.content_size.height
        top = min(self._top, start)
        if end > top + height:
            top = min(start, end - height)
        # A heading stays with its first field.
        if top and self._lines and self._fields[self._lines[top - 1].field].heading and top == start:
            top -= 1
        return self._show_from(top)

    def _show_from(self, top: int) -> bool:
        top = max(0, min(top, len(self._lines) - self.content_size.height))
        scrolled, self._top = top != self._top, top
        return scrolled

    def _refresh_field(self, field: int) -> None:
        start, end = self._span(field)
        for index in range(max(start, self._top), min(end, self._top + self.content_size.height)):
            self.refresh_row(index - self._top)

    def _break_lines(self) -> None:
        self._broken_at = self.content_size
        width = self.content_size.width
        labels = [len(row(field.label)) for field in self._fields if not field.heading]
        self._label_width = min(_WIDEST_LABEL, max(labels, default=0), max(0, width // 2 - 2))
        room = max(1, width - self._label_width - 2)
        self._lines = []
        for index, field in enumerate(self._fields):
            self._lines += _lines_of(index, field, room)
        self._show_cursor()


def _lines_of(index: int, field: FieldLine, room: int) -> list[_Line]:
    """The lines of a field, at least one; a reason stands behind the value that it locks."""
    if field.heading:
        return [_Line(index, True, row(field.label))]
    value = clean(field.value).strip("\n")
    if field.reason and not field.editable:
        value = f"{value} ({field.reason})" if value else f"({field.reason})"
    lines: list[_Line] = []
    for line in value.split("\n"):
        for piece in wrapped(line, room):
            lines.append(_Line(index, not lines, piece))
            if len(lines) == _MOST_LINES:
                return [*lines, _Line(index, False, "…")]
    return lines
