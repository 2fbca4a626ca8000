"""Writing a mail from a ticket: whom it goes to, what it says, what goes along; nothing leaves without a last look."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.widgets import Static, TextArea

from screens.actions import Action, bindings
from screens.drafting import Drafted
from screens.mail import attaching
from screens.mail.addressing import FIELDS, Addressing
from screens.mail.beginning import Beginning, Typed, look
from screens.mail.ticket_actions import NOTE, REPLY_ALL
from services import replies, reply_people
from services.errors import DeskError, Invalid
from widgets.choice_field import ChoiceField
from widgets.completions import Completions
from widgets.hint_bar import HintBar
from widgets.safe import content, notify
from widgets.status_line import StatusLine
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from screens.drafting import Where
    from screens.mail.review_screen import Answer
    from services.drafts import Fields
    from services.replies import Reply
    from services.reply_review import Review

_LINES = (*FIELDS, "subject")
_LABELS = {"to": "To", "cc": "Cc", "bcc": "Bcc", "subject": "Subject"}
_TITLES = {NOTE: "Note with mail", REPLY_ALL: "Reply to all"}
_NOT_HERE = frozenset(
    f"desk.{name}" for name in ("go-to-ticket", "password", "log-out", "refresh", "close", "drafts", "search")
)
_LABEL_CELLS = 9
"""As wide as the style sheet has the labels of the lines."""

_MOST_SHOWN = 20_000
"""Characters of the answered mail beside the text; more is read in the History."""


class ComposeScreen(Drafted[int]):
    """Is dismissed with the ticket's id once the mail is in the outbox, or with None."""

    AREA = "mail"
    DRAFT_LINE_AFTER = "#head"
    BINDINGS = bindings("mail")
    CSS_PATH = Path(__file__).with_name("mail.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide"), (140, "-broad")]

    def __init__(self, beginning: Beginning) -> None:
        super().__init__()
        self._begun = beginning
        self.ticket_id = self.operations_of = beginning.ticket.id
        self.files: tuple[Path, ...] = ()
        self._answers = beginning.mail_id
        self._uid = uuid4().hex
        self._busy = False
        self._before = self.typed_given()
        self._addressing: Addressing

    # Building

    def compose(self) -> ComposeResult:
        """Put the lines above the text; what is answered stands beside it where there is room."""
        given, begun = self._before, self._begun
        title = _TITLES.get(begun.way, "Reply")
        yield StatusLine(f"{title}  {begun.ticket.number}  {begun.ticket.subject}", id="head")
        with Horizontal(id="body"):
            with Vertical(id="writing"):
                with Container(id="fields"):
                    yield Vertical(*(TextPrompt(_LABELS[each], getattr(given, each), id=each) for each in FIELDS))
                    yield Vertical(
                        TextPrompt("Subject", given.subject, id="subject"),
                        ChoiceField("Files", id="files", label_cells=_LABEL_CELLS),
                    )
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
        self._addressing = Addressing(self, self.query_one("#people", Completions), self._begun.known)
        self.query_one("#hints", HintBar).set_hints(self.hints())
        self._show_files()
        self.begin_draft(self.draft_place)
        first = "#text" if self.query_one("#to", TextPrompt).value else "#to"
        self.query_one(first).focus()

    @property
    def draft_place(self) -> Where:
        """Where the text is offered again."""
        return (self._begun.kind, (self.ticket_id,), "")

    # What stands in it

    def typed_given(self) -> Typed:
        """Return what stands in it before anybody types."""
        to, cc, bcc = (reply_people.shown(each) for each in self._begun.people)
        return Typed(to, cc, bcc, self._begun.subject, "", (), self._begun.mail_id)

    def typed(self) -> Typed:
        """Return all that stands in it."""
        to, cc, bcc, subject = (self.query_one(f"#{name}", TextPrompt).value for name in _LINES)
        return Typed(to, cc, bcc, subject, self._area.text, self.files, self._answers)

    @property
    def _area(self) -> TextArea:
        return self.query_one("#text", TextArea)

    @property
    def unsaved(self) -> str:
        """What would be lost."""
        return "the mail you typed" if self.is_attached and self.typed() != self._shown_before else ""

    @property
    def _shown_before(self) -> Typed:
        """What was given, as the lines show it."""
        from services.text import row

        given = self._before
        return given._replace(to=row(given.to), cc=row(given.cc), bcc=row(given.bcc), subject=row(given.subject))

    def draft_fields(self) -> Fields:
        """Return all that stands in it, and what lets one mail be sent only once."""
        typed = self.typed()
        kept: Fields = {name: getattr(typed, name) for name in (*_LINES, "text", "answers")}
        return {**kept, "files": [str(path) for path in typed.files], "uid": self._uid}

    def take_draft(self, fields: Fields) -> None:
        """Put a draft into the form."""
        for name in _LINES:
            if isinstance(text := fields.get(name), str):
                self.query_one(f"#{name}", TextPrompt).value = text
        if isinstance(text := fields.get("text"), str):
            self._area.load_text(text)
        if isinstance(files := fields.get("files"), list):
            self.files = tuple(Path(path) for path in files if isinstance(path, str) and "\0" not in path)
        if "answers" in fields and (fields["answers"] is None or type(fields["answers"]) is int):
            self._answers = fields["answers"]
        if isinstance(uid := fields.get("uid"), str):
            self._uid = uid
        self._show_files()

    def set_files(self, files: tuple[Path, ...]) -> None:
        """Let other files go along."""
        self.files = files
        self._show_files()
        self.draft_changed()

    def _show_files(self) -> None:
        field = self.query_one("#files", ChoiceField)
        field.clear_error()
        field.show(attaching.shown(self.files) or "none; Enter attaches one", is_default=not self.files)

    # Whom it goes to

    def on_text_prompt_changed(self) -> None:
        """Offer people while somebody types them."""
        self.draft_changed()
        if self.is_mounted:
            self._addressing.follow()

    def on_descendant_focus(self) -> None:
        """A note begins with those who are offered."""
        self._addressing.close()
        if self._begun.way == NOTE and self.query_one("#to").has_focus_within and not self.typed().to:
            self.call_after_refresh(self._addressing.follow, all_of_them=True)

    def on_completions_taken(self, event: Completions.Taken) -> None:
        """A click takes somebody."""
        event.stop()
        self._addressing.take(event.suggested)

    def on_text_prompt_submitted(self, event: TextPrompt.Submitted) -> None:
        """Enter in a line."""
        event.stop()
        self.do_accept()

    def on_choice_field_opened(self, event: ChoiceField.Opened) -> None:
        """A click on the files."""
        event.stop()
        self.do_files()

    # Keys

    def offers(self, action: Action) -> bool:
        """Leave out what would throw away the text."""
        return action.id not in _NOT_HERE and super().offers(action)

    def refusal(self, action: Action) -> str | None:
        """Say what there is nothing of."""
        if action.id == "mail.quote" and self._begun.answered is None:
            return "There is nothing to quote: the ticket has no mail and no description."
        if action.id == "mail.clear" and not (self.files and self.query_one("#files").has_focus):
            return "No file is attached." if not self.files else "Go to the files first."
        return super().refusal(action)

    def do_accept(self) -> None:
        """Take a suggestion, choose files, or go on."""
        if self.query_one("#files").has_focus:
            self.do_files()
        elif not self._addressing.enter():
            self.focus_next()

    def do_next(self) -> None:
        """Take a suggestion, or go to the next field."""
        if not self._addressing.tab():
            self.focus_next()

    def do_previous(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def do_down(self) -> None:
        """Go to the next suggestion or field."""
        if not self._addressing.move(1):
            self.focus_next()

    def do_up(self) -> None:
        """Go to the suggestion or field above."""
        if not self._addressing.move(-1):
            self.focus_previous()

    def do_scroll_down(self) -> None:
        """Scroll down what is answered."""
        for pane in self.query("#answered"):
            pane.scroll_page_down(animate=False)

    def do_scroll_up(self) -> None:
        """Scroll up what is answered."""
        for pane in self.query("#answered"):
            pane.scroll_page_up(animate=False)

    def do_files(self) -> None:
        """Attach a file, or take one off."""
        attaching.choose(self)

    def do_clear(self) -> None:
        """Take all files off."""
        self.set_files(())

    def do_quote(self) -> None:
        """Put what is answered below the text, or take it out again; the cursor stays where it is."""
        answered, area = self._begun.answered, self._area
        if answered is None:
            return
        quote, text = replies.quote(answered), area.text
        cursor = area.cursor_location
        if text.endswith(quote):
            area.load_text(text.removesuffix(quote).rstrip("\n"))
        else:
            area.load_text(f"{text.rstrip()}\n\n{quote}")
        area.move_cursor(min(cursor, area.document.end))
        area.focus()
        self.draft_changed()

    def do_editor(self) -> None:
        """Write the text in the person's own editor."""
        from screens.dialogs.editor import edit_in_terminal

        self.keep_draft()
        changed = edit_in_terminal(self.app, self._area.text)
        if changed is not None and changed != self._area.text:
            self._area.load_text(changed)
            self._area.focus()

    def do_canned(self) -> None:
        """Choose a canned text and put it where the cursor is."""
        from screens.mail.canned import choose_canned

        choose_canned(self, self.ticket_id, self._insert)

    def _insert(self, text: str) -> None:
        self._area.insert(text)
        self._area.focus()

    def do_cancel(self) -> None:
        """Put the suggestions away, or leave."""
        if not self._addressing.close():
            self.leave_unanswered()

    def do_go_back(self) -> None:
        """The other keys that go back mean the same."""
        self.do_cancel()

    # Sending

    def do_send(self) -> None:
        """Show how the mail will leave."""
        if self._busy:
            return
        self._busy = True
        self._addressing.close()
        self._clear_faults()
        self.keep_draft()
        self.run_db(look, self.session, self.ticket_id, self.typed(), then=self._looked, lane="slow")

    def _looked(self, found: tuple[Reply, Review]) -> None:
        from screens.mail.review_screen import ReviewScreen

        reply, review = found
        self._busy = False
        if not self.is_current:
            return

        def answered(answer: Answer | None) -> None:
            if answer is not None:
                self._send(reply, review, close=answer == "close")

        self.app.push_screen(ReviewScreen(review), answered)

    def _send(self, reply: Reply, review: Review, *, close: bool) -> None:
        self._busy = True
        asked = (self._uid, reply._replace(attachments=()), [one[:2] for one in reply.attachments], close)
        uid = sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:32]

        def work() -> int | None:
            return replies.send(self.session, self.ticket_id, reply, close=close, uid=uid)

        def sent(operation_id: int | None) -> None:
            if operation_id is not None:
                fields = {**self.draft_fields(), "uid": uuid4().hex}
                self.desk.drafts.remember_sent(operation_id, self.draft_place, fields)
            notify(self.app, self._told(review.delay_seconds))
            self.dismiss(self.ticket_id)

        self.run_db(work, then=sent, lane="slow")

    def _told(self, seconds: int) -> str:
        keys = self.desk.shown_keys("desk.undo")
        if not seconds:
            return "The mail goes out now."
        when = "1 second" if seconds == 1 else f"{seconds:,} seconds"
        return f"Goes out in {when}; {keys[0]} takes it back." if keys else f"Goes out in {when}."

    # Faults

    def show_fault(self, fault: DeskError) -> None:
        """Say at its field what is wrong; what was typed stays."""
        self._busy = False
        name = (fault.field or "") if isinstance(fault, Invalid) else ""
        for field in self.query(f"#{name}") if name else ():
            if isinstance(field, (TextPrompt, ChoiceField)):
                field.set_error(fault.sentence)
                field.focus()
                return
        below = self.query_one("#fault", Static)
        below.update(content(f"! {fault.sentence}"))
        below.display = True
        if name == "text":
            self._area.focus()

    def _clear_faults(self) -> None:
        self.query_one("#files", ChoiceField).clear_error()
        for prompt in self.query(TextPrompt):
            prompt.clear_error()
        self.query_one("#fault").display = False
