"""`deskwire ticket` and `deskwire demo` as scripts use them: promised fields, exit codes, safe output."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from models import Operation
from models.binding import close_database, connection, open_database
from services import auth, charges, recipients, tickets, users
from services.charges import NewCharge
from services.database_tools.check import check_desk
from tests.hostile import FORBIDDEN, FORMULAS, HOSTILE
from tests.support.command import ROOT, deskwire
from tests.support.company import Company
from tests.support.desks import log_in
from tests.test_cli_frame import imported_by
from tui.main import main

FIELDS = (
    "number subject status extension priority type category manager account contact requester_name requester_email url"
    " created_at opened_at updated_at due_at closed_at waiting_for_dispatch in_inbox unread channel archived"
    " merged_into version"
)
MORE = (
    " description resolution history recipients charges"
    # Beyond what is promised.
    " product asset contract sent_at archive_reason documents"
)


class Result(NamedTuple):
    """What a command came to."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON Lines that were printed."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def company_url(new_desk_url: str) -> str:
    """A desk with the stories' company, whose Dora is bound to the account that runs the tests."""
    bound = open_database(new_desk_url)
    with connection():
        company = Company(log_in(new_desk_url, bound))
        user = users.USERS.find("dora")
        users.change_user(company.admin, user, os_account=auth.os_account())
    close_database()
    return new_desk_url


