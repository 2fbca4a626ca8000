"""Mailboxes and outgoing mail that take tokens instead of passwords (OAuth 2), with real servers on loopback."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.fetchers import Outcome, fetch_once, taking_in
from connector.sending import Round, send_due
from models import Change, Operation
from services import (
    keyrings,
    mail_passwords,
    mail_settings,
    mail_status,
    mail_tokens,
    mailboxes,
    oauth_http,
    oauth_providers,
)
from services.errors import DeskError, Invalid
from services.mail_overview import password_told
from services.mail_passwords import IMAP, OAUTH, SECRET, SMTP, TOKEN
from services.mailboxes import MAILBOXES, MailboxRow
from services.oauth_http import Unanswered, post
from services.preferences import set_desk_setting
from tests.support.desks import Desk
from tests.support.file_keyring import own_keyring
from tests.support.imap_server import PASSWORD, USER, LoopbackImap
from tests.support.letters import letter
from tests.support.outbox import desk as desk_itself
from tests.support.outbox import queue, send_through, states
from tests.support.smtp_server import SmtpServer
from tests.support.token_server import TokenServer


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Use a keyring of this test's own, and forget what other tests were given."""
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    mail_tokens.forget_all()
    with own_keyring():
        yield tmp_path / "keyring.json"
    mail_settings.forget()


@pytest.fixture
def tokens(desk: Desk) -> Iterator[TokenServer]:
    with TokenServer() as server:
        give_settings(desk, server)
        yield server


def give_settings(desk: Desk, server: TokenServer, **other: str) -> None:
    for name, value in {**server.settings, **other}.items():
        set_desk_setting(desk.administrator, name, value)


def mailbox(desk: Desk, server: LoopbackImap, name: str = "Support", **values: object) -> MailboxRow:
    given = {"host": "127.0.0.1", "port": server.port, "username": USER, "security": "none", "sign_in": "custom"}
    key = MAILBOXES.add(desk.administrator, name=name, **{**given, **values}).id
    return MAILBOXES.get(desk.administrator, key)


def signed_in(tokens: TokenServer, name: str = "Support", kind: str = IMAP, user: str = USER) -> str:
    """Keep what a sign-in leaves, and return it."""
    token = str(tokens.given()["refresh_token"])
    mail_passwords.store(kind, name, user, token, TOKEN)
    return token


def fetch(desk: Desk, *chosen: MailboxRow) -> list[Outcome]:
    return fetch_once(chosen, "here", keep=taking_in(desk.administrator))


@pytest.fixture
def imap(tokens: TokenServer) -> Iterator[LoopbackImap]:
    server = LoopbackImap(lambda token: token in tokens.access)
    yield server
    server.close()


def test_a_mailbox_is_fetched_by_a_token_that_serves_until_it_expires(
    desk: Desk, tokens: TokenServer, imap: LoopbackImap
) -> None:
    box = mailbox(desk, imap)
    assert "deskwire mail login --mailbox Support" in fetch(desk, box)[0].error
    assert "Nobody has signed in" in password_told(box)
    kept = signed_in(tokens)
    assert password_told(box) == "The sign-in is kept."
    imap.put(letter("Printer", "It burns."))
    assert [(one.fetched, one.error) for one in fetch(desk, box)] == [(1, "")]
    assert fetch(desk, box)[0].error == ""
    (asked,) = tokens.asked
    assert asked == (
        "/token",
        {"client_id": "deskwire-test", "grant_type": "refresh_token", "refresh_token": kept},
    )
    # What the mail server takes no more is not used again.
    tokens.access.clear()
    refused = fetch(desk, box)[0].error
    assert refused.startswith("127.0.0.1 refused the sign-in of support (status 400)") and "mail login" in refused
    assert (fetch(desk, box)[0].error, len(tokens.asked)) == ("", 2)


def test_a_mail_server_that_garbles_or_ends_a_sign_in_is_no_refusal(
    desk: Desk, tokens: TokenServer, imap: LoopbackImap
) -> None:
    box = mailbox(desk, imap)
    signed_in(tokens)
    for meddle, told in (
        (lambda piece: piece.replace(b"+ ", b"+ abc"), "does not sign in as others do"),
        (lambda piece: None if piece.startswith(b"+ ") else piece, "broke the connection off"),
        (lambda piece: piece.replace(b"AUTH=XOAUTH2", b"AUTH=SECRET"), "takes no sign-ins by token"),
    ):
        imap.meddle = meddle
        assert told in fetch(desk, box)[0].error
    imap.meddle = lambda piece: piece
    assert (fetch(desk, box)[0].error, len(tokens.asked)) == ("", 1)


