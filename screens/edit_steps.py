"""What the quick edits are made of: what a screen's tickets are, and asking for what an edit needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from screens.desk_screen import DeskScreen
from screens.many import FEW, Edit, Targets, finish, lane_for, saving
from screens.quick_actions import Seen
from services.records import Choice

if TYPE_CHECKING:
    from screens.drafting import Where
    from services.bulk import BulkResult

Then = Callable[[list[int]], object]
Screen = DeskScreen[Any]


class TicketTargets(DeskScreen[None]):
    """A screen with tickets on it: what the next action is about, and what to do after it."""

    def edit_targets(self) -> Targets:
        """Return the tickets that the next action is about."""
        raise NotImplementedError

    def target_rows(self) -> Sequence[Seen]:
        """Return what is known of the targets, which may be fewer."""
        raise NotImplementedError

    def edited(self, ticket_ids: list[int]) -> None:
        """Show that these tickets were changed; none given means any may have been."""
        raise NotImplementedError

    def tickets_changed(self, ticket_ids: list[int]) -> None:
        """Show again what an undo has changed; of many, everything is read again instead of each."""
        self.edited(ticket_ids if len(ticket_ids) <= FEW else [])

    def mark_only(self, ticket_ids: list[int]) -> None:
        """Leave marks on these tickets alone, because they refused what was done to the others."""

    def change_one(self, fields: dict[str, Any], then: Then) -> bool:
        """Change the only target in the screen's own way, which can settle conflicts; False where it has none."""
        return False


def seen_by(screen: Screen) -> Sequence[Seen]:
    """Return what a screen knows of the tickets that the next action is about."""
    return screen.target_rows() if isinstance(screen, TicketTargets) else ()


def only_one(screen: Screen, targets: Targets) -> Seen | None:
    """The one ticket that an edit is about, if it is one and known: dialogs start from its value."""
    return next((seen for seen in seen_by(screen) if (seen.id,) == targets.ids), None)


def choose(
    screen: Screen, title: str, choices: Sequence[Choice], chosen: Iterable[int], then: Callable[[int], object]
) -> None:
    """Let a person choose one of several."""
    from screens.dialogs.choose import ChooseDialog

    def picked(keys: list[int] | None) -> None:
        if keys:
            then(keys[0])

    screen.app.push_screen(ChooseDialog(title, choices, chosen=tuple(chosen)), picked)


def ask_text(
    screen: Screen,
    title: str,
    targets: Targets,
    change: Callable[[str, str | None], Edit],
    then: Then,
    choices: Sequence[tuple[str, str]] = (),
    warning: str = "",
    draft: Where | None = None,
) -> None:
    """Let a person write, and do the change that is made of it; what is refused leaves the text where it is."""
    from screens.dialogs.text import TextDialog
    from screens.once import Once

    said, once = [""], Once()

    def save(text: str, choice: str | None) -> BulkResult:
        made = change(text, choice)
        said[0] = made.said
        return saving(screen, targets, made, once.uid(text, choice))

    def saved(result: BulkResult | None) -> None:
        if result is not None:
            finish(screen, result, said[0], then)

    dialog = TextDialog(title, choices=choices, warning=warning, save=save, draft=draft, lane=lane_for(targets))
    screen.app.push_screen(dialog, saved)


def ask_due(
    screen: Screen, title: str, value: str, then: Callable[[int | None], object], *, required: bool = False
) -> None:
    """Ask for a moment the way people say it; the dialog keeps what the desk does not understand."""
    from screens.dialogs.line import LineDialog
    from services.due_dates import parse_due
    from services.ticket_changes import check_hold

    def check(typed: str) -> int | None:
        due = parse_due(typed)
        if required:
            check_hold(due)
        return due

    def typed_one(typed: str | None) -> None:
        if typed is not None:
            then(parse_due(typed))

    hint = "tomorrow 9am, friday, +3d, 2026-12-31 14:00" + ("" if required else "; empty clears it")
    screen.app.push_screen(LineDialog(title, "Due", value, check=check, hint=hint, replace=True), typed_one)
