"""What commands read and print: plain text that no terminal obeys, tables, and lines for other programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.text import cell_width, plain, row


def say(text: str) -> None:
    """Print text of one or more lines, safe for the terminal it lands on."""
    print(plain(text))


def warn(text: str) -> None:
    """Print text on standard error, safe for the terminal."""
    print(plain(text), file=sys.stderr)


def typed_text() -> str:
    """Return what stands on standard input, as UTF-8 whatever the locale; bytes that are none become U+FFFD."""
    binary = getattr(sys.stdin, "buffer", None)
    return sys.stdin.read() if binary is None else binary.read().decode("utf-8", "replace")


def pieces(lines: Iterable[bytes]) -> None:
    """Print lines that are encoded already, such as JSON Lines and CSV in UTF-8 whatever the locale."""
    sys.stdout.flush()
    for line in lines:
        sys.stdout.buffer.write(line)


def json_lines(objects: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object a line."""
    from services.export.formats import json_lines as written

    pieces(written(objects))


def table(rows: Iterable[Sequence[object]], header: Sequence[str] = ()) -> None:
    """Print columns that line up, two spaces apart; None is an empty cell."""
    every = [header, *rows] if header else list(rows)
    lines = [[row("" if cell is None else str(cell)) for cell in line] for line in every]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [cell + " " * (width - cell_width(cell)) for cell, width in zip(line, widths, strict=True)]
        print("  ".join(padded).rstrip())
