"""Looking through what belongs together: from a ticket to its account's tickets, or by choosing an account first."""

from __future__ import annotations

from collections.abc import Callable

from screens.desk_screen import DeskScreen
from screens.edit_steps import choose
from services import related
from services.lists import View
from services.records import Choice
from widgets.safe import notify

Then = Callable[[View, str], object]


def choose_related(screen: DeskScreen[None], ticket_id: int, then: Then) -> None:
    """Let the person choose what the tickets have in common with this one."""

    def ask(found: list[related.Related]) -> None:
        if not found:
            notify(screen, "This ticket has no account, contact or category yet.", severity="warning")
            return
        options = [Choice(place, each.title) for place, each in enumerate(found)]
        choose(screen, "All tickets of", options, [], lambda place: then(*found[place]))

    screen.run_db(related.of_ticket, screen.session, ticket_id, then=ask, opens=True)


def browse(screen: DeskScreen[None], then: Then) -> None:
    """Let the person choose an account, a contact or a category."""
    kinds = list(related.KINDS)

    def kind_chosen(place: int) -> None:
        kind = kinds[place]

        def ask(found: list[Choice]) -> None:
            names = {choice.id: choice.label for choice in found}
            choose(
                screen,
                related.KINDS[kind],
                found,
                [],
                lambda key: then(View(kind, key), related.title(kind, names[key])),
            )

        screen.run_db(related.choices, screen.session, kind, then=ask, opens=True)

    options = [Choice(place, label) for place, label in enumerate(related.KINDS.values())]
    choose(screen, "Browse tickets by", options, [], kind_chosen)
