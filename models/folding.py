"""Letters without their case, the same on both engines: SQLite's own lower() knows no letter outside ASCII."""

from __future__ import annotations


def fold(text: str) -> str:
    """Return a text in lower case as PostgreSQL's lower() does it: letter by letter."""
    if "Σ" in text or "İ" in text:
        # Python looks at the place of a sigma in its word, and makes two characters of a dotted I.
        return "".join(letter.lower()[0] for letter in text)
    return text.lower()


def fold_column(text: object) -> str | None:
    """Return a column's value folded, as the SQL function `fold` of SQLite connections."""
    return None if text is None else fold(str(text))
