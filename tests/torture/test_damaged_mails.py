"""Reading tens of thousands of mails with damage: none raises, none takes long, every text can be stored."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.mail.message import ParsedMail
from connector.mail.parse import read
from services.quotes import split_quotes
from services.subjects import bare_subject
from services.text import clean
from tests.mails import bodies, files, headers
from tests.mails.corpus import CASES
from tests.mails.mutations import mutation

ALL = 50_000
SLICES = 8
A_FEW = 1_000
SECONDS = 5.0
_LARGE = 60_000


def _mails() -> list[bytes]:
    """All mails that people wrote for the tests, ours and the interpreter's, but for the few that are only large."""
    import test.test_email

    folder = Path(os.path.dirname(test.test_email.__file__)) / "data"
    ours = [case.raw for case in (*CASES, *headers.CASES, *bodies.CASES, *files.CALENDARS, *files.NAMES, *files.TYPES)]
    theirs = [path.read_bytes() for path in sorted(folder.glob("msg_*.txt"))]
    return [raw for raw in ours + theirs if len(raw) < _LARGE]


MAILS = _mails()


def _texts(value: object) -> Iterator[str]:
    """Yield every text within what was read."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from _texts(pair)
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)


def _fault(mail: ParsedMail) -> str:
    """Return what is wrong with a mail that was read, or nothing."""
    for text in _texts(mail):
        if clean(text) != text:
            return f"not clean: {text[:200]!r}"
        text.encode("utf-8")
    if not mail.message_id or not all(file.name for file in mail.attachments):
        return "something is without a name"
    if "\n".join(line for block in split_quotes(mail.text) for line in block.lines) != mail.text:
        return "folding lost a line"
    bare = bare_subject(mail.subject)
    if not isinstance(mail.thanks_only, bool) or bare_subject(bare) != bare:
        return "something is left before the subject"
    return ""


@pytest.mark.parametrize("part", range(SLICES))
def test_damaged_mails_are_mails(part: int, full: bool) -> None:
    slowest, worst = 0.0, -1
    numbers = range(part, ALL, SLICES) if full else range(part, A_FEW * SLICES, SLICES)
    for number in numbers:
        raw = mutation(number, MAILS)
        began = time.process_time()
        try:
            fault = _fault(read(raw))
        except Exception as error:
            error.add_note(f"mutation {number}")
            raise
        taken = time.process_time() - began
        assert not fault, f"mutation {number}: {fault}"
        assert taken < SECONDS, f"mutation {number} took {taken:.1f} s"
        if taken > slowest:
            slowest, worst = taken, number
    print(f"{len(numbers)} mails with damage; the slowest is {worst} with {slowest * 1_000:.0f} ms")


def test_a_number_is_always_the_same_mail() -> None:
    for number in range(0, 400, 7):
        raw = mutation(number, MAILS)
        assert raw == mutation(number, MAILS)
        assert read(raw) == read(raw)
