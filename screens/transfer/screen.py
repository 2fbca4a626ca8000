"""The form that hands tickets over to other people, another account or another product, with an internal note."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.widget import Widget
from textual.widgets import Static, TextArea

from screens.dialogs.base import Dialog
from screens.dialogs.choose import ChooseDialog
from screens.dialogs.editor import edit_in_terminal
from screens.drafting import Drafted, Where
from screens.runner import Lane
from services import catalogue
from services.bulk import BulkResult
from services.records import Choice
from services.session import Session
from widgets.choice_field import ChoiceField
from widgets.safe import content

if TYPE_CHECKING:
    from services.drafts import Fields as DraftFields

Fields = dict[str, int]
_AS_IT_IS = 0


class _Target(NamedTuple):
    label: str
    title: str
    stays: str


_TARGETS = {
    "manager": _Target("To", "Transfer to", "nobody chosen; Enter chooses"),
    "account": _Target("Account", "Account: contact, asset and contract are cleared with it", "stays as it is"),
    "product": _Target("Product", "Product", "stays as it is"),
}


class TransferScreen(Dialog[BulkResult], Drafted[BulkResult]):
    """Calls `save(fields, note)` in the database thread and is dismissed with what it returns.

    `present` names what the ticket has now, where that is known. When saving raises DeskError, its sentence is shown
    and what was chosen and typed stays.
    """

    def __init__(
        self,
        title: str,
        present: Mapping[str, str],
        save: Callable[[Fields, str], BulkResult],
        draft: Where | None = None,
        lane: Lane = "slow",
    ) -> None:
        super().__init__(title)
        self._present = present
        self._save = save
        self._draft_at = draft
        self._lane: Lane = lane
        self._choices: Mapping[str, Sequence[Choice]] = {}
        self._chosen: Fields = {}

    def body(self) -> Iterable[Widget]:
        """Return what can be chosen, and the editor of the note."""
        for name, target in _TARGETS.items():
            yield ChoiceField(target.label, id=name)
        yield Static(content("Internal note: what was done, and what is open"), classes="detail label")
        area = TextArea(id="text", soft_wrap=True, tab_behavior="focus", compact=True)
        area.cursor_blink = False
        yield area

    def on_mount(self) -> None:
        """Start with who gets the tickets."""
        super().on_mount()
        self.query_one("#box").add_class("tall")
        self._show_chosen()
        self.query_one("#manager").focus()
        self.begin_draft(self._draft_at)
        self.run_db(_load, self.session, then=self._take_choices)

    def draft_fields(self) -> DraftFields:
        """Return the note and the keys of what was chosen."""
        return {"text": self.query_one(TextArea).text, **self._chosen}

    def take_draft(self, fields: DraftFields) -> None:
        """Put the note into the editor, and choose what was chosen."""
        if isinstance(text := fields.get("text"), str):
            self.query_one(TextArea).load_text(text)
        chosen = ((name, fields.get(name)) for name in _TARGETS)
        self._chosen = {name: key for name, key in chosen if type(key) is int}
        if self._choices:
            self._drop_unknown()
        self._show_chosen()

    def _take_choices(self, choices: dict[str, Sequence[Choice]]) -> None:
        self._choices = choices
        if self._chosen:
            self._drop_unknown()
            self._show_chosen()

    def _drop_unknown(self) -> None:
        """Forget what a draft chose and is no longer there to choose."""
        for name, key in list(self._chosen.items()):
            if all(choice.id != key for choice in self._choices[name]):
                del self._chosen[name]

    @property
    def unsaved(self) -> str:
        """What would be lost."""
        return "the transfer" if self._chosen or self.query_one(TextArea).text.strip() else ""

    def _show_chosen(self) -> None:
        for name, target in _TARGETS.items():
            key = self._chosen.get(name)
            label = next((choice.label for choice in self._choices.get(name, ()) if choice.id == key), None)
            now = self._present.get(name)
            stays = f"{now} (stays as it is)" if now else target.stays
            self.query_one(f"#{name}", ChoiceField).show(label or stays, is_default=label is None)

    # Choosing

    def do_accept(self) -> None:
        """Choose for the field that has the focus."""
        if isinstance(self.focused, ChoiceField):
            self._choose(self.focused.id or "")

    def on_choice_field_opened(self, event: ChoiceField.Opened) -> None:
        """A click chooses as well."""
        event.stop()
        self._choose(event.field.id or "")

    def _choose(self, name: str) -> None:
        if name not in self._choices:
            return

        def picked(keys: list[int] | None) -> None:
            if not keys:
                return
            self._chosen.pop(name, None)
            if keys[0] != _AS_IT_IS:
                self._chosen[name] = keys[0]
                self.query_one(TextArea).focus()
            self._show_chosen()
            self.draft_changed()

        stays = Choice(_AS_IT_IS, "Stays as it is", self._present.get(name, ""))
        choices = [*self._choices[name], stays] if name == "manager" else [stays, *self._choices[name]]
        dialog = ChooseDialog(_TARGETS[name].title, choices, chosen=(self._chosen.get(name, _AS_IT_IS),))
        self.app.push_screen(dialog, picked)

    # Moving between the fields; inside the note the same keys move its cursor

    def do_up(self) -> None:
        """Go to the field above."""
        self.focus_previous()

    def do_down(self) -> None:
        """Go to the field below."""
        self.focus_next()

    # Leaving

    def do_editor(self) -> None:
        """Write the note in the person's own editor."""
        area = self.query_one(TextArea)
        self.keep_draft()
        changed = edit_in_terminal(self.app, area.text)
        if changed is not None:
            area.load_text(changed)

    def do_save(self) -> None:
        """Transfer; a second key press meanwhile does nothing."""
        if not self.busy:
            self.busy = True
            self.say("")
            self.run_db(
                self._save, dict(self._chosen), self.query_one(TextArea).text, then=self.dismiss, lane=self._lane
            )

    def do_cancel(self) -> None:
        """Close, asking first only when something would be lost."""
        self.leave_unanswered()


def _load(session: Session) -> dict[str, Sequence[Choice]]:
    from services.accounts import ACCOUNTS

    return {
        "manager": catalogue.manager_choices(),
        "account": [Choice(row.id, row.name, row.domain) for row in ACCOUNTS.all(session, active=True)],
        "product": catalogue.product_choices(),
    }
