"""Passwords in the keyring of this account, which may be locked, slow or missing.

They are never written to a file of ours. What storing one leaves behind is a list of what the keyring holds, so that
whoever has stored nothing never waits for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from services.errors import DeskError
from services.places import state_directory

_SERVICE = "deskwire"
_LIST = "keyring-logins"
_WAIT_SECONDS = 2.0
_writing = threading.Lock()
"""Mailboxes store what came in the place of their tokens, each in a thread of its own."""


class NoKeyring(DeskError):
    """This machine has no keyring that keeps secrets for us; `instead` says what a person can do."""

    def __init__(self, instead: str) -> None:
        super().__init__(f"No keyring answers here: {instead}")


def find(key: str) -> str | None:
    """Return the password under a key, asking the keyring only when its password was stored here."""
    return ask(key) if key in _listed() else None


def ask(key: str) -> str | None:
    """Ask the keyring, without listening to our list; None when it has none or does not answer in two seconds."""
    done, answer = _in_time(lambda ring: ring.get_password(_SERVICE, key))
    return answer if done and isinstance(answer, str) else None


def store(key: str, password: str, *, instead: str) -> None:
    """Keep a password, and remember that it is there; raises NoKeyring, which says what to do `instead`."""
    done, _ = _in_time(lambda ring: ring.set_password(_SERVICE, key, password))
    if not done:
        raise NoKeyring(instead)
    with _writing:
        _write_list(_listed() | {key})


def forget(key: str) -> bool:
    """Remove a password; tells whether one was there."""
    done, _ = _in_time(lambda ring: ring.delete_password(_SERVICE, key))
    with _writing:
        listed = _listed()
        _write_list(listed - {key})
    return done or key in listed


def is_there() -> bool:
    """Tell whether this machine has a keyring that keeps secrets for us, locked or not."""
    return _in_time(lambda ring: ring is not None)[0]


def _in_time(act: Callable[[Any], Any]) -> tuple[bool, Any]:
    """Use the keyring on a thread of its own, because a locked one can wait for a person for ever."""
    answers: list[Any] = []

    def work() -> None:
        import keyring
        from keyring.errors import KeyringError

        ring = real(keyring.get_keyring())
        if ring is None:
            return
        try:
            answers.append(act(ring))
        except (KeyringError, OSError, RuntimeError):
            return

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(_WAIT_SECONDS)
    return (True, answers[0]) if answers else (False, None)


def real(ring: Any) -> Any | None:
    """Return the keyring, or the first of a chain, that keeps secrets and asks nothing on this terminal."""
    module = type(ring).__module__
    if module == "keyring.backends.chainer":
        return next(filter(None, map(real, ring.backends)), None)
    # Those of keyrings.alt are files: some ask on the terminal, the others are no place for a password.
    if module.startswith(("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")):
        return None
    return ring


def _list_path() -> str:
    return os.path.join(state_directory(), _LIST)


def _listed() -> set[str]:
    try:
        with open(_list_path(), encoding="utf-8") as file:
            return set(file.read().splitlines())
    except OSError:
        return set()


def _write_list(keys: set[str]) -> None:
    """Put another list in the place of ours, whole: what is not in it counts as never stored."""
    if keys == _listed():
        return
    path = _list_path()
    with open(f"{path}.{os.getpid()}", "w", encoding="utf-8") as file:
        file.writelines(f"{key}\n" for key in sorted(keys))
    os.replace(file.name, path)
