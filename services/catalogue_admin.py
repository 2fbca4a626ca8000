"""The lists that tickets choose from, as administrators keep them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from models import Category, ChargeItem, Extension, Product, Status, TicketType
from services import catalogue, charges, checks, journal
from services.errors import Invalid
from services.preferences import desk_setting
from services.register import Field, Register, Saved


class StatusLabel(NamedTuple):
    """A status: people read the label, rules hang on the role."""

    code: int
    label: str
    status_class: str
    role: str
    version: int


class ExtensionRow(NamedTuple):
    """A status extension."""

    id: int
    code: str
    label: str
    active: bool
    version: int


class TypeRow(NamedTuple):
    """A nature of issues."""

    id: int
    label: str
    active: bool
    version: int


class CategoryRow(NamedTuple):
    """A category, who gets its tickets, and whether clients see them."""

    id: int
    name: str
    manager_id: int | None
    manager: str
    manager_email: str
    client_visible: bool
    active: bool
    version: int


class ProductRow(NamedTuple):
    """A product or service that a ticket can be about."""

    id: int
    name: str
    active: bool
    version: int


class ChargeItemRow(NamedTuple):
    """A preset for charges; the rate is in minor units of the currency, per hour or piece."""

    id: int
    kind: str
    label: str
    rate: int
    currency: str
    active: bool
    version: int


class _Statuses(Register[StatusLabel]):
    def create(self, op: journal.Recorder, values: Mapping[str, Any], **links: int) -> Saved:
        raise Invalid("The ten statuses are fixed, because rules hang on them; rename one instead.")


class _ChargeItems(Register[ChargeItemRow]):
    def create(self, op: journal.Recorder, values: Mapping[str, Any], **links: int) -> Saved:
        return super().create(op, {"currency": desk_setting("currency"), **values}, **links)


def _manager(value: Any, field: str) -> int | None:
    """The key of the person or team that a category's tickets go to, or None."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in ("", "none")):
        return None
    if isinstance(value, int):
        if value not in catalogue.names().managers:
            raise Invalid(f"There is no manager #{value}; choose an employee or a team.", field)
        return value
    return catalogue.find_manager(str(value)).id


_ACTIVE = Field(checks.flag)

STATUSES: Register[StatusLabel] = _Statuses(
    "status",
    Status,
    StatusLabel,
    {"label": Field(checks.name, required=True)},
    called_by=("label", "code", "role"),
    unique=("label",),
    order="r.position, r.code",
)

EXTENSIONS: Register[ExtensionRow] = Register(
    "status extension",
    Extension,
    ExtensionRow,
    {
        "code": Field(checks.name, required=True, fixed=True),
        "label": Field(checks.name, required=True),
        "active": _ACTIVE,
    },
    called_by=("code", "label"),
    unique=("code",),
)

TYPES: Register[TypeRow] = Register(
    "ticket type",
    TicketType,
    TypeRow,
    {"label": Field(checks.name, required=True), "active": _ACTIVE},
    called_by=("label",),
    unique=("label",),
)

CATEGORIES: Register[CategoryRow] = Register(
    "category",
    Category,
    CategoryRow,
    {
        "name": Field(checks.name, required=True),
        "manager": Field(_manager),
        "manager_email": Field(checks.address),
        "client_visible": Field(checks.flag),
        "active": _ACTIVE,
    },
    unique=("name",),
    columns={"manager": "COALESCE(e.name, t.name, '')"},
    joins="LEFT JOIN manager m ON m.id = r.manager_id LEFT JOIN employee e ON e.id = m.employee_id"
    " LEFT JOIN team t ON t.id = m.team_id",
)

PRODUCTS: Register[ProductRow] = Register(
    "product",
    Product,
    ProductRow,
    {"name": Field(checks.name, required=True), "active": _ACTIVE},
    unique=("name",),
)

CHARGE_ITEMS: Register[ChargeItemRow] = _ChargeItems(
    "charge item",
    ChargeItem,
    ChargeItemRow,
    {
        "kind": Field(checks.one_of(charges.KINDS), required=True),
        "label": Field(checks.name, required=True),
        "rate": Field(checks.rate, required=True),
        "currency": Field(checks.currency),
        "active": _ACTIVE,
    },
    called_by=("label",),
    unique=("label",),
    order="r.kind, r.label, r.id",
)
