"""What mail costs at a desk with many tickets against one with few, and how much memory a large file needs."""

from __future__ import annotations

import base64
import random
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.mail_check import check
from bench.mail_desk import MailDesk, WrongResult, copied_desk, new_desk, sample_desk
from bench.mail_letters import Letter, letters, read, write_folder
from bench.mail_routes import Brought, send_by_lmtp
from bench.report import Figure
from models.binding import close_database, connection, open_database
from services.sql import fetch
from tests.support.desks import SUPPORT_ADDRESS

_FEW = 10
_TARGET_RATIO = 1.05
_TARGET_MEMORY = 250.0


def measure_sizes(engine: str, server: str, folder: Path, tickets: int, mails: int, rounds: int) -> list[Figure]:
    """Import folders of other mails each time into both desks, in turns; of several turns the first one warms up."""
    few_times: list[Brought] = []
    many_times: list[Brought] = []
    warming = 1 if rounds > 1 else 0
    with sample_desk(engine, server, folder, _FEW) as few, copied_desk(engine, server, folder) as many:
        came: list[Letter] = []
        for turn in range(rounds + warming):
            some = letters(1_000 + turn, mails)
            came += some
            with tempfile.TemporaryDirectory(prefix="letters-", dir=folder) as name:
                place = str(write_folder(Path(name) / "mails", some))
                pair = [(few, few_times), (many, many_times)]
                for desk, times in pair if turn % 2 else reversed(pair):
                    times.append(Brought(*desk.does("mail", "import", place)))
        check(few, came)
        check(many, came)
    few_times, many_times = few_times[warming:], many_times[warming:]
    return [
        Figure(
            engine, f"mail from a folder, {tickets:,} tickets against {_FEW}",
            statistics.median(many.seconds / few.seconds for few, many in zip(few_times, many_times, strict=True)),
            "×", _TARGET_RATIO,
            f"median of {rounds} turns with {mails:,} mails; {_rate(many_times, mails)} against"
            f" {_rate(few_times, mails)} mails/s, {_cpu(many_times)} against {_cpu(few_times)} s of a processor",
        )
    ]  # fmt: skip


def _rate(times: Sequence[Brought], mails: int) -> str:
    return f"{mails / statistics.median(one.seconds for one in times):.0f}"


def _cpu(times: Sequence[Brought]) -> str:
    return f"{statistics.median(one.cpu for one in times):.2f}"


def measure_memory(engine: str, server: str, folder: Path, size: int) -> list[Figure]:
    """Send one mail with a large attachment to a fresh LMTP server, and read the most memory that it ever had."""
    (letter,) = read([_with_file(size)])
    with new_desk(engine, server, folder) as desk:
        with desk.working("mail", "lmtp", "--listen", "0", says="Listening") as running:
            before = _peak(running.pid)
            send_by_lmtp(running.port, [letter.raw])
            desk.wait_for(1)
            peak = _peak(running.pid)
        check(desk, [letter])
        _check_file(desk, size)
    return [
        Figure(
            engine, f"memory of LMTP for a file of {size / 1e6:.0f} MB", peak, "MB", _TARGET_MEMORY,
            f"{before:.0f} MB before it; the mail has {len(letter.raw) / 1e6:.0f} MB",
        )
    ]  # fmt: skip


def _with_file(size: int) -> bytes:
    data = base64.encodebytes(random.Random(size).randbytes(size)).replace(b"\n", b"\r\n")
    head = (
        f"From: Cleo Marsh <cleo@acme.example>\r\nTo: {SUPPORT_ADDRESS}\r\nSubject: All of it\r\n"
        "Message-ID: <large@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=edge\r\n\r\n"
        "--edge\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n--edge\r\nContent-Type: application/zip\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=all.zip\r\n\r\n"
    )
    return head.encode() + data + b"--edge--\r\n"


def _check_file(desk: MailDesk, size: int) -> None:
    open_database(desk.url)
    try:
        with connection():
            sizes = [row[0] for row in fetch("SELECT b.size FROM document d JOIN blob b ON b.sha256 = d.blob_id")]
    finally:
        close_database()
    if sizes != [size]:
        raise WrongResult(f"The files of the ticket have {sizes} bytes, expected one of {size}.")


def _peak(pid: int) -> float:
    """Return the most resident memory that a process ever had, in MB of a million bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise WrongResult("This system does not tell the memory of a process.")
