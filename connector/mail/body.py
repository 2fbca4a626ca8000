"""Which parts of a mail are the text that somebody wrote, and that text."""

from __future__ import annotations

import re

from connector.mail import charsets, deadline, transfer
from connector.mail.html_elements import MAX_INPUT
from connector.mail.structure import Part
from services.named import NamedTuple
from services.patterns import late
from services.text import clean

MAX_TEXT = 1_000_000
_MAX_ENCODED = 4 * MAX_TEXT
_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext", "application/xhtml+xml")
_PLAIN, _HTML, _STUB, _EMPTY = 3, 2, 1, 0
_HTML_START = late(r"\s{0,200}(?:<!doctype html|<html[\s>]|<head>|<body[\s>])", re.IGNORECASE)
META_CHARSET = late(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
# What mailers write instead of a text. Taking the HTML does no harm where a person happened to write such words.
_NO_HTML_HERE = late(
    r"\bHTML\b|multi-?part message|"
    r"(?:in|im|dans|en|nel|in je|in uw|no) (?:your |the |a |dem |votre |su |tu |tuo |o seu )?"
    r"(?:web-?)?(?:browser|navigat|navegador|nettleser|webbläsare)|"
    r"view (?:this|it|the) (?:e-?mail |message |newsletter )?online|"
    r"(?:cannot|can't|can not|unable to|not able to|does not|doesn't) (?:be )?(?:display|view|read|support)|"
    r"nicht (?:korrekt |richtig )?(?:angezeigt|anzeigen|dargestellt)|ne (?:s'affiche|peut pas afficher)|"
    r"no (?:puede|puedes|se) (?:ver|visualiza)|non (?:visualizza|riesci a)|niet (?:goed )?(?:weergegeven|leesbaar)",
    re.IGNORECASE,
)
_STUB_LENGTH = 300


class Body(NamedTuple):
    """The readable text, the parts it came from, parts that only repeat it, and files that stood within it."""

    text: str
    html_only: bool
    used: frozenset[int]
    repeated: frozenset[int]
    cut: bool
    inside: tuple[tuple[str, bytes], ...] = ()


class _Leaf(NamedTuple):
    text: str
    is_html: bool
    rank: int
    cut: bool


def content(raw: bytes, part: Part) -> bytes:
    """Return a part's decoded bytes."""
    return transfer.decode(raw[part.start : part.end], part.encoding)


def read(raw: bytes, parts: list[Part]) -> Body:
    """Return the text of a mail: plain text where a choice is offered, else HTML as text."""
    return _Chooser(raw, parts).body()


class _Chooser:
    def __init__(self, raw: bytes, parts: list[Part]) -> None:
        self._raw = raw
        self._parts = parts
        self._leaves: dict[int, _Leaf] = {}
        self._room = _MAX_ENCODED
        self._html_room = MAX_INPUT
        self._repeated: set[int] = set()
        self._inside: dict[int, list[tuple[str, bytes]]] = {}

    def body(self) -> Body:
        chosen = self._choose()
        leaves = [self._leaf(index) for index in chosen]
        if all(leaf.rank == _EMPTY for leaf in leaves):
            chosen = self._named_text() or chosen
            leaves = [self._leaf(index) for index in chosen]
            used: frozenset[int] = frozenset(index for index in chosen if not self._parts[index].filename)
        else:
            used = frozenset(chosen)
        text = "\n\n".join(leaf.text for leaf in leaves if leaf.rank != _EMPTY)
        return Body(
            text[:MAX_TEXT],
            bool(text) and any(leaf.is_html for leaf in leaves) and not any(leaf.rank == _PLAIN for leaf in leaves),
            used,
            frozenset(self._repeated),
            len(text) > MAX_TEXT or any(leaf.cut for leaf in leaves),
            tuple(file for index in chosen if index in used for file in self._inside.get(index, ())),
        )

    def _choose(self) -> list[int]:
        """Choose from the leaves up: a part's index is above its parent's, so no recursion is needed."""
        chosen: dict[int, list[int]] = {}
        for index in range(len(self._parts) - 1, -1, -1):
            part = self._parts[index]
            if not part.multipart:
                chosen[index] = [index] if self._is_text(index) else []
                continue
            options = [chosen.pop(child) for child in part.children]
            if part.content_type == "multipart/alternative":
                chosen[index] = self._best(options)
            elif part.content_type in ("multipart/related", "multipart/signed"):
                chosen[index] = self._root(part, options)
            else:
                first = options[0]
                for option in options[1:]:
                    first.extend(option)
                chosen[index] = first
        return chosen[0]

    def _root(self, part: Part, options: list[list[int]]) -> list[int]:
        """Return the text that the other parts only belong to: the one named, or else the first."""
        wanted = part.params.get("start", "").strip("<> ")
        for child, option in zip(part.children, options, strict=True):
            if wanted and self._parts[child].headers.get("content-id").strip(b"<> ") == wanted.encode():
                return option
        return next(filter(None, options), [])

    def _is_text(self, index: int) -> bool:
        part = self._parts[index]
        if part.content_type not in _TEXTS or part.disposition == "attachment":
            return False
        return not part.filename or (part.parent < 0 and part.disposition != "inline")

    def _best(self, options: list[list[int]]) -> list[int]:
        best = next((place for place, option in enumerate(options) if self._is_plain(option)), None)
        if best is None:
            ranks = [max((self._leaf(index).rank for index in option), default=-1) for option in options]
            best = ranks.index(max(ranks))
        for place, option in enumerate(options):
            if place != best:
                self._repeated.update(option)
        return options[best]

    def _is_plain(self, option: list[int]) -> bool:
        """Tell whether an option is as good as any can be, without reading HTML for it, which costs most."""
        plain = (index for index in option if self._parts[index].content_type == "text/plain")
        return any(self._leaf(index).rank == _PLAIN for index in plain)

    def _named_text(self) -> list[int]:
        """Return a text that is there only as a file which was meant to be seen."""
        for index, part in enumerate(self._parts):
            shown = not part.multipart and part.content_type in _TEXTS and part.disposition != "attachment"
            if shown and self._leaf(index).rank != _EMPTY:
                return [index]
        return []

    def _read(self, index: int) -> _Leaf:
        part = self._parts[index]
        end = min(part.end, part.start + max(self._room, 0))
        cut = end < part.end
        data = transfer.decode(self._raw[part.start : end], part.encoding)
        self._room -= end - part.start
        declared = part.params.get("charset", "")
        if not declared and part.content_type != "text/plain":
            meta = META_CHARSET.search(data[:4000])
            declared = meta[1].decode("ascii") if meta else ""
        text = charsets.decode(data, declared)
        is_html = (
            part.content_type.endswith("html") or part.content_type.endswith("xml") or bool(_HTML_START.match(text))
        )
        if is_html:
            cut = cut or len(text) > self._html_room
            text = text[: self._html_room]
            self._html_room -= len(text)
            from connector.mail import html

            text = html.to_text(text)
        elif part.content_type != "text/plain":
            from connector.mail import html

            text = "<".join(map(html.strip_tags, text[:MAX_TEXT].split("<<")))
        elif part.params.get("format", "").lower() == "flowed" and not cut:
            from connector.mail import flowed

            text = flowed.unflow(text, delete_space=part.params.get("delsp", "").lower() == "yes")
        text = _tidy(text)
        if "begin " in text and not is_html:
            from connector.mail import inside

            text, self._inside[index] = inside.take_out(text)
        if not text or text.isspace():
            return _Leaf("", is_html, _EMPTY, cut)
        stub = not is_html and len(text) < _STUB_LENGTH and bool(_NO_HTML_HERE.search(text))
        return _Leaf(text, is_html, _HTML if is_html else _STUB if stub else _PLAIN, cut)

    def _leaf(self, index: int) -> _Leaf:
        if index not in self._leaves:
            self._leaves[index] = _Leaf("", False, _EMPTY, False) if deadline.passed() else self._read(index)
        return self._leaves[index]


def _tidy(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    return clean(text.strip("\n\0"), limit=MAX_TEXT + 1).rstrip(" \n").lstrip("\n")
