"""All tables of the desk, and in which order they can be created."""

from __future__ import annotations

from models import driver as driver  # before whatever imports peewee
from models.accounts import Account, Asset, Contact, Contract
from models.base import Table
from models.catalogue import Category, ChargeItem, DeskSetting, Extension, Product, Status, TicketType
from models.files import Blob, BlobPiece, Document
from models.journal import Change, History, Operation
from models.mail import (
    CannedText,
    ConnectorRun,
    Delivery,
    Mail,
    Mailbox,
    MailboxState,
    MailOriginal,
    OutgoingMail,
)
from models.people import (
    Employee,
    LoginAttempts,
    Manager,
    Privilege,
    Team,
    TeamMember,
    User,
    UserSetting,
)
from models.searches import SavedSearch
from models.ticket import Ticket
from models.work import Charge, EmployeeRecipient, ExternalRecipient

# In the order in which they can be created and copied; accounts point forward to employees and contacts.
TABLES: tuple[type[Table], ...] = (
    DeskSetting,
    Employee,
    Team,
    TeamMember,
    Manager,
    Account,
    Contact,
    Asset,
    Contract,
    User,
    Privilege,
    LoginAttempts,
    UserSetting,
    SavedSearch,
    Status,
    Extension,
    TicketType,
    Category,
    Product,
    ChargeItem,
    Ticket,
    Operation,
    History,
    Change,
    Blob,
    BlobPiece,
    Document,
    Mailbox,
    MailboxState,
    MailOriginal,
    Mail,
    OutgoingMail,
    Delivery,
    CannedText,
    ConnectorRun,
    ExternalRecipient,
    EmployeeRecipient,
    Charge,
)

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
]
