"""The commands that look after the database."""

from __future__ import annotations

import sys
import time
from argparse import Namespace

from models.binding import is_sqlite, redacted
from services.clock import iso
from services.errors import DeskError, NoDesk, SchemaTooNew, SchemaTooOld, UsageError
from tui.cli import Subparsers, ask_password, output


def register(subparsers: Subparsers) -> None:
    """Add `db` and its commands."""
    parser = subparsers.add_parser("db", help="look after the database")
    commands = parser.add_subparsers(required=True, dest="db_command", metavar="COMMAND")

    status = commands.add_parser("status", help="show the database, its schema and its size")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    status.set_defaults(run=_status)

    migrate = commands.add_parser("migrate", help="bring the database to this program's schema")
    migrate.set_defaults(run=_migrate)

    backup = commands.add_parser("backup", help="write the whole desk, while it is in use, to one file")
    backup.add_argument("file", metavar="FILE")
    backup.add_argument("--force", action="store_true", help="replace FILE if it exists")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="restore a backup of either engine")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--force", action="store_true", help="replace the desk that is there (a local one is moved aside)"
    )
    restore.set_defaults(run=_restore)

    check = commands.add_parser("check", help="check the database and the desk's rules; status 1 on faults")
    check.add_argument("--quick", action="store_true", help="only the newest attachments, no full page check")
    check.set_defaults(run=_check)

    reindex = commands.add_parser("reindex", help="build the index of the full-text search anew")
    reindex.set_defaults(run=_reindex)

    copy = commands.add_parser("copy", help="copy this desk to an empty database, of either engine")
    copy.add_argument("url", metavar="URL")
    copy.set_defaults(run=_copy)

    login = commands.add_parser("login", help="keep the database password in the keyring")
    login.set_defaults(run=_login)
    logout = commands.add_parser("logout", help="remove the database password from the keyring")
    logout.set_defaults(run=_logout)


def _status(arguments: Namespace) -> int:
    from services.database_tools.status import read_status

    found = read_status(arguments.settings.url, ask_password)
    if arguments.json:
        fields = found._asdict()
        fields["last_operation_at"] = iso(found.last_operation_at)
        output.json_lines([{"state": found.state, **fields}])
    else:
        _print_status(found._asdict(), found.state)
    if found.state == "new":
        raise SchemaTooNew("The database was written by a newer Deskwire: upgrade this program to open it.")
    if found.state == "old":
        raise SchemaTooOld("The schema is older than the program: make a backup, then run “deskwire db migrate”.")
    if found.state == "empty":
        raise NoDesk("There is no desk in this database yet: run “deskwire” to create one.")
    return 0


def _print_status(found: dict[str, object], state: str) -> None:
    states = {
        "ready": "ready",
        "empty": "no desk yet",
        "old": "to be migrated",
        "new": "written by a newer Deskwire",
    }
    size = found["size"]
    lines = [
        ("Address", found["address"]),
        ("Engine", f"{found['engine']} {found['server_version']}"),
        ("State", states[state]),
        ("Size", f"{size / 1_000_000:,.1f} MB" if isinstance(size, int) else "unknown"),
    ]
    for name in ("tickets", "open_tickets", "users", "mails", "quarantined"):
        if isinstance(value := found[name], int):
            lines.append((name.replace("_", " ").capitalize(), f"{value:,}"))
    if isinstance(at := found["last_operation_at"], int):
        lines.append(("Last operation", iso(at)))
    output.table(lines)


def _migrate(arguments: Namespace) -> int:
    from services import desk

    opened = desk.connect(arguments.settings.url, ask=ask_password)
    try:
        if not desk.applied_in(opened):
            desk.check_schema(())
        applied = desk.migrate_desk(opened)
    finally:
        opened.close()
    for name in applied:
        output.say(f"Applied {name}.")
    if not applied:
        output.say("The schema is up to date.")
    return 0


