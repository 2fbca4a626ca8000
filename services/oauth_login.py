"""Signing in once for the desk: a person agrees in a browser, and the desk keeps a token that gets access tokens.

With a code that is typed on any device (RFC 8628), or where a provider has none for mail, in a browser that ends at an
address on this machine (RFC 8252 with RFC 7636); from another machine that address is copied here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from services.errors import DeskError
from services.mail_tokens import access_in, fault_of, token_in, with_client
from services.oauth_http import Reply, Unanswered, post
from services.oauth_providers import MICROSOFT, Provider
from services.text import header

if TYPE_CHECKING:
    from services.oauth_redirect import Redirect

MOST_SECONDS = 900.0
"""For how long a person may take."""

_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_LONGEST_PAUSE = 60.0

Say = Callable[[str], object]
"""Tells the person something."""
Pasted = Callable[[], str]
"""Waits for a line that the person pastes; empty when there will be none."""


class Tokens(NamedTuple):
    """What a sign-in gives: a token to keep, and one that lets in at once."""

    refresh: str
    access: str


class _Declined(DeskError):
    """The person said no."""

    def __init__(self) -> None:
        super().__init__("The sign-in was declined, and nothing was stored: run the command again to sign in.")


def sign_in(
    provider: Provider, username: str, say: Say, pasted: Pasted | None = None, *, browser: bool = False
) -> Tokens:
    """Have a person sign in, with a code unless there is none or `browser` says so; raises DeskError if they do not."""
    if provider.device_url and not browser:
        return _with_code(provider, username, say)
    return _in_browser(provider, username, say, pasted)


def _with_code(provider: Provider, username: str, say: Say) -> Tokens:
    begun = post(provider.device_url, with_client(provider, scope=provider.scope))
    where = header(begun.text("verification_uri") or begun.text("verification_url"), 300)
    code, device_code = header(begun.text("user_code"), 100), begun.text("device_code")
    if begun.error or not (where and code and device_code):
        raise fault_of(provider, begun)
    say(f"Open {where} on any device, type the code {code}, and sign in as {username}.")
    fields = with_client(provider, grant_type=_DEVICE_GRANT, device_code=device_code)
    pause = begun.seconds("interval", 5.0)
    until = time.monotonic() + min(begun.seconds("expires_in", MOST_SECONDS), MOST_SECONDS)
    while time.monotonic() + pause < until:
        time.sleep(max(pause, 0.1))
        try:
            reply = post(provider.token_url, fields)
        except Unanswered:
            pause = min(pause * 2 + 1, _LONGEST_PAUSE)
            continue
        if reply.error == "slow_down":
            pause += 5.0
        elif reply.error == "access_denied":
            raise _Declined
        elif reply.error == "expired_token":
            break
        elif reply.error != "authorization_pending":
            return _tokens(provider, reply)
    raise DeskError("Nobody has signed in in time, and nothing was stored: run the command again.")


def _tokens(provider: Provider, reply: Reply) -> Tokens:
    tokens = Tokens(access=access_in(provider, reply), refresh=token_in(reply, "refresh_token"))
    if not tokens.refresh:
        raise DeskError(
            f"{provider.label} gave no token that can be kept: let the scope ask for one, mostly with offline_access."
        )
    return tokens


def _in_browser(provider: Provider, username: str, say: Say, pasted: Pasted | None) -> Tokens:
    import hashlib
    import secrets
    from base64 import urlsafe_b64encode
    from urllib.parse import urlencode

    from services.oauth_redirect import Redirect

    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(24)
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    # Microsoft takes any port of localhost, and of 127.0.0.1 none.
    with Redirect(state, "localhost" if provider.name == MICROSOFT else "127.0.0.1") as redirect:
        question = {
            "client_id": provider.client_id,
            "response_type": "code",
            "redirect_uri": redirect.url,
            "scope": provider.scope,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "login_hint": username,
            # What Google calls a token to keep; others know it by the scope, and take no notice.
            "access_type": "offline",
            "prompt": "consent",
        }
        url = f"{provider.authorize_url}{'&' if '?' in provider.authorize_url else '?'}{urlencode(question)}"
        say(f"Open this address in a browser and sign in as {username}:\n\n{url}\n")
        if pasted is not None:
            say(
                "If the browser runs on another machine, it ends at a page that it cannot show: paste its address here."
            )
            threading.Thread(target=_hand_over, args=(pasted, redirect, say), name="pasted", daemon=True).start()
        came = redirect.wait(MOST_SECONDS)
    if came is None:
        raise DeskError("Nobody has signed in in time, and nothing was stored: run the command again.")
    if "code" not in came:
        if came.get("error") == "access_denied":
            raise _Declined
        raise fault_of(provider, Reply(400, dict(came)))
    fields = with_client(
        provider,
        grant_type="authorization_code",
        code=came["code"],
        redirect_uri=redirect.url,
        code_verifier=verifier,
    )
    return _tokens(provider, post(provider.token_url, fields))


def _hand_over(pasted: Pasted, redirect: Redirect, say: Say) -> None:
    while line := pasted().strip():
        if redirect.take(line):
            return
        say("That is not the address at which the browser has ended; paste the whole of it.")
