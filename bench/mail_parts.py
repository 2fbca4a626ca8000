"""Mail: how much of it comes in a second, how soon, with how much memory, and whether the size of the desk matters."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from bench import mail_pipe, mail_routes, mail_sizes
from bench.desks import BuiltDesk
from bench.mail_letters import Letter, letters
from bench.report import Figure

_MANY = 500
"""From so many mails on, it is worth measuring several times; fewer are for a quick look whether all of it works."""
_FILE = 25_000_000
"""Bytes of a large attachment."""


def parts(desk: BuiltDesk, folder: Path, tickets: int, mails: int) -> list[Callable[[], list[Figure]]]:
    """Return what is to be measured beside a large desk, which stays as it is."""
    engine, server = desk.engine, desk.url
    rounds = 3 if mails >= _MANY else 1
    return [
        lambda: mail_pipe.measure_alone(engine, server, folder, _mails(mails)[: max(2, mails // 10)]),
        lambda: mail_pipe.measure_beside(engine, server, folder, _mails(mails)[: max(2, mails // 5)]),
        lambda: mail_routes.measure_routes(engine, server, folder, _mails(mails), rounds),
        lambda: mail_sizes.measure_sizes(engine, server, folder, tickets, max(2, mails // 2), rounds * 2 - 1),
        lambda: mail_sizes.measure_memory(engine, server, folder, min(_FILE, mails * _FILE // _MANY)),
    ]


@cache
def _mails(count: int) -> list[Letter]:
    return letters(1, count)
