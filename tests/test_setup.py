"""A new desk has what rules hang on, exactly once, and somebody who can run it."""

from __future__ import annotations

import threading

import pytest
from peewee import Database

from models import Change, Manager, Operation, Status, Team
from models.binding import connection
from services import auth, catalogue
from services.catalogue_admin import CATEGORIES, CHARGE_ITEMS, EXTENSIONS, TYPES
from services.errors import DeskError, Invalid
from services.first_start import first_start_needed
from services.preferences import desk_setting
from services.setup import NewAdministrator, create_desk

ADA = NewAdministrator("Ada Stone", "Ada", "Ada@Desk.Example", "correct horse", "ada-os")


def test_a_new_desk_has_the_ten_statuses_with_their_roles(tables: Database) -> None:
    assert first_start_needed()
    create_desk(ADA)
    assert not first_start_needed()
    statuses = catalogue.names().statuses
    assert [status.label for status in statuses.values()] == [
        *("New", "Assigned in House", "Assigned on Site", "Work in Progress", "Pending"),
        *("Internal", "Hold", "Recurring Task", "Cancelled", "Completed"),
    ]
    assert [code for code, status in statuses.items() if status.status_class == "closed"] == [8, 9]
    effects = {status.role: status.priority_effect for status in statuses.values() if status.priority_effect}
    assert effects == {"pending": "lower", "internal": "none", "hold": "none"}


def test_a_new_desk_has_its_lists_and_the_queue_of_new_tickets(tables: Database) -> None:
    session = auth.session_for(_made(create_desk(ADA, currency="eur", support_address="Help@Desk.Example")), "cli")
    codes = [extension.code for extension in EXTENSIONS.all(session)]
    assert sorted(codes) == sorted(
        ["AES", "CA1", "CA2", "CA3", "CA4", "FCI", "Project", "Product", "Quote", "WFC", "WFR", "WFV"]
    )
    assert "Incident" in [each.label for each in TYPES.all(session)]
    assert [each.name for each in CATEGORIES.all(session)] == ["General"]
    assert {item.currency for item in CHARGE_ITEMS.all(session)} == {"EUR"}
    assert (desk_setting("currency"), desk_setting("support_address")) == ("EUR", "help@desk.example")
    queue = catalogue.names().managers[catalogue.names().new_tickets_manager()]
    assert (queue.name, queue.usable) == ("New Tickets", True)


def test_the_first_administrator_logs_in_either_way(tables: Database) -> None:
    user_id = _made(create_desk(ADA))
    by_password = auth.login("ada", "correct horse")
    by_account = auth.login_by_os_account("ada-os")
    assert by_account is not None
    assert by_password.user_id == by_account.user_id == user_id
    assert by_password.role == "administrator"
    assert by_password.has("administer")
    assert by_password.email == "ada@desk.example"


def test_the_journal_can_rebuild_the_desk_but_knows_no_password(tables: Database) -> None:
    create_desk(ADA, channel="cli", os_account="root")
    operation = Operation.get()
    assert (operation.action, operation.channel, operation.os_account) == ("create-desk", "cli", "root")
    kept = [(change.entity, change.entity_id, change.field, change.after) for change in Change.select()]
    assert ("status", "6", "label", '"Hold"') in kept
    assert not [after for *_, after in kept if after and ("argon2" in after or "correct horse" in after)]


def test_a_desk_is_made_once_even_by_two_at_the_same_moment(tables: Database) -> None:
    refused: list[DeskError] = []
    start = threading.Barrier(2)

    def make(username: str) -> None:
        with connection():
            start.wait()
            try:
                create_desk(ADA._replace(username=username, os_account=None))
            except DeskError as error:
                refused.append(error)

    makers = [threading.Thread(target=make, args=(name,)) for name in ("ada", "bob")]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(refused) == 1
    assert "holds a desk already" in str(refused[0])
    assert (Status.select().count(), Team.select().count(), Manager.select().count()) == (10, 1, 2)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"password": "short"}, "fewer than 8"),
        ({"password": "AdaStone", "username": "adastone"}, "is the user name"),
        ({"password": None, "os_account": None}, "needs a password or"),
        ({"name": "  "}, "name is empty"),
        ({"username": "me"}, "meaning of its own"),
        ({"email": "ada at desk"}, "no mail address"),
    ],
)
def test_an_unfit_administrator_leaves_the_tables_empty(
    tables: Database, wrong: dict[str, str | None], complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint):
        create_desk(ADA._replace(**wrong))  # type: ignore[arg-type]
    assert first_start_needed()
    assert Team.select().count() == 0


def _made(user_id: int | None) -> int:
    assert user_id is not None
    return user_id
