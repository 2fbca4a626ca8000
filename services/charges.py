"""Charges on tickets: work, expenses and parts, with exact quantities and money."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from models import Charge, database
from services import history_kinds, journal, tickets
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.records import ChargeRow, Choice
from services.session import Session
from services.text import clean
from services.ticket_changes import touch

KINDS = ("work", "expense", "part")
UNITS = {"work": "h", "expense": "×", "part": "×"}


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
    found = database.execute_sql(
        "SELECT c.id, c.kind, c.label, c.quantity, c.rate, c.currency, c.billable, c.note, c.employee_id,"
        " COALESCE(e.name, ''), c.charged_at, c.version FROM charge c LEFT JOIN employee e ON e.id = c.employee_id"
        f" WHERE c.ticket_id = {int(ticket_id)} AND c.removed = 0{only} ORDER BY c.id"
    )
    return [
        ChargeRow._make((*row[:5], amount(row[3], row[4]), row[5], bool(row[6]), *row[7:])) for row in found
    ]


def amount(quantity: int, rate: int) -> int:
    """Return quantity (thousandths) times rate in minor units, a half rounded away from zero."""
    whole, rest = divmod(abs(quantity * rate), 1000)
    rounded = whole + (rest >= 500)
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
    if uid is not None and journal.earlier(uid) is not None:
        return
    with journal.operation(session, "add-charge", uid=uid) as op:
        ticket = tickets.get(session, ticket_id, lock=True)
        if ticket.merged_into:
            raise Invalid(f"{ticket.number} was merged into {ticket.merged_into}; charge that ticket.")
        values = {
            "kind": checked.kind,
            "label": checked.label,
            "quantity": checked.quantity,
            "rate": checked.rate,
            "currency": checked.currency,
            "billable": int(checked.billable),
            "note": checked.note,
            "employee": checked.employee_id if checked.employee_id is not None else session.employee_id,
            "charged_at": checked.charged_at if checked.charged_at is not None else op.at,
        }
        key = Charge.insert(ticket=ticket_id, created_at=op.at, **values).execute()
        op.created("charge", key, values, ticket_id)
        op.entry(ticket_id, history_kinds.CHARGE, describe(checked), public=checked.billable, subject_id=key)
        touch(op, ticket, updated_at=op.at)


def change(session: Session, charge_id: int, new: NewCharge, read: ChargeRow) -> None:
    """Correct a charge that was read as `read`."""
    session.require("charge")
    checked = _checked(new)
    with journal.operation(session, "change-charge") as op:
        row = _own_charge(session, charge_id)
        if row.version != read.version:
            raise Conflict("Somebody else changed this charge meanwhile; look at it again.", {})
        ticket = tickets.get(session, row.ticket_id, lock=True)
        values = {
            "kind": checked.kind,
            "label": checked.label,
            "quantity": checked.quantity,
            "rate": checked.rate,
            "currency": checked.currency,
            "billable": int(checked.billable),
            "note": checked.note,
        }
        for field, value in values.items():
            op.change("charge", charge_id, field, getattr(row, field), value, ticket.id)
        Charge.update(**values, version=Charge.version + 1).where(Charge.id == charge_id).execute()
        text = f"Corrected: {describe(checked)}"
        op.entry(ticket.id, history_kinds.CHARGE, text, public=checked.billable, subject_id=charge_id)
        touch(op, ticket, updated_at=op.at)


def remove(session: Session, charge_id: int) -> None:
    """Take a charge off a ticket; the History keeps it."""
    session.require("charge")
    with journal.operation(session, "remove-charge") as op:
        row = _own_charge(session, charge_id)
        ticket = tickets.get(session, row.ticket_id, lock=True)
        op.change("charge", charge_id, "removed", 0, 1, ticket.id)
        Charge.update(removed=1, version=Charge.version + 1).where(Charge.id == charge_id).execute()
        op.entry(ticket.id, history_kinds.CHARGE, f"Removed: {row.label}", subject_id=charge_id)
        touch(op, ticket, updated_at=op.at)


def _own_charge(session: Session, charge_id: int) -> Charge:
    row: Charge | None = Charge.get_or_none(Charge.id == charge_id)
    if row is None or row.removed:
        raise NotFound("This charge is no longer on the ticket.")
    tickets.get(session, row.ticket_id)
    if row.employee_id != session.employee_id and not session.has("change_others"):
        raise Forbidden("This charge belongs to somebody else; ask them or an administrator to change it.")
    return row


def item_choices() -> list[Choice]:
    """Return the presets for charges."""
    rows = database.execute_sql(
        "SELECT id, label, kind, rate, currency FROM charge_item WHERE active = 1 ORDER BY kind, label"
    )
    return [Choice(row[0], row[1], f"{row[2]}, {money(row[3], row[4])}") for row in rows]


def item(item_id: int) -> NewCharge:
    """Return the charge that a preset stands for, with a quantity of one."""
    sql = f"SELECT kind, label, rate, currency FROM charge_item WHERE id = {int(item_id)}"
    kind, label, rate, currency = next(iter(database.execute_sql(sql)))
    return NewCharge(kind, label, 1000, rate, currency)


def parse_quantity(typed: str) -> int:
    """Return thousandths from `1.5`, `1,5`, `1:30` or `90m`."""
    text = typed.strip().lower().replace(",", ".")
    try:
        if ":" in text:
            hours, minutes = text.split(":")
            value = Decimal(int(hours)) + Decimal(int(minutes)) / 60
        elif text.endswith("m"):
            value = Decimal(text[:-1]) / 60
        else:
            value = Decimal(text.removesuffix("h"))
        thousandths = int((value * 1000).to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        raise Invalid(f"“{typed}” is no quantity; write it like 1.5, 1:30 or 90m.", "quantity") from None
    if not 0 < thousandths < 1_000_000_000:
        raise Invalid("The quantity must be more than nothing and less than a million.", "quantity")
    return thousandths


def parse_money(typed: str) -> int:
    """Return minor units from `85`, `85.50` or `85,50`."""
    text = typed.strip().replace(",", ".").replace(" ", "")
    try:
        value = Decimal(text) * 100
        if value != value.to_integral_value() or not 0 <= value < 10**12:
            raise ValueError
    except (InvalidOperation, ValueError):
        raise Invalid(f"“{typed}” is no amount; write it like 85 or 85.50.", "rate") from None
    return int(value)


def money(minor: int, currency: str) -> str:
    """Return an amount as people read it."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100:,}.{abs(minor) % 100:02d} {currency}"


def decimal(minor: int) -> str:
    """Return an amount for other programs: an exact decimal as text, 85.50."""
    return f"{Decimal(minor) / 100:.2f}"


def quantity(thousandths: int) -> str:
    """Return a quantity as people read it, without needless zeros."""
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".")


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
    label = " ".join(clean(new.label).split())
    if new.kind not in KINDS:
        raise Invalid(f"“{new.kind}” is neither work, expense nor part.", "kind")
    if not label:
        raise Invalid("Say what is charged.", "label")
    if not 0 < new.quantity < 1_000_000_000:
        raise Invalid("The quantity must be more than nothing and less than a million.", "quantity")
    if new.rate < 0:
        raise Invalid("The rate cannot be less than nothing.", "rate")
    currency = new.currency.strip().upper()
    if len(currency) != 3 or not currency.isalpha():
        raise Invalid("A currency is three letters, such as USD.", "currency")
    return new._replace(label=label[:200], note=clean(new.note).strip()[:2000], currency=currency)
