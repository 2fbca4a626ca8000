"""The folder in which one user's drafts at one desk lie, shared by every program that this person runs.

A file's name says at which place the draft belongs and which program holds it. A program keeps a lock as long as it
runs, whatever ends it; drafts of programs without one are offered again. Taking up a draft renames its file, which
only one of two programs can do.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import suppress
from threading import Lock
from typing import NamedTuple

from services.drafts import LARGEST, Draft, Place, Unreadable, decode, encode
from services.errors import DeskError
from services.places import state_path

KEPT_DAYS = 90
"""How long a draft that nobody takes up is kept."""

_NAME = re.compile(r"([0-9a-f]{16})-([0-9a-f]{16})-([0-9a-f]{6,12})\.json")
_LOCK = re.compile(r"([0-9a-f]{16})\.lock")
_SENT = re.compile(r"sent-[0-9]{1,19}\.json")
_LEFTOVER = re.compile(r".*\.(tmp|unreadable)")
_NOBODY = "0" * 16
_DAY_SECONDS = 86_400


class _Found(NamedTuple):
    """A file of the folder that is named like a draft."""

    name: str
    place: str
    owner: str
    changed: float


class Shelf:
    """The drafts of one user at one desk, as one running program sees them; may be used by several threads."""

    def __init__(self, desk: str, user_id: int, root: str | None = None) -> None:
        self._user_id = user_id
        self._root = os.path.join(root or state_path(), "drafts")
        self.folder = os.path.join(self._root, desk, str(user_id))
        self._owner = secrets.token_hex(8)
        self._guard = Lock()
        self._lock: int | None = None
        self._count = 0

    # What lies there

    def waiting(self) -> list[Draft]:
        """Return every draft that nobody works on, the newest first; what cannot be read is put aside."""
        found = [self._read(each.name) for each in self._free()]
        return sorted((each for each in found if each is not None), key=lambda draft: draft.saved_at, reverse=True)

    def take(self, place: Place, name: str = "") -> Draft | None:
        """Take up the newest waiting draft of a place, or the one that is named; None when there is none."""
        found = [each for each in self._free() if each.place == place.key and (not name or each.name == name)]
        for each in sorted(found, key=lambda file: file.changed, reverse=True):
            mine = self._claimed(each)
            draft = self._read(mine) if mine else None
            if draft is not None and draft.place == place:
                return draft
        return None

    def _free(self) -> Iterator[_Found]:
        alive: dict[str, bool] = {_NOBODY: False, self._owner: True}
        for each in self._files():
            if each.owner not in alive:
                alive[each.owner] = self._is_running(each.owner)
            if not alive[each.owner]:
                yield each

    def _files(self) -> Iterator[_Found]:
        try:
            with os.scandir(self.folder) as entries:
                for entry in entries:
                    named = _NAME.fullmatch(entry.name)
                    if named and entry.is_file(follow_symlinks=False):
                        changed = entry.stat(follow_symlinks=False).st_mtime
                        yield _Found(entry.name, named[1], named[2], changed)
        except OSError:
            # No folder yet, or one that cannot be read: there is nothing to offer.
            return

    def _claimed(self, found: _Found) -> str | None:
        """Make a waiting draft this program's own; None when another one was quicker."""
        try:
            self._hold()
            name = self.new_name(found.place)
            os.rename(self._path(found.name), self._path(name))
        except (OSError, DeskError):
            return None
        return name

    def _read(self, name: str) -> Draft | None:
        try:
            data = _bytes_of(self._path(name))
        except OSError:
            return None
        try:
            if data is None:
                raise Unreadable("too large, or no file")
            return decode(data, self._user_id, name)
        except Unreadable:
            self._put_aside(name)
            return None

    def _put_aside(self, name: str) -> None:
        with suppress(OSError):
            os.rename(self._path(name), self._path(name.removesuffix(".json") + ".unreadable"))

    # Mail that was sent and may be taken back, by whichever program

    def sent(self, operation_id: int) -> Draft | None:
        """Return what an operation has sent, as it was typed; None when it was sent elsewhere, or days ago."""
        return self._read(sent_name(operation_id))

    def offer(self, draft: Draft) -> None:
        """Keep a draft that nobody works on, to be offered at its place; raises DeskError when that fails."""
        self.write(draft._replace(name=f"{draft.place.key}-{_NOBODY}-{secrets.token_hex(6)}.json"))

    # Keeping and forgetting

    def new_name(self, key: str) -> str:
        """Return the name of a new draft of this program at the place with this key."""
        with self._guard:
            self._count += 1
            return f"{key}-{self._owner}-{self._count:06x}.json"

    def write(self, draft: Draft) -> None:
        """Keep a draft under its name, whole or not at all, and wait until the disk has it.

        Raises DeskError when that fails; what was kept before stays.
        """
        data = encode(draft, self._user_id)
        if len(data) > LARGEST:
            raise DeskError(f"This text has more than {LARGEST >> 20} MB and is not kept as a draft: save it soon.")
        path = self._path(draft.name)
        try:
            self._hold()
            _write_whole(path, data)
        except OSError as fault:
            raise DeskError(
                f"No draft can be kept in {self.folder} ({fault.strerror}): save what you type soon."
            ) from fault

    def drop(self, name: str) -> None:
        """Forget a draft, because it was saved or thrown away."""
        with suppress(OSError):
            os.unlink(self._path(name))

    def release(self, name: str) -> None:
        """Stop working on a draft, so that it is offered again."""
        named = _NAME.fullmatch(name)
        if named:
            free = f"{named[1]}-{_NOBODY}-{secrets.token_hex(6)}.json"
            with suppress(OSError):
                os.rename(self._path(name), self._path(free))

    def sweep(self) -> None:
        """Forget what nobody has taken up for KEPT_DAYS, and what ended programs left behind."""
        oldest = time.time() - KEPT_DAYS * _DAY_SECONDS
        for each in self._free():
            if each.changed < oldest:
                self.drop(each.name)
        try:
            names = os.listdir(self.folder)
        except OSError:
            return
        owners = {named[2] for name in names if (named := _NAME.fullmatch(name))}
        for name in names:
            if _LEFTOVER.fullmatch(name) or _SENT.fullmatch(name):
                self._sweep_leftover(name, oldest)
            elif (lock := _LOCK.fullmatch(name)) and lock[1] not in owners and lock[1] != self._owner:
                self._is_running(lock[1], forget=True)

    def _sweep_leftover(self, name: str, oldest: float) -> None:
        # What a program was writing when it ended is worth nothing the day after, and mail has left by then.
        limit = oldest if name.endswith(".unreadable") else time.time() - _DAY_SECONDS
        with suppress(OSError):
            if os.lstat(self._path(name)).st_mtime < limit:
                os.unlink(self._path(name))

    def close(self) -> None:
        """Let go of the lock: what this program still holds is offered again."""
        with self._guard:
            if self._lock is not None:
                self.drop(f"{self._owner}.lock")
                os.close(self._lock)
                self._lock = None

    # Which programs run

    def _hold(self) -> None:
        """Make the folder, and the lock that says that this program runs."""
        import fcntl

        with self._guard:
            if self._lock is not None:
                return
            self._make_folder()
            path = self._path(f"{self._owner}.lock")
            while self._lock is None:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    # Another program looks at this moment whether we run, and will remove the file.
                    os.close(descriptor)
                    time.sleep(0.01)
                    continue
                except OSError:
                    # A file system without locks: two programs may be offered the same draft, one takes it.
                    self._lock = descriptor
                    return
                if _is_same(descriptor, path):
                    self._lock = descriptor
                else:
                    os.close(descriptor)

    def _is_running(self, owner: str, *, forget: bool = False) -> bool:
        """Tell whether the program that holds a draft still runs; `forget` removes the lock of one that does not."""
        import fcntl

        path = self._path(f"{owner}.lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            # Shared, so that two programs that look at once do not take each other for the holder.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if forget:
                os.unlink(path)
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return False

    def _make_folder(self) -> None:
        """Make the folders, readable by their owner alone whatever the umask says."""
        os.makedirs(os.path.dirname(self._root), mode=0o700, exist_ok=True)
        for path in (self._root, os.path.dirname(self.folder), self.folder):
            with suppress(FileExistsError):
                os.mkdir(path, 0o700)
            if stat.S_IMODE(os.stat(path).st_mode) != 0o700:
                os.chmod(path, 0o700)

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)


def sent_name(operation_id: int) -> str:
    """Return the name under which is kept what an operation has sent; no draft is named like it."""
    return f"sent-{operation_id}.json"


def _bytes_of(path: str) -> bytes | None:
    """Return what a file holds; None when it is too large, no plain file, or somebody else's."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_size > LARGEST:
            return None
        return file.read(LARGEST)


def _write_whole(path: str, data: bytes) -> None:
    beside = path + ".tmp"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.rename(beside, path)
    except OSError:
        os.unlink(beside)
        raise
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _is_same(descriptor: int, path: str) -> bool:
    """Tell whether an open file is still the one at a path."""
    try:
        there = os.lstat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)
