"""Passwords of mail servers: from the environment, the keyring, or what systemd hands to a service.

A person types one with `deskwire mail login`; nothing else ever asks for it, because mail runs where nobody sits.
"""

from __future__ import annotations

import os
import re

from services import keyrings
from services.errors import DeskError

SMTP, IMAP = "smtp", "imap"

_LARGEST = 4_096


def find(kind: str, name: str, account: str) -> str | None:
    """Return the password of `account` at the server `name` (smtp) or for the mailbox `name` (imap), or None.

    The order: DESKWIRE_SMTP_PASSWORD, or DESKWIRE_IMAP_PASSWORD_NAME and DESKWIRE_IMAP_PASSWORD; the keyring; the
    files smtp-password, or imap-password-NAME and imap-password, among the credentials of systemd.
    """
    for variable in _variables(kind, name):
        if variable in os.environ:
            return os.environ[variable]
    kept = keyrings.find(_key(kind, name, account))
    return kept if kept is not None else _credential(kind, name)


def store(kind: str, name: str, account: str, password: str) -> None:
    """Keep a password in the keyring; raises NoKeyring, which names the other ways."""
    instead = f"put the password into the variable {_variables(kind, name)[0]} of the service instead."
    keyrings.store(_key(kind, name, account), password, instead=instead)


def forget(kind: str, name: str, account: str) -> bool:
    """Remove a password from the keyring; tells whether one was there."""
    return keyrings.forget(_key(kind, name, account))


def missing(kind: str, name: str, account: str) -> DeskError:
    """Return the fault that no password was found, with what to do about it."""
    variable = _variables(kind, name)[0]
    where = f"the mailbox “{name}”" if kind == IMAP else f"{account} at {name}"
    return DeskError(f"There is no password for {where}: run “deskwire mail login”, or set {variable}.")


def _variables(kind: str, name: str) -> list[str]:
    general = f"DESKWIRE_{kind.upper()}_PASSWORD"
    return [general] if kind == SMTP else [f"{general}_{_word(name).upper()}", general]


def _credential(kind: str, name: str) -> str | None:
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return None
    general = f"{kind}-password"
    for file_name in [general] if kind == SMTP else [f"{general}-{_word(name).lower()}", general]:
        try:
            with open(os.path.join(directory, file_name), encoding="utf-8") as file:
                return file.read(_LARGEST).rstrip("\r\n")
        except (OSError, UnicodeError):
            continue
    return None


def _word(name: str) -> str:
    """Return a name as variables and files have it: “Support (EU)” is SUPPORT_EU."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")


def _key(kind: str, name: str, account: str) -> str:
    return " ".join(f"{kind} {account}@{name}".split())
