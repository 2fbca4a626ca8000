"""The tab Charges: work, expenses and parts with their sums."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from screens.ticket.tab import TicketTab
from services import charges, clock
from services.charges import NewCharge
from services.records import ChargeRow, Choice
from widgets.dates import ShortDates
from widgets.safe import content
from widgets.table import Table, TableColumn, TableRow, Titles

_COLUMNS = (
    TableColumn("Kind", 7),
    TableColumn("What"),
    TableColumn("Qty", 7, right=True),
    TableColumn("Rate", 10, right=True),
    TableColumn("Amount", 14, right=True),
    TableColumn("Bill", 4),
    TableColumn("Who", 12),
    TableColumn("When", 6),
)
_FREE = (("work", "Other work"), ("expense", "Other expense"), ("part", "Other part"))


class ChargesTab(TicketTab):
    """The charges in the order they were added, with the sum of what is billed."""

    OFFERS = frozenset({"add", "edit", "remove"})

    def __init__(self) -> None:
        super().__init__()
        self._charges: list[ChargeRow] = []

    def compose(self) -> ComposeResult:
        """Put the table between its titles, the note of a charge and the sum."""
        table = Table(_COLUMNS, "Nothing has been charged; n adds work, an expense or a part.", id="charges")
        yield Titles(table)
        yield table
        yield Static("", id="charge-note")
        yield Static("", id="total")

    def panes(self) -> list[Widget]:
        """Return the table."""
        return [self.query_one(Table)]

    def show_page(self) -> None:
        """Read the charges."""
        window = self.window
        window.run_db(charges.listed, window.session, window.ticket_id, then=self._show, group="charges")

    def _show(self, found: list[ChargeRow]) -> None:
        self._charges = found
        dates = ShortDates(clock.now)
        self.query_one(Table).show([_row(charge, dates) for charge in found])
        sums = charges.total(found)
        shown = " + ".join(charges.money(amount, currency) for currency, amount in sorted(sums.items()))
        self.query_one("#total", Static).update(content(f"Billable total: {shown or 'nothing'}"))
        self._show_note()

    def _show_note(self) -> None:
        charge = self._charge
        self.query_one("#charge-note", Static).update(content(charge.note.replace("\n", " ") if charge else ""))
        self.window.show_hints()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Show the note of the charge under the cursor."""
        event.stop()
        self._show_note()

    def on_table_opened(self, event: Table.Opened) -> None:
        """A double click corrects the charge."""
        event.stop()
        self.window.action_run("ticket.edit")

    @property
    def _charge(self) -> ChargeRow | None:
        key = self.query_one(Table).cursor_key
        return next((charge for charge in self._charges if str(charge.id) == key), None)

    def refusal(self, name: str) -> str | None:
        """Charges need a privilege, and other people's a second one."""
        if name not in self.OFFERS:
            return None
        session, charge = self.window.session, self._charge
        if name == "add" or not session.has("charge"):
            return session.refusal("charge")
        if charge is None:
            return "There is no charge under the cursor; n adds one."
        return charges.change_refusal(session, charge.employee_id)

    def add(self) -> None:
        """Choose a preset or a kind, then fill in the form."""
        self.window.run_db(charges.item_choices, self.window.session, then=self._choose_item, opens=True)

    def _choose_item(self, items: list[Choice]) -> None:
        from screens.dialogs.choose import ChooseDialog

        free = [Choice(-1 - index, label, "") for index, (_, label) in enumerate(_FREE)]

        def chosen(keys: list[int] | None) -> None:
            if not keys:
                return
            if keys[0] < 0:
                self.window.run_db(free_charge, _FREE[-1 - keys[0]][0], then=self._fill_in, opens=True)
            else:
                self.window.run_db(charges.item, self.window.session, keys[0], then=self._fill_in, opens=True)

        self.app.push_screen(ChooseDialog(f"Charge on {self.window.ticket.number}", [*items, *free]), chosen)

    def _fill_in(self, new: NewCharge, read: ChargeRow | None = None) -> None:
        from screens.ticket.charge_form import ChargeForm

        window = self.window
        self.app.push_screen(ChargeForm(window.ticket_id, window.ticket.number, new, read, window.changed))

    def edit(self) -> None:
        """Correct the charge under the cursor."""
        charge = self._charge
        if charge is not None:
            self._fill_in(given_by(charge), charge)

    def remove_item(self) -> None:
        """Ask, then take the charge off the ticket."""
        from screens.dialogs.confirm import ConfirmDialog

        charge, window = self._charge, self.window
        if charge is None:
            return
        key = charge.id

        def answered(yes: bool | None) -> None:
            if yes:
                window.run_db(charges.remove, window.session, key, then=lambda _: window.changed(), lane="slow")

        amount = charges.money(charge.amount, charge.currency)
        question = ConfirmDialog(f"Remove {charge.label}, {amount}?", "The History keeps it.", "Remove")
        self.app.push_screen(question, answered)


def given_by(charge: ChargeRow) -> NewCharge:
    """Return a charge as its form starts with it."""
    given = NewCharge(charge.kind, charge.label, charge.quantity, charge.rate, charge.currency)
    return given._replace(billable=charge.billable, note=charge.note)


def free_charge(kind: str) -> NewCharge:
    """Return an empty charge of a kind in the desk's currency."""
    from services import preferences

    return NewCharge(kind, "", 1000, 0, preferences.desk_setting("currency"))


def _row(charge: ChargeRow, dates: ShortDates) -> TableRow:
    unit = " h" if charge.kind == "work" else ""
    cells = (
        charge.kind.capitalize(),
        charge.label,
        charges.quantity(charge.quantity) + unit,
        charges.money(charge.rate, ""),
        charges.money(charge.amount, charge.currency),
        "yes" if charge.billable else "no",
        charge.employee,
        dates.short(charge.charged_at),
    )
    return TableRow(str(charge.id), cells, dim=not charge.billable)
