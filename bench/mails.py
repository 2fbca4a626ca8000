"""The yardstick for words: notmuch, where it is installed, over the same texts as mails."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.questions import pairs
from bench.report import quantile
from models import database
from models.binding import close_database, connection, open_database
from services.search.texts import Document, documents_between
from services.search.words import words

TEXTS = 20_000
"""Mails that are made of the newest tickets; more would take longer to index than everything else takes."""

_BATCH = 1_000
_CONFIG = "[database]\npath={0}\n[user]\nname=Bench\nprimary_email=bench@desk.example\n[new]\ntags=\n[search]\n"


def notmuch(url: str) -> str:
    """Return in words what notmuch needs for the pairs of words, process and all, over the texts of some tickets."""
    if shutil.which("notmuch") is None:
        return "notmuch is not installed"
    with tempfile.TemporaryDirectory(prefix="deskwire-notmuch-") as name:
        folder = Path(name)
        open_database(url)
        try:
            with connection():
                asked, count = [pair.text for pair in pairs()], _write(folder / "mails")
        finally:
            close_database()
        config = folder / "config"
        config.write_text(_CONFIG.format(folder / "mails"))
        environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}
        built = _seconds(["notmuch", "new", "--quiet"], environment)
        times = [_seconds(["notmuch", "search", "--limit=128", *_terms(text)], environment) * 1000 for text in asked]
    spread = f"p50 {quantile(times, 0.5):.0f} ms, p95 {quantile(times, 0.95):.0f} ms"
    return f"notmuch over {count:,} of the texts {spread} (indexed in {built:.0f} s)"


def _terms(text: str) -> list[str]:
    first, last = words(text)
    return [first, "and", f"{last}*"]


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def _write(folder: Path) -> int:
    """Write the newest tickets' texts as mails, and return how many there are."""
    last = int(database.execute_sql("SELECT max(id) FROM ticket").fetchone()[0])
    count = 0
    for start in range(max(1, last - TEXTS + 1), last + 1, _BATCH):
        part = folder / str(start)
        part.mkdir(parents=True)
        for document in documents_between(database, start, min(last, start + _BATCH - 1)):
            (part / f"{document.ticket_id}.eml").write_bytes(_mail(document))
            count += 1
    return count


def _mail(document: Document) -> bytes:
    body = "\n\n".join(piece.text for piece in document.pieces)
    return (
        "From: Bench <bench@desk.example>\nTo: desk@desk.example\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n"
        f"Message-ID: <{document.ticket_id}@desk.example>\nSubject: {' '.join(document.subject.split())}\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{body}\n"
    ).encode()
