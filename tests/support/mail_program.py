"""A mail program that looks into a mailbox of one of the tests' IMAP servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient

_WAIT_SECONDS = 60.0


@contextmanager
def looking_into(port: int, user: str, password: str, folder: str) -> Iterator[Any]:
    """Hold a folder open while the block runs."""
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=_WAIT_SECONDS) as client:
        client.login(user, password)
        client.select_folder(folder)
        yield client


def append(client: Any, folder: str, mails: Sequence[bytes]) -> None:
    """Have mails lie in a folder, which is made for them."""
    if not client.folder_exists(folder):
        client.create_folder(folder)
    for raw in mails:
        client.append(folder, raw)
