"""Targets beside measurements: a table for people and JSON for later comparison."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import NamedTuple


class Figure(NamedTuple):
    """One measurement; `target` is the most it may be, or the `least`; `yardstick` says what else took how long."""

    engine: str
    name: str
    value: float
    unit: str
    target: float | None = None
    yardstick: str = ""
    least: bool = False

    @property
    def missed(self) -> bool:
        """Whether the measurement is on the wrong side of its target."""
        if self.target is None:
            return False
        return self.value < self.target if self.least else self.value > self.target


def quantile(values: list[float], part: float) -> float:
    """Return the value that `part` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def print_table(figures: list[Figure]) -> None:
    """Print every figure, the missed ones marked in words."""
    head = ("engine", "what", "measured", "target", "", "yardstick")
    rows = [
        (
            figure.engine,
            figure.name,
            f"{figure.value:,.2f} {figure.unit}",
            "" if figure.target is None else f"{figure.target:,.2f} {figure.unit}",
            "" if figure.target is None else "MISSED" if figure.missed else "ok",
            figure.yardstick,
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    missed = sum(figure.missed for figure in figures)
    aimed = sum(figure.target is not None for figure in figures)
    print(f"\n{aimed - missed} of {aimed} targets met, {missed} missed.")


def keep(figures: list[Figure], facts: dict[str, object], folder: Path) -> Path:
    """Write the figures and the facts of the run as JSON and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("bench-%Y%m%d-%H%M%S.json")
    content = {"facts": facts, "figures": [figure._asdict() | {"missed": figure.missed} for figure in figures]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return path
