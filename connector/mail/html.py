"""HTML mail as readable text, in one pass over its characters.

The usual converters stall or fail on what mail contains: 20,000 unfinished tags cost html2text 18 seconds,
5,000 nested lists made it write 25 MB, and lxml returned nothing at 300 nested elements. A tokenizer that never goes
back needs neither a tree nor a limit on depth.
"""

from __future__ import annotations

import re
from html import unescape
from itertools import count, islice
from typing import NamedTuple

from connector.mail import deadline
from connector.mail.html_elements import LINES, MAX_INPUT, NEVER_HIDE, PARAGRAPHS, UNREAD, WRITTEN
from connector.mail.html_writer import Writer
from services.patterns import late

_TAG = late(r"<(/?)([a-zA-Z][^\s/<>]{0,60})")
# A tag as it should be, with its attributes unread.
_WHOLE_TAG = late(r"<(/?)([a-zA-Z][^\s/<>]{0,60})((?:[^<>\"']++|\"[^\"<>]*+\"|'[^'<>]*+')*+)>")
_ATTRIBUTE = late(r"[\s/]*([^\s/<>=][^\s/<>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s<>]*)))?")
_TAG_END = late(r"[\s/]*>?")
_HIDING = late(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE)
_NO_HEIGHT = late(r"(?:^|;)\s*(?:max-)?height\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)", re.IGNORECASE)
_CLIPPED = late(r"(?:^|;)\s*overflow\s*:\s*hidden", re.IGNORECASE)
_VISIBLE_AGAIN = late(r"<(?:body|div|p|table|center)\b", re.IGNORECASE)
# More digits than any character has; of thousands of them the library's own reading fails.
_HUGE_REFERENCE = late(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_MOST_ATTRIBUTES = 50
_WITH_ATTRIBUTES = frozenset(("a", "img", "base", "ol"))
# What an attribute says that hides an element, or makes it a line of Outlook's.
_TELLING = ("hidden", "display", "visibility", "mso")
_NUMBER = late(r"[0-9]{1,4}")
_MAX_BASE = 500
_LOOK = 255
_ANY_TAG = late(r"<[^<>]*>?")


class _Token(NamedTuple):
    """A tag, with its attributes when it opens an element."""

    name: str
    closing: bool
    attributes: dict[str, str]


def to_text(html: str) -> str:
    """Return what a reader of the mail sees: no script, style or hidden part, links as `<address>`."""
    html = html[:MAX_INPUT].replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    reader = _Reader(html, hide=True)
    text = reader.read()
    if reader.hid_something and not text.strip():
        text = _Reader(html, hide=False).read()  # an unclosed hidden element swallowed the mail
    return text


def strip_tags(text: str) -> str:
    """Return text with everything between angle brackets left out, for markup that is almost text."""
    return _text_of(_ANY_TAG.sub("", text))


def _text_of(source: str) -> str:
    return unescape(_HUGE_REFERENCE.sub("\ufffd", source))


class _Reader:
    def __init__(self, html: str, *, hide: bool) -> None:
        self._html = html
        self._hide = hide
        self._out = Writer()
        self._hidden: tuple[str, int] | None = None  # what hides, and how many of its name are open
        self.hid_something = False
        self._tight = False
        self._comments = True
        self._never_closed: set[str] = set()

    def read(self) -> str:
        html, pos = self._html, 0
        for step in count():
            if self._out.full or (step & _LOOK == _LOOK and deadline.passed()):
                break
            start = html.find("<", pos)
            if start < 0:
                self._text(html[pos:])
                break
            self._text(html[pos:start])
            pos = self._markup(start)
        return self._out.finish()

    def _text(self, source: str) -> None:
        if source and self._hidden is None:
            self._out.text(_text_of(source) if "&" in source else source)

    def _markup(self, start: int) -> int:
        """Read what begins with "<" and return where the text goes on."""
        html = self._html
        whole = _WHOLE_TAG.match(html, start)
        tag = whole or _TAG.match(html, start)
        if tag is None:
            if html.startswith("<!--", start):
                end = html.find("-->", start + 2) if self._comments else -1
                self._comments = end >= 0  # no later comment can end either
                return end + 3 if end >= 0 else start + 4
            if html.startswith(("<!", "<?", "</"), start):
                end = html.find(">", start, start + 2000)
                return end + 1 if end >= 0 else start + 2
            self._text("<")
            return start + 1
        token, pos = (_whole(whole), whole.end()) if whole else self._token(tag)
        if token.name in UNREAD and not token.closing:
            return self._after_unread(token.name, pos)
        self._element(token)
        return pos

    def _token(self, tag: re.Match[str]) -> tuple[_Token, int]:
        """Return a tag with its attributes; a tag without its end stops where the next one begins."""
        attributes: dict[str, str] = {}
        pos = tag.end()
        while match := _ATTRIBUTE.match(self._html, pos):
            pos = match.end()
            if len(attributes) < _MOST_ATTRIBUTES:
                attributes.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
        end = _TAG_END.match(self._html, pos)
        name = tag[2].lower()
        return _Token(name, bool(tag[1]), attributes), end.end() if end else pos

    def _after_unread(self, name: str, pos: int) -> int:
        """Return where an unread element ends; if it never does, the visible rest is not lost with it."""
        end = None
        if name not in self._never_closed:
            end = late(f"</{name}\\b", re.IGNORECASE).search(self._html, pos)
        if end is None:
            self._never_closed.add(name)
            visible = _VISIBLE_AGAIN.search(self._html, pos)
            return visible.start() if visible else len(self._html)
        close = self._html.find(">", end.end(), end.end() + 1000)
        return close + 1 if close >= 0 else end.end()

    def _element(self, token: _Token) -> None:
        name = token.name
        if self._hidden is not None:
            self._in_hidden(token)
            return
        if token.attributes and self._hide and not token.closing and name not in NEVER_HIDE and _hides(token):
            self._hidden = (name, 1)
            self.hid_something = True
            return
        if name == "p" and not token.closing:
            # Outlook writes every line as such a paragraph.
            self._tight = "msonormal" in token.attributes.get("class", "").lower()
        if (name == "p" and self._tight) or (name in ("ul", "ol") and self._out.in_list):
            self._out.line()
        elif name in PARAGRAPHS:
            self._out.paragraph()
        elif name in LINES:
            self._out.line()
        if name in WRITTEN:
            _write(self._out, token)

    def _in_hidden(self, token: _Token) -> None:
        assert self._hidden is not None
        name, depth = self._hidden
        if token.name != name:
            return
        if token.closing:
            self._hidden = (name, depth - 1) if depth > 1 else None
        elif name in ("p", "li", "tr", "td", "option"):  # these end where the next of their kind begins
            self._hidden = None
            self._element(token)
        else:
            self._hidden = (name, depth + 1)


def _whole(tag: re.Match[str]) -> _Token:
    """Return a tag that is as it should be, with its attributes only if they can mean something for the text."""
    name, closing, written = tag[2].lower(), bool(tag[1]), tag[3]
    if not written or closing:
        return _Token(name, closing, {})
    low = written.lower()
    if name not in _WITH_ATTRIBUTES and not any(word in low for word in _TELLING):
        return _Token(name, closing, {})
    attributes: dict[str, str] = {}
    for match in islice(_ATTRIBUTE.finditer(written), _MOST_ATTRIBUTES):
        attributes.setdefault(match[1].lower(), match[2] or match[3] or match[4] or "")
    return _Token(name, closing, attributes)


def _hides(token: _Token) -> bool:
    style = token.attributes.get("style", "")
    if not style:
        return "hidden" in token.attributes
    # Not by a font without size: layouts put one around everything and give each part another.
    clipped = _NO_HEIGHT.search(style) and _CLIPPED.search(style)
    return "hidden" in token.attributes or bool(_HIDING.search(style) or clipped)


def _write(out: Writer, token: _Token) -> None:
    """Do what an element means for the text beyond beginning a line."""
    name, closing = token.name, token.closing
    if name == "br":
        out.line_break()
    elif name == "hr":
        out.rule()
    elif name == "img" and not closing:
        alt = _text_of(token.attributes.get("alt", "")).strip()
        if alt and token.attributes.get("width") not in ("0", "1"):
            out.text(f"[{alt[:200]}]")
    elif name in ("td", "th"):
        out.cell()
    elif name == "a":
        out.link("" if closing else _text_of(token.attributes.get("href", "")).strip())
    elif name == "base" and not closing:
        out.base = _text_of(token.attributes.get("href", "")).strip()[:_MAX_BASE]
    elif name == "blockquote":
        out.quote(-1 if closing else 1)
    elif name in ("ul", "ol"):
        start = token.attributes.get("start", "1")
        out.list(-1 if closing else 1, first=int(start) if _NUMBER.fullmatch(start) else 1, numbered=name == "ol")
    elif name == "li" and not closing:
        out.item()
    elif name == "pre":
        out.preformatted(-1 if closing else 1)
