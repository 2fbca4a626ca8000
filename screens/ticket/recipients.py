"""The tab Recipients: outside addresses that get the ticket's mail, and the employees who follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual.app import ComposeResult
from textual.widget import Widget

from screens.ticket.tab import TicketTab
from services import checks, recipients
from services.recipients import Reachable
from services.records import Choice, EmployeeRecipientRow, ExternalRecipientRow
from services.session import Session
from widgets.safe import notify
from widgets.table import Table, TableColumn, TableRow

_COLUMNS = (TableColumn("", 4), TableColumn("Name"), TableColumn("Address"), TableColumn("", 10))
_LEVELS = {"all": "every mail", "created": "told once"}
_KINDS = (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"))
_ADDRESS, _EMPLOYEE, _CONTACT, _ACCOUNT, _FIRST_ROLE = -1, -2, -3, -4, -10


class _Recipients(NamedTuple):
    """Both lists."""

    external: list[ExternalRecipientRow]
    employees: list[EmployeeRecipientRow]


def _load(session: Session, ticket_id: int) -> _Recipients:
    return _Recipients(*recipients.both(session, ticket_id))


class RecipientsTab(TicketTab):
    """Both lists in one table; the cursor says which of them an action is about."""

    OFFERS = frozenset({"edit", "add", "remove", "subscribe"})

    def __init__(self) -> None:
        super().__init__()
        self._read = _Recipients([], [])

    def compose(self) -> ComposeResult:
        """Put the table into the tab."""
        yield Table(_COLUMNS, "Nobody gets the mail of this ticket.", id="recipients")

    def panes(self) -> list[Widget]:
        """Return the table."""
        return [self.query_one(Table)]

    def show_page(self) -> None:
        """Read who gets the mail."""
        window = self.window
        window.run_db(_load, window.session, window.ticket_id, then=self._show, group="recipients")

    def _show(self, read: _Recipients) -> None:
        self._read = read
        rows = [TableRow("h1", ("External recipients, who get outgoing mail",), heading=True)]
        rows += [_external_row(each) for each in read.external] or [_nobody("none1")]
        if not self.window.session.is_client:
            rows.append(TableRow("h2", ("Employees, who get incoming and outgoing mail",), heading=True))
            rows += [_employee_row(each) for each in read.employees] or [_nobody("none2")]
        self.query_one(Table).show(rows)
        self.window.show_hints()

    def on_table_moved(self, event: Table.Moved) -> None:
        """What can be done depends on the row."""
        event.stop()
        self.window.show_hints()

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click changes the row."""
        event.stop()
        self.window.action_run("ticket.edit")

    # What is under the cursor

    @property
    def _external(self) -> ExternalRecipientRow | None:
        key = self.query_one(Table).cursor_key
        return next((each for each in self._read.external if f"x{each.id}" == key), None)

    @property
    def _employee(self) -> EmployeeRecipientRow | None:
        key = self.query_one(Table).cursor_key
        return next((each for each in self._read.employees if f"e{each.id}" == key), None)

    @property
    def _following(self) -> bool:
        own = self.window.session.employee_id
        return any(each.employee_id == own for each in self._read.employees)

    def refusal(self, name: str) -> str | None:
        """Clients only look; there must be somebody to change or remove."""
        if name in self.OFFERS and self.window.session.is_client:
            return "Only employees of the desk change who gets the mail."
        if name in ("edit", "remove") and not (self._external or self._employee):
            return "There is nobody under the cursor; n adds somebody."
        if name == "subscribe" and self.window.session.employee_id is None:
            return "Only employees can follow tickets."
        return None

    # Changing

    def edit(self) -> None:
        """Choose another kind for an outside address, or another level for an employee."""
        external, employee = self._external, self._employee
        if external is not None:
            self._choose_kind(external.address, external.name, external.contact_id, external.kind)
        elif employee is not None:
            self._do(recipients.set_level, employee.employee_id, "created" if employee.level == "all" else "all")

    def add(self) -> None:
        """Choose a contact of the account, or another way to add somebody."""
        window = self.window
        window.run_db(
            *(recipients.contact_choices, window.session, window.ticket_id),
            then=self._ask_whom,
            group="add",
            opens=True,
        )

    def _ask_whom(self, contacts: list[Choice]) -> None:
        from screens.dialogs.choose import ChooseDialog

        choices = [Choice(contact.id, contact.label, f"To: {contact.detail}") for contact in contacts]
        choices += [
            Choice(_ADDRESS, "Another address", "To, Cc or Bcc"),
            Choice(_CONTACT, "A contact, of this account or another", "To, Cc or Bcc"),
            Choice(_ACCOUNT, "An account, at its own address", "To, Cc or Bcc"),
            Choice(_EMPLOYEE, "An employee", "by name"),
            *(Choice(_FIRST_ROLE - index, f"The {role}", "by role") for index, role in enumerate(recipients.ROLES)),
        ]

        def chosen(keys: list[int] | None) -> None:
            if keys:
                self._add_chosen(keys[0], contacts)

        self.app.push_screen(ChooseDialog(f"Add a recipient to {self.window.ticket.number}", choices), chosen)

    def _add_chosen(self, key: int, contacts: list[Choice]) -> None:
        if key == _ADDRESS:
            self._ask_address()
        elif key == _EMPLOYEE:
            self._choose_employee()
        elif key == _CONTACT:
            self._choose_reachable("Which contact?", recipients.reachable_contacts)
        elif key == _ACCOUNT:
            self._choose_reachable("Which account?", recipients.reachable_accounts)
        elif key <= _FIRST_ROLE:
            self._do(recipients.add_by_role, recipients.ROLES[_FIRST_ROLE - key])
        else:
            contact = next(contact for contact in contacts if contact.id == key)
            self._do(recipients.add_external, contact.detail, contact.label, "to", contact.id)

    def _ask_address(self) -> None:
        from screens.dialogs.line import LineDialog

        def typed(text: str | None) -> None:
            if text is not None:
                name, address = recipients.split_address(text)
                self._choose_kind(address, name, None, "to")

        def check(text: str) -> str:
            return checks.mail_address(recipients.split_address(text)[1], "address")

        hint = "name@example.com, or Name <name@example.com>"
        self.app.push_screen(LineDialog("Another recipient", "Address", check=check, hint=hint), typed)

    def _choose_reachable(self, title: str, read: Callable[[Session, int], list[Reachable]]) -> None:
        from screens.dialogs.choose import ChooseDialog

        window = self.window

        def ask(found: list[Reachable]) -> None:
            def chosen(keys: list[int] | None) -> None:
                if keys:
                    one = found[keys[0]]
                    self._choose_kind(one.address, one.name, one.contact_id, "to")

            if not found:
                notify(window, "None of them has a mail address.", severity="warning")
                return
            choices = [
                Choice(place, one.name, "  ".join(part for part in (one.of, one.address) if part))
                for place, one in enumerate(found)
            ]
            self.app.push_screen(ChooseDialog(title, choices), chosen)

        window.run_db(read, window.session, window.ticket_id, then=ask, group="add", opens=True)

    def _choose_kind(self, address: str, name: str, contact: int | None, present: str) -> None:
        from screens.dialogs.choose import ChooseDialog

        def chosen(keys: list[int] | None) -> None:
            if keys:
                self._do(recipients.add_external, address, name, _KINDS[keys[0]][0], contact)

        choices = [Choice(index, label) for index, (_, label) in enumerate(_KINDS)]
        now = [index for index, (kind, _) in enumerate(_KINDS) if kind == present]
        self.app.push_screen(ChooseDialog(f"{address} gets mail as", choices, chosen=now), chosen)

    def _choose_employee(self) -> None:
        from screens.dialogs.choose import ChooseDialog

        def chosen(keys: list[int] | None) -> None:
            for key in keys or ():
                self._do(recipients.add_employee, key)

        def ask(choices: list[Choice]) -> None:
            self.app.push_screen(ChooseDialog("Employees to add", choices, multiple=True), chosen)

        self.window.run_db(recipients.employee_choices, self.window.session, then=ask, opens=True)

    def remove_item(self) -> None:
        """Take somebody off; adding again is all that undoing needs, so nothing is asked."""
        external, employee = self._external, self._employee
        if external is not None:
            self._do(recipients.remove_external, external.id)
        elif employee is not None:
            self._do(recipients.remove_employee, employee.employee_id)

    def subscribe(self) -> None:
        """Follow the ticket oneself, or no longer."""
        self._do(recipients.unsubscribe if self._following else recipients.subscribe)

    def _do(self, work: Callable[..., object], *arguments: object) -> None:
        """Run a service function on the ticket, then show what has changed."""
        window = self.window
        window.run_db(work, window.session, window.ticket_id, *arguments, then=lambda _: window.changed(), lane="slow")


def _external_row(each: ExternalRecipientRow) -> TableRow:
    contact = "contact" if each.contact_id is not None else ""
    return TableRow(f"x{each.id}", (each.kind.capitalize(), each.name, each.address, contact))


def _employee_row(each: EmployeeRecipientRow) -> TableRow:
    roles = ", ".join(each.roles)
    return TableRow(f"e{each.id}", ("", each.name, roles or each.username, _LEVELS.get(each.level, each.level)))


def _nobody(key: str) -> TableRow:
    return TableRow(key, ("", "nobody", "", ""), dim=True)
