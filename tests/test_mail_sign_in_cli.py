"""`deskwire mail login` and `mail logout` for mailboxes and for mail that leaves, as an administrator runs them."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.request import HTTPRedirectHandler, build_opener, urlopen

import pytest

from services import auth, mail_settings, oauth_login, oauth_providers, people
from services.errors import DeskError
from services.mailboxes import MAILBOXES
from services.oauth_http import Unanswered
from services.preferences import set_desk_setting
from tests.support.command import deskwire
from tests.support.desks import Desk
from tests.support.imap_server import PASSWORD, USER, LoopbackImap
from tests.support.letters import letter
from tests.support.outbox import queue, send_through, states
from tests.support.smtp_server import CERTIFICATE, SmtpServer
from tests.support.terminal import Terminal
from tests.support.token_server import CLIENT, USER_CODE, TokenServer

PROGRAM = (sys.executable, "-m", "tui.main")
WIDE = (800, 24)
PATIENCE = 60.0
OpenTerminal = Callable[..., Terminal]


@pytest.fixture
def bound(desk: Desk) -> Iterator[Desk]:
    """A desk whose administrator is bound to the account that runs the tests."""
    employee = desk.administrator.employee_id
    assert employee is not None
    people.change_employee(desk.administrator, employee, os_account=auth.os_account())
    yield desk
    mail_settings.forget()


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "SSL_CERT_FILE": str(CERTIFICATE),
    }


@pytest.fixture
def tokens(bound: Desk) -> Iterator[TokenServer]:
    with TokenServer() as server:
        for name, value in server.settings.items():
            set_desk_setting(bound.administrator, name, value)
        yield server


@pytest.fixture
def imap(request: pytest.FixtureRequest, bound: Desk) -> Iterator[LoopbackImap]:
    """A server with a new mail, which takes the tokens of the token server if there is one."""
    wanted = "tokens" in request.fixturenames
    tokens = request.getfixturevalue("tokens") if wanted else None
    server = LoopbackImap((lambda token: token in tokens.access) if wanted else None)
    server.put(letter("Printer", "It burns."))
    given = {"host": "127.0.0.1", "port": server.port, "username": USER, "security": "none"}
    MAILBOXES.add(bound.administrator, name="Support (EU)", sign_in="custom" if wanted else "password", **given)
    yield server
    server.close()


def kept(env: dict[str, str]) -> str:
    """Return all that the keyring holds."""
    path = Path(env["TEST_KEYRING"])
    return path.read_text() if path.exists() else ""


def url_in(opened: Terminal) -> str:
    """Return the address that a browser is to open."""
    opened.wait_for("paste its address here", PATIENCE)
    found = re.search(r"http://127\.0\.0\.1:\d+/authorize\?\S+", opened.screen_text())
    assert found
    return found[0]


def test_a_mailbox_s_password_is_tried_stored_and_used(
    bound: Desk, imap: LoopbackImap, terminal: OpenTerminal, env: dict[str, str]
) -> None:
    command = ("--db", bound.url, "mail")
    refused = deskwire(*command, "fetch", env=env)
    assert refused.returncode == 1 and "deskwire mail login" in refused.stderr
    for typed, status in (("wrong", 1), (PASSWORD, 0)):
        login = terminal(*PROGRAM, *command, "login", "--mailbox", "support", env=env)
        login.wait_for("Password of support at Support (EU)", PATIENCE)
        assert not kept(env)
        login.type(f"{typed}\n")
        assert login.wait_for_exit(PATIENCE) == status and typed.encode() not in login.raw
    assert PASSWORD in kept(env)
    assert deskwire(*command, "fetch", env=env).stdout == "Support (EU): 1 mail fetched.\n"
    assert "keyring" in deskwire(*command, "logout", "--mailbox", "Support (EU)", env=env).stdout
    assert PASSWORD not in kept(env)
    assert deskwire(*command, "login", "--mailbox", "Nobody", env=env).returncode == 1


def test_somebody_signs_in_to_a_mailbox_with_a_code(
    bound: Desk, tokens: TokenServer, imap: LoopbackImap, terminal: OpenTerminal, env: dict[str, str]
) -> None:
    command = ("--db", bound.url, "mail")
    refused = deskwire(*command, "fetch", env=env)
    assert refused.returncode == 1 and "run “deskwire mail login --mailbox 'Support (EU)'”" in refused.stderr
    login = terminal(*PROGRAM, *command, "login", "--mailbox", "Support (EU)", env=env, size=WIDE)
    login.wait_for("Client secret of deskwire-test", PATIENCE)
    login.type("\n")
    login.wait_for(
        f"Open {tokens.url}/here on any device, type the code {USER_CODE}, and sign in as support.", PATIENCE
    )
    assert not kept(env)
    tokens.agrees.set()
    assert login.wait_for_exit(PATIENCE) == 0 and "the keyring keeps it" in login.screen_text()
    (refresh,) = tokens.refresh
    assert refresh in kept(env) and refresh.encode() not in login.raw
    assert deskwire(*command, "fetch", env=env).stdout == "Support (EU): 1 mail fetched.\n"
    assert "Removed the sign-in" in deskwire(*command, "logout", "--mailbox", "Support (EU)", env=env).stdout
    assert refresh not in kept(env) and deskwire(*command, "fetch", env=env).returncode == 1


def test_somebody_signs_in_in_a_browser_here_or_elsewhere(
    bound: Desk, tokens: TokenServer, terminal: OpenTerminal, env: dict[str, str]
) -> None:
    set_desk_setting(bound.administrator, "oauth_device_url", "")
    takes = iter([True, True, False])
    with SmtpServer(takes_token=lambda user, token: token in tokens.access and next(takes)) as server:
        send_through(bound.administrator, server.port, smtp_username="support", smtp_sign_in="custom")
        command = (*PROGRAM, "--db", bound.url, "mail", "login")

        def begun() -> Terminal:
            opened = terminal(*command, env=env, size=WIDE)
            opened.wait_for("Client secret", PATIENCE)
            opened.type("\n")
            return opened

        here = begun()
        url = url_in(here)
        assert "state=" in url and "code_challenge_method=S256" in url and "login_hint=support" in url
        with pytest.raises(OSError, match="404"):
            urlopen(re.sub(r".*redirect_uri=http%3A%2F%2F([0-9.]+)%3A(\d+)&.*", r"http://\1:\2/?code=1&state=x", url))
        with urlopen(url) as page:
            assert b"You may close this page" in page.read()
        assert here.wait_for_exit(PATIENCE) == 0
        queue(bound.administrator, None, "a@x.example")
        assert deskwire("--db", bound.url, "mail", "send", env=env).returncode == 0
        assert states()["a@x.example"] == "sent"
        before = kept(env)
        # The third time the mail server takes the token of nobody: then what is kept stays.
        elsewhere = begun()
        elsewhere_url = url_in(elsewhere)
        elsewhere.type("http://127.0.0.1/?code=1\n")
        elsewhere.wait_for("That is not the address", PATIENCE)
        elsewhere.type(f"{_where_it_ends(elsewhere_url)}\n")
        assert elsewhere.wait_for_exit(PATIENCE) == 1
        assert "refuses the sign-in of support" in elsewhere.screen_text() and kept(env) == before


def _where_it_ends(url: str) -> str:
    """Return the address at which a browser ends that runs on another machine."""

    class Stays(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    with pytest.raises(OSError, match="302") as caught:
        build_opener(Stays).open(url)
    return str(caught.value.headers["Location"])  # type: ignore[attr-defined]


def test_a_service_without_a_keyring_gets_the_token_printed(
    bound: Desk, tokens: TokenServer, imap: LoopbackImap, env: dict[str, str]
) -> None:
    command = ("--db", bound.url, "mail")
    env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    refused = deskwire(*command, "login", "--mailbox", "Support", env=env)
    assert refused.returncode == 1 and "--print" in refused.stderr and not tokens.asked
    tokens.agrees.set()
    ran = deskwire(*command, "login", "--mailbox", "Support", "--print", env=env)
    assert (ran.returncode, ran.stdout.splitlines()) == (0, list(tokens.refresh)), ran.stderr
    assert USER_CODE in ran.stderr and not any(token in ran.stderr for token in tokens.refresh)
    env["DESKWIRE_IMAP_TOKEN_SUPPORT_EU"] = ran.stdout.strip()
    assert deskwire(*command, "fetch", env=env).stdout == "Support (EU): 1 mail fetched.\n"
    set_desk_setting(bound.administrator, "oauth_authorize_url", "")
    assert deskwire(*command, "login", "--mailbox", "Support", "--print", "--browser", env=env).returncode == 2
    state = Path(env["XDG_STATE_HOME"])
    assert not [path for path in state.rglob("*") if path.is_file() and ran.stdout.strip() in path.read_text()]


def test_a_client_secret_that_is_refused_is_asked_for_anew(
    bound: Desk, imap: LoopbackImap, terminal: OpenTerminal, env: dict[str, str]
) -> None:
    MAILBOXES.change(bound.administrator, MAILBOXES.find("Support"), sign_in="custom")
    with TokenServer(secret="of the client") as tokens:
        for name, value in tokens.settings.items():
            set_desk_setting(bound.administrator, name, value)
        login = terminal(*PROGRAM, "--db", bound.url, "mail", "login", "--mailbox", "Support", env=env, size=WIDE)
        login.wait_for(f"Client secret of {CLIENT} at 127.0.0.1", PATIENCE)
        login.type("wrong\n")
        assert login.wait_for_exit(PATIENCE) == 1 and "correct oauth_client_id" in login.screen_text()
        assert "wrong" not in kept(env) and b"wrong" not in login.raw


def test_the_secret_of_a_program_that_signs_in_for_itself_is_tried_stored_and_used(
    bound: Desk, terminal: OpenTerminal, env: dict[str, str]
) -> None:
    with TokenServer(secret="right horse") as tokens:
        for name, value in {**tokens.settings, "oauth_device_url": "", "oauth_authorize_url": ""}.items():
            set_desk_setting(bound.administrator, name, value)
        with SmtpServer(takes_token=lambda user, token: token in tokens.access) as server:
            send_through(bound.administrator, server.port, smtp_username="support", smtp_sign_in="custom")
            command = ("--db", bound.url, "mail")
            assert deskwire(*command, "login", "--print", env=env).returncode == 2
            for typed, status in (("wrong", 1), ("right horse", 0)):
                login = terminal(*PROGRAM, *command, "login", env=env)
                login.wait_for(f"Client secret of {CLIENT}", PATIENCE)
                assert not kept(env)
                login.type(f"{typed}\n")
                assert login.wait_for_exit(PATIENCE) == status and typed.encode() not in login.raw
            queue(bound.administrator, None, "a@x.example")
            assert deskwire(*command, "send", env=env).returncode == 0
            assert "client secret" in deskwire(*command, "logout", env=env).stdout and "right" not in kept(env)


# What people and servers do while a code waits


def waiting_for(
    tokens: TokenServer, monkeypatch: pytest.MonkeyPatch, *answers: tuple[int, dict[str, object] | bytes]
) -> tuple[list[float], Callable[[], oauth_login.Tokens]]:
    """Return the pauses that are made, and the sign-in, in which the server says these things after the code."""
    mail_settings.forget()
    provider = oauth_providers.chosen("custom", "imap", mail_settings.current())
    pauses: list[float] = []
    clock = SimpleNamespace(sleep=pauses.append, monotonic=lambda: sum(pauses))
    monkeypatch.setattr(oauth_login, "time", clock)
    begun = {"device_code": "d", "user_code": "u", "verification_uri": "https://x.example"}
    tokens.script(200, {**begun, "interval": "3", "expires_in": 60})
    for status, answer in answers:
        tokens.script(status, answer)
    tokens.agrees.set()
    return pauses, lambda: oauth_login.sign_in(provider, "support", lambda text: None)


PENDING = (400, {"error": "authorization_pending"})


def test_a_code_is_asked_about_as_slowly_as_the_server_wants(
    tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [PENDING, (400, {"error": "slow_down"}), PENDING, (502, b"<html>"), PENDING]
    pauses, sign_in = waiting_for(tokens, monkeypatch, *answers)
    assert sign_in().access in tokens.access
    assert pauses == [3, 3, 8, 8, 17, 17]


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([PENDING, (400, {"error": "access_denied"})], "declined"),
        ([(400, {"error": "expired_token"})], "in time"),
        ([PENDING] * 30, "in time"),
        ([(400, {"error": "invalid_client"})], "oauth_client_id"),
        ([(200, {"access_token": "a"})], "offline_access"),
        ([(200, {"refresh_token": "a"})], "gave no token"),
        ([(404, b"<html>")], "correct the addresses"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sign_in_that_comes_to_nothing_is_said_in_a_sentence(
    tokens: TokenServer,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[tuple[int, dict[str, object] | bytes]],
    told: str,
) -> None:
    _, sign_in = waiting_for(tokens, monkeypatch, *answers)
    with pytest.raises(DeskError, match=told) as caught:
        sign_in()
    assert not isinstance(caught.value, Unanswered)


def test_a_hostile_server_s_words_are_cleaned(tokens: TokenServer, monkeypatch: pytest.MonkeyPatch) -> None:
    mail_settings.forget()
    provider = oauth_providers.chosen("custom", "imap", mail_settings.current())
    said: list[str] = []
    begun = {"device_code": "d", "user_code": "\x1b]0;u\x07\n" * 99, "verification_uri": "h\u202ettps:\x1b"}
    tokens.script(200, {**begun, "interval": 0})
    tokens.script(400, {"error": "access\x1b[2J", "error_description": "\x1b[31m" * 9_000})
    with pytest.raises(DeskError) as caught:
        oauth_login.sign_in(provider, "support", said.append)
    assert caught.value.sentence.isprintable() and all(text.isprintable() for text in said) and len(said[0]) < 600
