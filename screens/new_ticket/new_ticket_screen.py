"""The form for a new ticket: nothing is saved before Submit, and nothing typed is lost by a fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static, TextArea

from screens import field_faults
from screens.actions import Action, bindings
from screens.drafting import Drafted
from screens.new_ticket import draft
from screens.new_ticket.choosing import Choosing
from screens.new_ticket.options import Consequences, Options, consequences, load
from screens.new_ticket.values import FormValues, submit
from services.errors import DeskError, Invalid
from widgets.choice_field import ChoiceField
from widgets.hint_bar import HintBar
from widgets.safe import content, notify
from widgets.status_line import StatusLine
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from services.drafts import Fields

CLIENTS_READ = "Clients can read this: no passwords or other sensitive information."
_NOT_HERE = (
    "desk.go-to-ticket",
    "desk.password",
    "desk.log-out",
    "desk.refresh",
    "desk.close",
    "desk.drafts",
)
_TEXTS = ("requester_name", "requester_email", "subject", "url", "due")
# What services call a field, where the form calls it something else.
_FIELD_NAMES = {"address": "external", "path": "files", "name": "requester_name", "cc": "carbon_copy"}


class NewTicketScreen(Drafted[int]):
    """Is dismissed with the id of the new ticket, or with None."""

    AREA = "new"
    DRAFT_LINE_AFTER = "#head"
    BINDINGS = bindings("new")
    CSS_PATH = Path(__file__).with_name("new_ticket.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(self) -> None:
        super().__init__()
        self.options: Options | None = None
        self.values = FormValues()
        self._before = FormValues()
        self._external_default = ""
        self._busy = False
        self._uid = uuid4().hex
        self._drafted: FormValues | None = None
        self._choosing = Choosing(self)

    # Building

    def compose(self) -> ComposeResult:
        """Put the fields in two groups, which stand side by side where there is room, above the description."""
        yield StatusLine("New ticket", id="head")
        with VerticalScroll(id="form", can_focus=False):
            with Horizontal(id="fields"):
                yield Vertical(*self._left_fields(), id="left")
                yield Vertical(*self._right_fields(), id="right")
            yield Static("Description", id="description-label")
            area = TextArea(id="description", soft_wrap=True, tab_behavior="focus", compact=True)
            area.cursor_blink = False
            yield area
            yield Static("", id="fault")
        yield Static(content(CLIENTS_READ), id="warning")
        yield HintBar(id="hints")

    def _left_fields(self) -> list[Widget]:
        session = self.session
        found: list[Widget] = []
        if not session.is_client:
            found.append(ChoiceField("On behalf of", id="contact"))
        found += [
            TextPrompt("Requested by", session.name, id="requester_name"),
            TextPrompt("Email", session.email, id="requester_email"),
            TextPrompt("Subject", id="subject"),
            ChoiceField("Category", id="category"),
        ]
        if not session.is_client:
            found += [ChoiceField("Manager", id="manager"), ChoiceField("Account", id="account")]
        return found

    def _right_fields(self) -> list[Widget]:
        found: list[Widget] = [
            ChoiceField("Product", id="product"),
            ChoiceField("Type", id="type"),
            ChoiceField("Priority", id="priority"),
            TextPrompt("Due", placeholder="tomorrow 9am, +3d, 2026-12-31", id="due"),
            TextPrompt("URL", id="url"),
        ]
        if not self.session.is_client:
            found += [
                TextPrompt("Mail goes to", placeholder="name@example.com, cc: other@example.com", id="external"),
                ChoiceField("Carbon copy", id="carbon_copy"),
            ]
        return [*found, ChoiceField("Confirm by mail", id="send_confirmation"), ChoiceField("Files", id="files")]

    def on_mount(self) -> None:
        """Read the lists; the first thing to say is for whom, or what about."""
        session = self.session
        self.values = FormValues(requester_name=session.name, requester_email=session.email)
        self._before = self.values
        self.query_one("#hints", HintBar).set_hints(self.hints())
        self.show_values()
        self.query_one("#subject" if session.is_client else "#contact").focus()
        self.begin_draft(("new", (), ""))
        self.run_db(load, session, then=self._take_options)

    def _take_options(self, options: Options) -> None:
        self.options = options
        if self._drafted is not None:
            self._forget_what_is_gone(options)
        self.follow()

    # What a draft keeps

    def draft_fields(self) -> Fields:
        """Return everything that stands in the form."""
        return draft.to_fields(self.typed_values(), self._uid)

    def take_draft(self, fields: Fields) -> None:
        """Fill in the form."""
        values = draft.from_fields(fields, self._before)
        if values != self._before and isinstance(uid := fields.get("uid"), str):
            self._uid, self._drafted = uid, values
        for name in _TEXTS:
            self.query_one(f"#{name}", TextPrompt).value = str(getattr(values, name))
        for prompt in self.query("#external").results(TextPrompt):
            prompt.value = self._external_default if values.external is None else values.external
        self.query_one("#description", TextArea).load_text(values.description)
        self.values = values
        if self.options is not None:
            self._forget_what_is_gone(self.options)
            self.follow()
        self.show_values()

    def _forget_what_is_gone(self, options: Options) -> None:
        self.values = draft.still_there(self.typed_values(), options)

    # What is in the form

    def typed_values(self) -> FormValues:
        """Return everything that stands in the form now."""
        typed: dict[str, Any] = {name: self.query_one(f"#{name}", TextPrompt).value for name in _TEXTS}
        external: str | None = None
        if not self.session.is_client:
            external = self.query_one("#external", TextPrompt).value
            external = None if external == self._external_default else external
        description = self.query_one("#description", TextArea).text
        return self.values._replace(**typed, external=external, description=description)

    @property
    def unsaved(self) -> str:
        """What would be lost."""
        return "the new ticket" if self.typed_values() != self._before else ""

    def set_values(self, **changed: Any) -> None:
        """Take what was chosen in a dialog, and show it with what follows from it."""
        self.values = self.typed_values()._replace(**changed)
        for name in changed:
            for field in self.query(f"#{name}").results(ChoiceField):
                field.clear_error()
            for prompt in self.query(f"#{name}").results(TextPrompt):
                prompt.value = str(changed[name])
        self.show_values()
        self.follow()
        self.draft_changed()

    def show_values(self) -> None:
        """Show in the fields what was chosen."""
        values = self.values
        for name, (text, is_default) in self._choosing.shown(values).items():
            for field in self.query(f"#{name}").results(ChoiceField):
                field.show(text, is_default=is_default)
        hidden = self.options.hidden_categories if self.options else frozenset()
        self.query_one("#warning").visible = values.category not in hidden

    def follow(self) -> None:
        """Ask what the desk's rules make of the form."""
        if not self.session.is_client:
            self.run_db(
                consequences, self.session, self.typed_values(), then=self._show_consequences, group="consequences"
            )
        self.show_values()

    def _show_consequences(self, found: Consequences) -> None:
        self._choosing.manager_by_rule = found.manager
        prompt = self.query_one("#external", TextPrompt)
        if prompt.value == self._external_default:
            prompt.value = found.external
        self._external_default = found.external
        self.show_values()

    def on_descendant_blur(self) -> None:
        """A field that was left may change what the desk's rules make of the form."""
        if self.options is not None and self.typed_values().requester_email != self.values.requester_email:
            self.values = self.typed_values()
            self.follow()

    # Doing

    def offers(self, action: Action) -> bool:
        """Leave out what would throw away the form."""
        return action.id not in _NOT_HERE and super().offers(action)

    def refusal(self, action: Action) -> str | None:
        """Say what can be chosen where."""
        if action.id in ("new.choose", "new.clear") and not isinstance(self.focused, ChoiceField):
            return "Type here; there is nothing to choose in this field."
        return super().refusal(action)

    def do_choose(self) -> None:
        """Open the dialog of the field, or switch it."""
        if isinstance(self.focused, ChoiceField):
            self._choosing.open(self.focused.id or "")

    def do_clear(self) -> None:
        """Empty the field."""
        if isinstance(self.focused, ChoiceField):
            self._choosing.clear(self.focused.id or "")

    def on_choice_field_opened(self, event: ChoiceField.Opened) -> None:
        """A click opens the dialog as well."""
        event.stop()
        self._choosing.open(event.field.id or "")

    def on_text_prompt_submitted(self, event: TextPrompt.Submitted) -> None:
        """Enter goes to the next field."""
        event.stop()
        self.focus_next()

    def do_next(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def do_previous(self) -> None:
        """Go to the field before."""
        self.focus_previous()

    def do_page_down(self) -> None:
        """Scroll the form down."""
        self.query_one("#form").scroll_page_down(animate=False)

    def do_page_up(self) -> None:
        """Scroll the form up."""
        self.query_one("#form").scroll_page_up(animate=False)

    def do_editor(self) -> None:
        """Write the description in the person's own editor."""
        from screens.dialogs.editor import edit_in_terminal

        area = self.query_one("#description", TextArea)
        self.keep_draft()
        changed = edit_in_terminal(self.app, area.text)
        if changed is not None:
            area.load_text(changed)

    def do_submit(self) -> None:
        """Enter the ticket."""
        if self._busy:
            return
        self._busy = True
        self._clear_faults()
        values = self.typed_values()
        if self._drafted is not None and values != self._drafted:
            # The draft's own ticket may have been entered when the program was lost; this is another one.
            self._uid, self._drafted = uuid4().hex, None
        self.run_db(submit, self.session, values, self._uid, then=self._entered, lane="slow")

    def _entered(self, made: tuple[int, str]) -> None:
        ticket_id, number = made
        # The list that is shown need not have the ticket.
        self.desk.recent.seen(ticket_id)
        keys = self.desk.shown_keys("desk.recent")
        notify(self.app, f"Ticket {number} was entered{f'; {keys[0]} leads to it' if keys else ''}.")
        self.dismiss(ticket_id)

    def do_cancel(self) -> None:
        """Leave, asking first only when something would be lost."""
        self.leave_unanswered()

    def do_go_back(self) -> None:
        """The other keys that go back mean the same."""
        self.do_cancel()

    # Faults

    def show_fault(self, fault: DeskError) -> None:
        """Say at its field what is wrong; what was typed stays."""
        self._busy = False
        name = (fault.field or "") if isinstance(fault, Invalid) else ""
        if not field_faults.show(self, _FIELD_NAMES.get(name, name), fault.sentence):
            self.query_one("#fault").scroll_visible(animate=False)

    def _clear_faults(self) -> None:
        for field in self.query(ChoiceField):
            field.clear_error()
        for prompt in self.query(TextPrompt):
            prompt.clear_error()
        self.query_one("#fault").display = False
