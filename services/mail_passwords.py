"""Passwords of mail servers, and the tokens of sign-ins: from the environment, the keyring, or what systemd hands over.

A person gives one with `deskwire mail login`; nothing else ever asks for it, because mail runs where nobody sits.
"""

from __future__ import annotations

import os
import re
import shlex

from services import keyrings
from services.errors import DeskError

SMTP, IMAP, OAUTH = "smtp", "imap", "oauth"
PASSWORD, TOKEN, SECRET = "password", "token", "secret"
"""What is kept: a password, what a sign-in left (it gets access tokens), or the secret of the desk's own program."""

_LARGEST = 16_384


def find(kind: str, name: str, account: str, what: str = PASSWORD) -> str | None:
    """Return what is kept of `account` at the server `name` (smtp) or for the mailbox `name` (imap), or None.

    The order: DESKWIRE_SMTP_PASSWORD, or DESKWIRE_IMAP_PASSWORD_NAME and DESKWIRE_IMAP_PASSWORD; the keyring; the
    files smtp-password, or imap-password-NAME and imap-password, among the credentials of systemd. Tokens and secrets
    are called so where passwords are called passwords; the secrets are of the kind oauth.
    """
    for variable in _variables(kind, name, what):
        if variable in os.environ:
            return os.environ[variable]
    kept = keyrings.find(_key(kind, name, account, what))
    return kept if kept is not None else _credential(kind, name, what)


def store(kind: str, name: str, account: str, kept: str, what: str = PASSWORD) -> None:
    """Keep a password, token or secret in the keyring; raises NoKeyring, which names the other ways."""
    instead = f"put the {what} into the variable {_variables(kind, name, what)[0]} of the service instead."
    keyrings.store(_key(kind, name, account, what), kept, instead=instead)


def replace(kind: str, name: str, account: str, what: str, before: str, kept: str) -> bool:
    """Put another one in the place of what the keyring holds; tells whether it held `before` and now holds `kept`."""
    key = _key(kind, name, account, what)
    if keyrings.find(key) != before:
        return False
    try:
        keyrings.store(key, kept, instead="")
    except keyrings.NoKeyring:
        return False
    return True


def forget(kind: str, name: str, account: str, what: str = PASSWORD) -> bool:
    """Remove a password, token or secret from the keyring; tells whether one was there."""
    return keyrings.forget(_key(kind, name, account, what))


def missing(kind: str, name: str, account: str) -> DeskError:
    """Return the fault that no password was found, with what to do about it."""
    variable = _variables(kind, name, PASSWORD)[0]
    where = f"the mailbox “{name}”" if kind == IMAP else f"{account} at {name}"
    return DeskError(f"There is no password for {where}: run “{command(kind, name)}”, or set {variable}.")


def command(kind: str, name: str) -> str:
    """Return what a person runs to give a password, or to sign in."""
    return f"deskwire mail login --mailbox {shlex.quote(name)}" if kind == IMAP else "deskwire mail login"


def _variables(kind: str, name: str, what: str) -> list[str]:
    general = f"DESKWIRE_{kind}_{what}".upper()
    return [general] if kind == SMTP else [f"{general}_{_word(name).upper()}", general]


def _credential(kind: str, name: str, what: str) -> str | None:
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    if not directory:
        return None
    general = f"{kind}-{what}"
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


def _key(kind: str, name: str, account: str, what: str) -> str:
    # Passwords have had theirs without a word for it, and are still found.
    return " ".join(f"{kind if what == PASSWORD else f'{kind}-{what}'} {account}@{name}".split())
