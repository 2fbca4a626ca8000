"""All mails of the corpus, for whoever reads, mutates or files every one of them."""

from __future__ import annotations

from tests.mails import (
    answers,
    automatic,
    bounces,
    bounces_in_words,
    bounces_of_others,
    charsets,
    encoded,
    forwards,
    htmls,
    invitations,
    parts,
    protected,
    senders,
    winmails,
)

CASES = [
    *(*charsets.CASES, *senders.CASES, *encoded.CASES, *htmls.CASES, *parts.CASES, *answers.CASES, *forwards.CASES),
    *(*bounces.CASES, *bounces_in_words.CASES, *bounces_of_others.CASES, *automatic.CASES),
    *(*invitations.CASES, *protected.CASES, *winmails.CASES),
]
