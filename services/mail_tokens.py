"""Access tokens for mailboxes and for outgoing mail: they stand for a password, and are good for an hour or so.

What `deskwire mail login` keeps is the token that gets others. It is exchanged when one is needed, for each account by
itself, so that a server which is slow about one delays no other.
"""

from __future__ import annotations

import re
import threading
import time
from typing import NamedTuple

from services import mail_passwords, mail_settings, oauth_http, oauth_providers
from services.errors import DeskError, Invalid
from services.mail_passwords import OAUTH, SECRET, TOKEN
from services.oauth_http import Reply, Unanswered
from services.oauth_providers import Provider

_EARLY_SECONDS = 120.0
_TOKEN = re.compile(r"[!-~]{1,16384}")
# What servers say when the person has to sign in again; the second is Microsoft's and OpenID Connect's.
_SIGN_IN_AGAIN = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
_WRONG_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
_NOT_NOW = frozenset({"temporarily_unavailable", "server_error", "slow_down"})


class Account(NamedTuple):
    """Whose mail: of which kind (imap or smtp), for which mailbox or server, the user name, and the sign-in."""

    kind: str
    name: str
    username: str
    sign_in: str

    @property
    def command(self) -> str:
        """What a person runs to sign in."""
        return mail_passwords.command(self.kind, self.name)


class SignInExpired(DeskError):
    """Somebody has to sign in again."""


class WrongClient(Invalid):
    """The server does not take the desk's client id, or its secret."""


class _Kept(NamedTuple):
    token: str
    until: float


_lock = threading.Lock()
_turns: dict[tuple[Account, Provider], threading.Lock] = {}
_kept: dict[tuple[Account, Provider], _Kept] = {}
# What became of tokens that stand where the program cannot write, in the environment or systemd's credentials.
_followed: dict[Account, tuple[str, str]] = {}


def provider_of(account: Account) -> Provider:
    """Return who gives out tokens for an account. Needs a connection."""
    return oauth_providers.chosen(account.sign_in, account.kind, mail_settings.current())


def access(account: Account) -> str:
    """Return a token that lets the account in now; raises DeskError that says what to do. Needs a connection."""
    provider = provider_of(account)
    place = (account, provider)
    with _lock:
        turn = _turns.setdefault(place, threading.Lock())
    with turn:
        found = _kept.get(place)
        if found is None or time.monotonic() >= found.until:
            found = _kept[place] = _exchanged(account, provider)
        return found.token


def is_kept(account: Account) -> bool:
    """Tell whether somebody has signed in; raises DeskError when settings are missing. Needs a connection."""
    provider = provider_of(account)
    if provider.is_for_programs:
        return client_secret(provider) is not None
    return mail_passwords.find(*account[:3], TOKEN) is not None


def missing(account: Account) -> SignInExpired:
    """Return the fault that nobody has signed in. Needs a connection."""
    provider = provider_of(account)
    label = provider.label
    if provider.is_for_programs:
        return SignInExpired(f"There is no client secret for {label}: run “{account.command}”.")
    return SignInExpired(f"Nobody has signed in as {account.username} at {label}: run “{account.command}”.")


def refused(token: str) -> None:
    """Use a token no more, because a mail server did not take it."""
    with _lock:
        for place in [place for place, kept in list(_kept.items()) if kept.token == token]:
            del _kept[place]


def forget_all() -> None:
    """Drop every token that is kept in memory, as a program that begins has none."""
    with _lock:
        _kept.clear()
        _followed.clear()


def client_secret(provider: Provider) -> str | None:
    """Return the secret of the desk's program, None when there is none: most providers want none of programs."""
    return mail_passwords.find(*secret_place(provider))


def secret_place(provider: Provider) -> tuple[str, str, str, str]:
    """Return where the secret of the desk's program is kept: kind, name, account, what."""
    return OAUTH, provider.name, provider.client_id, SECRET


def with_client(provider: Provider, **fields: str) -> dict[str, str]:
    """Return the fields of a question with what the provider knows the desk's program by."""
    secret = client_secret(provider)
    return {"client_id": provider.client_id, **fields} | ({"client_secret": secret} if secret else {})


def token_in(reply: Reply, name: str) -> str:
    """Return a token from an answer; empty when there is none that can be used."""
    token = reply.text(name)
    return token if _TOKEN.fullmatch(token) else ""


def fault_of(provider: Provider, reply: Reply) -> DeskError:
    """Return what a person reads of an answer that is a refusal."""
    if reply.error in _WRONG_CLIENT:
        advice = f"correct {provider.client_setting}, or give the client secret anew with “deskwire mail login”"
        return WrongClient(f"{provider.label} does not take the client id of this desk ({reply.reason}): {advice}.")
    if reply.error in _NOT_NOW or reply.status >= 500:
        return Unanswered(f"{provider.label} cannot answer a sign-in now ({reply.reason}); it is asked again.")
    return DeskError(f"{provider.label} refuses the sign-in: {reply.reason or 'it gave no token'}.")


def for_program(provider: Provider, secret: str) -> Reply:
    """Ask for an access token as the desk's program, which has a secret."""
    fields = {"grant_type": "client_credentials", "client_id": provider.client_id, "client_secret": secret}
    return oauth_http.post(provider.token_url, fields | {"scope": provider.scope})


def access_in(provider: Provider, reply: Reply) -> str:
    """Return the access token of an answer; raises DeskError when it is a refusal."""
    token = token_in(reply, "access_token")
    if reply.error or not token:
        raise fault_of(provider, reply)
    return token


def _exchanged(account: Account, provider: Provider) -> _Kept:
    """Exchange what is kept for an access token, and keep what comes in its place."""
    if provider.is_for_programs:
        secret = client_secret(provider)
        if secret is None:
            raise missing(account)
        reply = for_program(provider, secret)
        return _kept_of(access_in(provider, reply), reply)
    found, used = _refresh_token(account)
    reply = _asked(provider, used)
    if reply.error in _SIGN_IN_AGAIN:
        # Another connector has had a turn, and a newer one is there; or the one from which this came is still good.
        _followed.pop(account, None)
        found, newest = _refresh_token(account)
        reply = _asked(provider, newest) if newest != used else reply
        used = newest
    if reply.error in _SIGN_IN_AGAIN:
        raise SignInExpired(
            f"The sign-in of {account.username} at {provider.label} has expired: run “{account.command}”."
        )
    token = access_in(provider, reply)
    newest = token_in(reply, "refresh_token") or used
    if newest != used and not mail_passwords.replace(*account[:3], TOKEN, found, newest):
        _followed[account] = (found, newest)
    return _kept_of(token, reply)


def _kept_of(token: str, reply: Reply) -> _Kept:
    lasts = reply.seconds("expires_in", 3_600.0)
    return _Kept(token, time.monotonic() + max(lasts - _EARLY_SECONDS, lasts / 2))


def _refresh_token(account: Account) -> tuple[str, str]:
    """Return the token as it is kept, and the one that has come in its place since."""
    found = mail_passwords.find(*account[:3], TOKEN)
    if found is None:
        raise missing(account)
    before, newest = _followed.get(account, ("", ""))
    return found, newest if found == before else found


def _asked(provider: Provider, token: str) -> Reply:
    fields = with_client(provider, grant_type="refresh_token", refresh_token=token)
    return oauth_http.post(provider.token_url, fields)
