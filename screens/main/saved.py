"""Saving a search, changing it, and taking it away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from screens.actions import Action
from screens.dialogs.form import FormScreen
from services import checks, searches
from services.searches import SavedSearchRow
from services.session import Session
from widgets.text_prompt import TextPrompt

if TYPE_CHECKING:
    from screens.main.finding_screen import FindingScreen


class SearchForm(FormScreen):
    """Asks for the name of a search, what it looks for, and whether all employees see it."""

    def __init__(
        self, text: str, kept: SavedSearchRow | None, saved: Callable[[SavedSearchRow], object], *, may_share: bool
    ) -> None:
        super().__init__("Change the search" if kept else "Save this search")
        self._text = text
        self._kept = kept
        self._saved = saved
        self._may_share = may_share

    def fields(self) -> list[TextPrompt]:
        """Return name and query, and for employees whether it is shared."""
        kept = self._kept
        lines = [
            TextPrompt("Name", kept.name if kept else "", id="name"),
            TextPrompt("Looks for", kept.query if kept else self._text, id="query"),
        ]
        if self._may_share:
            shared = "yes" if kept is not None and kept.shared else "no"
            lines.append(TextPrompt("Shared with all employees, yes or no", shared, replace=True, id="shared"))
        return lines

    def on_mount(self) -> None:
        """Start with the name."""
        super().on_mount()
        self.field("name").focus()

    def offers(self, action: Action) -> bool:
        """Offer no switch to who has nothing to share with."""
        return (action.id != "form.switch" or self._may_share) and super().offers(action)

    def do_switch(self) -> None:
        """Share it, or no longer."""
        shared = self.field("shared")
        shared.value = "no" if shared.value.strip().casefold() == "yes" else "yes"

    def do_save(self) -> None:
        """Keep it, or say at the line what is wrong with it."""
        if self.busy:
            return
        self.busy = True
        names = ["name", "query", *(["shared"] if self._may_share else [])]
        name, text, *rest = self.values(*names)

        def done(row: SavedSearchRow) -> None:
            self.dismiss(None)
            self._saved(row)

        self.run_db(_save, self.session, self._kept, name, text, (rest or ["no"])[0], then=done, lane="slow")


def _save(session: Session, kept: SavedSearchRow | None, name: str, text: str, shared: str) -> SavedSearchRow:
    wanted = bool(checks.switch(shared, "shared"))
    if kept is None:
        return searches.save(session, name, text, shared=wanted)
    return searches.change(session, kept.id, name=name, text=text, shared=wanted)


def ask(
    screen: FindingScreen, text: str, kept: SavedSearchRow | None, saved: Callable[[SavedSearchRow], object]
) -> None:
    """Open the form."""
    screen.app.push_screen(SearchForm(text, kept, saved, may_share=not screen.session.is_client))


def confirm_removal(screen: FindingScreen, kept: SavedSearchRow, removed: Callable[[SavedSearchRow], object]) -> None:
    """Ask before a search goes; it is gone for everybody who sees it."""
    from screens.dialogs.confirm import ConfirmDialog

    def answered(yes: bool | None) -> None:
        if yes:
            screen.run_db(searches.remove, screen.session, kept.id, then=removed, lane="slow")

    detail = f"It looks for: {kept.query}" + (" — all employees see it now." if kept.shared else "")
    screen.app.push_screen(ConfirmDialog(f"Remove the search “{kept.name}”?", detail, yes="Remove"), answered)
