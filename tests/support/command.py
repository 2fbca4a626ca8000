"""Running the real program as a script would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def deskwire(*words: str, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run `deskwire` with these words, nothing on standard input, and return what it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    options.setdefault("stdin", subprocess.DEVNULL)
    if "input" in options:
        del options["stdin"]
    return subprocess.run(
        [sys.executable, "-m", "tui.main", *words],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        timeout=120,
        **options,
    )
