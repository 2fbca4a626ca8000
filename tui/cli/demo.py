"""`deskwire demo`: a desk filled with a sample company, ready to be tried."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from models.binding import is_sqlite, sqlite_path, sqlite_url
from services import auth
from services.errors import Invalid
from services.places import data_directory
from tui.cli import Subparsers, ask_password
from tui.cli.output import say
from tui.config import Settings

if TYPE_CHECKING:
    from services.demo.build import Built


_FEWEST_WITH_MAIL, _MOST_WITH_MAIL = 50, 5_000
"""On a desk between them some mail comes and goes; a large one is for measuring."""


def register(subparsers: Subparsers) -> None:
    """Add the parser of `deskwire demo`."""
    parser = subparsers.add_parser("demo", help="open a desk filled with a sample company")
    parser.add_argument("--tickets", type=int, default=None, metavar="N", help="how many tickets (400)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed gives another company's year")
    parser.add_argument("--no-open", action="store_true", help="build the desk and leave")
    parser.set_defaults(run=_demo)


def _demo(arguments: Namespace) -> int:
    settings = _with_demo_address(arguments.settings)
    built = _build_if_new(settings.url, arguments)
    folder = mail_folder(settings.url)
    if built is not None:
        say(
            f"The sample desk has {built.tickets:,} tickets with {built.history:,} History entries."
            f" Log in as {built.username} with the password {built.password}, or just run this command again."
        )
    if not arguments.settings.url_given and (built is not None or arguments.no_open):
        say(f"Other commands reach it with --db {settings.url}")
    if arguments.no_open:
        return 0
    if built is not None:
        say(f"Mail that you write there reaches nobody: it is caught in {folder}")
    from tui.app import run_desk
    from tui.demo_mail import DemoMail

    return run_desk(settings._replace(tour=True), lambda app: DemoMail(app, folder))


def mail_folder(url: str) -> str:
    """Return the folder in which the mail of a sample desk is caught: beside its file, or among the user's data."""
    if not is_sqlite(url):
        return os.path.join(data_directory(), "demo-mail")
    return os.path.abspath(sqlite_path(url)).removesuffix(".db") + "-mail"


def _with_demo_address(settings: Settings) -> Settings:
    """Keep the real desk untouched: without --db the sample desk has a file of its own."""
    if settings.url_given:
        return settings
    os.makedirs(data_directory(), mode=0o700, exist_ok=True)
    return settings._replace(url=sqlite_url(os.path.join(data_directory(), "demo.db")))


def _build_if_new(url: str, arguments: Namespace) -> Built | None:
    """Build the sample desk where there is none; one that is there already is left as it is."""
    from services.demo.build import DEFAULT_TICKETS, build
    from services.desk import close_desk, create_desk_tables
    from services.first_start import first_start_needed

    create_desk_tables(url, ask=ask_password)
    try:
        if not first_start_needed():
            if arguments.tickets is not None:
                raise Invalid("There is a desk at this address already; give a new one with --db to build another.")
            return None
        from connector.demo import sample

        progress = _Progress() if sys.stderr.isatty() or (arguments.tickets or 0) > 50_000 else None
        wanted = DEFAULT_TICKETS if arguments.tickets is None else arguments.tickets
        with_mail = _FEWEST_WITH_MAIL <= wanted <= _MOST_WITH_MAIL
        built = build(
            tickets=wanted - sample.TICKETS if with_mail else wanted,
            seed=arguments.seed,
            os_account=auth.os_account(),
            progress=progress,
        )
        sample.name_server()
        return _with_mail(built) if with_mail else built
    finally:
        close_desk()


def _with_mail(built: Built) -> Built:
    """Let some mail come and go before anybody looks."""
    from connector.demo import sample
    from services import clock

    tickets, history = sample.add(clock.now())
    return built._replace(tickets=built.tickets + tickets, history=built.history + history)


class _Progress:
    """Writes a line for every tenth of a large desk."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = done * 10 // total
        if total > 5_000 and tenth > self._last:
            self._last = tenth
            print(f"{done:,} of {total:,} tickets", file=sys.stderr)