def test_an_expired_sign_in_is_said_and_holds_up_no_other_mailbox(
    desk: Desk, tokens: TokenServer, imap: LoopbackImap
) -> None:
    boxes = [mailbox(desk, imap), mailbox(desk, imap, "EU’s own"), mailbox(desk, imap, "Old", sign_in="password")]
    mail_passwords.store(IMAP, "Old", USER, PASSWORD)
    signed_in(tokens, "EU’s own")
    tokens.refresh.discard(signed_in(tokens))
    imap.put(letter("Printer", "It burns."))
    expired, *others = fetch(desk, *boxes)
    assert expired.error == (
        f"The sign-in of support at {tokens.url[7:]} has expired: run “deskwire mail login --mailbox Support”."
    )
    assert [one.error for one in others] == ["", ""]
    known = {one.name: one.error for one in mailboxes.statuses(desk.administrator)}
    assert known == {"Support": expired.error, "EU’s own": "", "Old": ""}


def test_a_server_that_gives_a_new_token_each_time_is_followed(
    desk: Desk, tokens: TokenServer, imap: LoopbackImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens.rotates, tokens.lasts = True, 0
    first = signed_in(tokens)
    box = mailbox(desk, imap)
    for _ in range(3):
        assert fetch(desk, box)[0].error == ""
    (newest,) = tokens.refresh
    assert mail_passwords.find(IMAP, "Support", USER, TOKEN) == newest != first
    # Where the program cannot write, it remembers.
    monkeypatch.setenv("DESKWIRE_IMAP_TOKEN", newest)
    mail_passwords.forget(IMAP, "Support", USER, TOKEN)
    for _ in range(3):
        assert fetch(desk, box)[0].error == ""
    assert newest not in tokens.refresh and len(tokens.refresh) == 1
    tokens.refresh = {newest}
    assert fetch(desk, box)[0].error == "", "the one in the environment is still good"
    # Somebody signs in anew.
    tokens.refresh.clear()
    assert "has expired" in fetch(desk, box)[0].error
    monkeypatch.setenv("DESKWIRE_IMAP_TOKEN", str(tokens.given()["refresh_token"]))
    assert fetch(desk, box)[0].error == ""


def test_a_token_that_another_connector_has_used_meanwhile_is_no_expired_sign_in(
    desk: Desk, tokens: TokenServer, imap: LoopbackImap
) -> None:
    used, box = signed_in(tokens), mailbox(desk, imap)
    answer = tokens.answer

    def other_first(path: str, form: dict[str, str]) -> object:
        if form["refresh_token"] == used:
            tokens.refresh.discard(used)
            signed_in(tokens)
        return answer(path, form)

    tokens.answer = other_first  # type: ignore[method-assign,assignment]
    assert fetch(desk, box)[0].error == ""
    assert len(tokens.asked) == 2


def test_one_exchange_serves_all_who_wait_and_a_slow_one_delays_no_other_account(
    desk: Desk, tokens: TokenServer
) -> None:
    accounts = [mail_tokens.Account(IMAP, name, USER, "custom") for name in ("One", "Two")]
    for account in accounts:
        signed_in(tokens, account.name)
    slow, answer = mail_passwords.find(*accounts[0][:3], TOKEN), tokens.answer
    begun, go_on = threading.Event(), threading.Event()

    def waits(path: str, form: dict[str, str]) -> object:
        if form["refresh_token"] == slow:
            begun.set()
            assert go_on.wait(60)
        return answer(path, form)

    tokens.answer = waits  # type: ignore[method-assign,assignment]
    mail_settings.current()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(mail_tokens.access(accounts[0]))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    assert mail_tokens.access(accounts[1]) in tokens.access and not found
    go_on.set()
    for thread in threads:
        thread.join()
    assert len(found) == 3 and len(set(found)) == 1 and len(tokens.asked) == 2


@pytest.mark.parametrize(
    ("status", "answer", "told"),
    [
        (400, {"error": "invalid_client"}, "does not take the client id of this desk"),
        (400, {"error": "invalid_scope", "error_description": "No\x1b[31m such\nscope."}, "refuses the sign-in: No"),
        (503, {"error": "temporarily_unavailable"}, "cannot answer a sign-in now (temporarily_unavailable)"),
        (502, b"<html>Bad gateway", "cannot answer a sign-in now (HTTP 502)"),
        (404, b"<html>Nothing", "correct the addresses of the sign-in"),
        (307, b"", "correct the addresses of the sign-in"),
        (200, b"[" * 60_000, "correct the addresses of the sign-in"),
        (200, b"x" * 1_000_000, "more than any sign-in needs"),
        (200, {"access_token": "a\x01auth=b"}, "it gave no token"),
        (200, {"access_token": ["a"], "expires_in": "soon"}, "it gave no token"),
    ],
)
def test_whatever_the_server_answers_is_one_plain_sentence(
    desk: Desk, tokens: TokenServer, status: int, answer: dict[str, object] | bytes, told: str
) -> None:
    account = mail_tokens.Account(IMAP, "Support", USER, "custom")
    signed_in(tokens)
    tokens.script(status, answer)
    with pytest.raises(DeskError) as caught:
        mail_tokens.access(account)
    assert told in caught.value.sentence and caught.value.sentence.isprintable()
    assert len(tokens.asked) == 1, "a redirection is not followed"
    assert isinstance(caught.value, Unanswered) == ("cannot answer" in told)
    assert mail_tokens.access(account) in tokens.access


def test_a_server_that_is_away_or_drips_is_left_in_time(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unanswered, match=rf"{place} (did not answer within 0 seconds|cannot be reached)"):
            post(f"http://{place}/token", {"a": "b"}, seconds=0.2)
    with pytest.raises(Unanswered, match="cannot be reached for a sign-in"):
        post(f"http://{place}/token", {"a": "b"})
    for impossible in ("http://127.0.0.1:99999/", f"https://{'a' * 70}.example/"):
        with pytest.raises(Unanswered, match="cannot be reached for a sign-in"):
            post(impossible, {"a": "b"})


def test_a_certificate_of_nobody_gets_no_token(tokens: TokenServer) -> None:
    with SmtpServer("tls") as server, pytest.raises(Unanswered, match="not to be trusted"):
        post(f"https://127.0.0.1:{server.port}/token", {"refresh_token": "secret"})


def test_mail_leaves_by_a_token_and_waits_for_a_new_sign_in(desk: Desk, tokens: TokenServer) -> None:
    def takes(user: str, token: str) -> bool:
        return user == "support@desk.example" and token in tokens.access

    def send(address: str) -> Round:
        queue(desk.administrator, None, address)
        return send_due(desk_itself(), "here")

    with SmtpServer(takes_token=takes) as server:
        send_through(desk.administrator, server.port, smtp_sign_in="custom")
        fault = send("a@x.example").fault
        assert fault is not None and "smtp_username" in fault.sentence
        send_through(desk.administrator, server.port, smtp_username="support@desk.example")
        kept = signed_in(tokens, "127.0.0.1", SMTP, "support@desk.example")
        assert send("b@x.example").sent == 1 and server.mails[-1].login == "support@desk.example"
        tokens.access.clear()
        fault = send("c@x.example").fault
        assert fault is not None and "refuses the sign-in of support@desk.example (status 401)" in fault.sentence
        tokens.refresh.discard(kept)
        fault = send("d@x.example").fault
        assert fault is not None and fault.sentence.endswith("has expired: run “deskwire mail login”.")
        assert set(states().values()) == {"sent", "waiting"}
        error = mail_status.read(desk.administrator).outgoing_error
        assert error is not None and "deskwire mail login" in error
        assert all(secret not in fault.sentence for secret in (kept, *tokens.access))
    with SmtpServer(login=("support", "right horse")) as old:
        send_through(desk.administrator, old.port, smtp_sign_in="custom", smtp_username="support@desk.example")
        signed_in(tokens, "127.0.0.1", SMTP, "support@desk.example")
        fault = send("e@x.example").fault
        assert fault is not None and "takes no sign-ins by token" in fault.sentence


def test_a_client_secret_goes_along(desk: Desk, imap: LoopbackImap) -> None:
    with TokenServer(secret="of the client") as server:
        give_settings(desk, server)
        signed_in(server)
        account = mail_tokens.Account(IMAP, "Support", USER, "custom")
        with pytest.raises(mail_tokens.WrongClient, match="oauth_client_id"):
            mail_tokens.access(account)
        mail_passwords.store(OAUTH, "custom", "deskwire-test", "of the client", SECRET)
        assert mail_tokens.access(account) in server.access


def test_the_program_signs_in_for_itself_where_nobody_does(desk: Desk) -> None:
    with TokenServer(secret="of the client") as server:
        give_settings(desk, server, oauth_device_url="", oauth_authorize_url="", oauth_scope="mail/.default")
        imap = LoopbackImap(lambda token: token in server.access)
        box = mailbox(desk, imap)
        assert "There is no client secret" in fetch(desk, box)[0].error and "no client secret" in password_told(box)
        mail_passwords.store(OAUTH, "custom", "deskwire-test", "of the client", SECRET)
        assert password_told(box) == "The sign-in is kept."
        assert [fetch(desk, box)[0].error for _ in range(2)] == ["", ""]
        form = {"grant_type": "client_credentials", "scope": "mail/.default"}
        assert server.asked == [("/token", form | {"client_id": "deskwire-test", "client_secret": "of the client"})]
        mail_passwords.store(OAUTH, "custom", "deskwire-test", "expired", SECRET)
        server.access.clear()
        assert "refused the sign-in" in fetch(desk, box)[0].error
        assert "give the client secret anew" in fetch(desk, box)[0].error
        imap.close()


def test_a_mailbox_without_the_settings_that_it_needs_says_which(desk: Desk) -> None:
    saved = MAILBOXES.add(
        desk.administrator, name="M", host="outlook.office365.com", username="m@x.example", sign_in="microsoft"
    )
    assert len(saved.warnings) == 1 and "microsoft_client_id" in saved.warnings[0]
    row = MAILBOXES.get(desk.administrator, saved.id)
    assert "microsoft_client_id" in fetch(desk, row)[0].error
    assert "microsoft_client_id" in password_told(row)
    set_desk_setting(desk.administrator, "microsoft_client_id", "0000-1111")
    set_desk_setting(desk.administrator, "microsoft_tenant", "x.example")
    settings = mail_settings.current()
    provider = oauth_providers.chosen("microsoft", IMAP, settings)
    assert provider.token_url == "https://login.microsoftonline.com/x.example/oauth2/v2.0/token"
    assert "IMAP.AccessAsUser.All offline_access" in provider.scope
    assert "SMTP.Send offline_access" in oauth_providers.chosen("microsoft", SMTP, settings).scope
    assert "google_client_id" in oauth_providers.lacking("google", settings)
    assert "oauth_client_id and oauth_token_url" in oauth_providers.lacking("custom", settings)
    assert oauth_providers.chosen("microsoft-app", SMTP, settings).is_for_programs
    set_desk_setting(desk.administrator, "microsoft_tenant", "organizations")
    assert "its own, not any" in oauth_providers.lacking("microsoft-app", mail_settings.current())
    with pytest.raises(Invalid, match="sign in"):
        MAILBOXES.change(desk.administrator, saved.id, sign_in="kerberos")


@pytest.mark.parametrize(
    "address",
    [
        "http://login.example/token",
        "http://127.0.0.1.example/token",
        "http://127.0.0.1@login.example/",
        "https://user@login.example/",
        "ftp://login.example/",
        "file:///etc/passwd",
        "https://login.example/a b",
        "https:///token",
    ],
)
def test_tokens_are_asked_for_over_tls_only(desk: Desk, address: str) -> None:
    for name in ("oauth_token_url", "oauth_device_url", "oauth_authorize_url"):
        with pytest.raises(Invalid, match="https://"):
            set_desk_setting(desk.administrator, name, address)
    for good in ("https://login.example:8443/o/token?x=1", "http://localhost:1234/token", "http://127.0.0.1/", ""):
        assert set_desk_setting(desk.administrator, "oauth_token_url", good) == good


def test_no_secret_is_written_into_the_desk(desk: Desk, tokens: TokenServer, imap: LoopbackImap, ring: Path) -> None:
    tokens.rotates = True
    box = mailbox(desk, imap)
    first = signed_in(tokens)
    assert fetch(desk, box)[0].error == ""
    secrets = [first, *tokens.refresh, *tokens.access]
    assert len(set(secrets)) >= 3 and any(secret in ring.read_text() for secret in secrets)
    told = json.dumps([list(Operation.select().dicts()), list(Change.select().dicts())], default=str)
    told += json.dumps([one._asdict() for one in mailboxes.statuses(desk.administrator)])
    assert not any(secret in told for secret in secrets)
    assert not any(secret in line for secret in secrets for line in keyrings._listed())
    assert oauth_http.SECONDS < mailboxes.LEASE / 1_000_000 / 2, "an exchange that hangs loses no claim"
