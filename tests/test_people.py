"""Administrators keep people, customers and lists in order, and nobody else does."""

from __future__ import annotations

import json
import threading

import pytest

from models import Change, Operation, Ticket
from models.binding import connection
from services import accounts, auth, catalogue, catalogue_admin, clock, mail_people, people, preferences, users
from services.errors import Conflict, DeskError, Forbidden, Invalid, NotFound
from services.session import Session
from tests.support.desks import Desk


@pytest.fixture
def admin(desk: Desk) -> Session:
    """Return Ada, bound to an account of the system, who runs the desk."""
    user_id = users.USERS.find("ada")
    users.change_user(desk.administrator, user_id, os_account="ada-os")
    return auth.session_for(user_id, "cli", "ada-os")


def hire(admin: Session, username: str, **values: object) -> int:
    return people.add_employee(admin, **{"name": username.title(), "username": username, **values}).id


def session_of(username: str) -> Session:
    return auth.session_for(users.USERS.find(username), "cli")


def test_an_employee_comes_with_a_login_and_can_hold_tickets_at_once(admin: Session) -> None:
    tom = hire(admin, "tom", name="Tom\x1b[31m Reed", email1=" Tom@Desk.EXAMPLE ", os_account="tom")
    row = people.EMPLOYEES.get(admin, tom)
    assert row.name == "Tom\ufffd[31m Reed", "what a terminal would obey is not kept"
    assert (row.username, row.role, row.email1, row.os_account) == ("tom", "technician", "tom@desk.example", "tom")
    assert catalogue.find_manager("tom").employee_id == tom
    assert session_of("tom").manager_id == catalogue.find_manager("tom").id


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": "ADA"}, "username"),
        ({"username": "two words"}, "username"),
        ({"username": "me"}, "username"),
        ({"os_account": "ada-os"}, "os_account"),
        ({"email1": "not an address"}, "email1"),
        ({"email1": "a@b.example\nBcc: x@y.example"}, "email1"),
        ({"email1": "a@b.example", "email2": "A@B.example"}, "email2"),
        ({"name": ""}, "name"),
        ({"role": "client"}, "role"),
        ({"role": "emperor"}, "role"),
        ({"salary": "1"}, "salary"),
        ({"password": "short"}, "password"),
    ],
)
def test_unfit_values_are_refused_by_name_and_leave_nothing_behind(
    admin: Session, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        people.add_employee(admin, **{"name": "Tom", "username": "tom", **values})
    assert refused.value.field == field
    assert len(people.EMPLOYEES.all(admin)) == 1


def test_only_administrators_change_anything(admin: Session) -> None:
    tom, technician = hire(admin, "tom"), session_of("tom")
    general = catalogue_admin.CATEGORIES.find("General")
    for attempt in (
        lambda: people.add_employee(technician, name="Eve", username="eve"),
        lambda: people.change_employee(technician, tom, role="administrator"),
        lambda: people.TEAMS.add(technician, name="Mine"),
        lambda: people.set_member(technician, 1, tom, True),
        lambda: people.set_available(technician, people.EMPLOYEES.find("ada"), False),
        lambda: users.change_user(technician, users.USERS.find("tom"), role="administrator"),
        lambda: users.set_privilege(technician, users.USERS.find("tom"), "administer", True),
        lambda: users.set_password(technician, users.USERS.find("ada"), "taken over"),
        lambda: users.privileges_of(technician, users.USERS.find("ada")),
        lambda: catalogue_admin.CATEGORIES.change(technician, general, name="Mine"),
        lambda: accounts.ACCOUNTS.add(technician, name="Mine"),
        lambda: preferences.set_desk_setting(technician, "currency", "EUR"),
    ):
        with pytest.raises(Forbidden, match="administrator"):
            attempt()
    people.set_available(technician, tom, False)
    assert not people.EMPLOYEES.get(technician, tom).available, "one's own availability is one's own"


def test_clients_read_no_lists(admin: Session) -> None:
    acme = accounts.ACCOUNTS.add(admin, name="Acme").id
    contact = accounts.CONTACTS.add(admin, account=acme, name="Cleo").id
    users.add_client_login(admin, contact, username="cleo", password="open sesame")
    cleo = session_of("cleo")
    for attempt in (people.EMPLOYEES.all, accounts.CONTACTS.all, users.USERS.all, preferences.desk_settings):
        with pytest.raises(Forbidden):
            attempt(cleo)
    with pytest.raises(Invalid, match="can log in already"):
        users.add_client_login(admin, contact, username="cleo2", password="open sesame")
    with pytest.raises(Invalid, match="clients have no privileges"):
        users.set_privilege(admin, users.USERS.find("cleo"), "merge", True)
    with pytest.raises(Invalid, match="logs in as a client"):
        users.change_user(admin, users.USERS.find("cleo"), role="administrator")


def test_the_last_administrator_stays(admin: Session) -> None:
    ada = people.EMPLOYEES.find("ada")
    user = users.USERS.find("ada")
    for attempt in (
        lambda: people.change_employee(admin, ada, active=False),
        lambda: people.change_employee(admin, ada, role="technician"),
        lambda: people.change_employee(admin, ada, expires_at="2001-01-01"),
        lambda: users.change_user(admin, user, active=False),
        lambda: users.set_privilege(admin, user, "administer", False),
    ):
        with pytest.raises(Invalid, match="without an administrator"):
            attempt()
    hire(admin, "eve", role="administrator")
    people.change_employee(admin, ada, role="technician")
    assert not session_of("ada").has("administer")


def writer(address: str) -> int | None:
    """Return whose mail a mail with an address is."""
    found = mail_people.staff().writer(address)
    return found.id if found else None


def test_a_sender_is_an_employee_only_if_the_address_is_on_exactly_one(admin: Session) -> None:
    tom = hire(admin, "tom", email1="tom@desk.example", email2="TOM@home.example")
    assert writer("tom@home.example") == tom
    assert writer("") is None
    assert writer("stranger@desk.example") is None
    saved = people.add_employee(admin, name="Tim", username="tim", email2="tom@home.example")
    assert "also Tom's address" in saved.warnings[0]
    assert writer("tom@home.example") is None
    people.change_employee(admin, saved.id, active=False)
    assert writer("tom@home.example") == tom
    assert "also Tom's address" in people.change_employee(admin, saved.id, active=True).warnings[0]


def test_who_leaves_with_open_tickets_is_mentioned(admin: Session) -> None:
    tom = hire(admin, "tom")
    for status, is_open in ((1, 1), (1, 1), (9, 0)):
        Ticket.insert(
            subject="Printer",
            status=status,
            is_open=is_open,
            manager=catalogue.find_manager("tom").id,
            channel="manual",
            created_at=clock.now(),
            updated_at=clock.now(),
        ).execute()
    saved = people.change_employee(admin, tom, active=False)
    assert saved.warnings == ("Tom still manages 2 open tickets; transfer them.",)
    assert not catalogue.find_manager("tom").usable


def test_teams_and_their_members(admin: Session) -> None:
    tom = hire(admin, "tom")
    network = people.TEAMS.add(admin, name="Network", email="net@desk.example").id
    assert people.set_member(admin, network, tom, True)
    assert not people.set_member(admin, network, tom, True)
    assert [member.label for member in people.members(admin, network)] == ["Tom"]
    assert people.TEAMS.get(admin, network).members == 1
    assert len(session_of("tom").manager_ids) == 2
    assert people.set_member(admin, network, tom, False)
    assert len(session_of("tom").manager_ids) == 1
    with pytest.raises(Invalid, match="already a team"):
        people.TEAMS.add(admin, name="NETWORK")
    with pytest.raises(Invalid, match="receives the new tickets"):
        people.TEAMS.change(admin, people.TEAMS.find("New Tickets"), active=False)
    people.TEAMS.change(admin, people.TEAMS.find("New Tickets"), name="Triage")
    assert catalogue.names().managers[catalogue.names().new_tickets_manager()].name == "Triage"


def test_two_administrators_on_different_fields_both_win_and_on_the_same_the_second_chooses(admin: Session) -> None:
    tom = hire(admin, "tom", department="Field")
    read = people.EMPLOYEES.get(admin, tom)
    people.change_employee(admin, tom, department="In house", role="dispatcher")
    people.change_employee(admin, tom, name="Thomas", read=read)
    people.change_employee(admin, tom, department="In house", read=read)
    with pytest.raises(Conflict) as conflict:
        people.change_employee(admin, tom, department="Remote", read=read)
    assert conflict.value.fields == {"department": ("Field", "In house", "Remote")}
    with pytest.raises(Conflict):
        people.change_employee(admin, tom, name="Tim", role="administrator", read=read)
    row = people.EMPLOYEES.get(admin, tom)
    assert (row.name, row.department, row.role, row.version) == ("Thomas", "In house", "dispatcher", 3)


def test_every_change_stands_in_the_journal(admin: Session) -> None:
    general = catalogue_admin.CATEGORIES.find("general")
    catalogue_admin.CATEGORIES.change(
        admin, general, name="Everything else", manager="New Tickets", client_visible="no"
    )
    operation = Operation.select().order_by(Operation.id.desc()).get()
    assert (operation.action, operation.actor, operation.os_account) == ("change-category", "Ada Lindqvist", "ada-os")
    changes = {
        change.field: (json.loads(change.before or "null"), json.loads(change.after or "null"))
        for change in Change.select().where(Change.operation == operation.id)
    }
    queue = catalogue.names().new_tickets_manager()
    assert changes == {
        "name": ("General", "Everything else"),
        "manager": (None, queue),
        "client_visible": (1, 0),
    }
    row = catalogue_admin.CATEGORIES.get(admin, general)
    assert (row.manager, row.client_visible, row.version) == ("New Tickets", False, 2)
    assert general in catalogue.names().hidden_categories, "the read side notices at once"


def test_statuses_are_renamed_and_nothing_more(admin: Session) -> None:
    hold = catalogue_admin.STATUSES.find("hold")
    catalogue_admin.STATUSES.change(admin, hold, label="On Hold")
    assert catalogue.find_status("on hold").role == "hold"
    with pytest.raises(Invalid, match="already a status"):
        catalogue_admin.STATUSES.change(admin, hold, label="pending")
    with pytest.raises(Invalid, match="no field “role”"):
        catalogue_admin.STATUSES.change(admin, hold, role="new")
    with pytest.raises(Invalid, match="rename one"):
        catalogue_admin.STATUSES.add(admin, label="Eleventh")


def test_lists_grow_and_retire_entries_but_lose_none(admin: Session) -> None:
    wfp = catalogue_admin.EXTENSIONS.add(admin, code="WFP", label="Waiting For Parts").id
    with pytest.raises(Invalid, match="rules hang on it"):
        catalogue_admin.EXTENSIONS.change(admin, wfp, code="WFQ")
    catalogue_admin.EXTENSIONS.change(admin, wfp, active=False)
    assert "WFP" not in [choice.label for choice in catalogue.extension_choices()]
    incident = catalogue_admin.TYPES.find("Incident")
    catalogue_admin.TYPES.change(admin, incident, label="Störung")
    assert catalogue_admin.TYPES.find("STÖRUNG") == incident
    with pytest.raises(Invalid, match="already a ticket type"):
        catalogue_admin.TYPES.add(admin, label="störung")
    assert catalogue_admin.PRODUCTS.add(admin, name="Backup").id
    preferences.set_desk_setting(admin, "currency", "chf")
    item = catalogue_admin.CHARGE_ITEMS.add(admin, kind="work", label="Training", rate="80.5").id
    assert catalogue_admin.CHARGE_ITEMS.get(admin, item)[1:5] == ("work", "Training", 8050, "CHF")


def test_an_account_with_its_people_things_and_contracts(admin: Session) -> None:
    acme = accounts.ACCOUNTS.add(admin, name="Acme", domain="@Acme.Example", manager="ada").id
    globex = accounts.ACCOUNTS.add(admin, name="Globex").id
    cleo = accounts.CONTACTS.add(admin, account="acme", name="Cleo", email="Cleo@Acme.Example").id
    accounts.ACCOUNTS.change(admin, acme, main_contact="cleo")
    row = accounts.ACCOUNTS.get(admin, acme)
    assert (row.domain, row.manager, row.main_contact) == ("acme.example", "Ada Lindqvist", "Cleo")
    with pytest.raises(Invalid, match="no contact of this account"):
        accounts.ACCOUNTS.change(admin, globex, main_contact=cleo)
    with pytest.raises(Invalid, match="main contact of an account"):
        accounts.CONTACTS.change(admin, cleo, account=globex)
    with pytest.raises(Invalid, match="before it starts"):
        accounts.CONTRACTS.add(admin, account=acme, name="Gold", starts_at="2030-01-02", ends_at="2030-01-01")
    accounts.CONTRACTS.add(admin, account=acme, name="Gold", starts_at="2030-01-01", ends_at="2030-12-31")
    accounts.ASSETS.add(admin, account=acme, name="Laptop", serial="X1")
    assert accounts.ASSETS.find("x1", account_id=acme) == accounts.ASSETS.all(admin, account_id=acme)[0].id
    assert [contract.name for contract in accounts.CONTRACTS.all(admin, account_id=acme)] == ["Gold"]
    with pytest.raises(NotFound, match="none yet"):
        accounts.ASSETS.find("x1", account_id=globex)
    with pytest.raises(Invalid, match="needs an account"):
        accounts.ASSETS.add(admin, name="Orphan")


def whose(address: str) -> tuple[int, int | None] | None:
    """Return account and contact of an address."""
    known = mail_people.customer(address)
    return None if known.account_id is None else (known.account_id, known.contact_id)


def test_mail_is_matched_by_address_then_by_domain(admin: Session) -> None:
    acme = accounts.ACCOUNTS.add(admin, name="Acme", domain="acme.example").id
    lab = accounts.ACCOUNTS.add(admin, name="Acme Lab", domain="lab.acme.example").id
    cleo = accounts.CONTACTS.add(admin, account=lab, name="Cleo", email="cleo@home.example").id
    assert whose("Cleo@Home.Example") == (lab, cleo)
    assert whose("anyone@acme.example") == (acme, None)
    assert whose("anyone@mail.acme.example") == (acme, None)
    assert whose("anyone@deep.lab.acme.example") == (lab, None)
    assert whose("anyone@otheracme.example") is None
    assert whose("example") is None
    twin = accounts.CONTACTS.add(admin, account=acme, name="Cleo's twin", email="cleo@home.example")
    assert "also Cleo's address" in twin.warnings[0]
    assert whose("cleo@home.example") is None
    rival = accounts.ACCOUNTS.add(admin, name="Rival", domain="acme.example")
    assert "also the domain of Acme" in rival.warnings[0]
    assert whose("anyone@acme.example") is None
    accounts.ACCOUNTS.change(admin, rival.id, active=False)
    assert whose("anyone@acme.example") == (acme, None)
    assert "Anyone can have" in accounts.ACCOUNTS.change(admin, acme, domain="gmail.com").warnings[0]


def test_names_are_found_as_people_type_them(admin: Session) -> None:
    acme = accounts.ACCOUNTS.add(admin, name="Acme Ltd").id
    accounts.ACCOUNTS.add(admin, name="Acorn")
    assert accounts.ACCOUNTS.find("acme ltd") == accounts.ACCOUNTS.find("ACM") == accounts.ACCOUNTS.find(f"#{acme}")
    with pytest.raises(Invalid, match="more than one account"):
        accounts.ACCOUNTS.find("ac")
    with pytest.raises(NotFound, match="choose one of Acme Ltd, Acorn"):
        accounts.ACCOUNTS.find("globex")
    with pytest.raises(NotFound):
        accounts.ACCOUNTS.find("#999")
    with pytest.raises(NotFound):
        accounts.ACCOUNTS.find("")
    with pytest.raises(NotFound):
        accounts.ACCOUNTS.get(admin, 999)
    with pytest.raises(NotFound):
        accounts.ACCOUNTS.change(admin, 999, name="Ghost")


def test_what_a_user_chose_is_remembered_for_that_user(admin: Session) -> None:
    hire(admin, "tom")
    preferences.put(admin, "list.columns", {"subject": 40, "order": ["a", "ü"]})
    preferences.put(admin, "list.columns", {"subject": 50})
    assert preferences.get(admin, "list.columns") == {"subject": 50}
    assert preferences.get(session_of("tom"), "list.columns", "default") == "default"
    with pytest.raises(Invalid, match="too large"):
        preferences.put(admin, "list.columns", "x" * 70_000)
    preferences.put(admin, "list.columns", None)
    assert preferences.get(admin, "list.columns") is None


def test_settings_of_the_desk(admin: Session) -> None:
    assert preferences.set_desk_setting(admin, "support_address", "Help@Desk.Example") == "help@desk.example"
    kept = {setting.name: setting.value for setting in preferences.desk_settings(admin)}
    assert kept.keys() == preferences.DESK_SETTINGS.keys()
    first_four = [kept[name] for name in ("currency", "support_address", "mail_category", "auto_assign")]
    assert first_four == ["USD", "help@desk.example", "General", False]
    with pytest.raises(Invalid, match="three letters"):
        preferences.set_desk_setting(admin, "currency", "dollars")
    with pytest.raises(Invalid, match="no setting"):
        preferences.set_desk_setting(admin, "colour", "red")


def test_two_administrators_cannot_demote_each_other_at_the_same_moment(admin: Session) -> None:
    hire(admin, "eve", role="administrator")
    refused: list[DeskError] = []
    start = threading.Barrier(2)

    def demote(other: str) -> None:
        with connection():
            start.wait()
            try:
                people.change_employee(admin, people.EMPLOYEES.find(other), role="technician")
            except DeskError as error:
                refused.append(error)

    rivals = [threading.Thread(target=demote, args=(name,)) for name in ("ada", "eve")]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert ["without an administrator" in str(error) for error in refused] == [True]
    assert sorted(row.role for row in people.EMPLOYEES.all(admin)) == ["administrator", "technician"]
