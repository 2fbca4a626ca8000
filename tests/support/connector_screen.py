"""The screen of the Email Connector, headless: opening it, what it shows, and mail for its queues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import asynccontextmanager

import pytest

from services import mail_settings, originals
from services.mailboxes import MAILBOXES
from services.session import Session
from services.sql import execute
from tests.support.company import Company
from tests.support.desk_app import desk_app
from tests.support.imap_server import USER
from tests.support.pilot import FastPilot

MAIL = b"""From: Cleo <cleo@cleo.example>\r
To: support@desk.example\r
Subject: Smoke in room 4\r
Message-ID: <smoke@cleo.example>\r
\r
It smells since noon.\r
"""


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    mail_settings.forget()
    yield
    mail_settings.forget()


def said(pilot: FastPilot, text: str) -> bool:
    return any(text in each.message for each in pilot.app._notifications)


@asynccontextmanager
async def connector(session: Session, *, size: tuple[int, int] = (100, 30)):  # type: ignore[no-untyped-def]
    """Open the screen from the main window."""
    async with desk_app(session, size) as pilot:
        await pilot.until_shows("Summary")
        await pilot.press("5", "O")
        await pilot.until_shows("Connector  ")
        yield pilot


def put(company: Company, state: str, reason: str, raw: bytes = MAIL) -> int:
    """Have a mail in one of the queues."""
    (kept,) = originals.keep(company.admin, [originals.Arrival("lmtp:test", raw)])
    execute(
        "UPDATE mail_original SET state = ?, reason = ?, sender = ?, subject = ?, tries = 1 WHERE id = ?",
        *(state, reason, "cleo@cleo.example", "Smoke in room 4", kept.id),
    )
    return kept.id


def state_of(original_id: int) -> str:
    return originals.get(original_id).state


def line_with(pilot: FastPilot, text: str) -> str:
    """The first line below the pages that has a text, empty without one."""
    return next((line for line in pilot.lines()[2:] if text in line), "")


def add_mailbox(company: Company, port: int = 993, **values: object) -> int:
    given = {"name": "Support", "host": "127.0.0.1", "security": "none", "username": USER, "port": port, **values}
    return MAILBOXES.add(company.admin, **given).id
