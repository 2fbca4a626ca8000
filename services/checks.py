"""What people may enter: a check takes typed text, or the value itself, and returns what is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from services.errors import Invalid
from services.patterns import late
from services.text import clean, header

Check = Callable[[Any, str], Any]
"""Takes a value and the name of its field; returns what is stored or raises Invalid with that field."""

_ADDRESS = late(r"[^\s@<>,;\"\ufffd]+@[^\s@<>,;\"\ufffd]+")
_DOMAIN = late(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_HOST = late(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}")
_USERNAME = late(r"[a-z0-9](?:[a-z0-9._@+-]{0,62}[a-z0-9])?")
_AMOUNT = late(r"(\d{1,12})?(?:[.,](\d{1,2}))?", re.ASCII)
# A rate and a quantity, see services.charges, whose product every engine holds exactly.
_RATE_LIMIT = 10**12
# Words that the search language and the command line already use for people.
_RESERVED = frozenset({"me", "all", "none", "unassigned"})
_YES = frozenset({"yes", "y", "true", "on", "1"})
_NO = frozenset({"no", "n", "false", "off", "0", ""})


def line(value: Any, field: str) -> str:
    """One line of text, possibly empty."""
    return header(_text(value), 500)


def name(value: Any, field: str) -> str:
    """One line of text that must say something."""
    text = header(_text(value), 200)
    if not text:
        raise Invalid(f"The {_spoken(field)} is empty; give one.", field)
    return text


def lines(value: Any, field: str) -> str:
    """Several lines of text, such as a postal address."""
    return clean(_text(value), limit=5000).strip()


def mail_address(value: Any, field: str) -> str:
    """A mail address in lower case, because senders are found by equality."""
    text = header(_text(value), 300).lower()
    if len(text) > 254 or not _ADDRESS.fullmatch(text):
        raise Invalid(f"“{text}” is no mail address; write it like name@example.com.", field)
    return text


def address(value: Any, field: str) -> str:
    """A mail address or nothing."""
    return mail_address(value, field) if _text(value).strip() else ""


def domain(value: Any, field: str) -> str:
    """A mail domain in lower case, or nothing; a leading @ is forgiven."""
    text = header(_text(value), 300).lower().removeprefix("@").rstrip(".")
    if text and (len(text) > 253 or not _DOMAIN.fullmatch(text)):
        raise Invalid(f"“{text}” is no mail domain; write it like example.com.", field)
    return text


def host(value: Any, field: str) -> str:
    """The name or address of a server, or nothing."""
    text = header(_text(value), 300).lower()
    if text and not _HOST.fullmatch(text):
        raise Invalid(f"“{text}” is no server; write it like mail.example.com.", field)
    return text


def username(value: Any, field: str) -> str:
    """A user name: lower case, so that nobody's differs from another's by capitals only."""
    text = header(_text(value), 200).lower()
    if not _USERNAME.fullmatch(text):
        raise Invalid(
            f"“{text}” can't be a user name; use up to 64 letters, digits, dots and dashes, like anna.smith.",
            field,
        )
    if text in _RESERVED:
        raise Invalid(f"“{text}” has a meaning of its own at the desk; choose another user name.", field)
    return text


def os_account(value: Any, field: str) -> str | None:
    """The name of an operating-system account, or None for no binding."""
    text = header(_text(value), 100)
    if " " in text:
        raise Invalid(f"“{text}” is no operating-system account; give the name that `id -un` prints.", field)
    return text or None


def flag(value: Any, field: str) -> int:
    """Yes or no as 1 or 0."""
    if isinstance(value, int):
        return int(bool(value))
    word = _text(value).strip().casefold()
    if word not in _YES | _NO:
        raise Invalid(f"“{header(word, 40)}” is neither yes nor no; write yes or no.", field)
    return int(word in _YES)


def switch(value: Any, field: str) -> bool:
    """Yes or no as a truth value, for what is kept as JSON."""
    return bool(flag(value, field))


def day(value: Any, field: str) -> int | None:
    """A moment or None: microseconds as they are, or a date like 2030-12-31, meaning its midnight in UTC."""
    if value is None or isinstance(value, int):
        return value
    text = _text(value).strip()
    if text.casefold() in ("", "never", "none"):
        return None
    from datetime import UTC, datetime

    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) * 1_000_000
    except ValueError:
        raise Invalid(f"“{header(text, 40)}” is no date; write it like 2030-12-31, or “never”.", field) from None


def rate(value: Any, field: str) -> int:
    """A price in minor units: an int as it is, text like 85 or 85.50 as the major unit."""
    if isinstance(value, int):
        minor = value
    else:
        match = _AMOUNT.fullmatch(_text(value).replace(" ", ""))
        if match is None or not (match[1] or match[2]):
            raise Invalid(f"“{header(_text(value), 40)}” is no amount; write it like 85 or 85.50.", field)
        minor = int(match[1] or 0) * 100 + int((match[2] or "").ljust(2, "0"))
    if not 0 <= minor < _RATE_LIMIT:
        raise Invalid("The rate cannot be less than nothing, nor ten thousand million or more.", field)
    return minor


def currency(value: Any, field: str) -> str:
    """A currency as its three letters."""
    text = _text(value).strip().upper()
    if len(text) != 3 or not (text.isascii() and text.isalpha()):
        raise Invalid(f"“{header(text, 40)}” is no currency; give its three letters, like USD or EUR.", field)
    return text


def whole_number(lowest: int, highest: int) -> Check:
    """Return a check for a whole number within limits."""

    def check(value: Any, field: str) -> int:
        text = _text(value).strip()
        digits = text.removeprefix("-")
        number = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None
        if number is None or not lowest <= number <= highest or isinstance(value, bool):
            shown = header(text, 40)
            raise Invalid(f"“{shown}” is no whole number from {lowest} to {highest}; give one.", field)
        return number

    return check


def one_of(known: Collection[str]) -> Check:
    """Return a check for one of a few words."""

    def check(value: Any, field: str) -> str:
        word = _text(value).strip().casefold()
        if word not in known:
            choices = ", ".join(known)
            raise Invalid(f"“{header(word, 40)}” is no {_spoken(field)}; choose one of {choices}.", field)
        return word

    return check


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _spoken(field: str) -> str:
    return {"email1": "mail address", "email2": "second mail address"}.get(field, field.replace("_", " "))
