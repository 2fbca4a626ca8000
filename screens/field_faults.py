"""Where a form says what is wrong with what was typed."""

from __future__ import annotations

from typing import Any

from textual.screen import Screen
from textual.widgets import Static

from widgets.choice_field import ChoiceField
from widgets.safe import content
from widgets.text_prompt import TextPrompt


def show(screen: Screen[Any], name: str, sentence: str) -> bool:
    """Say a fault at the field of this name and go there, or below the form; tells whether it has the field."""
    for field in screen.query(f"#{name}") if name else ():
        if isinstance(field, (ChoiceField, TextPrompt)):
            field.set_error(sentence)
            field.focus()
            return True
    below = screen.query_one("#fault", Static)
    below.update(content(f"! {sentence}"))
    below.display = True
    return False
