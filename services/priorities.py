"""Ticket priorities: a fixed scale, because rules and sorting hang on its order."""

from __future__ import annotations

from services.errors import Invalid

NOT_APPLICABLE, LOW, NORMAL, HIGH, URGENT = range(5)
LABELS = ("N/A", "Low", "Normal", "High", "Urgent")


def label(priority: int) -> str:
    """Return what people read for a priority."""
    return LABELS[priority] if 0 <= priority < len(LABELS) else str(priority)


def parse(text: str) -> int:
    """Return the priority that a person typed as a label, its beginning, or its number."""
    typed = text.strip().casefold()
    for code, name in enumerate(LABELS):
        if typed and (typed == str(code) or name.casefold().startswith(typed)):
            return code
    raise Invalid(f"“{text}” is no priority; choose one of {', '.join(LABELS)}.", "priority")
