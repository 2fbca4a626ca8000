"""Nobody learns what they may not see: not in text, numbers, completion, order, refusals, nor from another day."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from models.binding import close_database, connection, open_database
from services import (
    as_it_was,
    auth,
    charges,
    clock,
    documents,
    history,
    jump,
    lists,
    notes,
    recent,
    recipients,
    searches,
    ticket_changes,
    tickets,
    undo,
    unread,
    users,
)
from services.charges import NewCharge
from services.errors import Forbidden, NotFound
from services.export import lists as export
from services.export import ticket_folder
from services.export.objects import full_ticket_object
from services.finding import EVERYWHERE, count, first_found, narrowed
from services.lists import ListQuery
from services.query import FIELDS, QueryFault, compile_query
from services.query.completion import complete
from services.session import Session
from services.sql import fetch
from tests.support import acts
from tests.support.acts import last
from tests.support.company import NOON, Company
from tests.support.desks import ADMINISTRATOR, log_in
from tui.main import main

EVERYTHING = ListQuery(lists.ALL)
SECRETS = ("zorilla", "quokka", "wombat", "numbat")
"""Words that stand only where clients of Müller do not look."""


def ids(session: Session, text: str) -> list[int]:
    """The tickets that a query finds, after asserting that every way of asking tells the same."""
    wanted, _ = narrowed(session, EVERYTHING, text)
    found = sorted(lists.ids(session, wanted))
    assert lists.count(session, wanted) == len(found) == count(session, EVERYTHING, text, 1_000, 2.0)
    for sort in ("updated", "number"):
        assert sorted(row.id for row in lists.first_rows(session, wanted._replace(sort=sort))) == found
    assert sorted(row.id for row in first_found(session, EVERYWHERE, text, 100).rows) == found
    return found


@pytest.fixture
def zoo(company: Company) -> Company:
    """Cleo's ticket, on which secrets are written inside the desk; Gus's; an archived one; one of a hidden category."""
    with clock.frozen(NOON - clock.HOUR):
        _fill(company)
    return company


def _fill(company: Company) -> None:
    ann, dora = company.session("Ann"), company.session("Dora")
    mine = company.open_ticket("Cleo", "Printer offline", description="the drum is empty")
    notes.add_note(ann, mine.id, "They never pay, zorilla.")
    notes.add_note(ann, mine.id, "We have ordered a drum.", public=True)
    charges.add(ann, mine.id, NewCharge("work", "Zorilla talk", 1000, 100, "EUR", billable=False, note="wombat"))
    recipients.add_external(ann, mine.id, "quokka@spy.example", "Quokka", "bcc")
    documents.attach_bytes(ann, mine.id, "numbat.txt", b"gone")
    undo.undo(ann, last())
    notes.add_note(ann, mine.id, "Public numbat that was a mistake.", public=True)
    undo.undo(ann, last())
    company.open_ticket("Gus", "Globex printer zorilla", description="quokka")
    company.open_ticket("Ann", "Secret printer wombat", category_id=company.categories["Secret"])
    old = company.open_ticket("Cleo", "Old printer numbat")
    acts.archive(dora, [old.id], "because of the quokka")


def answer(session: Session, query: str, word: str) -> str:
    """What somebody is told who asks, without the word that was asked for."""
    try:
        return str(ids(session, query))
    except QueryFault as fault:
        return f"{fault.start} {fault.sentence}".replace(f"{word}”", "”")


SHAPES = ("{}", "-{}", "printer {}", "drum or {}", "({}) or is:closed", "not (printer or {})")


@pytest.mark.parametrize("field", ["", *(f"{name}:" for name in FIELDS)])
def test_a_client_is_answered_as_if_what_is_hidden_were_nowhere(zoo: Company, field: str) -> None:
    cleo = zoo.session("Cleo")
    for word in (*SECRETS, "globex", "gus", "secret", "tia", "field", "dora@desk.example", "gus@gus.example"):
        nowhere = "x" * len(word)
        for shape in SHAPES if word in SECRETS[:2] else SHAPES[:2]:
            asked = [shape.format(f"{field}{each}") for each in (word, nowhere)]
            hidden, missing = (answer(cleo, query, each) for query, each in zip(asked, (word, nowhere), strict=True))
            assert hidden == missing, asked[0]


@pytest.mark.parametrize("name", ["Cleo", "Tia"])
def test_nobody_finds_or_counts_tickets_that_they_may_not_see(zoo: Company, name: str) -> None:
    session = zoo.session(name)
    mine = (
        {row[0] for row in fetch("SELECT id FROM ticket WHERE subject = 'Printer offline'")}
        if name == "Cleo"
        else set()
    )
    for field in FIELDS:
        for value in ("any", "none", "open", "<900d", "zorilla", "dora", "globex", "*", "0500-1001"):
            for query in (f"{field}:{value}", f"-{field}:{value}"):
                try:
                    assert set(ids(session, query)) <= mine, query
                except QueryFault:
                    continue


def test_completion_offers_a_client_no_name_of_others(zoo: Company) -> None:
    cleo = zoo.session("Cleo")
    for field in FIELDS:
        for part in ("", "g", "s", "t", "z", "q", "d", "0"):
            line = f"{field}:{part}"
            offered = " ".join(f"{each.text} {each.note}" for each in complete(cleo, line, len(line)).suggestions)
            for hidden in (*SECRETS, "globex", "gus", "secret", "tia", "dora", "archived", "unread"):
                assert hidden not in offered.lower(), (line, offered)


def test_internal_text_moves_nothing_in_a_clients_order(company: Company) -> None:
    ann, cleo = company.session("Ann"), company.session("Cleo")
    older, newer = (company.open_ticket("Cleo", subject, description="the drum").id for subject in ("One", "Two"))
    order = list(lists.ids(cleo, narrowed(cleo, EVERYWHERE, "drum")[0]))
    for _ in range(3):
        notes.add_note(ann, older, "drum, drum and drum")
    assert list(lists.ids(ann, narrowed(ann, EVERYWHERE, "drum")[0])) == [older, newer]
    assert list(lists.ids(cleo, narrowed(cleo, EVERYWHERE, "drum")[0])) == order == [newer, older]


@pytest.mark.parametrize("name", ["Cleo", "Tia"])
def test_the_end_of_a_number_tells_nobody_that_there_is_a_ticket(zoo: Company, name: str) -> None:
    session = zoo.session(name)
    seen = set(lists.ids(session, EVERYTHING))
    for key, digits in ((key, f"{key + 999:04d}") for (key,) in fetch("SELECT id FROM ticket")):
        if key in seen:
            continue
        for typed, missing in (
            (digits, "9876"),
            (f"0500-{digits}", "0500-9876"),
            (f"Re: [0500-{digits}] x", "Re: [0500-9876] x"),
        ):
            said = []
            for each in (typed, missing):
                with pytest.raises(NotFound) as refused:
                    jump.find(session, each)
                said.append(refused.value.sentence.replace(digits, "9876"))
            assert said[0] == said[1]


def test_what_one_may_not_see_is_in_no_list_of_recent_tickets_and_in_no_export(zoo: Company, tmp_path: Path) -> None:
    cleo = zoo.session("Cleo")
    every = [row[0] for row in fetch("SELECT id FROM ticket ORDER BY id")]
    recent.note(cleo, every)
    (mine,) = recent.listed(cleo)
    assert (mine.subject, mine.mark, mine.in_inbox, mine.waiting_for_dispatch) == ("Printer offline", 0, False, False)
    for shape in ("csv", "jsonl", "md"):
        text = b"".join(export.lines(cleo, every, shape)).decode()
        assert "Printer offline" in text
        assert not [word for word in (*SECRETS, "Globex", "Secret") if word.lower() in text.lower()]
    told = full_ticket_object(cleo, tickets.get(cleo, mine.id))
    assert (told["in_inbox"], told["unread"], told["waiting_for_dispatch"]) == (None, None, None)
    folder = ticket_folder.save(cleo, mine.id, tmp_path / "mine")
    for text in (json.dumps(told), *(file.read_text("utf-8") for file in folder.rglob("*") if file.is_file())):
        assert not [word for word in SECRETS if word in text.lower()], text
    assert unread.next_unread(cleo, every, 0).rank is None


def test_a_public_note_that_was_taken_back_is_gone_for_clients(zoo: Company) -> None:
    cleo, ann = zoo.session("Cleo"), zoo.session("Ann")
    (mine,) = lists.ids(cleo, EVERYTHING)
    seen = history.entries(cleo, mine)
    assert not [entry for entry in seen if "numbat" in entry.text or entry.taken_back or not entry.public]
    assert any("numbat" in entry.text for entry in history.entries(ann, mine))
    assert documents.listed(cleo, mine) == []


def test_saved_searches_find_for_each_person_what_that_person_may_see(zoo: Company) -> None:
    ann, tia, cleo = zoo.session("Ann"), zoo.session("Tia"), zoo.session("Cleo")
    searches.save(ann, "Beasts", "zorilla", shared=True)
    searches.save(ann, "Quiet", "wombat")
    assert [each.name for each in searches.visible(tia)] == ["Beasts"]
    assert searches.visible(cleo) == []
    with pytest.raises(NotFound, match="none is saved yet"):
        searches.find(cleo, "Beasts")
    with pytest.raises(NotFound, match="no longer there"):
        searches.get(cleo, searches.find(ann, "Beasts").id)
    assert count(ann, EVERYTHING, "zorilla", 10, 2.0) == 2
    assert count(tia, EVERYTHING, "zorilla", 10, 2.0) == 0
    with pytest.raises(Forbidden):
        searches.save(cleo, "Mine", "printer", shared=True)
    shared = searches.save(zoo.session("Dora"), "Old ones", "is:archived", shared=True)
    with pytest.raises(QueryFault, match="people who may archive"):
        compile_query(ann, shared.query)


def test_without_the_privilege_nobody_sees_the_archive(zoo: Company) -> None:
    ann, dora = zoo.session("Ann"), zoo.session("Dora")
    assert len(ids(dora, "is:archived")) == lists.count(dora, ListQuery(lists.ARCHIVED)) == 1
    assert lists.count(ann, ListQuery(lists.ARCHIVED)) == 0
    assert "archived" not in lists.more_counts(ann)
    with pytest.raises(QueryFault, match="people who may archive"):
        ids(ann, "printer is:archived")
    assert "archived" not in str(complete(ann, "is:", 3).suggestions)
    with clock.frozen(NOON + clock.HOUR):
        old = [row.subject for row in as_it_was.listed(ann, EVERYTHING, NOON - clock.HOUR).rows]
        assert "Old printer numbat" not in old


# Another day


def test_what_one_may_see_today_decides_over_the_past(company: Company) -> None:
    dora, tia = company.session("Dora"), company.session("Tia")
    with clock.frozen(NOON - 2 * clock.HOUR):
        left = company.open_ticket("Ann", "Left numbat", manager_id=company.managers["Tia"])
        came = company.open_ticket("Ann", "Came", manager_id=company.managers["Ben"])
    with clock.frozen(NOON - clock.HOUR):
        ticket_changes.change(dora, left.id, {"manager": company.managers["Ben"]})
        ticket_changes.change(dora, came.id, {"manager": company.managers["Tia"]})
    at = NOON - clock.HOUR - clock.MINUTE
    assert {row.subject for row in as_it_was.listed(dora, EVERYTHING, at).rows} == {"Left numbat", "Came"}
    then = as_it_was.listed(tia, EVERYTHING, at)
    assert [(row.subject, row.manager) for row in then.rows] == [("Came", "Ben")]
    assert then.total == 1
    for everything in (EVERYTHING, EVERYWHERE):
        for text, expected in (("subject:numbat", []), ("numbat", []), ("came", [("Came", "Ben")])):
            then = as_it_was.listed(tia, narrowed(tia, everything, text)[0], at)
            assert [(row.subject, row.manager) for row in then.rows] == expected
            assert then.total == len(expected)
    assert as_it_was.listed(tia, ListQuery(lists.ASSIGNED_OPEN), at).total == 0
    with as_it_was.desk_hidden(tia, at) as reader:
        assert list(lists.ids(reader, EVERYTHING)) == [came.id]
        assert [each.id for each in tickets.get_many(reader, [left.id, came.id])] == [came.id]
    assert as_it_was.ticket(tia, came.id, at).ticket.manager == "Ben"
    with pytest.raises(NotFound, match="that you can see"):
        as_it_was.ticket(tia, left.id, at)
    with pytest.raises(Forbidden):
        as_it_was.listed(company.session("Cleo"), EVERYTHING, at)


# The command line

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def as_cleo(new_desk_url: str, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a way to run commands as Cleo of the zoo, which gives the exit status and everything printed."""
    bound = open_database(new_desk_url)
    with connection():
        company = Company(log_in(new_desk_url, bound))
        _fill(company)
        users.change_user(company.admin, users.USERS.find(ADMINISTRATOR.username), os_account=auth.os_account())
    close_database()

    def run(*words: str) -> tuple[int, str]:
        status = main(["--db", new_desk_url, "--as", "cleo", *words])
        out, err = capsysbinary.readouterr()
        return status, (out + err).decode()

    return run


