"""Cutting a typed query into words, fields, signs and parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from services.query.faults import QueryFault
from services.query.syntax import Field, Value, Word
from services.text import clean

MOST_CHARACTERS = 4_000
MOST_VALUES = 50

Kind = Literal["term", "and", "or", "not", "(", ")"]
_OPERATORS: dict[str, Kind] = {"and": "and", "or": "or", "not": "not"}
_FIELD = re.compile(r"([A-Za-z_]+):")
_COMPARISON = re.compile(r"[<>]=?")


class Token(NamedTuple):
    """A piece of a query; only a `term` has a word or a field."""

    kind: Kind
    start: int
    end: int
    term: Word | Field | None = None


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a query. Raises QueryFault for what has no end or stands without a value."""
    if len(text) > MOST_CHARACTERS:
        sentence = f"That is longer than {MOST_CHARACTERS:,} characters; search for some words of it."
        raise QueryFault(sentence, MOST_CHARACTERS, len(text))
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token = _token(text, position)
        yield token
        position = token.end


def _token(text: str, at: int) -> Token:
    sign = text[at]
    if sign == "(":
        return Token("(", at, at + 1)
    if sign == ")":
        return Token(")", at, at + 1)
    if sign == "-" and at + 1 < len(text) and not text[at + 1].isspace():
        return Token("not", at, at + 1)
    field = _FIELD.match(text, at)
    if field is not None:
        return _field(text, at, field)
    if sign == '"':
        end = _closing(text, at)
        return Token("term", at, end, Word(clean(text[at + 1 : end - 1]), True, not text[end:], at, end))
    end = _word_end(text, at)
    operator = _OPERATORS.get(text[at:end].casefold())
    if operator is not None:
        return Token(operator, at, end)
    return Token("term", at, end, Word(clean(text[at:end]), False, not text[end:], at, end))


def _field(text: str, start: int, match: re.Match[str]) -> Token:
    at = match.end()
    if at == len(text) or text[at].isspace() or text[at] == ")":
        name = text[start:at]
        sentence = f"There is nothing after “{name}”; say what to look for, without a space between."
        raise QueryFault(sentence, start, at, unfinished=at == len(text))
    values: list[Value] = []
    while True:
        value = _value(text, at)
        at = value.end
        if value.text:
            values.append(value)
        if len(values) > MOST_VALUES:
            sentence = f"That is more than {MOST_VALUES} values in one list; leave some out."
            raise QueryFault(sentence, value.start, value.end)
        if text[at : at + 1] != ",":
            break
        at += 1
    if not values:
        raise QueryFault("There is nothing after the colon; say what to look for.", start, at)
    return Token("term", start, at, Field(match[1].casefold(), tuple(values), start, at))


def _value(text: str, start: int) -> Value:
    # A comparison may stand before a quotation mark: due:<="2026-12-24 12:00".
    compared = _COMPARISON.match(text, start)
    quote = compared.end() if compared else start
    if text[quote : quote + 1] == '"':
        end = _closing(text, quote)
        return Value(clean(text[start:quote] + text[quote + 1 : end - 1]), not compared, start, end)
    end = _word_end(text, start, also=",")
    return Value(clean(text[start:end]), False, start, end)


def _closing(text: str, start: int) -> int:
    end = text.find('"', start + 1)
    if end < 0:
        sentence = f"The quotation mark at character {start + 1} has no end; add a closing one."
        raise QueryFault(sentence, start, len(text), unfinished=True)
    return end + 1


def _word_end(text: str, start: int, also: str = "") -> int:
    """Return where a word ends: a parenthesis that it opened itself belongs to it, as in printer(2)."""
    depth = 0
    for at in range(start, len(text)):
        sign = text[at]
        if sign.isspace() or sign == '"' or sign in also:
            return at
        if sign == "(":
            depth += 1
        elif sign == ")":
            if not depth:
                return at
            depth -= 1
    return len(text)
