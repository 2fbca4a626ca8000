"""Addresses of web pages and mailboxes in texts, taken apart so that a person sees where each one leads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from services.errors import Invalid
from services.text import clean, one_line

_FOUND = re.compile(r"(?:https?://|mailto:)[^\s<>\"“”„«»{}|\\^`\ufffd]+", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>?&,;\"']+@[^\s@<>?&,;\"']+")
_LOOKS_LIKE_HOST = re.compile(r"^[^/?#]*\.[^/?#]*")
_NUMERIC_HOST = re.compile(r"^[\d.]+$|^0x[\da-f.]+$|:", re.IGNORECASE)
# A backslash, which browsers read as a slash, would let another host be shown than is opened.
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
_PAIRS = {")": "(", "]": "["}
_LONGEST = 4_000
_MOST = 50

OPENED = ("http", "https", "mailto")
"""What may be handed to a browser; anything else could start a program or read a file."""


class Link(NamedTuple):
    """Where an address leads: `url` in plain ASCII as a browser gets it, `shown` as it was written.

    `host` is the real one, as it is known to the network; `reads_as` is how that looks, where it differs. `remarks` say
    what is odd. A `refusal` is why it is not opened.
    """

    url: str
    shown: str
    host: str = ""
    reads_as: str = ""
    remarks: tuple[str, ...] = ()
    refusal: str = ""


def in_texts(texts: Iterable[str]) -> list[Link]:
    """Return the addresses in several texts, each once, in the order in which they stand there."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _FOUND.finditer(clean(text)):
            found.setdefault(_without_ending(match[0])[:_LONGEST])
            if len(found) >= _MOST:
                break
    return [link_to(written) for written in found]


def link_to(written: str) -> Link:
    """Take an address apart; one that is typed without a scheme is taken for a web page."""
    shown = one_line(written, limit=_LONGEST)
    scheme = _SCHEME.match(shown)
    text = shown
    if scheme is None or (scheme[1].lower() not in OPENED and re.match(r"[^/]*:\d+(/|$)", shown)):
        text = f"https://{shown.removeprefix('//')}"
    elif scheme[1].lower() not in OPENED:
        return Link(
            "", shown, refusal=f"Only web pages and mail addresses are opened, and this begins with {scheme[1]}:"
        )
    return _mail(text, shown) if text.lower().startswith("mailto:") else _web(text, shown)


def checked(link: Link) -> str:
    """Return what a browser gets; raises when the address is not opened."""
    if link.refusal:
        raise Invalid(f"{link.refusal.rstrip('.:')}; copy it if you trust it.", "url")
    return link.url


def _mail(text: str, shown: str) -> Link:
    address, _, rest = text[len("mailto:") :].partition("?")
    if not _ADDRESS.fullmatch(address) or not address.isascii():
        return Link("", shown, refusal="This is no mail address.")
    # Fields such as attach= make some programs put a file of one's own into the mail.
    remarks = ("What stands after the address is left out.",) if rest else ()
    return Link(f"mailto:{address}", shown, address.rpartition("@")[2], remarks=remarks)


def _web(text: str, shown: str) -> Link:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Link("", shown, refusal="This is no address that a browser understands.")
    ascii_host = _ascii(host)
    if not _HOST.fullmatch(ascii_host):
        return Link("", shown, refusal="This is no address that a browser understands.")
    at = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    place = f"{at}:{port}" if port is not None else at
    remarks = list(_remarks(parts.scheme, parts.netloc, host, ascii_host, port))
    rest = text[len(parts.scheme) + 3 + len(parts.netloc) :]
    reads_as = _readable(ascii_host)
    return Link(
        f"{parts.scheme.lower()}://{place}{_escaped(rest)}",
        shown,
        ascii_host,
        reads_as if reads_as != ascii_host else "",
        tuple(remarks),
    )


def _remarks(scheme: str, netloc: str, host: str, ascii_host: str, port: int | None) -> Iterable[str]:
    if "@" in netloc:
        name = netloc.rpartition("@")[0]
        yield (
            f"“{name[:80]}” before the @ is only a user name, not where this leads; it is left out."
            if _LOOKS_LIKE_HOST.match(name)
            else "It carries a user name, which is left out."
        )
    if not host.isascii() or "xn--" in ascii_host:
        scripts = sorted(_scripts(_readable(ascii_host)))
        named = " and ".join(scripts) if scripts and scripts != ["Latin"] else "signs beyond a to z"
        verb = "mixes" if len(scripts) > 1 else "is written in"
        yield f"Its name {verb} {named}, which can look like another name."
    if _NUMERIC_HOST.search(ascii_host):
        yield "It leads to a number instead of a name."
    if port not in (None, 80, 443):
        yield f"It leads to the port {port}."
    if scheme.lower() == "http":
        yield "It is not encrypted (http)."


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def _readable(ascii_host: str) -> str:
    if "xn--" not in ascii_host:
        return ascii_host
    try:
        return clean(ascii_host.encode("ascii").decode("idna"))
    except UnicodeError:
        return ascii_host


def _scripts(name: str) -> set[str]:
    """Return the writing systems of a name's letters, by the first word of what Unicode calls them."""
    letters = (character for character in name if character.isalpha())
    return {unicodedata.name(letter, "unknown").split()[0].title() for letter in letters}


def _escaped(rest: str) -> str:
    from urllib.parse import quote

    # What is escaped already stays so; quotes, spaces and letters beyond ASCII are written out.
    return quote(rest, safe="/?#[]@!$&()*+,;=:~%-._")


def _without_ending(text: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    while text:
        last = text[-1]
        if last in ".,;:!?'’…*_" or (last in _PAIRS and text.count(last) > text.count(_PAIRS[last])):
            text = text[:-1]
        else:
            break
    return text
