"""Canned texts: answers that people write often, with fields that are filled in from the ticket."""

from __future__ import annotations

from typing import NamedTuple

from models import CannedText
from services import checks, mail_templates
from services.register import Field, Register


class CannedTextRow(NamedTuple):
    """A canned text, with its fields in braces as an administrator wrote them."""

    id: int
    name: str
    text: str
    active: bool
    version: int


CANNED_TEXTS: Register[CannedTextRow] = Register(
    "canned text",
    CannedText,
    CannedTextRow,
    {
        "name": Field(checks.name, required=True),
        "text": Field(mail_templates.check_text, required=True),
        "active": Field(checks.flag),
    },
    unique=("name",),
)
