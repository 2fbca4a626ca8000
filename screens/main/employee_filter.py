"""The employee filter below the views: whose tickets are shown, on top of whichever view is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from screens.desk_screen import DeskScreen
from services.records import Choice
from services.session import Session
from widgets.nav_tree import NavEntry

ME, ALL, CHOSEN = "me", "everybody", "chosen"
Managers = tuple[int, ...]


def may_filter(session: Session) -> bool:
    """Tell whether the filter is there at all: only for those who see other people's tickets."""
    return not session.is_client and session.has("view_others")


def entries(managers: Managers, names: Mapping[int, str]) -> list[NavEntry]:
    """Return the filter's entries; the last one names who was chosen."""
    return [
        NavEntry("employees", "Managed by", heading=True),
        NavEntry(ME, "Me"),
        NavEntry(ALL, "All"),
        NavEntry(CHOSEN, f"{_named(managers, names)} …" if managers else "Choose …"),
    ]


def active(session: Session, managers: Managers) -> str:
    """Return the entry that a filter stands for."""
    if not managers:
        return ALL
    return ME if managers == session.manager_ids[:1] else CHOSEN


def described(session: Session, managers: Managers, names: Mapping[int, str]) -> str:
    """Return what the head of the window says about the filter; nothing when everybody is shown."""
    if not managers:
        return ""
    return "managed by me" if active(session, managers) == ME else f"managed by {_named(managers, names)}"


def _named(managers: Managers, names: Mapping[int, str]) -> str:
    first = names.get(managers[0], "somebody")
    return first if len(managers) == 1 else f"{first} and {len(managers) - 1} more"


def ask(screen: DeskScreen[None], managers: Managers, then: Callable[[Managers], object]) -> None:
    """Let a person choose employees and teams; former employees are there too, as their tickets are."""
    from screens.dialogs.choose import ChooseDialog

    def picked(keys: list[int] | None) -> None:
        if keys is not None:
            then(tuple(keys))

    def show(choices: Sequence[Choice]) -> None:
        dialog = ChooseDialog("Show the tickets of", choices, chosen=managers, multiple=True)
        screen.app.push_screen(dialog, picked)

    screen.run_db(_choices, then=show, opens=True)


def _choices() -> list[Choice]:
    from services import catalogue

    return [
        Choice(m.id, m.name, "team" if m.team_id else m.username or ("" if m.usable else "takes no tickets"))
        for m in catalogue.names().managers.values()
    ]
