"""Charges on tickets: work, expenses and parts, with exact quantities and money."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, NamedTuple

from models import Charge
from services import checks, history_kinds, journal, tickets
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.records import ChargeRow, Choice, TicketDetail
from services.session import Session
from services.sql import fetch, first
from services.text import clean, one_line
from services.ticket_writes import touch

KINDS = ("work", "expense", "part")
# Times the highest rate, an amount that every engine holds exactly.
_QUANTITY_LIMIT = 10**9
_HOURS = re.compile(r"(\d{1,6}):([0-5]\d)", re.ASCII)
_QUANTITY = re.compile(r"(\d{1,9})?(?:\.(\d{1,6}))?\s*([hm]?)", re.ASCII)


class NewCharge(NamedTuple):
    """A charge to add: quantity in thousandths (1.5 h is 1500), rate in minor units of the currency."""

    kind: str
    label: str
    quantity: int
    rate: int
    currency: str = "USD"
    billable: bool = True
    note: str = ""
    employee_id: int | None = None
    charged_at: int | None = None


def listed(session: Session, ticket_id: int) -> list[ChargeRow]:
    """Return the charges of a ticket in the order they were added; clients see the billable ones."""
    tickets.get(session, ticket_id)
    only = " AND c.billable = 1" if session.is_client else ""
    found = fetch(
        "SELECT c.id, c.kind, c.label, c.quantity, c.rate, c.currency, c.billable, c.note, c.employee_id,"
        " COALESCE(e.name, ''), c.charged_at, c.version FROM charge c LEFT JOIN employee e ON e.id = c.employee_id"
        f" WHERE c.ticket_id = ? AND c.removed = 0{only} ORDER BY c.id",
        ticket_id,
    )
    return [ChargeRow._make((*row[:5], amount(row[3], row[4]), row[5], bool(row[6]), *row[7:])) for row in found]


def amount(quantity: int, rate: int) -> int:
    """Return quantity (thousandths) times rate in minor units, a half rounded away from zero."""
    rounded = (abs(quantity * rate) + 500) // 1000
    return rounded if quantity * rate >= 0 else -rounded


def total(rows: list[ChargeRow]) -> dict[str, int]:
    """Return the sum of the billable charges by currency."""
    sums: dict[str, int] = {}
    for row in rows:
        if row.billable:
            sums[row.currency] = sums.get(row.currency, 0) + row.amount
    return sums


def add(session: Session, ticket_id: int, new: NewCharge, *, uid: str | None = None) -> None:
    """Add a charge to a ticket."""
    session.require_employee()
    session.require("charge")
    checked = _checked(new)
    with suppress(journal.AlreadyDone), journal.operation(session, "add-charge", uid=uid) as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        tickets.refuse_merged(ticket, "charge that ticket")
        values = {
            **_columns(checked),
            "employee": checked.employee_id if checked.employee_id is not None else session.employee_id,
            "charged_at": checked.charged_at if checked.charged_at is not None else op.at,
        }
        key = Charge.insert(ticket=ticket_id, created_at=op.at, **values).execute()
        op.created("charge", key, values, ticket_id)
        op.entry(ticket_id, history_kinds.CHARGE, describe(checked), public=checked.billable, subject_id=key)
        touch(op, ticket, updated_at=op.at)


def change(session: Session, charge_id: int, new: NewCharge, read: ChargeRow, *, uid: str | None = None) -> None:
    """Correct a charge that was read as `read`; `uid` is as for `journal.operation`."""
    session.require("charge")
    checked = _checked(new)
    with suppress(journal.AlreadyDone), journal.operation(session, "change-charge", uid=uid) as op:
        row, ticket = _own_charge(session, charge_id)
        if row.version != read.version:
            raise Conflict("Somebody else changed this charge meanwhile; look at it again.", {})
        values = _columns(checked)
        for field, value in values.items():
            op.change("charge", charge_id, field, getattr(row, field), value, ticket.id)
        Charge.update(**values, version=Charge.version + 1).where(Charge.id == charge_id).execute()
        text = f"Corrected: {describe(checked)}"
        # Clients who saw it as billable also see that it is so no more.
        public = checked.billable or bool(row.billable)
        op.entry(ticket.id, history_kinds.CHARGE, text, public=public, subject_id=charge_id)
        touch(op, ticket, updated_at=op.at)


def _columns(charge: NewCharge) -> dict[str, Any]:
    """Return what of a charge can be corrected afterwards, by column."""
    return {
        "kind": charge.kind,
        "label": charge.label,
        "quantity": charge.quantity,
        "rate": charge.rate,
        "currency": charge.currency,
        "billable": int(charge.billable),
        "note": charge.note,
    }


def remove(session: Session, charge_id: int) -> None:
    """Take a charge off a ticket; the History keeps it."""
    session.require("charge")
    with journal.operation(session, "remove-charge") as op:
        row, ticket = _own_charge(session, charge_id)
        op.change("charge", charge_id, "removed", 0, 1, ticket.id)
        Charge.update(removed=1, version=Charge.version + 1).where(Charge.id == charge_id).execute()
        text = f"Removed: {row.label}"
        op.entry(ticket.id, history_kinds.CHARGE, text, public=bool(row.billable), subject_id=charge_id)
        touch(op, ticket, updated_at=op.at)


def _own_charge(session: Session, charge_id: int) -> tuple[Charge, TicketDetail]:
    """Return a charge that this person may change and its ticket, locked before the charge is read."""
    found = first("SELECT ticket_id FROM charge WHERE id = ?", charge_id)
    if found is None:
        raise _gone()
    ticket = tickets.get(session, found[0], lock=True)
    row: Charge = Charge.get_by_id(charge_id)
    if row.removed:
        raise _gone()
    refusal = change_refusal(session, row.employee_id)
    if refusal:
        raise Forbidden(refusal)
    return row, ticket


def change_refusal(session: Session, employee_id: int | None) -> str | None:
    """Return why a person may not correct or remove an employee's charge, or None."""
    if employee_id == session.employee_id or session.has("change_others"):
        return session.refusal("charge")
    return "This charge belongs to somebody else; ask them or an administrator to change it."


