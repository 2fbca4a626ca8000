"""Signing in for `deskwire mail login`: what the person is told, asked and handed."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tui.cli.acting import ask
from tui.cli.mail.login import try_out
from tui.cli.output import say, warn

if TYPE_CHECKING:
    from services.mail_tokens import Account
    from services.oauth_providers import Provider
    from tui.cli.mail.login import Place

_LONGEST_LINE = 16_384


def sign_in(account: Account, provider: Provider, place: Place, *, browser: bool, printed: bool) -> int:
    """Have a person sign in, try what came of it, and keep or print it."""
    from services import keyrings
    from services.errors import UsageError

    if provider.is_for_programs and (browser or printed):
        raise UsageError("Nobody signs in here but the desk itself, by its client secret: leave out the option.")
    if browser and not provider.authorize_url:
        raise UsageError("There is no address for a browser: set oauth_authorize_url, or leave out --browser.")
    if not printed and not keyrings.is_there():
        other = (
            "put the client secret into the variable DESKWIRE_OAUTH_SECRET of the service"
            if provider.is_for_programs
            else (f"run “{account.command} --print” and give what it prints to the service")
        )
        raise keyrings.NoKeyring(f"{other} instead.")
    if provider.is_for_programs:
        return _keep_secret(provider, place)
    return _sign_in(account, provider, place, browser=browser, printed=printed)


def _sign_in(account: Account, provider: Provider, place: Place, *, browser: bool, printed: bool) -> int:
    from services import mail_passwords, mail_tokens, oauth_login

    if not printed:
        _have_secret(provider)
    try:
        # What is printed may be all of standard output.
        pasted = _pasted if sys.stdin.isatty() else None
        tokens = oauth_login.sign_in(provider, account.username, warn, pasted, browser=browser)
    except mail_tokens.WrongClient:
        # Whoever typed a wrong secret is asked for it anew.
        mail_passwords.forget(*mail_tokens.secret_place(provider))
        raise
    try_out(place, token=tokens.access)
    if printed:
        print(tokens.refresh)
        return 0
    mail_passwords.store(*account[:3], tokens.refresh, mail_passwords.TOKEN)
    say(f"Signed in as {account.username} at {provider.label}; the keyring keeps it.")
    return 0


def _keep_secret(provider: Provider, place: Place) -> int:
    """Ask for the secret by which the desk's program signs in for itself, try it and keep it."""
    from services import mail_passwords, mail_tokens
    from services.errors import DeskError, UsageError

    if not sys.stdin.isatty():
        raise UsageError("The client secret is typed on a terminal: run “deskwire mail login” on one.")
    secret = ask(f"Client secret of {provider.client_id} at {provider.label}: ").strip()
    if not secret:
        raise DeskError("No client secret was typed: nothing was stored.")
    try_out(place, token=mail_tokens.access_in(provider, mail_tokens.for_program(provider, secret)))
    mail_passwords.store(mail_passwords.OAUTH, provider.name, provider.client_id, secret, mail_passwords.SECRET)
    say(f"The keyring keeps the client secret for {provider.label}.")
    return 0


def _have_secret(provider: Provider) -> None:
    """Ask for the client secret where there may be one, unless it is there."""
    from services import mail_passwords, mail_tokens
    from services.oauth_providers import MICROSOFT

    if provider.name == MICROSOFT or not sys.stdin.isatty() or mail_tokens.client_secret(provider) is not None:
        return
    if secret := ask(f"Client secret of {provider.client_id} at {provider.label} (Enter if there is none): ").strip():
        mail_passwords.store(mail_passwords.OAUTH, provider.name, provider.client_id, secret, mail_passwords.SECRET)


def _pasted() -> str:
    """Return a line of the terminal, past Python's own buffer: the program could not end while a thread waits there."""
    try:
        return os.read(sys.stdin.fileno(), _LONGEST_LINE).decode("utf-8", "replace")
    except OSError:
        return ""
