"""The password of a shared desk's database: from the environment, the keyring, libpq's own files, or a prompt.

It is never written to a file of ours. What `deskwire db login` leaves behind is a list of the addresses whose
password the keyring holds, so that everybody else starts without asking the keyring at all.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any

from models.binding import is_sqlite, redacted
from services.errors import DeskError
from services.places import state_directory

VARIABLE = "DESKWIRE_DB_PASSWORD"
_SERVICE = "deskwire"
_LIST = "keyring-logins"
_WAIT_SECONDS = 2.0


class NoKeyring(DeskError):
    """This machine has no keyring that keeps secrets for us."""

    def __init__(self) -> None:
        super().__init__(
            "No keyring answers here: put the password into ~/.pgpass (mode 600) or into the variable "
            f"{VARIABLE} instead."
        )


def find_password(url: str) -> str | None:
    """Return the password for an address, or None to leave it to libpq (PGPASSWORD, service and pass files)."""
    if is_sqlite(url):
        return None
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if "PGPASSWORD" not in os.environ and redacted(url) in _listed():
        return from_keyring(url)
    return None


def from_keyring(url: str) -> str | None:
    """Ask the keyring, without listening to our list; None when it has none or does not answer in two seconds."""
    done, answer = _in_time(lambda ring: ring.get_password(_SERVICE, redacted(url)))
    return answer if done and isinstance(answer, str) else None


def store_password(url: str, password: str) -> None:
    """Keep the password in the keyring, and remember that it is there; raises NoKeyring."""
    done, _ = _in_time(lambda ring: ring.set_password(_SERVICE, redacted(url), password))
    if not done:
        raise NoKeyring
    _write_list(_listed() | {redacted(url)})


def forget_password(url: str) -> bool:
    """Remove the password from the keyring; tells whether one was there."""
    done, _ = _in_time(lambda ring: ring.delete_password(_SERVICE, redacted(url)))
    known = redacted(url) in _listed()
    _write_list(_listed() - {redacted(url)})
    return done or known


def _in_time(act: Callable[[Any], Any]) -> tuple[bool, Any]:
    """Use the keyring on a thread of its own, because a locked one can wait for a person for ever."""
    answers: list[Any] = []

    def work() -> None:
        import keyring
        from keyring.errors import KeyringError

        ring = _real(keyring.get_keyring())
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


def _real(ring: Any) -> Any | None:
    """Return the keyring, or the first of a chain, that keeps secrets and asks nothing on this terminal."""
    module = type(ring).__module__
    if module == "keyring.backends.chainer":
        return next(filter(None, map(_real, ring.backends)), None)
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


def _write_list(addresses: set[str]) -> None:
    with open(_list_path(), "w", encoding="utf-8") as file:
        file.writelines(f"{address}\n" for address in sorted(addresses))
