"""What databases and disks report, turned into sentences that say what to do."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from services.errors import DeskError, NoDesk, SchemaTooOld, TryAgain

Fault = tuple[type[DeskError], str]


class DatabaseLoginFailed(DeskError):
    """The server wants a password that we lack, or refused the one we have."""


NO_DESK: Fault = (
    NoDesk,
    "There is no desk in this database yet: run “deskwire” to create one, or “deskwire demo” for a sample.",
)
TOO_OLD: Fault = (
    SchemaTooOld,
    "This desk was made by an older Deskwire: make a backup, then run “deskwire db migrate”.",
)
_LOCKED: Fault = (
    TryAgain,
    "Another program holds the desk's database locked: try again in a moment.",
)
_STOPPED: Fault = (
    TryAgain,
    "The database stopped this before it was done, because it took too long: try again, or ask for less.",
)
_DISK_FULL: Fault = (
    TryAgain,
    "The disk that holds the desk is full: make room, then try again; nothing was half saved.",
)
_READ_ONLY: Fault = (
    DeskError,
    "The desk's database cannot be written: check who owns the file and its directory, and that the disk is "
    "not mounted read-only.",
)
_DAMAGED: Fault = (
    DeskError,
    "The desk's database is damaged: stop using it, keep a copy, and restore the last good backup with "
    "“deskwire db restore”.",
)
_UNREADABLE: Fault = (
    TryAgain,
    "The desk's database could not be read or written: check the disk and its quota, then try again.",
)
_AWAY: Fault = (
    TryAgain,
    "The database server cannot be reached: check that it runs and that the network is up, then try again.",
)
_BUSY: Fault = (
    TryAgain,
    "The database server has no room for another connection: try again in a moment.",
)
_SERVER_DISK: Fault = (
    TryAgain,
    "The database server's disk is full: its administrator has to make room; nothing was half saved.",
)
_STANDBY: Fault = (
    TryAgain,
    "The database server only allows reading now, perhaps during a fail-over: try again, or add "
    "“target_session_attrs=read-write” to the address.",
)
_FILE_GONE: Fault = (
    TryAgain,
    "The desk's file is no longer at its place: check that its disk is mounted, then try again; nothing was saved.",
)
_REFUSED: Fault = (
    DatabaseLoginFailed,
    "The database server refused the user name or password: check them, or store the password with "
    "“deskwire db login”.",
)
_NO_RIGHT: Fault = (
    DeskError,
    "The database user lacks a right on the desk's tables: ask the server's administrator to grant it.",
)
_NO_DATABASE: Fault = (
    NoDesk,
    "The server has no database of that name: ask its administrator to create it (createdb NAME).",
)
_NO_SERVICE: Fault = (
    DeskError,
    "That service is not defined: add it to ~/.pg_service.conf or correct its name.",
)

_SQLITE_FAULTS: dict[int, Fault] = {
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
    sqlite3.SQLITE_INTERRUPT: _STOPPED,
    sqlite3.SQLITE_FULL: _DISK_FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_IOERR: _UNREADABLE,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_CANTOPEN: (
        DeskError,
        "The desk's file cannot be opened: check that its directory exists and that you may write there.",
    ),
    sqlite3.SQLITE_NOTADB: (
        DeskError,
        "That file is no Deskwire database: check the address given with --db, DESKWIRE_DB or the configuration.",
    ),
}

# Without what libpq says, which quotes the address, in which a password may stand.
_BAD_ADDRESS: Fault = (
    DeskError,
    "The database address is not understood: correct it, and write / @ : in a password as %2F %40 %3A.",
)

# By the first two characters of SQLSTATE where the five do not stand here.
_SQLSTATE_FAULTS: dict[str, Fault] = {
    "08": _AWAY,
    "28": _REFUSED,
    "3D": _NO_DATABASE,
    "42P01": NO_DESK,
    "42703": TOO_OLD,
    "42501": _NO_RIGHT,
    "25006": _STANDBY,
    "40": _LOCKED,
    "55P03": _LOCKED,
    "57014": _STOPPED,
    "57P": _AWAY,
    "53100": _SERVER_DISK,
    "53": _BUSY,
    "58": _SERVER_DISK,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}

# A refused connection carries no SQLSTATE, only the text of libpq and of the server.
_CONNECT_FAULTS: tuple[tuple[str, Fault], ...] = (
    ("password authentication failed", _REFUSED),
    ("no password supplied", _REFUSED),
    ("authentication failed", _REFUSED),
    ("no pg_hba.conf entry", _REFUSED),
    ("role ", _REFUSED),
    ("too many clients", _BUSY),
    ("remaining connection slots", _BUSY),
    ("definition of service", _NO_SERVICE),
    ("invalid integer value", _BAD_ADDRESS),
    ("invalid port number", _BAD_ADDRESS),
    ("Servname not supported", _BAD_ADDRESS),
    ("session is read-only", _STANDBY),
    ("session is not read-only", _STANDBY),
    ("server is in hot standby", _STANDBY),
)

_SYSTEM_FAULTS: dict[int, Fault] = {
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: _DISK_FULL,
    errno.EFBIG: (
        TryAgain,
        "The file may not grow any further (a limit of this account or the disk): raise it, then try again.",
    ),
    errno.EROFS: _READ_ONLY,
}


def translate(error: BaseException) -> DeskError | None:
    """Return the fault as a sentence for people, or None when it was not foreseen."""
    if isinstance(error, DeskError):
        return error
    fault = _fault_of(_original(_cause(error)))
    if fault is None:
        return None
    kind, sentence = fault
    return kind(sentence)


def file_gone() -> DeskError:
    """Return the fault that the desk's file was moved away or its disk has gone."""
    kind, sentence = _FILE_GONE
    return kind(sentence)


