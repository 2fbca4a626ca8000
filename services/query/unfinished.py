"""What a query means so far that somebody is still typing: half a field is no mistake yet."""

from __future__ import annotations

from services.query.faults import QueryFault


def finished(text: str, fault: QueryFault) -> str | None:
    """Return a query without the fault at its end: a parenthesis closed, a half-typed field or value left out.

    None where the fault is not at the end, and so not one of typing.
    """
    start = fault.start
    if fault.end < len(text.rstrip()):
        return None
    sign = text[start : start + 1]
    if sign == "(" and text[start + 1 :].strip():
        return f"{text})"
    if sign == '"' and text[:start].rstrip("(-")[-1:].strip() == "":
        # A phrase matches whole words only, and the last one is not whole yet.
        return text[:start] + text[start + 1 :]
    if sign not in "()":
        start = _start_of_word(text, start)
    return text[:start] if start < len(text) else None


def _start_of_word(text: str, at: int) -> int:
    while at and not text[at - 1].isspace() and text[at - 1] != "(":
        at -= 1
    return at
