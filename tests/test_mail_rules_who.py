"""Who gets a mail, by the rules alone: roles, levels, teams, and everybody once."""

from __future__ import annotations

from services.distribution import Follower, People, Writer, of_customer, of_employee, of_new_ticket
from services.outbox import Recipient

ANN = Follower(1, "Ann", "ann@desk.example", "all", True)
BEN = Follower(2, "Ben", "ben@desk.example", "all", False)
TIA = Follower(3, "Tia", "tia@desk.example", "created", False)
FIELD = Follower(None, "Field", "field@desk.example", "all", True)
OUTSIDE = (
    ("bcc", "boss@acme.example", "Boss"),
    ("cc", "otto@acme.example", "Otto"),
    ("to", "Cleo@acme.example", "Cleo"),
)
NEVER = frozenset({"support@desk.example", "help@sister.example"})
CLEO = Writer(frozenset({"cleo@acme.example"}))


def shown(recipients: tuple[Recipient, ...]) -> list[str]:
    """Return roles and the names before the domain."""
    return [f"{one.role} {one.address.partition('@')[0]}" for one in recipients]


def test_a_customers_mail() -> None:
    people = People(OUTSIDE, (FIELD, ANN, BEN, TIA))
    assert shown(of_customer(people, CLEO, NEVER, is_new=False).recipients) == ["to field", "to ann", "cc ben"]
    assert shown(of_customer(people, CLEO, NEVER, is_new=True).recipients) == ["to field", "to ann", "cc ben", "cc tia"]
    assert not of_customer(people, CLEO, NEVER, is_new=False).leaves
    assert of_customer(People(OUTSIDE, ()), CLEO, NEVER, is_new=True).recipients == ()


def test_an_employees_mail() -> None:
    people = People(OUTSIDE, (ANN, BEN, TIA))
    own = Writer(frozenset({"ann@desk.example", "ann@home.example"}), 1)
    chosen = of_employee(people, own, NEVER, is_new=False)
    assert shown(chosen.recipients) == ["to cleo", "cc otto", "bcc boss", "bcc ben"] and chosen.leaves
    inside = of_employee(People((), (ANN, BEN)), own, NEVER, is_new=False)
    assert shown(inside.recipients) == ["bcc ben"] and not inside.leaves


def test_everybody_gets_it_once_in_the_most_open_role_and_desks_never() -> None:
    outside = (
        ("bcc", "ben@desk.example", ""),
        ("cc", "ben@desk.example", ""),
        ("to", "support@desk.example", ""),
        ("to", "help@sister.example", ""),
        ("to", "ann@home.example", ""),
    )
    own = Writer(frozenset({"ann@desk.example", "ann@home.example"}), 1)
    chosen = of_employee(People(outside, (ANN, BEN)), own, NEVER, is_new=False)
    assert shown(chosen.recipients) == ["cc ben"]


def test_an_employee_without_an_address_is_left_out() -> None:
    nobody = BEN._replace(address="")
    assert of_customer(People((), (nobody,)), CLEO, NEVER, is_new=False).recipients == ()


def test_a_new_ticket() -> None:
    people = People(OUTSIDE, (FIELD, ANN, BEN, TIA))
    tia = Writer(frozenset({"tia@desk.example"}), 3)
    told = of_new_ticket(people, tia, NEVER, confirm=True, copies={2, 3})
    assert shown(told) == ["to field", "to ann", "cc ben"], "not to whoever opened it"
    assert shown(of_new_ticket(people, tia, NEVER, confirm=False, copies={2})) == ["cc ben"]
    assert of_new_ticket(people, tia, NEVER, confirm=False, copies=()) == ()
