"""What the templates of databases hold: the bare tables, or a new desk with its administrator."""

from __future__ import annotations

from typing import NamedTuple

from peewee import Database

from models.binding import close_database, connection, open_database
from models.migrate import migrate
from services.auth import session_for
from services.session import Session
from services.setup import NewAdministrator, create_desk
from services.users import USERS

PASSWORD = "correct horse battery staple"
ADMINISTRATOR = NewAdministrator("Ada Lindqvist", "ada", "ada@desk.example", PASSWORD)
SUPPORT_ADDRESS = "support@desk.example"


class Desk(NamedTuple):
    """A new desk that is bound and connected, with its administrator logged in."""

    url: str
    database: Database
    administrator: Session


def build_empty(url: str) -> None:
    """Create the desk's tables in a blank database."""
    database = open_database(url)
    try:
        with connection():
            migrate(database)
    finally:
        close_database()


def build_new(url: str) -> None:
    """Create the tables, the built-in catalogue and the administrator in a blank database."""
    build_empty(url)
    open_database(url)
    try:
        with connection():
            create_desk(ADMINISTRATOR, support_address=SUPPORT_ADDRESS)
    finally:
        close_database()


def log_in(url: str, bound: Database) -> Desk:
    """Return the desk at `url` with its administrator logged in. Needs a connection."""
    return Desk(url, bound, session_for(USERS.find(ADMINISTRATOR.username), "manual"))
