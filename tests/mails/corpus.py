"""All mails of the corpus, for whoever reads, mutates or files every one of them."""

from __future__ import annotations

from tests.mails import charsets, encoded, htmls, reports, senders

CASES = [*charsets.CASES, *senders.CASES, *encoded.CASES, *htmls.CASES, *reports.CASES]