def was_stopped(error: BaseException) -> bool:
    """Tell whether a statement ended because its time was over or another thread stopped it."""
    found = _fault_of(_original(_cause(error)))
    return found is _STOPPED


@contextmanager
def translated() -> Iterator[None]:
    """Run the block and raise the foreseeable faults of databases and disks as DeskError."""
    try:
        yield
    except DeskError:
        raise
    except Exception as error:
        known = translate(error)
        if known is None:
            raise
        raise known from error


def _cause(error: BaseException) -> BaseException:
    """Return what went wrong before a rollback failed because SQLite, out of room, had rolled back itself."""
    found: BaseException | None = error
    while found is not None and "no transaction is active" in str(found):
        found = found.__context__
    return found or error


def _original(error: BaseException) -> BaseException:
    """Return the driver's error inside one of Peewee's."""
    inner = getattr(error, "orig", None) if type(error).__module__ == "peewee" else None
    return inner if isinstance(inner, BaseException) else error


def _fault_of(error: BaseException) -> Fault | None:
    if isinstance(error, sqlite3.Error):
        return _sqlite_fault(error)
    if isinstance(error, OSError):
        return _system_fault(error)
    if type(error).__module__.partition(".")[0] == "psycopg":
        return _postgres_fault(error)
    return None


def _sqlite_fault(error: sqlite3.Error) -> Fault | None:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    if code == sqlite3.SQLITE_ERROR:
        text = str(error)
        if text.startswith("no such table"):
            return NO_DESK
        return TOO_OLD if text.startswith(("no such column", "table ")) and "column" in text else None
    return _SQLITE_FAULTS.get(code & 0xFF)  # the low byte is the kind, the rest its detail


def _system_fault(error: OSError) -> Fault | None:
    if error.errno in _SYSTEM_FAULTS:
        return _SYSTEM_FAULTS[error.errno]
    name = error.filename
    if not isinstance(name, str):
        return None
    reasons = {
        errno.ENOENT: "does not exist: check the path",
        errno.EACCES: "is not yours to read or write: check who owns it",
        errno.EPERM: "is not yours to read or write: check who owns it",
        errno.EISDIR: "is a directory: name a file",
        errno.ENOTDIR: "lies below something that is no directory: check the path",
        errno.EEXIST: "exists already: choose another name",
    }
    reason = reasons.get(error.errno or 0)
    return (DeskError, f"{name} {reason}.") if reason else None


def _postgres_fault(error: BaseException) -> Fault | None:
    state: str = getattr(error, "sqlstate", None) or ""
    for prefix in (state, state[:3], state[:2]):
        if prefix and prefix in _SQLSTATE_FAULTS:
            return _SQLSTATE_FAULTS[prefix]
    if state or type(error).__name__ not in ("OperationalError", "ConnectionTimeout"):
        return _address_fault(error)
    # Servers answer in their own language, libpq's flags do not.
    attempt = getattr(error, "pgconn", None)
    if attempt is not None and (attempt.needs_password or attempt.used_password):
        return _REFUSED
    text = str(error)
    if "database " in text and "does not exist" in text:
        return _NO_DATABASE
    return next((fault for sign, fault in _CONNECT_FAULTS if sign in text), _AWAY)


def _address_fault(error: BaseException) -> Fault | None:
    text = str(error).strip()
    if text.startswith("invalid URI query parameter"):
        return (DeskError, f"The database address is not understood ({text}): correct it and try again.")
    if text.startswith(("invalid ", "missing ", "forbidden value", "unexpected ", "unterminated ")):
        return _BAD_ADDRESS
    return None
