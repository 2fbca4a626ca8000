"""A run of the program: global options, the chosen command, and one sentence for whatever goes wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import TextIOWrapper
from typing import TYPE_CHECKING, NoReturn

from services.errors import DeskError, UsageError

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130


def run(words: list[str]) -> int:
    """Run a command line and return the exit status: 0 done, 1 refused, 2 wrong usage, 75 try again later."""
    return guarded(lambda: _run(words))


def guarded(act: Callable[[], int]) -> int:
    """Do something and return its exit status; whatever goes wrong ends in one sentence on standard error."""
    try:
        try:
            return act()
        finally:
            sys.stdout.flush()
    except SystemExit as leaving:  # argparse leaves this way, after its own message
        return leaving.code if isinstance(leaving.code, int) else 1
    except BrokenPipeError:
        # The reader has seen enough. What is still buffered must not fail once more at interpreter exit.
        _discard_output()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return _explain(error)


def _run(argv: list[str]) -> int:
    import signal

    from tui import cli, config

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A locale without our characters shows question marks instead of failing.
            stream.reconfigure(errors="replace")
    options, rest = cli.split_globals(argv)
    if not rest:
        settings = config.load(options["db"], options["config"], options["as"])
        from tui.app import run_desk

        return run_desk(settings)
    signal.signal(signal.SIGTERM, _leave)
    arguments = cli.parse(rest)
    arguments.settings = config.load(options["db"], options["config"], options["as"])
    return int(arguments.run(arguments) or 0)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """End a command as an error would, so that it undoes what it had begun."""
    raise SystemExit(128 + number)


def _explain(error: Exception) -> int:
    from services.text import row

    if isinstance(error, DeskError):
        known: DeskError | None = error
    else:
        from services.faults import translate

        known = translate(error)
    if known is None:
        from tui.crash import report

        sentence, status = report(error), 1
    else:
        sentence, status = known.sentence, known.exit_status
    print(f"deskwire: {row(sentence, 2000)}", file=sys.stderr)
    if isinstance(known, UsageError):
        print("See “deskwire --help”.", file=sys.stderr)
    return status


def _discard_output() -> None:
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
