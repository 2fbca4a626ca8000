"""Keys that come in one burst end where they would have ended one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.desks import ADMINISTRATOR, PASSWORD
from tests.support.terminal import DESKWIRE, Terminal


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_name_and_a_password_typed_in_one_go_log_in(
    new_desk_url: str, terminal: Callable[..., Terminal]
) -> None:
    screen = terminal(*DESKWIRE, "--db", new_desk_url)
    screen.wait_for("Password")
    screen.write(f"{ADMINISTRATOR.username}\r{PASSWORD}\r".encode())
    screen.wait_for("Inbox")
    assert PASSWORD not in screen.raw.decode(errors="replace")


@pytest.mark.parametrize("engine", ["sqlite"])
def test_letters_do_not_overtake_the_corrections_before_them(
    new_desk_url: str, terminal: Callable[..., Terminal]
) -> None:
    screen = terminal(*DESKWIRE, "--db", new_desk_url)
    screen.wait_for("Password")
    screen.write(b"axx\x7f\x7fxd\x1b[D\x7f\x1b[Ca")  # a, two letters taken back, x and d, left, back, right, a
    screen.write(f"\t{PASSWORD}\r".encode())
    screen.wait_for("Inbox")
