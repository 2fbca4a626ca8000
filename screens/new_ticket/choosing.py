"""The fields of the form that are chosen rather than typed: their dialogs, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from screens.new_ticket.values import FormValues
from services import priorities
from services.records import Choice

if TYPE_CHECKING:
    from screens.new_ticket.new_ticket_screen import NewTicketScreen
    from screens.new_ticket.options import Options, Person

_NONE = 0
_SINGLE = ("category", "manager", "account", "product", "type", "priority")
_ADD_FILE = -1
_EMPTY: dict[str, object] = {
    "category": None,
    "manager": None,
    "product": None,
    "type": None,
    "priority": priorities.NORMAL,
    "carbon_copy": (),
    "files": (),
}


class Choosing:
    """Opens the dialogs for a form and gives it what was chosen."""

    def __init__(self, form: NewTicketScreen) -> None:
        self._form = form
        self.manager_by_rule = ""

    @property
    def _options(self) -> Options | None:
        return self._form.options

    # How the fields read

    def shown(self, values: FormValues) -> dict[str, tuple[str, bool]]:
        """Return for each field what it shows, and whether that is only what happens when nothing is chosen."""
        contact = self._person(values.contact)
        by_rule = f"{self.manager_by_rule}, by the category" if self.manager_by_rule else "decided by the category"
        copies = [choice.label for choice in self._listed("carbon_copy") if choice.id in values.carbon_copy]
        found = {
            "contact": (f"{contact.name}, {contact.account}", False) if contact else ("nobody; Enter chooses", True),
            "category": self._label("category", values.category, "choose one: it decides who gets the ticket"),
            "manager": self._label("manager", values.manager, by_rule),
            "account": self._label("account", values.account, "none"),
            "product": self._label("product", values.product, "none"),
            "type": self._label("type", values.type, "none"),
            "priority": (priorities.label(values.priority), values.priority == priorities.NORMAL),
            "carbon_copy": (", ".join(copies), False) if copies else ("nobody", True),
            "send_confirmation": ("[x] tell the manager" if values.send_confirmation else "[ ] tell nobody", False),
            "files": (", ".join(path.name for path in values.files), False) if values.files else ("none", True),
        }
        return found

    def _label(self, name: str, key: int | None, default: str) -> tuple[str, bool]:
        label = next((choice.label for choice in self._listed(name) if choice.id == key), None)
        return (default, True) if label is None else (label, False)

    def _listed(self, name: str) -> Sequence[Choice]:
        options = self._options
        if name == "priority":
            return [Choice(code, label) for code, label in reversed(list(enumerate(priorities.LABELS)))]
        if options is None:
            return ()
        return {
            "category": options.categories,
            "manager": options.managers,
            "account": options.accounts,
            "product": options.products,
            "type": options.types,
            "carbon_copy": options.employees,
        }[name]

    def _person(self, key: int | None) -> Person | None:
        contacts = self._options.contacts if self._options else ()
        return next((person for person in contacts if person.id == key), None)

    # The dialogs

    def open(self, name: str) -> None:
        """Open the dialog of a field, or switch it."""
        if name == "send_confirmation":
            self._form.set_values(send_confirmation=not self._form.values.send_confirmation)
        elif self._options is None:
            return
        elif name == "contact":
            self._choose_contact()
        elif name == "carbon_copy":
            self._choose_copies()
        elif name == "files":
            self._choose_files()
        elif name in _SINGLE:
            self._choose_one(name)

    def clear(self, name: str) -> None:
        """Empty a field; a ticket without an account has no contact either."""
        if name == "account":
            self._form.set_values(account=None, contact=None)
        elif name == "contact":
            self._form.set_values(contact=None)
        elif name in _EMPTY:
            self._form.set_values(**{name: _EMPTY[name]})

    def _choose_one(self, name: str) -> None:
        none = [] if name in ("category", "priority") else [Choice(_NONE, "None", "")]
        if name == "manager":
            none = [Choice(_NONE, "Decided by the category", self.manager_by_rule)]
        present = getattr(self._form.values, name)

        def chosen(keys: list[int]) -> None:
            key = keys[0] if keys[0] or name == "priority" else None
            person = self._person(self._form.values.contact)
            if name == "account" and person is not None and person.account_id != key:
                self._form.set_values(account=key, contact=None)
            else:
                self._form.set_values(**{name: key})

        titles = {"manager": "Who gets the ticket", "category": "Category: it decides who gets the ticket"}
        title = titles.get(name, name.capitalize())
        self._ask(title, [*none, *self._listed(name)], (present if present is not None else _NONE,), chosen)

    def _choose_contact(self) -> None:
        contacts = self._options.contacts if self._options else []
        choices = [Choice(person.id, person.name, f"{person.account}  {person.email}") for person in contacts]

        def chosen(keys: list[int]) -> None:
            person = self._person(keys[0])
            if person is None:
                session = self._form.session
                self._form.set_values(contact=None, requester_name=session.name, requester_email=session.email)
                return
            self._form.set_values(
                contact=person.id,
                account=person.account_id,
                requester_name=person.name,
                requester_email=person.email,
            )

        own = Choice(_NONE, "Nobody", "this is my own request")
        self._ask("On behalf of", [own, *choices], (self._form.values.contact or _NONE,), chosen)

    def _choose_copies(self) -> None:
        def chosen(keys: list[int]) -> None:
            self._form.set_values(carbon_copy=tuple(keys))

        self._ask(
            "Carbon copy: told once by mail, not assigned",
            self._listed("carbon_copy"),
            self._form.values.carbon_copy,
            chosen,
            multiple=True,
        )

    def _choose_files(self) -> None:
        files = self._form.values.files
        if not files:
            self._add_file()
            return

        def chosen(keys: list[int]) -> None:
            if keys[0] == _ADD_FILE:
                self._add_file()
            else:
                left = tuple(path for index, path in enumerate(files) if index != keys[0])
                self._form.set_values(files=left)

        choices = [Choice(index, f"Remove {path.name}", str(path.parent)) for index, path in enumerate(files)]
        self._ask("Files", [Choice(_ADD_FILE, "Add another file"), *choices], (), chosen)

    def _add_file(self) -> None:
        from screens.dialogs.file import FileDialog

        def chosen(path: Path | None) -> None:
            if path is not None and path not in self._form.values.files:
                self._form.set_values(files=(*self._form.values.files, path))

        self._form.app.push_screen(FileDialog("File to upload with the ticket"), chosen)

    def _ask(
        self,
        title: str,
        choices: Sequence[Choice],
        present: Sequence[int],
        then: Callable[[list[int]], object],
        *,
        multiple: bool = False,
    ) -> None:
        from screens.dialogs.choose import ChooseDialog

        def picked(keys: list[int] | None) -> None:
            if keys:
                then(keys)

        self._form.app.push_screen(ChooseDialog(title, choices, chosen=present, multiple=multiple), picked)
