"""The action registry keeps its promises, and remapped keys are checked before the screens start."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest

import screens
from screens.actions import AREAS, Action, all_actions, area_actions, find, shown_key
from screens.desk_screen import DeskScreen
from services.errors import UsageError
from services.session import PRIVILEGES
from tests.support.terminal import ROOT
from tui import keymap
from tui.keys_doc import key_table


@cache
def every_screen() -> tuple[type[DeskScreen[Any]], ...]:
    """Return every screen of the program."""
    for module in walk_packages(screens.__path__, "screens."):
        import_module(module.name)

    def below(of: type) -> list[type]:
        return [each for child in of.__subclasses__() for each in (child, *below(child))]

    return (DeskScreen, *(each for each in below(DeskScreen) if each.__module__.startswith("screens.")))


@pytest.mark.parametrize("area", AREAS)
def test_every_action_has_a_method_a_label_and_a_tooltip(area: str) -> None:
    owners = [screen for screen in every_screen() if area in ("desk", screen.AREA)]
    for action in area_actions(area):
        assert action.id.startswith(f"{area}."), action.id
        assert action.label and action.tooltip and not action.tooltip.endswith("."), action.id
        assert action.privilege is None or action.privilege in PRIVILEGES, action.id
        assert any(callable(getattr(owner, action.method, None)) for owner in owners), f"Nobody has {action.method}"


@pytest.mark.parametrize("screen", every_screen(), ids=lambda screen: screen.__name__)
def test_every_screen_has_the_bindings_of_its_area(screen: type[DeskScreen[Any]]) -> None:
    bound = {binding.id for bindings in screen._merged_bindings.key_to_bindings.values() for binding in bindings}
    assert {action.id for action in area_actions("desk")} - bound <= keymap.YIELDING
    if screen is not DeskScreen and "BINDINGS" in vars(screen):
        assert {action.id for action in area_actions(screen.AREA) if action.keys} <= bound


def test_ids_are_unique() -> None:
    counted = Counter(action.id for area in AREAS for action in area_actions(area))
    assert [action_id for action_id, times in counted.items() if times > 1] == []


def test_no_key_means_two_things_where_both_can_be_reached() -> None:
    told = [f"{shown_key(key)}: {first.id}, {second.id}" for first, second, key in keymap.clashes({})]
    assert told == []


def test_no_action_has_a_key_that_terminals_send_for_another() -> None:
    for action in all_actions().values():
        assert [key for key in action.keys if keymap.unusable(key)] == [], action.id


@pytest.mark.parametrize("action_id", ["desk.help", "form.save", "list.open"])
def test_an_action_is_found_by_its_id(action_id: str) -> None:
    found = find(action_id)
    assert isinstance(found, Action) and found.id == action_id


@pytest.mark.parametrize("action_id", ["", "desk", "desk.nothing", "nowhere.help"])
def test_what_is_no_action_is_not_found(action_id: str) -> None:
    assert find(action_id) is None


def test_a_key_is_remapped_by_the_name_that_people_write() -> None:
    assert keymap.read({"desk.help": "?, F11"}) == {"desk.help": ("question_mark", "f11")}


@pytest.mark.parametrize(
    ("remapped", "words"),
    [
        ({"desk.hlep": "f12"}, ("desk.hlep", "did you mean “desk.help”")),
        ({"desk.help": "ctrl+i"}, ("Ctrl+I", "desk.help", "Tab")),
        ({"desk.help": "alt+x"}, ("Alt+X", "desk.help", "Esc")),
        ({"desk.help": "f9"}, ("F9", "desk.help", "desk.theme")),
        ({"list.open": "f9"}, ("F9", "list.open", "desk.theme")),
    ],
)
def test_a_wrong_key_map_is_refused_by_name(remapped: dict[str, str], words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as refused:
        keymap.read(remapped)
    for word in words:
        assert word in refused.value.sentence


def test_two_actions_may_swap_their_keys() -> None:
    assert keymap.read({"desk.help": "f9", "desk.theme": "f1"})


def test_the_key_table_in_the_docs_is_the_one_that_the_program_has() -> None:
    assert (ROOT / "docs" / "keys.md").read_text(encoding="utf-8") == key_table(), "Run: python -m tui.keys_doc --write"
