"""What is kept of a fault that nobody foresaw: where it happened, and none of the data it happened with."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from importlib.metadata import PackageNotFoundError, version

from services import clock
from services.places import state_directory
from services.text import plain


def report(error: BaseException) -> str:
    """Write the fault's trace, without the values of variables, to a private file; return a sentence about it."""
    kind = type(error).__name__
    text = "\n".join([*_surroundings(), "", *traceback.format_exception(error)])
    try:
        path = os.path.join(state_directory(), f"crash-{clock.now() // clock.SECOND}-{os.getpid()}.txt")
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(plain(text))
    except OSError:
        return f"Deskwire met a fault that it did not expect ({kind}), and could not write a report about it."
    return (
        f"Deskwire met a fault that it did not expect ({kind}); what was not finished was not saved. "
        f"Please send the report in {path} to whoever looks after Deskwire."
    )


def _surroundings() -> list[str]:
    lines = [f"Deskwire {program_version()}, Python {platform.python_version()}, {platform.platform()}"]
    # Options, but no values: a subject or an address in them is nobody's business.
    words = [word.partition("=")[0] for word in sys.argv[1:] if word.startswith("-") or word.isalpha()]
    return [*lines, f"Command: {' '.join(words)}"]


def program_version() -> str:
    """Return the installed version of Deskwire."""
    try:
        return version("deskwire")
    except PackageNotFoundError:
        return "unknown"
