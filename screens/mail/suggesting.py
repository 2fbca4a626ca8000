"""Suggestions while somebody types whom a mail goes to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from services.reply_people import COLLEAGUE, CONTACT, RECIPIENT, Known, shown
from services.text import row

STANDINGS = {RECIPIENT: "recipient", CONTACT: "contact", COLLEAGUE: "colleague"}
_MOST = 50
_BETWEEN = ",;"


class Part(NamedTuple):
    """The person among others in a line that the cursor is at, from `start` to `end`."""

    start: int
    end: int
    text: str


def part_at(typed: str, cursor: int) -> Part:
    """Return the part of a line of addresses that somebody types at; a comma in quotes separates nothing."""
    start, quoted = 0, False
    for place, sign in enumerate(typed):
        if sign == '"':
            quoted = not quoted
        elif sign in _BETWEEN and not quoted:
            if place >= cursor:
                return Part(start, place, typed[start:place].strip())
            start = place + 1
    return Part(start, len(typed), typed[start:].strip())


def matching(known: Sequence[Known], typed: str, taken: Collection[str]) -> list[Known]:
    """Return who can be meant: first those of whom a word begins so, then those who have it anywhere."""
    wanted = typed.casefold().split()
    begins: list[Known] = []
    has: list[Known] = []
    for one in known:
        if one.address in taken:
            continue
        name = one.name.casefold()
        words = (*name.replace("-", " ").split(), one.address)
        if all(any(word.startswith(each) for word in words) for each in wanted):
            begins.append(one)
        elif all(each in name or each in one.address for each in wanted):
            has.append(one)
    return (begins + has)[:_MOST]


def taken_in(*lines: str) -> set[str]:
    """Return what stands in lines already that reads like an address, so that nobody is offered twice."""
    words = " ".join(lines).lower()
    for sign in '<>,;"':
        words = words.replace(sign, " ")
    return {word for word in words.split() if "@" in word}


def put(typed: str, part: Part, one: Known) -> tuple[str, int]:
    """Return a line with somebody in place of a part, and where the cursor goes."""
    before = typed[: part.start].rstrip()
    start = f"{before} " if before else ""
    rest = typed[part.end :].lstrip(_BETWEEN + " ")
    done = f"{start}{shown([(row(one.name), row(one.address))])}, "
    return done + rest, len(done)
