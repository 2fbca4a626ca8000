"""The options of `deskwire ticket new` as a new ticket."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from services import catalogue, local_files, priorities
from services.errors import Invalid
from services.session import Session
from services.ticket_creation import NewTicket
from services.ticket_fields import parse_all

_PARSED = (
    *("account", "category", "product", "type", "priority", "status", "extension", "manager", "due"),
    *("contact", "asset", "contract"),
)


def new_ticket(session: Session, arguments: Namespace, description: str) -> NewTicket:
    """Return the ticket that the options describe. Needs a connection."""
    typed = {name: getattr(arguments, name) for name in _PARSED if getattr(arguments, name) is not None}
    parsed = parse_all(session, typed, session.account_id)
    priority = parsed.get("priority")
    return NewTicket(
        subject=arguments.subject,
        description=description,
        requester_name=arguments.requester_name,
        requester_email=arguments.requester_email,
        account_id=parsed.get("account"),
        contact_id=parsed.get("contact"),
        category_id=parsed.get("category"),
        product_id=parsed.get("product"),
        type_id=parsed.get("type"),
        priority=priorities.NORMAL if priority is None else priority,
        status_code=parsed.get("status"),
        extension_id=parsed.get("extension"),
        manager_id=parsed.get("manager"),
        asset_id=parsed.get("asset"),
        contract_id=parsed.get("contract"),
        url=arguments.url or "",
        due_at=parsed.get("due"),
        waiting_for_dispatch=arguments.waiting_for_dispatch,
        send_confirmation=not arguments.no_confirmation,
        carbon_copy=tuple(_employee(name) for name in arguments.cc),
        external=tuple(("to", address, "") for address in arguments.to) or None,
        attachments=tuple(local_files.read(Path(path)) for path in arguments.attach),
    )


def _employee(name: str) -> int:
    found = catalogue.find_manager(name)
    if found.employee_id is None:
        raise Invalid(f"{found.name} is a team; name employees in --cc.", "cc")
    return found.employee_id