def _backup(arguments: Namespace) -> int:
    from services.database_tools.backup import back_up

    with Meter() as meter:
        made = back_up(arguments.settings.url, arguments.file, force=arguments.force, ask=ask_password, progress=meter)
    output.say(f"Saved {made.tickets:,} tickets to {made.path} ({made.size / 1_000_000:,.1f} MB), checked.")
    return 0


def _restore(arguments: Namespace) -> int:
    from services.database_tools.restore import restore

    with Meter() as meter:
        done = restore(arguments.settings.url, arguments.file, force=arguments.force, ask=ask_password, progress=meter)
    output.say(f"Restored {done.tickets:,} tickets ({done.rows:,} rows in all), checked.")
    if done.kept:
        output.say(f"The desk that was there is now {done.kept}.")
    return 0


def _check(arguments: Namespace) -> int:
    from services.database_tools.check import check_desk

    faults = 0
    with Meter() as meter:
        for finding in check_desk(arguments.settings.url, quick=arguments.quick, ask=ask_password, progress=meter):
            meter.clear()
            faults += not finding.ok
            output.say(f"{'ok   ' if finding.ok else 'FAULT'}  {finding.name}" + _where(finding.detail))
    if faults:
        what = "1 check" if faults == 1 else f"{faults} checks"
        raise DeskError(f"{what} found faults: keep a copy of the database before anything is changed.")
    return 0


def _where(detail: str) -> str:
    return f": {detail}" if detail else ""


def _reindex(arguments: Namespace) -> int:
    from services.database_tools.reindex import reindex

    with Meter() as meter:
        count = reindex(arguments.settings.url, ask_password, meter)
    output.say(f"The texts of {count:,} tickets are indexed.")
    return 0


def _copy(arguments: Namespace) -> int:
    from services.database_tools.transfer import copy_desk

    source, target = arguments.settings.url, arguments.url
    if redacted(source) == redacted(target):
        raise UsageError("That is the desk itself: name another database to copy it to.")
    with Meter() as meter:
        copied = copy_desk(source, target, ask_password, meter)
    for table, total in copied.totals.items():
        if total.rows:
            output.say(f"{table:<20} {total.rows:>12,} rows, equal ({total.checksum[:12]})")
    output.say(f"Copied {copied.rows:,} rows to {redacted(target)}: every table has the same count and checksum there.")
    output.say("To work on the copy, set its address in the configuration or in DESKWIRE_DB.")
    return 0


def _login(arguments: Namespace) -> int:
    from services import desk, secrets

    url = arguments.settings.url
    if is_sqlite(url):
        raise DeskError("A local desk needs no database password: give the shared desk's address with --db.")
    if not sys.stdin.isatty():
        raise UsageError("The password is typed on a terminal: run “deskwire db login” on one.")
    password = ask_password(redacted(url))
    if not password:
        raise DeskError("No password was typed: nothing was stored.")
    desk.connect(url, password).close()
    secrets.store_password(url, password)
    output.say(f"Stored the password for {redacted(url)} in the keyring.")
    return 0


def _logout(arguments: Namespace) -> int:
    from services import secrets

    url = arguments.settings.url
    if not secrets.forget_password(url):
        raise DeskError(f"The keyring holds no password for {redacted(url)}.")
    output.say(f"Removed the password for {redacted(url)} from the keyring.")
    return 0


class Meter:
    """One line of progress on standard error, if that is a terminal; a few updates a second."""

    _EVERY_SECONDS = 0.2

    def __init__(self) -> None:
        self._shown = False
        self._last = 0.0
        self._active = sys.stderr.isatty()

    def __enter__(self) -> Meter:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far the work is."""
        if not self._active or time.monotonic() - self._last < self._EVERY_SECONDS:
            return
        self._last = time.monotonic()
        share = f" {100 * done // total} %" if total > 1 else ""
        print(f"\r{what} {done:,}{share}\x1b[K", end="", file=sys.stderr, flush=True)
        self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
            self._shown = False
