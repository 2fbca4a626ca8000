"""PostgreSQL's driver is imported when a PostgreSQL desk is opened, and not before."""

from __future__ import annotations

import subprocess
import sys

from tests.support.terminal import ROOT

_PROGRAM = """
import sys
import tui.program
from services import desk
desk.open_desk(sys.argv[1])
import tui.app, tui.start, screens.main.main_screen
print("psycopg" in sys.modules)
"""


def test_the_driver_is_imported_for_a_desk_on_a_server_only(engine: str, new_desk_url: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _PROGRAM, new_desk_url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(engine == "postgresql")


_ALONE = """
import sys
import models
print("peewee" in sys.modules)
import models.driver
print(*sorted({"calendar", "inspect", "logging", "socket", "uuid", "psycopg"} & set(sys.modules)))
import logging, peewee
from models.binding import connection, open_database
open_database("sqlite:///:memory:")
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(name)s")
with connection(), models.database.atomic(), models.database.atomic():
    models.database.execute_sql("SELECT 1")
print(peewee.uuid.UUID.__name__, peewee.calendar.timegm((1970, 1, 2, 0, 0, 0)), "socket" in sys.modules)
"""


def test_peewee_leaves_to_others_what_it_seldom_needs() -> None:
    told = subprocess.run([sys.executable, "-c", _ALONE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["False", "", "peewee", "peewee", "peewee", "UUID 86400 False"]
