"""The form of a charge."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.form import FormScreen
from screens.drafting import Drafted
from screens.once import Once
from services import charges, checks
from services.charges import NewCharge
from services.records import ChargeRow
from widgets.safe import content
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from services.drafts import Fields

_NAMES = ("label", "quantity", "rate", "currency", "note")


class ChargeForm(FormScreen, Drafted[None]):
    """Adds a charge, or corrects `read`; what is wrong is said at its line, and what was typed stays."""

    def __init__(
        self, ticket_id: int, number: str, given: NewCharge, read: ChargeRow | None, saved: Callable[[], object]
    ) -> None:
        what = "Correct" if read else "Add"
        super().__init__(f"{what} {given.kind} on {number}")
        self._ticket_id = ticket_id
        self._given = given
        self._read = read
        self._saved = saved
        self._once = Once()
        self._billable = given.billable
        hours = "hours: 1.5, 1:30 or 90m" if given.kind == "work" else "how many"
        self._prompts = [
            TextPrompt("What", given.label, id="label"),
            TextPrompt(f"Quantity ({hours})", charges.quantity(given.quantity), replace=True, id="quantity"),
            TextPrompt("Rate", charges.decimal(given.rate) if given.rate else "", replace=True, id="rate"),
            TextPrompt("Currency", given.currency, replace=True, id="currency"),
            TextPrompt("Note", given.note, id="note"),
        ]
        self._before = [prompt.value for prompt in self._prompts]

    def fields(self) -> list[TextPrompt]:
        """Return the lines to fill in."""
        return self._prompts

    def body(self) -> Iterable[Widget]:
        """Return the switch and the lines."""
        yield Static(content(self._switch_line()), id="choice")
        yield from self.fields()

    def on_mount(self) -> None:
        """Start where something is still to be typed."""
        super().on_mount()
        self.field("quantity" if self._given.label else "label").focus()
        kind, detail = ("charge-edit", self._read.id) if self._read else ("charge", self._given.kind)
        self.begin_draft((kind, (self._ticket_id,), detail))

    def draft_fields(self) -> Fields:
        """Return the lines and whether the charge is billed."""
        return {**{name: self.field(name).value for name in _NAMES}, "billable": self._billable}

    def take_draft(self, fields: Fields) -> None:
        """Put what was typed into the lines."""
        for name in _NAMES:
            if isinstance(text := fields.get(name), str):
                self.field(name).value = text
        if isinstance(billable := fields.get("billable"), bool):
            self._billable = billable
            self._show_switch()

    @property
    def unsaved(self) -> str:
        """What would be lost."""
        now = [prompt.value for prompt in self._prompts]
        return "the charge" if now != self._before or self._billable != self._given.billable else ""

    def do_switch(self) -> None:
        """Say whether the charge is billed."""
        self._billable = not self._billable
        self._show_switch()
        self.draft_changed()

    def _show_switch(self) -> None:
        self.query_one("#choice", Static).update(content(self._switch_line()))

    def do_save(self) -> None:
        """Check and store the charge."""
        if not self.busy:
            values = dict(zip(_NAMES, self.values(*_NAMES), strict=True))
            self.busy = True
            self.run_db(self._store, values, then=self._done, lane="slow")

    def _store(self, typed: dict[str, str]) -> None:
        new = self._given._replace(
            label=typed["label"],
            quantity=charges.parse_quantity(typed["quantity"]),
            rate=checks.rate(typed["rate"] or "0", "rate"),
            currency=typed["currency"],
            billable=self._billable,
            note=typed["note"],
        )
        uid = self._once.uid(new)
        if self._read is None:
            charges.add(self.session, self._ticket_id, new, uid=uid)
        else:
            charges.change(self.session, self._read.id, new, self._read, uid=uid)

    def _done(self, _: None) -> None:
        self.dismiss(None)
        self._saved()

    def do_cancel(self) -> None:
        """Close, asking first only when something typed would be lost."""
        self.leave_unanswered()

    def _switch_line(self) -> str:
        marks = ("( )", "(*)")
        return f"{marks[self._billable]} Billable   {marks[not self._billable]} Not billable"
