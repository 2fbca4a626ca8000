"""The password of a shared desk's database: from the environment, the keyring, libpq's own files, or a prompt.

It is never written to a file of ours.
"""

from __future__ import annotations

import os

from models.binding import is_sqlite, redacted
from services import keyrings

VARIABLE = "DESKWIRE_DB_PASSWORD"
_INSTEAD = f"put the password into ~/.pgpass (mode 600) or into the variable {VARIABLE} instead."


def find_password(url: str) -> str | None:
    """Return the password for an address, or None to leave it to libpq (PGPASSWORD, service and pass files)."""
    if is_sqlite(url):
        return None
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    return keyrings.find(redacted(url)) if "PGPASSWORD" not in os.environ else None


def from_keyring(url: str) -> str | None:
    """Ask the keyring, whatever was stored here; None when it has none or does not answer in two seconds."""
    return keyrings.ask(redacted(url))


def store_password(url: str, password: str) -> None:
    """Keep the password in the keyring, and remember that it is there; raises NoKeyring."""
    keyrings.store(redacted(url), password, instead=_INSTEAD)


def forget_password(url: str) -> bool:
    """Remove the password from the keyring; tells whether one was there."""
    return keyrings.forget(redacted(url))
