"""Choosing how the desk looks."""

from __future__ import annotations

from typing import Any

from screens.desk_screen import DeskScreen
from screens.dialogs.choose import ChooseDialog
from services.records import Choice
from widgets.safe import notify

_THEMES = (
    ("dark", "Dark", "bright letters on a dark ground"),
    ("light", "Light", "dark letters on a bright ground"),
    ("ansi", "Terminal", "the sixteen colours that your terminal is set to; best over a slow line"),
    ("mono", "None", "no colours: bold, underlined and reversed text only"),
)


def choose_theme(screen: DeskScreen[Any]) -> None:
    """Offer the themes and switch to the chosen one at once."""
    desk = screen.desk
    names = [name for name, _, _ in _THEMES]

    def chosen(ids: list[int] | None) -> None:
        if not ids:
            return
        name = names[ids[0]]
        refusal = desk.theme_refusal(name)
        if refusal:
            notify(screen.app, refusal, severity="warning")
        else:
            desk.set_theme_name(name)

    choices = [Choice(index, label, detail) for index, (_, label, detail) in enumerate(_THEMES)]
    now = [names.index(desk.theme_name)] if desk.theme_name in names else []
    screen.app.push_screen(ChooseDialog("Theme", choices, chosen=now), chosen)
