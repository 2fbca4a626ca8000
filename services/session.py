"""Who acts: the logged-in user with role, privileges and channel, passed first to every service."""

from __future__ import annotations

from services.errors import Forbidden
from services.named import NamedTuple

ROLES = ("client", "technician", "dispatcher", "administrator")

PRIVILEGES = {
    "view_others": "View tickets that other people manage",
    "change_others": "Change tickets that other people manage",
    "mark_others_read": "Mark other people's tickets read or unread",
    "dispatch": "Take tickets off the dispatch board",
    "transfer": "Transfer tickets to other people and accounts",
    "merge": "Merge duplicate tickets",
    "archive": "Archive and restore tickets",
    "charge": "Add and change charges",
    "undo_others": "Take back what other people did",
    "import_mail": "Import mail into the desk",
    "administer": "Manage people, categories, statuses, accounts and contacts",
}

_TECHNICIAN = frozenset({"view_others", "change_others", "transfer", "charge"})
_DISPATCHER = _TECHNICIAN | {"dispatch", "mark_others_read", "import_mail", "merge", "archive", "undo_others"}
ROLE_PRIVILEGES: dict[str, frozenset[str]] = {
    "client": frozenset(),
    "technician": _TECHNICIAN,
    "dispatcher": _DISPATCHER,
    "administrator": frozenset(PRIVILEGES),
}

DESK_NAME = "Deskwire"
"""Under what name the desk itself acts, and says in a History what it has to say."""

EMPLOYEES_ONLY = "Only employees of the desk can do this; write a note and the desk will help you."


class Session(NamedTuple):
    """One person at the desk, or the desk itself (`user_id` None) when mail and programs act.

    `manager_ids` are the manager keys that count as one's own: first oneself, then one's teams.
    """

    user_id: int | None
    username: str
    name: str
    email: str
    role: str
    privileges: frozenset[str]
    employee_id: int | None = None
    contact_id: int | None = None
    account_id: int | None = None
    manager_ids: tuple[int, ...] = ()
    channel: str = "manual"
    os_account: str = ""

    @property
    def manager_id(self) -> int | None:
        """The key under which this person manages tickets; None for clients and the desk itself."""
        return self.manager_ids[0] if self.manager_ids and self.employee_id else None

    @property
    def is_client(self) -> bool:
        """Whether this is a customer rather than somebody who works at the desk."""
        return self.role == "client"

    def has(self, privilege: str) -> bool:
        """Tell whether the person holds a privilege."""
        return privilege in self.privileges

    def refusal(self, privilege: str) -> str | None:
        """Return the sentence that names a missing privilege and who can give it; None when it is held."""
        if privilege in self.privileges:
            return None
        if self.is_client:
            return EMPLOYEES_ONLY
        return f"You lack the privilege “{PRIVILEGES[privilege]}”; an administrator can give it to you."

    def require(self, privilege: str) -> None:
        """Refuse what needs a privilege that the person lacks."""
        refusal = self.refusal(privilege)
        if refusal:
            raise Forbidden(refusal)

    def require_employee(self) -> None:
        """Refuse clients what only employees do."""
        if self.is_client:
            raise Forbidden(EMPLOYEES_ONLY)


def desk_session(channel: str, os_account: str = "", name: str = DESK_NAME) -> Session:
    """Return the session under which the desk itself acts: mail intake, imports, building a demo."""
    return Session(None, "", name, "", "administrator", frozenset(PRIVILEGES), channel=channel, os_account=os_account)
