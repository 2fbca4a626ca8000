"""A keyring for tests: real to the keyring package, kept in one JSON file, and as slow as it is told to be."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class FileKeyring(KeyringBackend):
    """Keeps its passwords in the file named by TEST_KEYRING; answers after TEST_KEYRING_DELAY seconds."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """Return the password of an account, if there is one."""
        return self._content().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the password of an account."""
        self._path().write_text(json.dumps({**self._content(), f"{service} {username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Forget the password of an account; PasswordDeleteError when there is none."""
        content = self._content()
        if content.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError("none")
        self._path().write_text(json.dumps(content))

    def _content(self) -> dict[str, str]:
        time.sleep(float(os.environ.get("TEST_KEYRING_DELAY", "0")))
        path = self._path()
        return json.loads(path.read_text()) if path.exists() else {}

    def _path(self) -> Path:
        return Path(os.environ["TEST_KEYRING"])


@contextmanager
def own_keyring() -> Iterator[None]:
    """Have the program under test find its passwords in the file named by TEST_KEYRING while the block runs."""
    before = keyring.get_keyring()
    keyring.set_keyring(FileKeyring())  # type: ignore[no-untyped-call]  # theirs says no types
    try:
        yield
    finally:
        keyring.set_keyring(before)
