"""What the quick edits are made of: doing something to each of many tickets, and asking for what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from screens.desk_screen import DeskScreen
from screens.quick_actions import Seen
from services.errors import DeskError, TryAgain
from services.numbers import number_of
from services.records import Choice
from services.session import Session
from widgets.safe import notify

Then = Callable[[list[int]], object]
Screen = DeskScreen[Any]


class TicketTargets(DeskScreen[None]):
    """A screen with tickets on it: what the next action is about, and what to do after it."""

    def edit_targets(self) -> list[int]:
        """Return the ids that the next action is about."""
        raise NotImplementedError

    def target_rows(self) -> Sequence[Seen]:
        """Return what is known of the targets, which may be fewer."""
        raise NotImplementedError

    def edited(self, ticket_ids: list[int]) -> None:
        """Show that these tickets were changed."""
        raise NotImplementedError

    def change_one(self, fields: dict[str, Any], then: Then) -> bool:
        """Change the only target in the screen's own way, which can settle conflicts; False where it has none."""
        return False


class Outcome(NamedTuple):
    """What became of an edit of many tickets: the ids that went through, and each refused id with its sentence."""

    done: list[int]
    refused: list[tuple[int, str]]


def apply_each(screen: Screen, ticket_ids: Sequence[int], work: Callable[[Session, int], object], then: Then) -> None:
    """Run `work(session, id)` for each ticket in the slow thread, and tell in one sentence what was refused."""
    screen.run_db(
        _each,
        screen.session,
        list(ticket_ids),
        work,
        then=lambda outcome: finish(screen, outcome, then),
        lane="slow",
    )


def finish(screen: Screen, outcome: Outcome, then: Then) -> None:
    """Tell what was refused, and go on with what was done."""
    if outcome.refused:
        notify(screen, sentence_of(outcome), severity="error")
    if outcome.done:
        then(outcome.done)


def _each(session: Session, ticket_ids: list[int], work: Callable[[Session, int], object]) -> Outcome:
    from services.faults import translated

    outcome = Outcome([], [])
    for ticket_id in ticket_ids:
        try:
            with translated():
                work(session, ticket_id)
        except TryAgain:
            # The database is away: the others would only wait for the same refusal.
            if not outcome.done:
                raise
            outcome.refused.append((ticket_id, "the database does not answer; try the rest again."))
            break
        except DeskError as fault:
            outcome.refused.append((ticket_id, fault.sentence))
        else:
            outcome.done.append(ticket_id)
    return outcome


def sentence_of(outcome: Outcome) -> str:
    """Return what people read about the refused part of an edit."""
    ticket_id, why = outcome.refused[0]
    count = len(outcome.done) + len(outcome.refused)
    if count == 1:
        return why
    number = number_of(ticket_id)
    named = why if number in why else f"{number}: {why}"
    return f"{len(outcome.done)} of {count} tickets were changed. {named}"


def seen_by(screen: Screen) -> Sequence[Seen]:
    """Return what a screen knows of the tickets that the next action is about."""
    return screen.target_rows() if isinstance(screen, TicketTargets) else ()


def only_one(screen: Screen, ticket_ids: Sequence[int]) -> Seen | None:
    """The one ticket that an edit is about, if it is one and known: dialogs start from its value."""
    return next((seen for seen in seen_by(screen) if [seen.id] == list(ticket_ids)), None)


def title_of(what: str, ticket_ids: Sequence[int], link: str = " of ") -> str:
    """Return a dialog's title: what is done, to which ticket or to how many."""
    count = len(ticket_ids)
    return what + link + (number_of(ticket_ids[0]) if count == 1 else f"{count} tickets")


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
    save: Callable[[str, str | None], Outcome],
    then: Then,
    choices: Sequence[tuple[str, str]] = (),
    warning: str = "",
) -> None:
    """Let a person write; `save` runs in the database thread, and what it refuses leaves the text where it is."""
    from screens.dialogs.text import TextDialog

    def saved(outcome: Outcome | None) -> None:
        if outcome is not None:
            finish(screen, outcome, then)

    screen.app.push_screen(TextDialog(title, choices=choices, warning=warning, save=save), saved)


def each_or_refuse(session: Session, ticket_ids: Sequence[int], work: Callable[[Session, int], object]) -> Outcome:
    """Run `work` for each ticket in this thread; raises when it was refused for all of them."""
    outcome = _each(session, list(ticket_ids), work)
    if not outcome.done:
        raise DeskError(sentence_of(outcome))
    return outcome


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
    screen.app.push_screen(LineDialog(title, "Due", value, check=check, hint=hint), typed_one)
