"""Writing a mail from a ticket: whom it goes to, what it says, what goes along; nothing leaves without a last look."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from screens.actions import Action, bindings
from screens.mail import attaching
from screens.mail.beginning import look
from screens.mail.mail_form import MailForm
from screens.mail.ticket_actions import NOTE
from services import clock, replies
from services.drafts import Place
from services.errors import DeskError
from widgets.choice_field import ChoiceField
from widgets.completions import Completions
from widgets.hint_bar import Hint
from widgets.safe import notify
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from screens.mail.review_screen import Answer
    from services.replies import Reply
    from services.reply_review import Review

_NOT_HERE = frozenset(
    f"desk.{name}" for name in ("go-to-ticket", "password", "log-out", "refresh", "close", "drafts", "search")
)


class ComposeScreen(MailForm):
    """The form with its keys; it sends after a last look."""

    AREA = "mail"
    BINDINGS = bindings("mail")
    CSS_PATH = Path(__file__).with_name("mail.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-broad")]
    _busy = False

    # Whom it goes to

    def on_text_prompt_changed(self) -> None:
        """Offer people while somebody types them."""
        self.draft_changed()
        if self.is_mounted:
            self.addressing.follow()

    def on_descendant_focus(self) -> None:
        """A note begins with those who are offered."""
        self.addressing.close()
        if self.begun.way == NOTE and self.query_one("#to").has_focus_within and not self.typed().to:
            self.call_after_refresh(self.addressing.follow, all_of_them=True)

    def on_completions_taken(self, event: Completions.Taken) -> None:
        """A click takes somebody."""
        event.stop()
        self.addressing.take(event.suggested)

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

    def hints(self) -> list[Hint]:
        """Name the keys that work while somebody writes."""
        return self.hints_while_typing(super().hints())

    def refusal(self, action: Action) -> str | None:
        """Say what there is nothing of."""
        if action.id == "mail.quote" and self.begun.answered is None:
            return "There is nothing to quote: the ticket has no mail and no description."
        if action.id == "mail.clear" and not (self.files and self.query_one("#files").has_focus):
            return "No file is attached." if not self.files else "Go to the files first."
        return super().refusal(action)

    def do_accept(self) -> None:
        """Take a suggestion, choose files, or go on."""
        if self.query_one("#files").has_focus:
            self.do_files()
        elif not self.addressing.enter():
            self.focus_next()

    def do_next(self) -> None:
        """Take a suggestion, or go to the next field."""
        if not self.addressing.tab():
            self.focus_next()

    def do_previous(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def do_down(self) -> None:
        """Go to the next suggestion or field."""
        if not self.addressing.move(1):
            self.focus_next()

    def do_up(self) -> None:
        """Go to the suggestion or field above."""
        if not self.addressing.move(-1):
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
        answered, area = self.begun.answered, self.area
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
        changed = edit_in_terminal(self.app, self.area.text)
        if changed is not None and changed != self.area.text:
            self.put_text(changed)
            self.area.focus()

    def do_canned(self) -> None:
        """Choose a canned text and put it where the cursor is."""
        from screens.mail.canned import choose_canned

        choose_canned(self, self.ticket_id, self._insert)

    def _insert(self, text: str) -> None:
        self.area.insert(text)
        self.area.focus()

    def do_cancel(self) -> None:
        """Put the suggestions away, or leave."""
        if not self.addressing.close():
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
        self.addressing.close()
        self.clear_faults()
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
        asked = (self.uid, reply._replace(attachments=()), [one[:2] for one in reply.attachments], close)
        uid = sha256(repr(asked).encode("utf-8", "surrogatepass")).hexdigest()[:32]

        def work() -> int | None:
            return replies.send(self.session, self.ticket_id, reply, close=close, uid=uid)

        def sent(operation_id: int | None) -> None:
            if operation_id is not None:
                fields = {**self.draft_fields(), "uid": uuid4().hex}
                place = Place.of(*self.draft_place)
                self.desk.drafts.remember_sent(operation_id, place, fields, clock.now())
            notify(self.app, self._told(review.delay_seconds))
            self.dismiss(self.ticket_id)

        self.run_db(work, then=sent, lane="slow")

    def _told(self, seconds: int) -> str:
        keys = self.desk.shown_keys("desk.undo")
        if not seconds:
            return "The mail goes out now."
        when = "1 second" if seconds == 1 else f"{seconds:,} seconds"
        return f"Goes out in {when}; {keys[0]} takes it back." if keys else f"Goes out in {when}."

    def show_fault(self, fault: DeskError) -> None:
        """Let a person try again."""
        self._busy = False
        super().show_fault(fault)
