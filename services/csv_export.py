"""Cells of a CSV file that a spreadsheet opens as the text they are."""

from __future__ import annotations

import re

from services.text import clean

# The full-width forms start a formula in East Asian versions of the usual spreadsheets. White space before
# the sign is skipped by some of them.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def csv_cell(value: object) -> str:
    """The text of one cell, with an apostrophe before whatever a spreadsheet would take for a formula.

    Numbers stay numbers, negative ones included; None becomes an empty cell.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    text = clean(value)
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text
