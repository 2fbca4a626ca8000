"""What stands in the form for a new ticket, as a draft keeps it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screens.new_ticket.values import FormValues
from services import priorities

if TYPE_CHECKING:
    from screens.new_ticket.options import Options
    from services.drafts import Fields

_TEXTS = ("requester_name", "requester_email", "subject", "description", "url", "due")
_KEYS = ("account", "contact", "category", "manager", "type", "product")


def to_fields(values: FormValues, uid: str) -> Fields:
    """Return the form as a draft; `uid` lets a ticket that was entered at the last moment be entered only once."""
    kept: dict[str, Any] = values._asdict()
    kept["carbon_copy"] = list(values.carbon_copy)
    kept["files"] = [str(path) for path in values.files]
    return {**kept, "uid": uid}


def from_fields(fields: Fields, before: FormValues) -> FormValues:
    """Return the form that a draft describes; what it lacks or has of the wrong type stays as it was before."""
    changed: dict[str, Any] = {name: fields[name] for name in _TEXTS if isinstance(fields.get(name), str)}
    changed |= {name: fields[name] for name in _KEYS if name in fields and _is_key(fields[name])}
    if isinstance(external := fields.get("external"), str) or external is None:
        changed["external"] = external
    if type(priority := fields.get("priority")) is int and 0 <= priority < len(priorities.LABELS):
        changed["priority"] = priority
    if isinstance(confirm := fields.get("send_confirmation"), bool):
        changed["send_confirmation"] = confirm
    if isinstance(copies := fields.get("carbon_copy"), list):
        changed["carbon_copy"] = tuple(key for key in copies if type(key) is int)
    if isinstance(files := fields.get("files"), list):
        changed["files"] = tuple(Path(path) for path in files if isinstance(path, str) and "\0" not in path)
    return before._replace(**changed)


def still_there(values: FormValues, options: Options) -> FormValues:
    """Return the form without what was chosen and is no longer there to choose."""
    offered: dict[str, Collection[int]] = {
        "category": [choice.id for choice in options.categories],
        "type": [choice.id for choice in options.types],
        "product": [choice.id for choice in options.products],
        "account": [choice.id for choice in options.accounts],
        "manager": [choice.id for choice in options.managers],
        "contact": [person.id for person in options.contacts],
    }
    gone: dict[str, Any] = {name: None for name, keys in offered.items() if getattr(values, name) not in (None, *keys)}
    employees = {choice.id for choice in options.employees}
    copies = tuple(key for key in values.carbon_copy if key in employees)
    return values._replace(**gone, carbon_copy=copies)


def _is_key(value: object) -> bool:
    return value is None or type(value) is int
