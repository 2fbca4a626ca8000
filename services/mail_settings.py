"""The desk's settings about mail: who it writes as, through which server, what it answers by itself, and its limits."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from typing import Any

from models import database
from services import checks, oauth_providers
from services.checks import Check
from services.errors import Invalid
from services.mail_templates import check_line, check_text
from services.named import NamedTuple
from services.patterns import late
from services.sql import fetch

RESPONSE_TEXT = """Hello {requester},

thank you for writing to us. Your request has the number {number}:

    {subject}

We will get back to you. When you write about it again, answer this mail or keep [{number}] in the subject.

{company}"""

NOTIFICATION_TEXT = """Ticket:     {number}
Subject:    {subject}
Requester:  {requester}
Account:    {account}
Contact:    {contact}
Manager:    {manager}
Status:     {status}
Priority:   {priority}
Category:   {category}
Due:        {due}
Link:       {url}

{description}"""

RATE = late(r"([1-9][0-9]{0,5})/([1-9][0-9]{0,3})([mhd])", re.ASCII)
"""At most so many mails in so many minutes, hours or days."""

_KEEP_SECONDS = 5.0


class MailSettings(NamedTuple):
    """The settings as the connector uses them; addresses are in lower case, and empty where none is set."""

    support_address: str
    support_name: str
    mail_category: str
    sister_addresses: frozenset[str]
    mail_mode: str
    authserv_id: str
    smtp_host: str
    smtp_port: int
    smtp_security: str
    smtp_username: str
    smtp_sign_in: str
    microsoft_client_id: str
    microsoft_tenant: str
    google_client_id: str
    oauth_client_id: str
    oauth_token_url: str
    oauth_device_url: str
    oauth_authorize_url: str
    oauth_scope: str
    automatic_response: bool
    response_subject: str
    response_text: str
    notification_subject: str
    notification_text: str
    send_delay_seconds: int
    reopen_days: int
    thanks_reopens: bool
    plus_addressing: bool
    mail_rates: str
    mail_rate_total: str
    largest_mail_mb: int

    @property
    def own_addresses(self) -> frozenset[str]:
        """The addresses under which this desk and its sisters write: nothing automatic ever goes there."""
        return self.sister_addresses | {self.support_address} - {""}


def _addresses(value: Any, field: str) -> str:
    """Mail addresses, separated by commas, blanks or semicolons, each once; kept with commas between them."""
    given = value if isinstance(value, list | tuple) else re.split(r"[,;\s]+", "" if value is None else str(value))
    found = [checks.mail_address(one, field) for one in given if str(one).strip()]
    if len(found) > 200:
        raise Invalid("These are more than 200 addresses; give fewer.", field)
    return ", ".join(dict.fromkeys(found))


def _word(value: Any, field: str) -> str:
    """One word, or nothing."""
    text = checks.line(value, field)
    if " " in text:
        raise Invalid(f"“{text}” is more than one word; give one.", field)
    return text


def _rates(value: Any, field: str) -> str:
    """Rates such as 10/10m 25/1h, mails in a time, separated by blanks; nothing for no limit."""
    words = checks.line(value, field).lower().replace(",", " ").split()
    for word in words:
        if not RATE.fullmatch(word):
            raise Invalid(f"“{word}” is no rate; write it like 10/10m, 25/1h or 500/1d.", field)
    return " ".join(words)


def _category(value: Any, field: str) -> str:
    """A category by its name; nothing for none. Needs a connection."""
    from services import catalogue

    name = checks.line(value, field)
    if name and name.casefold() not in {one.label.casefold() for one in catalogue.category_choices()}:
        raise Invalid(f"There is no category called “{name}”; check its name, or add it first.", field)
    return name


MAIL_SETTINGS: dict[str, tuple[str, Any, Check]] = {
    "support_address": ("Address under which customers write to the desk", "", checks.address),
    "support_name": ("Name of the desk in the mail that it sends", "", checks.line),
    "mail_category": ("Category of tickets that mail makes, by name", "General", _category),
    "mail_mode": (
        "What happens to mail: advanced (comes in, goes out, is distributed) or basic (goes out only)",
        "advanced",
        checks.one_of(("advanced", "basic")),
    ),
    "sister_addresses": ("Addresses of other desks, which never get automatic mail", "", _addresses),
    "authserv_id": ("Server whose Authentication-Results are believed, by the name that it gives itself", "", _word),
    "smtp_host": ("Server through which mail leaves", "", checks.host),
    "smtp_port": ("Its port", 587, checks.whole_number(1, 65_535)),
    "smtp_security": (
        "How the connection to it is secured: starttls, tls, or none on this machine only",
        "starttls",
        checks.one_of(("starttls", "tls", "none")),
    ),
    "smtp_username": ("User name there, empty without a login", "", checks.line),
    "smtp_sign_in": (
        "How Deskwire signs in there: password, or by a token: microsoft, microsoft-app, google or custom",
        oauth_providers.PASSWORD,
        checks.one_of(oauth_providers.SIGN_INS),
    ),
    "microsoft_client_id": ("Application (client) ID of this desk at Microsoft Entra", "", _word),
    "microsoft_tenant": (
        "Organization at Microsoft, by id or domain; organizations for any",
        "organizations",
        oauth_providers.tenant,
    ),
    "google_client_id": ("Client ID of this desk at Google, of a desktop app", "", _word),
    "oauth_client_id": ("Client id of this desk where a custom sign-in gets its tokens", "", _word),
    "oauth_token_url": ("Where a custom sign-in gets its tokens", "", oauth_providers.url),
    "oauth_device_url": ("Where it gets the code that a person types (device authorization)", "", oauth_providers.url),
    "oauth_authorize_url": ("Where a person signs in in a browser, if there is no such code", "", oauth_providers.url),
    "oauth_scope": ("What a custom sign-in asks for (scope)", "", checks.line),
    "automatic_response": ("Whether whoever opens a ticket by mail gets an answer at once", True, checks.switch),
    "response_subject": ("Subject of this answer", "Ticket [{number}]: {subject}", check_line),
    "response_text": ("Text of this answer", RESPONSE_TEXT, check_text),
    "notification_subject": (
        "Subject of the mail that tells employees of a new ticket",
        "New ticket [{number}]: {subject}",
        check_line,
    ),
    "notification_text": ("Text of this mail", NOTIFICATION_TEXT, check_text),
    "send_delay_seconds": (
        "Seconds for which an answer waits, so that it can be taken back",
        10,
        checks.whole_number(0, 3_600),
    ),
    "reopen_days": (
        "Days after closing in which mail opens a ticket again; later it makes a new one; 0 always opens the old",
        30,
        checks.whole_number(0, 3_650),
    ),
    "thanks_reopens": ("Whether mere thanks open a closed ticket again", False, checks.switch),
    "plus_addressing": (
        "Whether answers go to the support address with the ticket in it, support+0500-1000-…",
        False,
        checks.switch,
    ),
    "mail_rates": (
        "Automatic mails of a ticket to one address at most, such as 10/10m 25/1h",
        "10/10m 15/30m 25/1h 50/3h 100/10h",
        _rates,
    ),
    "mail_rate_total": ("Automatic mails in all at most, such as 500/1h", "500/1h", _rates),
    "largest_mail_mb": ("Largest mail that is sent or taken in, in megabytes", 25, checks.whole_number(1, 500)),
}
"""Label, what it is at first, and check of each setting; `preferences` has them among the others of the desk."""

_kept: tuple[float, object, MailSettings] | None = None


def current() -> MailSettings:
    """Return the settings as they were at most a few seconds ago: each mail needs them. Needs a connection."""
    global _kept
    present = time.monotonic()
    if _kept is not None and present - _kept[0] < _KEEP_SECONDS and _kept[1] is database.obj:
        return _kept[2]
    known = {name: default for name, (_, default, _) in MAIL_SETTINGS.items()}
    known |= {name: json.loads(text) for name, text in fetch("SELECT name, value FROM desk_setting") if name in known}
    fresh = _typed(known)
    _kept = (present, database.obj, fresh)
    return fresh


def forget() -> None:
    """Drop what is kept; called after an administrator changed a setting."""
    global _kept
    _kept = None


def outgoing_refusal() -> str | None:
    """Return why no mail can leave the desk, None when it can; nothing automatic is queued meanwhile."""
    settings = current()
    if not settings.support_address:
        return "The desk has no address to write from; an administrator sets support_address."
    if not settings.smtp_host:
        return "The desk knows no server for outgoing mail; an administrator sets smtp_host."
    return None


def _typed(values: Mapping[str, Any]) -> MailSettings:
    sisters = frozenset(_addresses(values["sister_addresses"], "").split(", ")) - {""}
    settings = MailSettings(**{**values, "sister_addresses": sisters})
    return settings._replace(support_address=settings.support_address.lower())
