"""Lists as bytes, line by line, in UTF-8: JSON Lines, CSV that no spreadsheet runs, and Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from services.text import row

# JSON itself escapes only the C0 controls; what a terminal would obey or misread goes escaped as well.
_UNFIT = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ud800-\udfff\ufeff]")
# What Markdown, or the HTML that may stand in it, would take for more than text.
_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#~$])")
_LONGEST_CELL = 1_000


def json_lines(objects: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield one JSON object a line; escaped characters read back unchanged."""
    from json import dumps

    for each in objects:
        yield _UNFIT.sub(_escaped, dumps(each, ensure_ascii=False)).encode("utf-8") + b"\n"


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield CSV with a header line; no cell is a formula to a spreadsheet."""
    import csv
    import io
    from itertools import chain

    from services.csv_export import csv_cell

    for cells in chain([header], rows):
        line = io.StringIO()
        csv.writer(line).writerow([csv_cell(cell) for cell in cells])
        yield line.getvalue().encode("utf-8", "replace")


def markdown_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield a Markdown table; every cell is one line and reads as the text it is."""
    yield _markdown(header)
    yield _markdown(["---"] * len(header), plain=True)
    for cells in rows:
        yield _markdown(cells)


def _markdown(cells: Iterable[object], *, plain: bool = False) -> bytes:
    written = (str(cell) if plain else _cell(cell) for cell in cells)
    return f"| {' | '.join(written)} |\n".encode("utf-8", "replace")


def _cell(value: object) -> str:
    text = row("" if value is None else str(value), _LONGEST_CELL)
    return _MARKUP.sub(r"\\\1", text).replace("&", "&amp;")


def _escaped(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"