@pytest.fixture
def ticket(company_url: str, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a way to run `ticket` commands."""

    def run(*words: str, typed: bytes = b"") -> Result:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "ascii"))
        status = main(["--db", company_url, "ticket", *words])
        out, err = capsysbinary.readouterr()
        return Result(status, out.decode(), err.decode())

    return run


@pytest.fixture
def inside(company_url: str) -> Iterator[Callable[[Callable[[], Any]], Any]]:
    """Return a way to look into the desk between two commands."""

    def look(job: Callable[[], Any]) -> Any:
        open_database(company_url)
        try:
            with connection():
                return job()
        finally:
            close_database()

    yield look


def new(ticket: Run, *words: str) -> str:
    return ticket("new", *(words or ("--subject", "Printer"))).out.strip()


def test_a_ticket_is_opened_shown_and_listed_with_the_promised_fields(ticket: Run) -> None:
    made = ticket(
        *("new", "--subject", "Tonér [/x]", "--description", "-", "--account", "müller & SÖHNE", "--contact", "OTTO"),
        *("--category", "network", "--due", "+3d", "--priority", "high", "--asset", "router", "--contract", "managed"),
        *("--cc", "ann", "--type", "incident", "--url", "https://x.example", "--json"),
        typed="It smökes.\n".encode(),
    )
    assert made.status == 0, made.err
    [first] = made.objects
    assert " ".join(first) == FIELDS
    number = first["number"]
    assert (first["subject"], first["manager"], first["account"]) == ("Tonér [/x]", "ben", "Müller & Söhne")
    assert first["status"] == {"code": 1, "label": "Assigned in House", "class": "open"}
    assert (first["channel"], first["in_inbox"], first["closed_at"]) == ("cli", False, None)
    assert first["due_at"].endswith("Z")
    [shown] = ticket("show", number, "--json").objects
    assert list(shown)[: len(first)] == list(first)
    assert set(shown) == set((FIELDS + MORE).split())
    assert shown["description"] == "It smökes."
    [entry] = shown["history"]
    assert tuple(entry) == ("kind", "at", "actor", "channel", "public", "text", "changes")
    assert shown["recipients"]["external"] == [{"kind": "to", "address": "otto@cleo.example", "name": "Otto"}]
    assert shown["recipients"]["employees"][0] == {"username": "ann", "name": "Ann", "level": "created"}
    assert ticket("list", "--json").objects == [first]
    assert [row["number"] for row in csv.DictReader(io.StringIO(ticket("list", "--csv").out))] == [number]


def test_several_fields_are_set_as_one_operation(ticket: Run, inside: Callable[..., Any]) -> None:
    number = new(ticket, "--subject", "Printer", "--contact", "Gus")
    done = ticket("set", number, "status=hold", "due=+2d", "contract=Managed", "manager=me", "asset=router")
    assert (done.status, done.out, done.err) == (0, "", "")
    [shown] = ticket("show", number, "--json").objects
    assert (shown["status"]["label"], shown["manager"], shown["contract"]) == ("Hold", "dora", "Managed")
    change = shown["history"][-1]["changes"]
    assert {"field": "status", "before": "New", "after": "Hold"} in change
    assert {"field": "priority", "before": "Normal", "after": "N/A"} in change
    assert next(each for each in change if each["field"] == "due")["after"] == shown["due_at"]
    again = ticket("set", number, "manager=me")
    assert (again.status, again.out) == (0, f"{number} has these values already.\n")
    actions = inside(lambda: [row.action for row in Operation.select().where(Operation.channel == "cli")])
    assert actions == ["create-ticket", "change-ticket"]
    account = inside(lambda: {row.os_account for row in Operation.select().where(Operation.channel == "cli")})
    assert account == {auth.os_account()}


def test_a_note_comes_from_standard_input_whatever_its_bytes(ticket: Run) -> None:
    number = new(ticket)
    assert ticket("note", number, typed="naïve — \x1b[31m\n".encode() + b"\xff\xfe").status == 0
    assert ticket("note", number, "--public", typed=b"for everyone").status == 0
    notes = [entry for entry in ticket("show", number, "--json").objects[0]["history"] if entry["kind"] == "note"]
    assert [(note["text"], note["public"]) for note in notes] == [
        ("naïve — \ufffd[31m\n\ufffd\ufffd", False),
        ("for everyone", True),
    ]
    empty = ticket("note", number, typed=b" \n")
    assert empty.status == 1 and "empty" in empty.err


def test_charges_and_documents_are_listed(ticket: Run, inside: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "log.txt"
    file.write_bytes(b"12345")
    number = new(ticket, "--subject", "Log", "--attach", str(file))

    def charge() -> None:
        dora = auth.session_for(users.USERS.find("dora"), "manual")
        key = tickets.find_id(number)
        charges.add(dora, key, NewCharge("work", "Repair", 1250, 95_10, note="late"))
        recipients.add_external(dora, key, "a@b.example", kind="bcc")

    inside(charge)
    [shown] = ticket("show", number, "--json").objects
    [made] = shown["charges"]
    assert (made["quantity"], made["rate"], made["amount"], made["currency"]) == ("1.25", "95.10", "118.88", "USD")
    [document] = shown["documents"]
    assert (document["name"], document["type"], document["size"]) == ("log.txt", "text/plain", 5)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("show", "0500-9999"), 1, "There is no ticket 0500-9999 that you can see"),
        (("show", "twelve"), 1, "There is no ticket twelve"),
        (("show",), 2, "NUMBER"),
        (("list", "--limit", "0"), 2, "--limit"),
        (("list", "--json", "--csv"), 2, "not allowed"),
        (("list", "colour:red"), 1, "“colour” is no field"),
        (("new",), 2, "--subject"),
        (("new", "--subject", " "), 1, "needs a subject"),
        (("new", "--subject", "x", "--due", "soonish"), 1, "no date"),
        (("new", "--subject", "x", "--account", "Initech"), 1, "no account called “Initech”"),
        (("new", "--subject", "x", "--attach", "/nowhere/x"), 1, "cannot be read"),
        (("set", "0500-1000"), 2, "FIELD=VALUE"),
        (("set", "0500-9999", "subject=x"), 1, "There is no ticket"),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_what_is_wrong_is_said_with_the_right_status(
    ticket: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    done = ticket(*words)
    assert (done.status, done.out) == (status, "")
    assert said in done.err and "Traceback" not in done.err


def test_wrong_assignments_change_nothing(ticket: Run) -> None:
    number = new(ticket)
    for words, status in (
        (("subject",), 2),
        (("colour=red",), 2),
        (("subject=a", "subject=b"), 2),
        (("subject=a", "priority=nope"), 1),
        (("subject=a", "status=completed"), 1),
    ):
        assert ticket("set", number, *words).status == status
    assert ticket("show", number, "--json").objects[0]["version"] == 1


def test_hostile_text_never_reaches_the_terminal_or_a_spreadsheet_raw(ticket: Run) -> None:
    # No argument of a program can hold a NUL or a lone surrogate that is no byte.
    texts = [text for text in HOSTILE if "\0" not in text and len(text) < 1000]
    number = new(ticket, "--subject", "s", "--description", "\n".join(texts))
    for text in (*FORMULAS, "\x1b]0;owned\x07[/x]", "\u202egnp.exe"):
        done = ticket("set", number, f"subject={text}", f"url={text}", f"requester_name={text}")
        assert done.status == 0, done.err
        for words in (("show", number), ("show", number, "--json"), ("list",), ("list", "--json"), ("list", "--csv")):
            done = ticket(*words)
            assert done.status == 0
            assert not FORBIDDEN.search(done.out.replace("\r\n", "\n")), words
        [row] = csv.DictReader(io.StringIO(done.out))
        assert row["subject"][0] not in "=+-@＝"
    for text in texts:
        assert not FORBIDDEN.search(ticket("list", text).err)
        assert not FORBIDDEN.search(ticket("show", text).err)


def test_lists_end_where_asked_and_hold_the_archive_only_on_request(ticket: Run) -> None:
    numbers = [new(ticket, "--subject", f"number {place}") for place in range(3)]
    assert [row["number"] for row in ticket("list", "--limit", "2", "--json").objects] == numbers[:0:-1]
    assert len(ticket("list", "--limit", "2").out.splitlines()) == 3
    assert ticket("list", "is:archived").out == "No ticket fits.\n"
    assert [row["number"] for row in ticket("list", 'subject:"number 1"', "--json").objects] == [numbers[1]]
    assert [row["number"] for row in ticket("list", "subject:number 1", "--json").objects] == [numbers[1]]


def test_programs_that_write_at_the_same_moment_lose_nothing(ticket: Run, company_url: str) -> None:
    number = new(ticket)

    def start(words: tuple[str, ...]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tui.main", "--db", company_url, "ticket", *words]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE)

    fields = ("subject=S", "url=U", "requester_name=R")
    writers = [start(("note", number)) for _ in range(3)]
    running = [*writers, *(start(("set", number, field)) for field in fields)]
    for place, process in enumerate(writers):
        assert process.stdin is not None
        process.stdin.write(f"note {place}".encode())
        process.stdin.close()
        process.stdin = None
    for process in running:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    [shown] = ticket("show", number, "--json").objects
    assert (shown["subject"], shown["url"], shown["requester_name"]) == ("S", "U", "R")
    assert {entry["text"] for entry in shown["history"] if entry["kind"] == "note"} == {"note 0", "note 1", "note 2"}
    assert shown["version"] == 7


def test_a_desk_that_is_away_is_a_reason_to_try_again() -> None:
    done = deskwire("--db", "postgresql://localhost:1/none", "ticket", "list")
    assert (done.returncode, done.stdout) == (75, "")
    assert done.stderr.count("\n") == 1


def test_showing_a_ticket_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert deskwire("--db", url, "demo", "--tickets", "20", "--no-open").returncode == 0
    shown = deskwire("--db", url, "ticket", "show", "0500-1003")
    assert shown.returncode == 0 and shown.stdout.startswith("0500-1003  ")
    modules = imported_by("--db", url, "ticket", "show", "0500-1003")
    heavy = "argon2 asyncio csv dateutil email html.parser html2text bs4 keyring mimetypes psycopg rich ssl textual"
    heavy += " tomllib unicodedata hypothesis subprocess importlib.metadata playhouse.migrations getpass"
    assert not modules & set(heavy.split())
    ours = {name for name in modules if name.partition(".")[0] in ("services", "connector", "screens", "widgets")}
    assert not {name for name in ours if not name.startswith("services")}
    unneeded = {f"services.{name}" for name in ("charges", "due_dates", "query", "lists", "recipients", "filenames")}
    assert not ours & unneeded
    yardstick = subprocess.run(
        [sys.executable, "-c", "import peewee, sys; print(len(sys.modules))"], capture_output=True, text=True
    )
    assert len(modules) < 1.4 * int(yardstick.stdout)


def test_the_demo_is_a_desk_that_passes_its_own_check(blank_url: str) -> None:
    done = deskwire("--db", blank_url, "demo", "--tickets", "120", "--no-open")
    assert (done.returncode, done.stderr) == (0, "")
    assert "120 tickets" in done.stdout
    assert [finding for finding in check_desk(blank_url) if not finding.ok] == []
    again = deskwire("--db", blank_url, "demo", "--tickets", "50", "--no-open")
    assert again.returncode == 1 and "a desk at this address already" in again.stderr
    assert deskwire("--db", blank_url, "ticket", "list", "is:unread", "--json").returncode == 0


def test_the_demo_tells_how_other_commands_reach_it(tmp_path: Path) -> None:
    surroundings = {"XDG_DATA_HOME": str(tmp_path)}
    built = deskwire("demo", "--tickets", "20", "--no-open", env=surroundings)
    again = deskwire("demo", "--no-open", env=surroundings)
    assert built.stdout.splitlines()[-1] + "\n" == again.stdout
    url = again.stdout.split()[-1]
    assert deskwire("--db", url, "ticket", "show", "0500-1003").returncode == 0


def test_sets_fields_of_all_tickets_that_a_query_finds_as_one_operation(ticket: Run, company_url: str) -> None:
    numbers = [new(ticket, "--subject", f"Disk full on web{place}") for place in range(3)]
    new(ticket, "--subject", "Printer")
    ticket("set", numbers[0], "priority=urgent")
    dry = ticket("set", "--query", 'subject:"disk full"', "--dry-run", "priority=urgent")
    assert (dry.status, dry.out) == (0, "The query finds 3 tickets; nothing was changed.\n")
    done = ticket("set", "--query", 'subject:"disk full"', "priority=urgent", "manager=ben")
    assert (done.status, done.out, done.err) == (0, "3 tickets changed.\n", "")
    again = ticket("set", "--query", 'subject:"disk full"', "priority=urgent", "url=https://example.net")
    assert again.out == "3 tickets changed.\n"
    same = ticket("set", "--query", 'subject:"disk full" priority:urgent', "priority=urgent")
    assert same.out == "0 tickets changed. 3 had these values already.\n"
    ticket("set", numbers[1], "resolution=Made room")
    refused = ticket("set", "--query", 'subject:"disk full"', "status=completed")
    assert (refused.status, refused.out) == (1, "1 ticket changed.\n")
    assert [line.partition(":")[0] for line in refused.err.splitlines()] == [numbers[0], numbers[2]]
    assert "needs a resolution" in refused.err
    for wrong in (("--dry-run", numbers[0], "due="), (numbers[0],), ("--query", " ", "due=")):
        assert ticket("set", *wrong).status == 2
    open_database(company_url)
    with connection():
        assert Operation.select().where(Operation.action == "change-ticket").count() == 5
    close_database()