def test_commands_tell_a_client_no_more_than_screens(as_cleo: Run, tmp_path: Path) -> None:
    for words in (
        *(("ticket", "list", *shape) for shape in ((), ("--json",), ("--csv",), ("--markdown",))),
        *(("ticket", "list", "printer", *shape) for shape in ((), ("--json",))),
        *(("ticket", "show", "0500-1000", *shape) for shape in ((), ("--json",))),
        ("ticket", "export", "0500-1000", str(tmp_path / "mine")),
        ("search", "list"),
    ):
        status, said = as_cleo(*words)
        assert status == 0, said
        assert not [word for word in (*SECRETS, "globex", "spy.example", "secret") if word in said.lower()], words
    assert "numbat" not in (tmp_path / "mine" / "ticket.json").read_text("utf-8")
    for words in (
        ("ticket", "list", "--at", "1m ago"),
        ("ticket", "list", "is:archived"),
        ("ticket", "show", "0500-1000", "--at", "1m ago"),
        ("ticket", "undo", "0500-1000"),
        ("ticket", "undo", "0500-1001"),
        ("ticket", "set", "0500-1000", "priority=high"),
    ):
        status, said = as_cleo(*words)
        assert status == 1 and not [word for word in SECRETS if word in said], (words, said)
    for action in ("show", "export", "undo"):
        answers = {as_cleo("ticket", action, number)[1].replace(number, "") for number in ("0500-1001", "0500-9876")}
        assert len(answers) == 1
