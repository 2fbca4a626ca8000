"""What commands read and print: plain text that no terminal obeys, JSON Lines, and CSV that no spreadsheet runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.text import plain, row

_SECOND = 1_000_000
# JSON itself escapes only the C0 controls.
_UNFIT = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff]")


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


def moment(at: int | None) -> str | None:
    """Return a moment as ISO 8601 in UTC, with a fraction only where there is one; None stays None."""
    if at is None:
        return None
    from time import gmtime, strftime

    seconds, fraction = divmod(at, _SECOND)
    text = strftime("%Y-%m-%dT%H:%M:%S", gmtime(seconds))
    return f"{text}.{fraction:06d}Z" if fraction else f"{text}Z"


def json_lines(objects: Iterable[Mapping[str, Any]]) -> None:
    """Print one JSON object a line, in UTF-8 whatever the locale.

    What a terminal would obey or misread is printed escaped, which JSON reads back unchanged.
    """
    from json import dumps

    sys.stdout.flush()
    for each in objects:
        text = _UNFIT.sub(_escaped, dumps(each, ensure_ascii=False))
        sys.stdout.buffer.write(text.encode("utf-8") + b"\n")


def csv_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print CSV in UTF-8 with a header line; no cell is a formula to a spreadsheet."""
    import csv
    import io
    from itertools import chain

    from services.csv_export import csv_cell

    sys.stdout.flush()
    for cells in chain([header], rows):
        line = io.StringIO()
        csv.writer(line).writerow([csv_cell(cell) for cell in cells])
        sys.stdout.buffer.write(line.getvalue().encode("utf-8"))


def table(rows: Iterable[Sequence[object]], header: Sequence[str] = ()) -> None:
    """Print columns that line up, two spaces apart; None is an empty cell."""
    from services.text import cell_width

    every = [header, *rows] if header else list(rows)
    lines = [[row("" if cell is None else str(cell)) for cell in line] for line in every]
    widths = [max(map(cell_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        padded = [cell + " " * (width - cell_width(cell)) for cell, width in zip(line, widths, strict=True)]
        print("  ".join(padded).rstrip())


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
