"""What is searched for: pairs of words from the desk's own tickets, field queries, and the worst that can be typed."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from services.numbers import number_of
from services.search.words import words
from services.sql import fetch

_SEED = 7
_OF_EACH_KIND = 9
_APART = ("printer auditor", "umbrella outlook", "wifi rechnung", "disk screens")


class Pair(NamedTuple):
    """Two words as typed; `whole` tells that the second one was typed to its end."""

    text: str
    whole: bool = True


def pairs() -> list[Pair]:
    """Return pairs of words, the same ones for the same desk: from one subject, from subject and customer, half typed.

    Needs a connection. Some pairs never stand together, which is the longest way to no result.
    """
    random = Random(_SEED)
    last = int(fetch("SELECT max(id) FROM ticket")[0][0])
    found: dict[str, Pair] = {text: Pair(text) for text in _APART}
    for kind in (_of_subject, _with_customer, _half_typed):
        wanted = len(found) + _OF_EACH_KIND
        for _ in range(1_000):
            ticket = fetch("SELECT subject, requester_name FROM ticket WHERE id = ?", random.randint(1, last))
            pair = kind(random, *ticket[0]) if ticket else None
            if pair is not None:
                found.setdefault(pair.text, pair)
            if len(found) >= wanted:
                break
    return list(found.values())


def _plain(text: str) -> list[str]:
    return [
        word
        for word in words(text)
        if len(word) > 2 and word.isalpha() and word.isascii() and word not in ("and", "not")
    ]


def _of_subject(random: Random, subject: str, _: str) -> Pair | None:
    known = _plain(subject)
    return Pair(" ".join(random.sample(known, 2))) if len(known) > 1 else None


def _with_customer(random: Random, subject: str, requester: str) -> Pair | None:
    rare, common = _plain(requester), _plain(subject)
    return Pair(f"{random.choice(rare)} {random.choice(common)}") if rare and common else None


def _half_typed(random: Random, subject: str, requester: str) -> Pair | None:
    pair = (_of_subject if random.random() < 0.5 else _with_customer)(random, subject, requester)
    if pair is None or len(pair.text.split()[1]) < 5:
        return None
    first, second = pair.text.split()
    return Pair(f"{first} {second[: random.choice((3, 4))]}", whole=False)


def field_queries() -> list[str]:
    """Return searches by fields, alone and together. Needs a connection."""
    account = fetch("SELECT name FROM account ORDER BY id LIMIT 1 OFFSET 20")[0][0]
    middle = int(fetch("SELECT max(id) FROM ticket")[0][0]) // 2
    return [
        "status:hold",
        "manager:me is:open",
        f'account:"{account}"',
        "created:<7d",
        "priority:>=high is:open",
        "is:overdue",
        "closed:<1d",
        "due:<7d is:open",
        'manager:"Mara Lindqvist" status:pending',
        "is:unread manager:me",
        "(status:hold or status:pending) priority:high",
        f'account:"{account}" created:<365d not priority:low',
        f"number:{number_of(middle)}..{number_of(middle + 500)}",
        "status:completed manager:me",
        "category:any status:completed updated:<30d",
        "channel:email -is:open",
        "extension:any is:open",
        f'is:closed account:"{account}" manager:me',
        "is:dispatch",
        "due:none status:completed",
    ]


_LETTERS = "abcdefghijklmnopqrstuvwxyz"

WORST = (
    "a",
    "-a",
    "not not not a",
    " ".join(_LETTERS),
    " or ".join(_LETTERS),
    " or ".join(f"-{letter}{other}" for letter in _LETTERS for other in "aeiou"),
    " or ".join(f"{letter}{other}" for letter in _LETTERS for other in "aeiou"),
    "-(printer or mail or backup or screens or accounting)",
    "(" * 40 + "a" + ")" * 40,
    "text:*",
    "%" * 100,
    "%a%e%i%o%",
    "subject:% description:_",
    " or ".join(f"subject:%{letter}" for letter in _LETTERS),
    "note:e",
    "mail:% -note:%",
    "file:a or to:a or from:a or charge:a",
    " or ".join(f"note:{letter}%" for letter in _LETTERS),
    "is:closed -manager:me -account:none text:the -text:and resolution:zzzz%",
    "charge:any file:none extension:any category:none",
    '"the the the the the the the the"',
    "xyzzy% or %yzzyx",
)
"""Searches that make a database read as much as it can be made to."""
