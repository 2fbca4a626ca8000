"""The form of a mail: its lines, its text, its files, and what a draft keeps of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static, TextArea

from screens import field_faults
from screens.drafting import Drafted
from screens.mail import attaching
from screens.mail.addressing import FIELDS, Addressing
from screens.mail.beginning import Attached, Beginning, Typed
from screens.mail.ticket_actions import NOTE, REPLY_ALL
from services import replies, reply_people
from services.errors import DeskError, Invalid
from services.text import row
from widgets.choice_field import ChoiceField
from widgets.completions import Completions
from widgets.hint_bar import HintBar
from widgets.safe import content, hush
from widgets.status_line import StatusLine
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from screens.drafting import Where
    from services.drafts import Fields

_LINES = (*FIELDS, "subject")
_LABELS = {"to": "To", "cc": "Cc", "bcc": "Bcc", "subject": "Subject"}
_TITLES = {NOTE: "Note with mail", REPLY_ALL: "Reply to all"}
_LABEL_CELLS = 9
"""As wide as the style sheet has the labels of the lines."""

_MOST_SHOWN = 20_000
"""Characters of the answered mail beside the text; more is read in the History."""

_LONGEST = 50_000
"""Characters of a line: a hundred people with the longest of addresses."""


class MailForm(Drafted[int]):
    """Is dismissed with the ticket's id once the mail is in the outbox, or with None."""

    DRAFT_LINE_AFTER = "#head"
    addressing: Addressing

    def __init__(self, beginning: Beginning) -> None:
        super().__init__()
        self.begun = beginning
        self.ticket_id = self.operations_of = beginning.ticket.id
        self.files: tuple[Attached, ...] = ()
        self._answers = beginning.mail_id
        self.uid = uuid4().hex
        self._before = self.typed_given()

    # Building

    def compose(self) -> ComposeResult:
        """Put the lines above the text; what is answered stands beside it where there is room."""
        given, begun = self._before, self.begun
        title = _TITLES.get(begun.way, "Reply")
        yield StatusLine(f"{title}  {begun.ticket.number}  {begun.ticket.subject}", id="head")
        with Horizontal(id="body"):
            with Vertical(id="writing"):
                with Vertical(id="fields"):
                    for each in _LINES:
                        yield _line(each, getattr(given, each))
                    yield ChoiceField("Files", id="files", label_cells=_LABEL_CELLS)
                area = TextArea(id="text", soft_wrap=True, tab_behavior="focus", compact=True)
                area.cursor_blink = False
                yield area
                yield Static("", id="fault")
            if begun.answered is not None:
                text = begun.answered.text
                cut = "\n…" if len(text) > _MOST_SHOWN else ""
                shown = f"{begun.answered.head}\n\n{text[:_MOST_SHOWN]}{cut}"
                yield VerticalScroll(Static(content(shown)), id="answered", can_focus=False)
        yield HintBar(id="hints")
        yield Completions(id="people")

    def on_mount(self) -> None:
        """Begin in the text, or in To where nobody is named yet."""
        hush(self)
        self.addressing = Addressing(self, self.query_one("#people", Completions), self.begun.known)
        self.query_one("#hints", HintBar).set_hints(self.hints())
        self._show_files()
        self.begin_draft(self.draft_place)
        first = "#text" if self.query_one("#to", TextPrompt).value else "#to"
        self.query_one(first).focus()

    @property
    def draft_place(self) -> Where:
        """Where the text is offered again."""
        return (self.begun.kind, (self.ticket_id,), "")

    # What stands in it

    def typed_given(self) -> Typed:
        """Return what stands in it before anybody types."""
        to, cc, bcc = (reply_people.shown(each) for each in self.begun.people)
        return Typed(to, cc, bcc, self.begun.subject, "", (), self.begun.mail_id)

    def typed(self) -> Typed:
        """Return all that stands in it."""
        to, cc, bcc, subject = (self.query_one(f"#{name}", TextPrompt).value for name in _LINES)
        return Typed(to, cc, bcc, subject, self.area.text, self.files, self._answers)

    @property
    def area(self) -> TextArea:
        return self.query_one("#text", TextArea)

    @property
    def unsaved(self) -> str:
        """What would be lost."""
        return "the mail you typed" if self.is_attached and self.typed() != self._shown_before else ""

    @property
    def _shown_before(self) -> Typed:
        """What was given, as the lines show it."""
        given = self._before
        to, cc, bcc, subject = (row(getattr(given, name), _LONGEST) for name in _LINES)
        return given._replace(to=to, cc=cc, bcc=bcc, subject=subject)

    def draft_fields(self) -> Fields:
        """Return all that stands in it, and what lets one mail be sent only once."""
        typed = self.typed()
        kept: Fields = {name: getattr(typed, name) for name in (*_LINES, "text", "answers")}
        return {**kept, **attaching.as_draft(typed.files), "uid": self.uid}

    def take_draft(self, fields: Fields) -> None:
        """Put a draft into the form."""
        for name in _LINES:
            if isinstance(text := fields.get(name), str):
                self.query_one(f"#{name}", TextPrompt).value = text
        if isinstance(text := fields.get("text"), str):
            self.put_text(text)
        self.files = attaching.from_draft(fields, self.begun.files)
        if "answers" in fields and (fields["answers"] is None or type(fields["answers"]) is int):
            self._answers = fields["answers"]
        if isinstance(uid := fields.get("uid"), str):
            self.uid = uid
        self._show_files()

    def put_text(self, text: str) -> None:
        """Put another text into the form; the cursor goes behind it, or before what is quoted below it."""
        self.area.load_text(text)
        answered = self.begun.answered
        own = text.removesuffix(replies.quote(answered)).rstrip("\n") if answered is not None else text
        lines = own.split("\n")
        self.area.move_cursor((len(lines) - 1, len(lines[-1])))

    def set_files(self, files: tuple[Attached, ...]) -> None:
        """Let other files go along."""
        self.files = files
        self._show_files()
        self.draft_changed()

    def _show_files(self) -> None:
        field = self.query_one("#files", ChoiceField)
        field.clear_error()
        field.show(attaching.shown(self.files) or "none; Enter attaches one", is_default=not self.files)

    # Faults

    def show_fault(self, fault: DeskError) -> None:
        """Say at its field what is wrong; what was typed stays."""
        name = (fault.field or "") if isinstance(fault, Invalid) else ""
        if not field_faults.show(self, name, fault.sentence) and name == "text":
            self.area.focus()

    def clear_faults(self) -> None:
        self.query_one("#files", ChoiceField).clear_error()
        for prompt in self.query(TextPrompt):
            prompt.clear_error()
        self.query_one("#fault").display = False


def _line(name: str, value: str) -> TextPrompt:
    return TextPrompt(_LABELS[name], value, longest=_LONGEST, id=name)
