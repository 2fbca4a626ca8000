"""Forms whose text survives the program: it is kept while somebody types, and offered again at the same place.

A form inherits from `Drafted`, says with `draft_fields` and `take_draft` what stands in it, and calls `begin_draft`
once it is shown. Typing is noticed by itself; what is chosen in a dialog is told with `draft_changed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic

from textual.screen import ScreenResultType
from textual.widgets import Static

from screens.actions import Action
from screens.desk_screen import DeskScreen
from services import clock
from services.text import clean
from widgets.dates import ShortDates
from widgets.safe import content

if TYPE_CHECKING:
    from textual.await_complete import AwaitComplete
    from textual.timer import Timer

    from screens.draft_keeper import DraftKeeper, Held
    from services.drafts import Fields, Value

WRITE_SECONDS = 1.0
"""How long after the first key that is not kept yet it is handed to the thread that writes."""

Where = tuple[str, tuple[int, ...], object]
"""The kind of a dialog, its tickets, and what else tells it apart: what `services.drafts.Place.of` takes."""


class Drafted(DeskScreen[ScreenResultType], Generic[ScreenResultType]):
    """A form that keeps what is typed into it as a draft, until it is saved or thrown away.

    A dialog names `Dialog` before it among its bases: Textual takes the looks of a class from the first one.
    """

    DRAFT_LINE_AFTER: ClassVar[str] = "#title"
    """Below which part of the form stands the line that says where the text comes from."""

    _held: Held | None = None
    _waiting: Timer | None = None
    _kept: Fields | None = None
    _blank: Fields | None = None
    _thrown: Fields | None = None
    _offered_at = 0
    _stays = False
    not_saved_by: Callable[[Any], bool] = staticmethod(lambda result: False)
    """Tells of a result that is none yet, because something has to be settled first: the draft stays."""

    # What a form says about itself

    def draft_fields(self) -> Fields:
        """Return what stands in the form."""
        raise NotImplementedError

    def take_draft(self, fields: Fields) -> None:
        """Put fields into the form; one that is missing or makes no sense any more stays as it is."""
        raise NotImplementedError

    def begin_draft(self, where: Where | None) -> None:
        """Start with what was typed here before, if it waits, and keep from now on what is typed."""
        if where is None:
            return
        from screens.draft_keeper import Held
        from services.drafts import Place

        kind, tickets, detail = where
        place = Place.of(kind, tickets, detail)
        self._blank = self.draft_fields()
        draft = self.desk.drafts.take(place)
        self._held = Held(place, draft.name if draft else "")
        if draft is not None:
            self._offered_at = draft.saved_at
            self._kept = draft.fields
            self.take_draft({name: _shown(value) for name, value in draft.fields.items()})
            self._say_draft(f"Draft from {ShortDates(clock.now).short(draft.saved_at)}", "throws it away")

    def draft_changed(self) -> None:
        """Keep what stands in the form, within a second."""
        if self._held is not None and self._waiting is None:
            self._waiting = self.set_timer(WRITE_SECONDS, self.keep_draft)

    def keep_draft(self) -> None:
        """Hand what stands in the form to the thread that writes drafts; nothing when that is kept already."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        if self._held is None or not self.is_attached:
            return
        if not self.unsaved:
            if self._kept is not None:
                self._kept = None
                self._keeper.drop(self._held)
            return
        fields = self.draft_fields()
        if fields != self._kept:
            self._kept = fields
            self._keeper.write(self._held, fields, clock.now())

    def end_draft(self, *, keep: bool = False) -> None:
        """Forget the draft, or leave it to be offered again with all that stands in the form now."""
        if self._held is None:
            return
        if keep:
            self.keep_draft()
        held, self._held = self._held, None
        if self._waiting is not None:
            self._waiting.stop()
        (self._keeper.release if keep else self._keeper.drop)(held)

    @property
    def is_drafted(self) -> bool:
        """Whether what stands in the form is kept."""
        return self._held is not None

    @property
    def _keeper(self) -> DraftKeeper:
        return self.desk.drafts

    # Typing, whatever the form consists of

    def on_text_area_changed(self) -> None:
        """Somebody typed into a text."""
        self.draft_changed()

    def on_text_prompt_changed(self) -> None:
        """Somebody typed into a line."""
        self.draft_changed()

    # The ways out

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close the form; unless somebody keeps the draft, it was saved or is not wanted."""
        self.end_draft(keep=self._stays or (result is not None and self.not_saved_by(result)))
        return super().dismiss(result)

    def leave_unanswered(self) -> None:
        """Close the form; when something typed would be lost, ask what becomes of it."""
        if self._held is None or not self.unsaved:
            super().leave_unanswered()
            return
        from screens.dialogs.leave import KEEP, THROW_AWAY, LeaveDialog

        def answered(answer: str | None) -> None:
            self._stays = answer == KEEP
            if answer in (KEEP, THROW_AWAY):
                self.dismiss(None)

        self.app.push_screen(LeaveDialog(f"Throw away {self.unsaved}?"), answered)

    # The draft that was offered

    def offers(self, action: Action) -> bool:
        """Leave out throwing a draft away where none was offered."""
        return (action.method != "do_discard_draft" or bool(self._offered_at)) and super().offers(action)

    def do_discard_draft(self) -> None:
        """Go on without the draft; the same key brings it back."""
        if self._thrown is None:
            self._thrown = self.draft_fields()
            self.take_draft(self._blank or {})
            self._say_draft("The draft is thrown away", "brings it back")
        else:
            self.take_draft(self._thrown)
            self._thrown = None
            self._say_draft(f"Draft from {ShortDates(clock.now).short(self._offered_at)}", "throws it away")
        self.draft_changed()

    def _say_draft(self, text: str, what: str) -> None:
        key = next(iter(self.desk.shown_keys(f"{self.AREA}.discard-draft")), "")
        line = content(f"{text} — {key} {what}" if key else text)
        shown = self.query("#draft").results(Static)
        label = next(iter(shown), None)
        if label is not None:
            label.update(line)
            return
        after = self.query_one(self.DRAFT_LINE_AFTER)
        assert after.parent is not None
        self.mount(Static(line, id="draft"), after=after)


def _shown(value: Value) -> Value:
    """A value of a draft as it may stand on the screen."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean(each) for each in value if isinstance(each, str)] or value
    return value
