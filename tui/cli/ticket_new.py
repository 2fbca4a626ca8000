"""The options of `deskwire ticket new` as a new ticket."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from services import catalogue, priorities
from services.errors import Invalid
from services.session import Session
from services.ticket_creation import NewTicket
from services.ticket_fields import FIELDS


def new_ticket(session: Session, arguments: Namespace, description: str) -> NewTicket:
    """Return the ticket that the options describe. Needs a connection."""

    def parsed(name: str) -> Any:
        typed = getattr(arguments, name)
        return None if typed is None else FIELDS[name].parse(session, typed)

    priority = parsed("priority")
    return NewTicket(
        subject=arguments.subject,
        description=description,
        requester_name=arguments.requester_name,
        requester_email=arguments.requester_email,
        account_id=parsed("account"),
        contact_id=parsed("contact"),
        category_id=parsed("category"),
        product_id=parsed("product"),
        type_id=parsed("type"),
        priority=priorities.NORMAL if priority is None else priority,
        status_code=parsed("status"),
        extension_id=parsed("extension"),
        manager_id=parsed("manager"),
        asset_id=parsed("asset"),
        contract_id=parsed("contract"),
        url=arguments.url or "",
        due_at=parsed("due"),
        waiting_for_dispatch=arguments.waiting_for_dispatch,
        send_confirmation=not arguments.no_confirmation,
        carbon_copy=tuple(_employee(name) for name in arguments.cc),
        external=tuple(("to", address, "") for address in arguments.to) or None,
        attachments=tuple(_file(Path(path)) for path in arguments.attach),
    )


def _employee(name: str) -> int:
    found = catalogue.find_manager(name)
    if found.employee_id is None:
        raise Invalid(f"{found.name} is a team; name employees in --cc.", "cc")
    return found.employee_id


def _file(path: Path) -> tuple[str, str, bytes]:
    import mimetypes

    try:
        return path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", path.read_bytes()
    except OSError as fault:
        raise Invalid(f"{path} cannot be read ({fault.strerror}); nothing was saved.", "attach") from fault
