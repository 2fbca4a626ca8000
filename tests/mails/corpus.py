"""All mails of the corpus, for whoever reads, mutates or files every one of them."""

from __future__ import annotations

from tests.mails import answers, charsets, encoded, htmls, parts, reports, senders, wrapped

CASES = [
    *charsets.CASES,
    *senders.CASES,
    *encoded.CASES,
    *htmls.CASES,
    *answers.CASES,
    *reports.CASES,
    *parts.CASES,
    *wrapped.CASES,
]
