"""`python -m bench`: build or reuse the large desks, measure the program on both engines, print the table."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import bulk, keys, live, mail_parts, mails, many, processes, searching, written
from bench.desks import BuiltDesk, postgres_desk, sqlite_desk
from bench.mail_desk import WrongResult
from bench.report import Figure, keep, print_table
from services.numbers import number_of

PARTS = ("start", "keys", "search", "worst", "many", "live", "export", "index", "mail", "rest")


def main() -> int:
    """Measure and print; the exit status is 0 even when targets are missed, which the table says.

    It is 1 when something was measured that did not do what it should.
    """
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000, help="size of the desks (1,000,000)")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), action="append", help="only this one")
    parser.add_argument("--repeats", type=int, default=100, help="repeats of each key (100)")
    parser.add_argument("--mails", type=int, default=1_000, help="how many mails are brought in (1,000)")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part; may be given several times")
    parser.add_argument("--build-index", action="store_true", help="measure building the full-text index, for minutes")
    parser.add_argument("--folder", type=Path, default=_folder(), help="where the desks are kept")
    parser.add_argument("--results", type=Path, default=Path("bench/results"), help="where the JSON goes")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    figures: list[Figure] = []
    wrong: list[str] = []
    for engine in arguments.engine or ["sqlite", "postgresql"]:
        if engine == "sqlite":
            figures += _measure(sqlite_desk(arguments.folder, arguments.tickets), arguments, wrong)
        else:
            with postgres_desk(arguments.folder, arguments.tickets) as desk:
                figures += _measure(desk, arguments, wrong)
    print_table(figures)
    facts: dict[str, object] = {
        "tickets": arguments.tickets,
        "repeats": arguments.repeats,
        "mails": arguments.mails,
        "load": os.getloadavg(),
        "size": list(keys.SIZE),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
    }
    print(f"Kept in {keep(figures, facts, arguments.results)}.")
    for sentence in wrong:
        print(f"WRONG: {sentence}")
    return 1 if wrong else 0


def _measure(desk: BuiltDesk, arguments: argparse.Namespace, wrong: list[str]) -> list[Figure]:
    repeats: int = arguments.repeats
    engine, url = desk.engine, desk.url
    middle = number_of(arguments.tickets // 2)
    seconds = 10 if repeats >= 100 else 2
    figures = [Figure(engine, "size of the desk", desk.size / 2**30, "GB")]
    if desk.build_seconds is not None:
        figures.append(Figure(engine, "building the desk", desk.build_seconds, "s"))
    parts: dict[str, list[Callable[[], list[Figure]]]] = {
        "start": [
            lambda: processes.measure_start(engine, url, max(3, repeats // 10)),
            lambda: processes.measure_show(engine, url, middle, max(5, repeats // 5)),
        ],
        "keys": [
            lambda: keys.measure_list(engine, url, repeats),
            lambda: keys.measure_ticket(engine, url, repeats),
        ],
        "search": [lambda: searching.measure_search(engine, url, mails.notmuch(url))],
        "worst": [lambda: searching.measure_worst(engine, url)],
        "many": [lambda: bulk.measure_bulk(engine, url), lambda: many.measure_many(engine, url)],
        "live": [lambda: live.measure_live(engine, url, seconds)],
        "export": [lambda: written.measure_export(engine, url)],
        "index": [lambda: written.measure_index(desk, build=arguments.build_index)],
        "mail": mail_parts.parts(desk, arguments.folder, arguments.tickets, arguments.mails),
        "rest": [lambda: processes.measure_rest(engine, url, seconds)],
    }
    for part in arguments.only or PARTS:
        print(f"Measuring {part} on {engine} …", file=sys.stderr)
        for measure in parts[part]:
            try:
                figures += measure()
            except WrongResult as result:
                wrong.append(f"{part} on {engine}: {result}")
    return figures


def _folder() -> Path:
    """Return a folder that the unprivileged user of a PostgreSQL server can reach, short enough for its socket."""
    return Path(tempfile.gettempdir()) / f"deskwire-bench-{os.getuid()}"


if __name__ == "__main__":
    raise SystemExit(main())
