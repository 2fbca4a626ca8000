"""Logging in: the right person gets in, a guesser gets slower, and nobody learns who has an account."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from peewee import Database

from models import LoginAttempts, User
from models.binding import connection
from services import accounts, auth, clock, passwords, people, users
from services.errors import Forbidden, Invalid, LoginFailed
from services.session import ROLE_PRIVILEGES, Session
from tests.support.desks import PASSWORD, Desk

START = 1_900_000_000 * clock.SECOND


@pytest.fixture
def admin(desk: Desk) -> Iterator[Session]:
    """Return Ada, bound to an account of the system, who runs a desk on which the clock stands still."""
    with clock.frozen(START):
        user_id = users.USERS.find("ada")
        users.change_user(desk.administrator, user_id, os_account="ada-os")
        yield auth.session_for(user_id, "cli", "ada-os")


def hire(admin: Session, username: str = "tom", **values: object) -> int:
    saved = people.add_employee(admin, name="Tom Reed", username=username, password="battery staple", **values)
    return saved.id


def fails(username: str = "tom", password: str = "wrong") -> LoginFailed:
    with pytest.raises(LoginFailed) as caught:
        auth.login(username, password)
    return caught.value


def test_a_technician_logs_in_with_what_the_role_and_the_teams_bring(admin: Session) -> None:
    tom = hire(admin, email1="Tom@Desk.Example")
    team = people.TEAMS.add(admin, name="Network").id
    people.set_member(admin, team, tom, True)
    session = auth.login(" TOM ", "battery staple", channel="cli", os_account="tom-os")
    assert (session.username, session.name, session.email) == ("tom", "Tom Reed", "tom@desk.example")
    assert (session.channel, session.os_account) == ("cli", "tom-os")
    assert session.privileges == ROLE_PRIVILEGES["technician"]
    assert session.employee_id == tom
    assert len(session.manager_ids) == 2
    assert session.manager_id == session.manager_ids[0]


def test_privileges_are_given_and_withdrawn_on_top_of_the_role(admin: Session) -> None:
    hire(admin)
    user = users.USERS.find("tom")
    assert users.set_privilege(admin, user, "merge", True)
    assert users.set_privilege(admin, user, "view_others", False)
    assert not users.set_privilege(admin, user, "view_others", False)
    session = auth.login("tom", "battery staple")
    assert session.has("merge") and not session.has("view_others")
    exceptions = {row.name: row.exception for row in users.privileges_of(admin, user) if row.exception}
    assert exceptions == {"merge": "given", "view_others": "withdrawn"}
    users.set_privilege(admin, user, "view_others", True)
    assert auth.login("tom", "battery staple").has("view_others")


def test_wrong_passwords_wait_two_seconds_then_four_then_eight(admin: Session) -> None:
    hire(admin)
    moment = START
    waits = []
    for _ in range(14):
        with clock.frozen(moment):
            waits.append(fails().wait_seconds)
        moment += int(waits[-1]) * clock.SECOND
    assert waits == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_while_blocked_even_the_right_password_is_not_looked_at(
    admin: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    hire(admin)
    for _ in range(3):
        fails()

    def never(*_: object) -> bool:
        raise AssertionError("a password was verified while the user name was blocked")

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "verify", never)
        refusal = fails(password="battery staple")
    assert refusal.wait_seconds == 2
    assert "try again in 2 seconds" in str(refusal)
    with clock.frozen(START + 2 * clock.SECOND):
        auth.login("tom", "battery staple")
    assert fails().wait_seconds == 0, "a right password takes the count back"


def test_names_that_nobody_has_look_the_same(admin: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    hire(admin)
    hashed: list[str] = []
    real = passwords.hash_password
    monkeypatch.setattr(passwords, "hash_password", lambda password: hashed.append(password) or real(password))
    known = [fails("tom") for _ in range(4)]
    assert not hashed
    unknown = [fails("nobody") for _ in range(4)]
    assert [str(each).replace("nobody", "tom") for each in unknown] == [str(each) for each in known]
    assert [each.wait_seconds for each in unknown] == [each.wait_seconds for each in known]
    assert hashed == ["wrong"] * 3, "an unknown name takes as much work as a wrong password"


def test_waiting_is_per_user_name_and_forgotten_after_a_quiet_day(admin: Session) -> None:
    hire(admin)
    for _ in range(3):
        fails()
    auth.login("ada", PASSWORD)
    with clock.frozen(START + clock.DAY + 3 * clock.SECOND):
        assert [fails().wait_seconds for _ in range(3)] == [0, 0, 2]
        auth.login("ada", PASSWORD)
    with clock.frozen(START + 3 * clock.DAY):
        auth.login("ada", PASSWORD)
        assert LoginAttempts.select().count() == 0, "old counts don't pile up"


def test_tries_at_the_same_moment_gain_nothing(admin: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []
    monkeypatch.setattr(passwords, "verify", lambda kept, password: bool(looked_at.append(password)))
    start = threading.Barrier(8)

    def guess() -> None:
        with connection():
            start.wait()
            fails("ada")

    guessers = [threading.Thread(target=guess) for _ in range(8)]
    for guesser in guessers:
        guesser.start()
    for guesser in guessers:
        guesser.join()
    assert len(looked_at) == auth.FREE_TRIES


def test_off_and_expired_logins_are_told_only_to_who_knows_the_password(admin: Session) -> None:
    hire(admin)
    user = users.USERS.find("tom")
    users.change_user(admin, user, active=False)
    assert "password is wrong" in str(fails())
    assert "switched off" in str(fails(password="battery staple"))
    users.change_user(admin, user, active=True, expires_at="2030-04-01")
    auth.login("tom", "battery staple")
    with clock.frozen(START + 20 * clock.DAY):
        assert "expired on 2030-04-01" in str(fails(password="battery staple"))
    users.change_user(admin, user, expires_at="never")
    people.change_employee(admin, people.EMPLOYEES.find("tom"), active="no")
    assert "switched off" in str(fails(password="battery staple"))


def test_a_client_logs_in_for_a_contact(admin: Session) -> None:
    acme = accounts.ACCOUNTS.add(admin, name="Acme").id
    contact = accounts.CONTACTS.add(admin, account=acme, name="Cleo", email="cleo@acme.example").id
    users.add_client_login(admin, contact, username="cleo", password="open sesame")
    session = auth.login("cleo", "open sesame")
    assert session.is_client and not session.privileges and session.manager_id is None
    assert (session.account_id, session.contact_id) == (acme, contact)
    accounts.ACCOUNTS.change(admin, acme, active=False)
    assert "switched off" in str(fails("cleo", "open sesame"))


def test_the_bound_account_needs_no_password_and_an_operator_acts_as_anyone(admin: Session) -> None:
    hire(admin, os_account="tom-os")
    session = auth.login_by_os_account("tom-os", "cli")
    assert session is not None and session.username == "tom" and session.os_account == "tom-os"
    assert auth.login_by_os_account("stranger") is None
    assert auth.login_by_os_account("") is None
    assert auth.may_act_as("tom-os", "tom") and not auth.may_act_as("tom-os", "ada")
    assert auth.may_act_as("ada-os", "tom") and not auth.may_act_as("stranger", "tom")
    assert auth.act_as("tom", channel="cli", os_account="ada-os").os_account == "ada-os"
    with pytest.raises(Forbidden, match="password"):
        auth.act_as("ada", channel="cli", os_account="tom-os")


def test_the_environment_does_not_say_who_runs_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    real = auth.os_account()
    for name in ("USER", "LOGNAME", "SUDO_USER", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert auth.os_account() == real


def test_a_session_takes_three_queries(admin: Session, monkeypatch: pytest.MonkeyPatch, desk: Desk) -> None:
    asked: list[str] = []
    real = type(desk.database).execute_sql

    def count(self: Database, sql: str, *rest: object) -> object:
        asked.append(sql)
        return real(self, sql, *rest)

    monkeypatch.setattr(type(desk.database), "execute_sql", count)
    assert admin.user_id is not None
    auth.session_for(admin.user_id, "cli")
    assert len(asked) == 3


def test_passwords_are_changed_by_oneself_with_the_old_one_or_by_an_administrator(admin: Session) -> None:
    hire(admin)
    tom = auth.login("tom", "battery staple")
    with pytest.raises(LoginFailed):
        users.change_own_password(tom, "wrong", "a new secret")
    with pytest.raises(Invalid, match="fewer than 8"):
        users.change_own_password(tom, "battery staple", "short")
    users.change_own_password(tom, "battery staple", "a new secret")
    auth.login("tom", "a new secret")
    with pytest.raises(Forbidden):
        users.set_password(tom, users.USERS.find("ada"), "taken over")
    for _ in range(4):
        fails()
    users.set_password(admin, users.USERS.find("tom"), "from the administrator")
    auth.login("tom", "from the administrator")


def test_a_weaker_hash_is_renewed_at_login(admin: Session) -> None:
    from argon2 import PasswordHasher

    hire(admin)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(b"battery staple")
    User.update(password_hash=weak).where(User.username == "tom").execute()
    auth.login("tom", "battery staple")
    renewed = User.get(User.username == "tom").password_hash
    assert renewed != weak and not passwords.outdated(renewed)
    auth.login("tom", "battery staple")


@pytest.mark.parametrize("password", ["caf\u00e9 noir", "nul\x00inside", "lone \udcff surrogate", "pass phrase " * 80])
def test_any_password_that_can_be_typed_works(password: str) -> None:
    kept = passwords.hash_password(password)
    assert passwords.verify(kept, password)
    assert not passwords.verify(kept, password + "!")
    assert passwords.verify(passwords.hash_password("caf\u00e9 noir"), "cafe\u0301 noir")


@pytest.mark.parametrize("username", ["", "'; DROP TABLE ticket; --", "nul\x00", "\udcff", "x" * 10_000, "%s ?"])
def test_hostile_user_names_are_just_wrong(admin: Session, username: str) -> None:
    assert "user name or the password is wrong" in str(fails(username))
