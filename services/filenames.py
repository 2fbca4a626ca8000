"""The name under which something that came by mail is saved."""

from __future__ import annotations

import re
from unicodedata import normalize

from services.patterns import late
from services.text import row

_FALLBACK = "attachment"
_MOST_CHARACTERS = 150
_MOST_BYTES = 240  # file systems take 255 bytes; the rest is for " (2)" and the like
_LONGEST_EXTENSION = 20

_SEPARATORS = late(r'[/\\:*?"<>|\ufffd]+')
# Leading dots hide a file, leading dashes make it an option, a tilde makes it somebody's home.
_LEADING = late(r"^[\s./\\~-]+")
_DEVICE = late(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A single path component that opens on Linux, macOS and Windows and says what kind of file it is."""
    if len(name) > 2 * _MOST_CHARACTERS:
        name = name[:_MOST_CHARACTERS] + name[-_MOST_CHARACTERS:]
    name = normalize("NFC", row(name))
    name = " ".join(_LEADING.sub("", name).split())
    name = _SEPARATORS.sub("_", name).rstrip(". ")
    name = _LEADING.sub("", name)
    if not name.strip("_ ."):
        return _FALLBACK
    if _DEVICE.match(name):
        name = "_" + name
    return _shorten(name)


def _shorten(name: str) -> str:
    """The name within the limits, cut in its stem so that the extension survives."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > _LONGEST_EXTENSION:
        stem, tail = name, ""
    else:
        tail = dot + extension
    room = _MOST_BYTES - len(tail.encode())
    stem = stem[: _MOST_CHARACTERS - len(tail)].encode()[:room].decode(errors="ignore")
    return stem.rstrip(". ") + tail
