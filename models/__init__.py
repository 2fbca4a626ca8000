"""The desk's tables; no rules live here.

They are loaded, and Peewee with them, when the first of them is asked for: much is done in plain SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.bound import database

if TYPE_CHECKING:
    from models.tables import (
        TABLES,
        Account,
        Asset,
        Blob,
        BlobPiece,
        CannedText,
        Category,
        Change,
        Charge,
        ChargeItem,
        ConnectorRun,
        Contact,
        Contract,
        Delivery,
        DeskSetting,
        Document,
        Employee,
        EmployeeRecipient,
        Extension,
        ExternalRecipient,
        History,
        LoginAttempts,
        Mail,
        Mailbox,
        MailboxState,
        MailOriginal,
        Manager,
        Operation,
        OutgoingMail,
        Privilege,
        Product,
        SavedSearch,
        Status,
        Table,
        Team,
        TeamMember,
        Ticket,
        TicketType,
        User,
        UserSetting,
    )
else:

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from models import tables

        globals().update((each, getattr(tables, each)) for each in tables.__all__)
        return globals()[name]


__all__ = [
    "TABLES",
    "Account",
    "Asset",
    "Blob",
    "BlobPiece",
    "CannedText",
    "Category",
    "Change",
    "Charge",
    "ChargeItem",
    "ConnectorRun",
    "Contact",
    "Contract",
    "Delivery",
    "DeskSetting",
    "Document",
    "Employee",
    "EmployeeRecipient",
    "Extension",
    "ExternalRecipient",
    "History",
    "LoginAttempts",
    "Mail",
    "MailOriginal",
    "Mailbox",
    "MailboxState",
    "Manager",
    "Operation",
    "OutgoingMail",
    "Privilege",
    "Product",
    "SavedSearch",
    "Status",
    "Table",
    "Team",
    "TeamMember",
    "Ticket",
    "TicketType",
    "User",
    "UserSetting",
    "database",
]
