"""Mails that are on no ticket: people see them, and say what becomes of them."""

from __future__ import annotations

import json

import pytest

from connector import filing
from connector.intake import file_left
from models import Mail, MailOriginal, Operation
from services import auth, history_kinds, mail_queues, originals, people
from services.errors import Conflict, Forbidden, Invalid, NotFound
from services.numbers import id_of
from tests.support.command import deskwire
from tests.support.desks import Desk
from tests.support.letters import bring, entries_of, letter

ABSENCE = {"Auto-Submitted": "auto-replied"}


def poisoned(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """Bring a mail that cannot be filed, and return its id."""
    with monkeypatch.context() as patch:

        def refuse(mail: object, original_id: int, os_account: str) -> filing.Filed:
            raise Invalid("This cannot be.")

        patch.setattr(filing, "file", refuse)
        (outcome,) = bring(desk, letter("Poison", key="poison"))
    assert outcome.state == "quarantined"
    return int(MailOriginal.get(MailOriginal.state == "quarantined").id)


def under_review(desk: Desk) -> tuple[int, str, str]:
    """Bring a mail that names two tickets rightly, and return its id and their numbers."""
    first, second = bring(desk, letter("One", key="one"), letter("Two", key="two"))
    (outcome,) = bring(desk, letter(f"Re: [{first.number}] and [{second.number}]", key="both"))
    assert outcome.state == "review" and first.number and second.number
    return int(MailOriginal.get(MailOriginal.state == "review").id), first.number, second.number


def test_a_mail_in_quarantine_is_listed_and_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = poisoned(desk, monkeypatch)
    (mail,) = mail_queues.listed(desk.administrator, "quarantined")
    assert (mail.id, mail.reason, mail.subject) == (key, "This cannot be.", "Poison")
    assert mail.sender == "Cleo Marsh <cleo@acme.example>" and mail.size == len(letter("Poison", key="poison"))
    assert mail_queues.raw(desk.administrator, key) == letter("Poison", key="poison")
    assert mail_queues.counts()[:4] == (0, 1, 0, 0)
    mail_queues.retry(desk.administrator, key)
    (outcome,) = file_left(desk.administrator)
    assert outcome.state == "ticket" and mail_queues.counts()[:4] == (0, 0, 0, 0)
    with pytest.raises(Conflict, match="was filed meanwhile"):
        mail_queues.retry(desk.administrator, key)
    actions = [row.action for row in Operation.select().order_by(Operation.id)]
    assert actions[-3:] == ["quarantine-mail", "retry-mail", "file-mail"]


def test_a_person_decides_where_a_mail_belongs(desk: Desk) -> None:
    key, _, second = under_review(desk)
    mail_queues.decide(desk.administrator, key, id_of(second))
    (outcome,) = file_left(desk.administrator)
    assert (outcome.state, outcome.number) == ("reply", second)
    assert any(entry.kind == history_kinds.MAIL_IN for entry in entries_of(desk, outcome))
    with pytest.raises(Conflict):
        mail_queues.decide(desk.administrator, key, None)


def test_a_mail_under_review_may_have_a_ticket_of_its_own(desk: Desk) -> None:
    key, first, second = under_review(desk)
    mail_queues.decide(desk.administrator, key, None)
    (outcome,) = file_left(desk.administrator)
    assert outcome.state == "ticket" and outcome.number not in (first, second)


def test_what_was_set_aside_can_be_a_ticket_after_all(desk: Desk) -> None:
    (outcome,) = bring(desk, letter("Out of office", key="away", **ABSENCE))
    assert outcome.state == "aside" and Mail.select().count() == 0
    (mail,) = mail_queues.listed(desk.administrator, "aside")
    assert mail.subject == "Out of office" and mail.reason
    mail_queues.decide(desk.administrator, mail.id, None)
    (outcome,) = file_left(desk.administrator)
    assert outcome.state == "ticket"


def test_a_person_sets_a_mail_aside(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = poisoned(desk, monkeypatch)
    mail_queues.set_aside(desk.administrator, key)
    (mail,) = mail_queues.listed(desk.administrator, "aside")
    assert mail.reason == "Set aside by Ada Lindqvist. This cannot be."
    with pytest.raises(Conflict, match="is set aside"):
        mail_queues.set_aside(desk.administrator, key)


def test_only_who_may_import_mail_sees_and_decides(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = poisoned(desk, monkeypatch)
    powerless = desk.administrator._replace(privileges=frozenset())
    for attempt in (
        lambda: mail_queues.listed(powerless, "review"),
        lambda: mail_queues.raw(powerless, key),
        lambda: mail_queues.retry(powerless, key),
        lambda: mail_queues.decide(powerless, key, None),
        lambda: mail_queues.set_aside(powerless, key),
    ):
        with pytest.raises(Forbidden, match="Import mail"):
            attempt()
    with pytest.raises(NotFound):
        mail_queues.retry(desk.administrator, 4711)
    with pytest.raises(Invalid, match="no queue"):
        mail_queues.listed(desk.administrator, "filed")


def test_the_command_line_lists_and_places(desk: Desk) -> None:
    employee = desk.administrator.employee_id
    assert employee is not None
    people.change_employee(desk.administrator, employee, os_account=auth.os_account())
    key, first, _ = under_review(desk)
    ran = deskwire("--db", desk.url, "mail", "queue", "--json")
    (listed,) = map(json.loads, ran.stdout.splitlines())
    assert (listed["id"], listed["state"], listed["sender"]) == (key, "review", "Cleo Marsh <cleo@acme.example>")
    assert "review" in deskwire("--db", desk.url, "mail", "queue", "review").stdout
    status = json.loads(deskwire("--db", desk.url, "mail", "status", "--json").stdout)
    assert (status["review"], status["quarantined"], status["connectors"]) == (1, 0, [])
    assert "1 under review" in deskwire("--db", desk.url, "mail", "status").stdout
    ran = deskwire("--db", desk.url, "mail", "place", str(key), first)
    assert (ran.stdout, ran.stderr, ran.returncode) == (f"{key}: reply {first}.\n", "", 0)
    assert deskwire("--db", desk.url, "mail", "queue").stdout == "Every mail is on a ticket.\n"
    ran = deskwire("--db", desk.url, "mail", "retry", str(key))
    assert ran.returncode == 1 and "was filed meanwhile" in ran.stderr
    assert originals.get(key).state == "filed"
