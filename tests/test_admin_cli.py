"""An administrator runs the desk from scripts and from a shell, and is told what went wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from models.binding import close_database, connection, open_database
from services import auth, users
from tests.support.desks import PASSWORD, log_in
from tui.cli import acting
from tui.main import main


class Result(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON Lines that were printed."""
        return [json.loads(line) for line in self.out.splitlines()]


class Stdin(io.StringIO):
    """Standard input with something piped in, or a terminal."""

    terminal = False

    def isatty(self) -> bool:
        return self.terminal


Run = Callable[..., Result]


@pytest.fixture
def shell(new_desk_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Return a way to run commands on a new desk, as nobody it knows."""
    monkeypatch.setenv("DESKWIRE_DB", new_desk_url)

    def run(*words: str, typed: str = "", terminal: bool = False) -> Result:
        monkeypatch.setattr("sys.stdin", Stdin(typed))
        monkeypatch.setattr(Stdin, "terminal", terminal)
        status = main(words)
        return Result(status, *capsys.readouterr())

    yield run


@pytest.fixture
def admin(shell: Run, new_desk_url: str) -> Run:
    """Return a way to run `admin` commands from the account that the administrator is bound to."""
    bound = open_database(new_desk_url)
    with connection():
        ada = log_in(new_desk_url, bound).administrator
        users.change_user(ada, users.USERS.find("ada"), os_account=auth.os_account())
    close_database()
    return lambda *words, typed="": shell("admin", *words, typed=typed)


def test_hiring_someone(admin: Run) -> None:
    hired = admin(
        *("employee", "add", "--name", "Tom Reed", "--username", "Tom", "--email", "tom@desk.example"),
        *("--role", "dispatcher", "--password-stdin"),
        typed="battery staple\n",
    )
    assert hired == (0, "Added Tom Reed as tom, dispatcher.\n", "")
    assert (
        admin("employee", "set", "tom", "department=Field work", "email2=t@home.example", "expires=2030-12-31").status
        == 0
    )
    tom = next(row for row in admin("employee", "list", "--json").objects if row["username"] == "tom")
    assert (tom["department"], tom["email2"], tom["role"]) == ("Field work", "t@home.example", "dispatcher")
    assert tom["expires_at"] == "2030-12-31T00:00:00Z"
    assert "Tom Reed" in admin("employee", "list").out
    assert admin("employee", "set", "tom", "active=no").status == 0
    assert "Tom Reed" not in admin("employee", "list").out
    assert "Tom Reed" in admin("employee", "list", "--all").out


def test_someone_without_a_way_to_log_in_is_mentioned(admin: Run) -> None:
    hired = admin("employee", "add", "--name", "Tom", "--username", "tom")
    assert hired.status == 0 and "can't log in yet" in hired.err
    assert admin("employee", "password", "tom", "--password-stdin", typed="battery staple").status == 0
    assert next(row for row in admin("user", "list", "--json").objects if row["username"] == "tom")["has_password"]


def test_privileges(admin: Run) -> None:
    admin("employee", "add", "--name", "Tom", "--username", "tom", "--os-account", "tom")
    assert admin("user", "grant", "tom", "merge", "mark-others-read").out.count("tom has the privilege") == 2
    assert "no longer" in admin("user", "withdraw", "tom", "view_others").out
    held = {row["name"]: row["exception"] for row in admin("user", "privileges", "tom", "--json").objects}
    assert (held["merge"], held["mark_others_read"], held["view_others"]) == ("given", "given", "withdrawn")
    refused = admin("user", "grant", "tom", "fly")
    assert refused.status == 1 and "choose one of view_others" in refused.err


def test_teams(admin: Run) -> None:
    admin("employee", "add", "--name", "Tom", "--username", "tom", "--os-account", "tom")
    assert "Added team Network" in admin("team", "add", "--name", "Network").out
    members = admin("team", "members", "Network", "--add", "tom", "--add", "ada", "--json").objects
    assert [member["username"] for member in members] == ["ada", "tom"]
    assert "tom" not in admin("team", "members", "network", "--remove", "tom").out
    assert admin("team", "set", "network", "name=Networks").out == "Changed team Networks (#2).\n"


def test_lists_that_tickets_choose_from(admin: Run) -> None:
    assert admin("category", "add", "--name", "Network", "--manager", "ada", "--client-visible", "no").status == 0
    row = admin("category", "list", "--json").objects[-1]
    assert (row["name"], row["manager"], row["client_visible"]) == ("Network", "Ada Lindqvist", False)
    assert admin("status", "rename", "6", "On Hold").out == "Hold is now called On Hold.\n"
    assert "On Hold" in admin("status", "list").out
    assert admin("extension", "add", "--code", "WFP", "--label", "Waiting For Parts").status == 0
    assert admin("type", "set", "incident", "label=Trouble").status == 0
    assert admin("product", "add", "--name", "Backup").status == 0
    assert admin("charge-item", "add", "--kind", "work", "--label", "Training", "--rate", "80.5").status == 0
    assert "80.50" in admin("charge-item", "list").out
    assert admin("setting", "set", "currency=eur").out == "currency is now EUR.\n"
    assert "EUR" in admin("setting", "list").out


def test_customers(admin: Run) -> None:
    assert admin("account", "add", "--name", "Acme Ltd", "--domain", "acme.example", "--manager", "ada").status == 0
    admin("account", "add", "--name", "Globex")
    admin("contact", "add", "--account", "acme", "--name", "Cleo", "--email", "cleo@acme.example")
    admin("contact", "add", "--account", "globex", "--name", "Cleo")
    ambiguous = admin("contact", "set", "cleo", "phone=1")
    assert ambiguous.status == 1 and "give its number: #1, #2" in ambiguous.err
    assert admin("contact", "set", "cleo", "--account", "globex", "phone=1").status == 0
    assert [row["phone"] for row in admin("contact", "list", "--account", "globex", "--json").objects] == ["1"]
    assert admin("account", "set", "acme", "main_contact=#1").status == 0
    assert admin("asset", "add", "--account", "acme", "--name", "Laptop", "--serial", "X1").status == 0
    dates = ("--starts", "2030-01-01", "--ends", "2030-12-31")
    assert admin("contract", "add", "--account", "acme", "--name", "Gold", *dates).status == 0
    assert "2030-12-31" in admin("contract", "list").out
    let_in = admin("contact", "login", "#1", "--username", "Cleo", "--password-stdin", typed="open sesame")
    assert let_in.out == "Cleo can log in as cleo.\n"
    assert admin("user", "set", "cleo", "expires=2001-01-01").status == 0
    assert admin("user", "password", "cleo", "--password-stdin", typed="open sesame 2").status == 0


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("employee", "set", "nobody", "name=x"), 1, "No employee is called “nobody”; choose one of ada."),
        (
            ("employee", "set", "ada", "salary=1"),
            2,
            "“salary” is no field that can be set here; there are name, email,",
        ),
        (("employee", "set", "ada", "read=1"), 2, "“read” is no field"),
        (("employee", "set", "ada", "name"), 2, "“name” is not FIELD=VALUE"),
        (("employee", "set", "ada", "active=no"), 1, "without an administrator"),
        (("employee", "add", "--name", "Ada", "--username", "ada"), 1, "already a user with the username “ada”"),
        (("category", "add", "--name", "general"), 1, "already a category with the name “general”"),
        (("category", "add"), 2, "--name"),
        (("status", "rename", "77", "x"), 1, "No status is called “77”; choose one of New,"),
        (("setting", "set", "currency=dollars"), 1, "three letters"),
        (("user", "set", "ada", "expires=soon"), 1, "“soon” is no date"),
        (("employee", "password", "ada"), 2, "--password-stdin"),
        (("employee", "set", "ada", "name=x\x1b]0;gotcha\x07", "email=bad"), 1, "“bad” is no mail address"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_mistakes_get_a_sentence(admin: Run, words: tuple[str, ...], status: int, sentence: str) -> None:
    refused = admin(*words)
    assert refused.status == status
    assert sentence in refused.err
    assert "Traceback" not in refused.err and refused.out == ""


def test_who_is_bound_to_no_employee_is_told_how_to_act(shell: Run) -> None:
    refused = shell("admin", "employee", "list")
    assert refused.status == 1 and "--as USERNAME" in refused.err
    refused = shell("--as", "ada", "admin", "employee", "list")
    assert refused.status == 1 and "give that person's password" in refused.err


def test_acting_as_another_takes_the_password_or_an_operator(
    admin: Run, shell: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin("employee", "add", "--name", "Tom", "--username", "tom", "--password-stdin", typed="battery staple")
    refused = shell("admin", "category", "add", "--name", "Mine", "--as", "tom")
    assert refused.status == 1 and "You lack the privilege" in refused.err, "the operator acts with Tom's rights"
    monkeypatch.setattr(auth, "os_account", lambda: "stranger")
    for password, status in ((PASSWORD, 0), ("wrong", 1)):
        monkeypatch.setattr(acting, "ask", lambda prompt, given=password: given)
        assert shell("--as", "ada", "admin", "category", "list", terminal=True).status == status


def test_technicians_set_their_own_password_with_the_old_one(
    admin: Run, shell: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin("employee", "add", "--name", "Tom", "--username", "tom", "--password-stdin", typed="battery staple")
    answers = iter(["wrong", "battery staple"])
    monkeypatch.setattr("tui.cli.admin_people.ask", lambda prompt: next(answers))
    words = ("--as", "tom", "admin", "employee", "password", "tom", "--password-stdin")
    assert "password is wrong" in shell(*words, typed="a new secret").err
    assert shell(*words, typed="a new secret") == (0, "The password of tom is set.\n", "")
    other = shell("--as", "tom", "admin", "employee", "password", "ada", "--password-stdin", typed="a new secret")
    assert other.status == 1 and "You lack the privilege" in other.err