def _gone() -> NotFound:
    return NotFound("This charge is no longer on the ticket.")


def item_choices(session: Session) -> list[Choice]:
    """Return the presets for charges."""
    session.require("charge")
    rows = fetch("SELECT id, label, kind, rate, currency FROM charge_item WHERE active = 1 ORDER BY kind, label")
    return [Choice(row[0], row[1], f"{row[2]}, {money(row[3], row[4])}") for row in rows]


def item(session: Session, item_id: int) -> NewCharge:
    """Return the charge that a preset stands for, with a quantity of one."""
    session.require("charge")
    row = first("SELECT kind, label, rate, currency FROM charge_item WHERE id = ?", item_id)
    if row is None:
        raise NotFound("This preset is no longer in the list; choose another one.")
    kind, label, rate, currency = row
    return NewCharge(kind, label, 1000, rate, currency)


def parse_quantity(typed: str) -> int:
    """Return thousandths from `1.5`, `1,5`, `1:30` or `90m`, a half rounded up."""
    text = typed.strip().lower().replace(",", ".")
    hours, plain = _HOURS.fullmatch(text), _QUANTITY.fullmatch(text)
    if hours:
        thousandths = _rounded((int(hours[1]) * 60 + int(hours[2])) * 1000, 60)
    elif plain and (plain[1] or plain[2]):
        millionths = int(plain[1] or 0) * 10**6 + int((plain[2] or "").ljust(6, "0"))
        thousandths = _rounded(millionths, 60_000 if plain[3] == "m" else 1000)
    else:
        raise Invalid(f"“{typed}” is no quantity; write it like 1.5, 1:30 or 90m.", "quantity")
    return _checked_quantity(thousandths)


def _rounded(amount: int, divisor: int) -> int:
    return (2 * amount + divisor) // (2 * divisor)


def _checked_quantity(thousandths: int) -> int:
    if not 0 < thousandths < _QUANTITY_LIMIT:
        raise Invalid("The quantity must be more than nothing and less than a million.", "quantity")
    return thousandths


def money(minor: int, currency: str) -> str:
    """Return an amount as people read it."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d} {currency}"


def decimal(minor: int) -> str:
    """Return an amount for other programs: an exact decimal as text, 85.50."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def quantity(thousandths: int) -> str:
    """Return a quantity as people read it, without needless zeros."""
    return f"{thousandths // 1000}.{thousandths % 1000:03d}".rstrip("0").rstrip(".")


def describe(charge: NewCharge) -> str:
    """Return one line that says what was charged."""
    unit = " h" if charge.kind == "work" else ""
    rate, sum_ = charge.rate, amount(charge.quantity, charge.rate)
    line = f"{charge.kind.capitalize()}: {quantity(charge.quantity)}{unit} {charge.label}"
    line += f" at {money(rate, charge.currency)} = {money(sum_, charge.currency)}"
    if not charge.billable:
        line += ", not billable"
    return f"{line}. {charge.note}" if charge.note else line


def _checked(new: NewCharge) -> NewCharge:
    label = one_line(new.label)
    if new.kind not in KINDS:
        raise Invalid(f"“{new.kind}” is neither work, expense nor part.", "kind")
    if not label:
        raise Invalid("Say what is charged.", "label")
    _checked_quantity(new.quantity)
    return new._replace(
        label=label[:200],
        rate=checks.rate(new.rate, "rate"),
        currency=checks.currency(new.currency, "currency"),
        note=clean(new.note).strip()[:2000],
    )
