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


_LATE = """
import sys
import models
print("peewee" in sys.modules)
import models.driver
print("peewee" in sys.modules, "psycopg" in sys.modules)
"""


def test_peewee_is_imported_for_what_needs_tables_only() -> None:
    told = subprocess.run([sys.executable, "-c", _LATE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines() == ["False", "True False"]
