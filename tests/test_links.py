"""Where an address really leads, and which ones are never opened."""

from __future__ import annotations

import pytest

from services import links
from services.errors import DeskError
from tui import browser, clipboard


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.com/a_(b). And (http://x.example/)!", ["https://example.com/a_(b)", "http://x.example/"]),
        ("<https://a.example/x>, «https://b.example»", ["https://a.example/x", "https://b.example"]),
        ("twice https://a.example and https://a.example", ["https://a.example"]),
        ("write to mailto:ada@desk.example, please", ["mailto:ada@desk.example"]),
        ("javascript:alert(1) file:///etc/passwd ftp://x.example ticket", []),
    ],
)
def test_finds_addresses_without_the_sentence_around_them(text: str, found: list[str]) -> None:
    assert [link.shown for link in links.in_texts([text])] == found


@pytest.mark.parametrize(
    ("written", "url", "host", "remark"),
    [
        ("https://paypal.com@evil.example/login", "https://evil.example/login", "evil.example", "only a user name"),
        ("https://user:secret@x.example/", "https://x.example/", "x.example", "user name, which is left out"),
        (
            "https://www.p\u0430ypal.com",
            "https://www.xn--pypal-4ve.com",
            "www.xn--pypal-4ve.com",
            "mixes Cyrillic and Latin",
        ),
        ("https://xn--pypal-4ve.com/", "https://xn--pypal-4ve.com/", "xn--pypal-4ve.com", "mixes Cyrillic and Latin"),
        ("https://m\u00fcnchen.example/", "https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", "beyond a to z"),
        ("http://2130706433/", "http://2130706433/", "2130706433", "a number instead of a name"),
        ("http://x.example:8080/", "http://x.example:8080/", "x.example", "the port 8080"),
        ("http://x.example/", "http://x.example/", "x.example", "not encrypted"),
        ("mailto:a@x.example?attach=/etc/passwd", "mailto:a@x.example", "x.example", "left out"),
    ],
)
def test_shows_the_real_host_and_what_is_odd(written: str, url: str, host: str, remark: str) -> None:
    link = links.link_to(written)
    assert (link.url, link.host) == (url, host)
    assert any(remark in each for each in link.remarks)
    assert links.checked(link) == url


def test_an_address_without_a_scheme_is_a_web_page() -> None:
    assert links.link_to("example.com/x y").url == "https://example.com/x%20y"
    assert links.link_to("localhost:8080/x").url == "https://localhost:8080/x"


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "ssh://host.example",
        "https://evil.example\\.good.example/",
        "https://ex\u202eample.example/",
        "https://ex%61mple.example/",
        "https://",
        "https://x.example:99999/",
        "mailto:--help",
    ],
)
def test_refuses_everything_else_with_a_sentence(written: str) -> None:
    link = links.link_to(written)
    assert link.url == ""
    with pytest.raises(DeskError, match="copy it if you trust it"):
        links.checked(link)


def test_what_a_browser_gets_is_plain_and_never_an_option() -> None:
    for written in (
        "https://x.example/\x1b]52;c;eA==\x07",
        "-x",
        "--help",
        "https://x.example/'\"`$(id)",
        "x\ny.example",
    ):
        url = links.link_to(written).url
        assert not url or (url.startswith(("https://", "http://")) and url.isascii() and url.isprintable())
        assert " " not in url and '"' not in url and "`" not in url


def test_chooses_a_browser_by_setting_and_screen() -> None:
    assert browser.command("firefox --new-tab", {}) == ["firefox", "--new-tab"]
    assert browser.command("", {}) is None
    with pytest.raises(DeskError, match="setting desk"):
        browser.command('"unfinished', {"DISPLAY": ":0"})
    with pytest.raises(DeskError, match="cannot be started"):
        browser.start(["/nonexistent/browser"], "https://x.example", print)


HOSTILE = "\x1b]0;owned\x07 \x9c \x1b\\ \x1bPx\x1b\\ \u202e end"


@pytest.mark.parametrize("environment", [{}, {"TMUX": "/tmp/tmux"}, {"STY": "1.pts"}], ids=["plain", "tmux", "screen"])
def test_what_is_copied_cannot_leave_its_base64(environment: dict[str, str]) -> None:
    import base64
    import re

    for text in (HOSTILE, "x" * 5_000, "ä€\U0001f600" * 40):
        written = clipboard.sequence(text, environment)
        if "STY" in environment:
            written = "".join(re.findall("\x1bP(.*?)\x1b\\\\", written, re.DOTALL))
        payloads = re.findall("\x1b\\]52;c;([A-Za-z0-9+/=]*)\x07", written)
        assert len(payloads) == (2 if "TMUX" in environment else 1)
        left = re.sub("\x1b\\]52;c;[A-Za-z0-9+/=]*\x07", "", written)
        assert left in ("", "\x1bPtmux;\x1b\x1b\\")
        copied = base64.b64decode(payloads[0]).decode()
        assert "\x1b" not in copied and "\x9c" not in copied and "\u202e" not in copied


def test_refuses_what_a_clipboard_does_not_take() -> None:
    with pytest.raises(DeskError, match="100 kB"):
        clipboard.sequence("x" * 100_001, {})
    with pytest.raises(clipboard.NoClipboard):
        clipboard.sequence("x", {"TERM": "linux"})
