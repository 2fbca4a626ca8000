"""`deskwire mail import`, as a person and as a script run it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services import auth, people, users
from tests.support.command import deskwire
from tests.support.desks import Desk
from tests.support.letters import bring, letter, write_folder
from tui.main import main


@pytest.fixture
def bound(desk: Desk) -> Desk:
    """A desk whose administrator is bound to the account that runs the tests."""
    employee = desk.administrator.employee_id
    assert employee is not None
    people.change_employee(desk.administrator, employee, os_account=auth.os_account())
    return desk


def test_the_nights_mail_is_imported_and_again_without_effect(bound: Desk, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, [letter("Re: it", key="2", answers="1"), letter(key="1"), letter(key="1") + b"\n"])
    ran = deskwire("--db", bound.url, "mail", "import", str(folder))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "3 mails read: 1 ticket, 1 reply, 1 already there, 0 quarantined.\n"
    again = deskwire("--db", bound.url, "mail", "import", str(folder))
    assert again.stdout == "3 mails read: 0 tickets, 0 replies, 3 already there, 0 quarantined.\n"


def test_scripts_get_an_object_for_each_mail(bound: Desk, tmp_path: Path) -> None:
    folder = write_folder(tmp_path, [letter("Re: it", key="2", answers="1"), letter(key="1")])
    ran = deskwire("--db", bound.url, "mail", "import", str(folder), "--json")
    reply, ticket = map(json.loads, ran.stdout.splitlines())
    assert ticket == {
        "origin": str(folder / "00001.eml"),
        "state": "ticket",
        "number": "0500-1000",
        "message_id": "<1@mail.example>",
        "reason": None,
    }
    assert (reply["state"], reply["number"]) == ("reply", "0500-1000")


def test_what_was_odd_about_a_mail_and_how_it_is_protected_is_on_its_entry(
    bound: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    signed = letter(text="-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n", key="1")
    _, again = bring(bound, letter(key="1"), signed)
    assert main(["--db", bound.url, "ticket", "show", again.number]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "  Signed (OpenPGP), not checked" in shown
    assert "  ! Another mail with the same Message-ID but other content was filed before." in shown
    assert main(["--db", bound.url, "ticket", "show", again.number, "--json"]) == 0
    (mail,) = (one for one in json.loads(capsys.readouterr().out)["history"] if one["kind"] == "mail_in")
    assert (mail["protection"], len(mail["warnings"])) == ("signed (OpenPGP), not checked", 1)


def test_a_path_without_mail_is_refused_in_a_sentence(bound: Desk, tmp_path: Path) -> None:
    ran = deskwire("--db", bound.url, "mail", "import", str(tmp_path / "missing"))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"deskwire: There is no file or folder {tmp_path / 'missing'}: check the path.\n"
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\0\0")
    ran = deskwire("--db", bound.url, "mail", "import", str(tmp_path / "picture.png"))
    assert ran.returncode == 1 and "does not look like mail" in ran.stderr


def test_a_mail_in_quarantine_is_named_with_its_reason(bound: Desk, tmp_path: Path) -> None:
    from models import MailOriginal
    from services import originals

    folder = write_folder(tmp_path, [letter(key="1"), letter(key="2")])
    name = str(folder / "00000.eml")
    originals.keep(bound.administrator, [originals.Arrival(name, letter(key="1"))])
    MailOriginal.update(state=originals.QUARANTINED, reason="It \x1b[5mbit.").execute()
    ran = deskwire("--db", bound.url, "mail", "import", str(folder))
    assert ran.returncode == 1
    assert ran.stdout == "2 mails read: 1 ticket, 0 replies, 0 already there, 1 quarantined.\n"
    assert ran.stderr.splitlines() == [
        f"deskwire: {name}: quarantined: It \ufffd[5mbit.",
        "deskwire: In all 1 mail is in quarantine, nothing of which is lost; see “deskwire mail queue”.",
    ]


def test_what_an_interrupted_import_left_is_mentioned(bound: Desk, tmp_path: Path) -> None:
    from services import clock, originals

    with clock.frozen(clock.now() - 2 * clock.MINUTE):
        originals.keep(bound.administrator, [originals.Arrival("old.eml", letter(key="old"))])
    ran = deskwire("--db", bound.url, "mail", "import", str(write_folder(tmp_path, [letter(key="1")])))
    assert ran.stdout.splitlines()[1] == "1 mail that an interrupted import had left behind was filed too."


def test_a_technician_lacks_the_privilege(bound: Desk, tmp_path: Path) -> None:
    added = people.add_employee(bound.administrator, name="Tom", username="tom")
    assert users.user_of(employee_id=added.id) is not None
    ran = deskwire("--db", bound.url, "--as", "tom", "mail", "import", str(write_folder(tmp_path, [letter()])))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Import mail into the desk" in ran.stderr


def test_wrong_usage_is_told_apart(bound: Desk) -> None:
    assert deskwire("--db", bound.url, "mail", "import").returncode == 2
    assert deskwire("--db", bound.url, "mail").returncode == 2
