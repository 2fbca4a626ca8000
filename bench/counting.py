"""The program with a tally of its statements: `python -m bench.counting FILE …` adds a byte to FILE for each one."""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Any


def main() -> int:
    """Run the program with the arguments after the file's name."""
    tally = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    del sys.argv[1]
    _count_sqlite(tally)
    if any(argument.startswith("postgres") for argument in sys.argv):
        _count_postgresql(tally)
    from tui.main import main as program

    return program()


def _count_sqlite(tally: int) -> None:
    connect = sqlite3.connect

    def counting(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        opened = connect(*args, **kwargs)
        opened.set_trace_callback(lambda _sql: os.write(tally, b"."))
        return opened

    sqlite3.connect = counting  # type: ignore[assignment]


def _count_postgresql(tally: int) -> None:
    import psycopg

    execute = psycopg.Cursor.execute

    def counting(self: Any, *args: Any, **kwargs: Any) -> Any:
        os.write(tally, b".")
        return execute(self, *args, **kwargs)

    psycopg.Cursor.execute = counting  # type: ignore[method-assign]


if __name__ == "__main__":
    raise SystemExit(main())
