"""The query language finds the same tickets on both engines, names what it does not understand, and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Ticket
from models.folding import fold
from services import clock, lists, query
from services.errors import Invalid
from services.search.rebuild import rebuild
from services.session import Session
from services.users import set_privilege
from tests.hostile import HOSTILE
from tests.support.company import NOON, Company
from tests.support.desks import Desk


@pytest.fixture
def company(desk: Desk) -> Iterator[Company]:
    """Found the stories' company on a desk whose rows are then bent by hand, so nothing is checked afterwards."""
    with clock.frozen(NOON):
        yield Company(desk)


def found(session: Session, text: str) -> list[str]:
    """The subjects that a query finds, sorted."""
    condition = query.compile_query(session, text)
    view = lists.ARCHIVED if condition.in_archive else lists.ALL
    wanted = lists.ListQuery(view, where=condition.sql, params=condition.params)
    rows = lists.first_rows(session, wanted)
    assert lists.count(session, wanted) == len(rows)
    return sorted(row.subject for row in rows)


@pytest.fixture
def desk_of_five(company: Company) -> Company:
    """a (Ann, high), b (Ben, hold, due tomorrow), c (Cleo's, new), d (completed), e (archived)."""

    def add(subject: str, age: int, **columns: Any) -> None:
        ticket = company.open_ticket("Ann", subject=subject, manager_id=company.managers["Ann"])
        at = NOON - age * clock.DAY
        values = {"created_at": at, "updated_at": at, **columns}
        Ticket.update(values).where(Ticket.id == ticket.id).execute()

    globex, general = company.accounts["Globex"], company.categories["General"]
    add("a", 1, priority=3, description="Größe ÄNDERN 100%_\\", type=1, account=globex, contact=company.contacts["Gus"])
    add(
        "b",
        3,
        status=company.status("hold"),
        manager=company.managers["Ben"],
        due_at=NOON + clock.DAY,
        extension=company.extension("WFC"),
        url="https://intranet.example/x",
        category=company.categories["Network"],
        product=company.products["Hosting"],
    )
    add("c", 8, status=company.status("new"), in_inbox=1, mark=1, channel="web", waiting_for_dispatch=1, category=None)
    add("d", 40, status=company.status("completed"), is_open=0, closed_at=NOON - clock.DAY, due_at=NOON - clock.DAY)
    add("e", 400, archived=1, account=None, contact=None, category=general, requester_email="x@y.example")
    # What was bent by hand went past the index.
    with company.desk.database.atomic():
        rebuild(company.desk.database)
    return company


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "abcd"),
        ("   ", "abcd"),
        ("status:hold", "b"),
        ("STATUS:Hold,new", "bc"),
        ("status:closed", "d"),
        ("status:6", "b"),
        ('status:"Assigned in House"', "a"),
        ("-status:hold", "acd"),
        ("manager:ben", "b"),
        ("manager:me", "acd"),
        ("-manager:me", "b"),
        ("priority:high", "a"),
        ("priority:>=high", "a"),
        ("priority:<high", "bcd"),
        ("priority:normal,high", "abcd"),
        ("is:inbox", "c"),
        ("is:unread", "c"),
        ("is:dispatch", "c"),
        ("is:closed", "d"),
        ("is:open -is:inbox", "ab"),
        ("is:archived", "e"),
        ("is:archived x@y", "e"),
        ("-is:archived", "abcd"),
        ("is:overdue", ""),
        ("extension:wfc", "b"),
        ("-extension:wfc", "acd"),
        ("account:globex", "a"),
        ("account:MÜLLER", "bcd"),
        ('account:"müller & sö"', "bcd"),
        ("-account:müller", "a"),
        ("contact:gus@", "a"),
        ("category:network", "b"),
        ("-category:network", "acd"),
        ("product:host", "b"),
        ("-product:host", "acd"),
        ("channel:web", "c"),
        ("requester:cleo", "abcd"),
        ("email:cleo@cleo", "abcd"),
        ("url:intranet", "b"),
        ("subject:b", "b"),
        ("größe", "a"),
        ("GRÖSSE", "a"),
        ("grosse", "a"),
        ("grö", "a"),
        ("ändern", "a"),
        ("änDERN größe", "a"),
        ('"ändern 100%_\\"', "a"),
        ("%", "a"),
        ("_", "a"),
        ("0%", "a"),
        ("a%e", ""),
        ("created:<7d", "ab"),
        ("created:>7d", "cd"),
        ("updated:<2d,>30d", "ad"),
        ("created:2026-11-24", "a"),
        ("created:yesterday", "a"),
        ("created:>=2026-11-22", "ab"),
        ("created:<2026-11-22", "cd"),
        ("due:tomorrow", "b"),
        ("due:<2d", "bd"),
        ("due:none", "ac"),
        ("-due:<2d", "ac"),
        ("closed:<2d", "d"),
        ("-closed:<2d", "abc"),
        ("-nothing", "abcd"),
        ('-"größe"', "bcd"),
    ],
)
def test_a_query_finds(desk_of_five: Company, text: str, expected: str) -> None:
    set_privilege(desk_of_five.admin, desk_of_five.session("Ann").user_id or 0, "archive", True)
    assert "".join(found(desk_of_five.session("Ann"), text)) == expected


def test_a_ticket_number_finds_the_ticket_however_it_is_written(company: Company) -> None:
    ticket = company.open_ticket("Ann", subject="this one")
    company.open_ticket("Ann", subject="another")
    for text in (ticket.number, f"[{ticket.number}]", f"number:{ticket.number}", f'"{ticket.number}"'):
        assert found(company.session("Ben"), text) == ["this one"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour:red", "“colour” is no field"),
        ("https://example.com", "“https” is no field"),
        ("stauts:hold", "Did you mean “status”? The fields are"),
        ("priorty:high", "Did you mean “priority”?"),
        ("https://example.com", "to look in. The fields are"),
        ("status:complet3d", "Did you mean “Completed”? Choose one of"),
        ("category:Nework", "Did you mean “Network”? The desk knows"),
        ("is:overdeu", "Did you mean “overdue”? Use one of"),
        ("manager:Doar", "Did you mean “Dora”? Give"),
        ("status:", "nothing after “status:”"),
        ("status: hold", "nothing after “status:”"),
        ('status:""', "nothing after the colon"),
        ("status:,", "nothing after the colon"),
        ("status:nope", "“nope” is no status"),
        ("manager:nobody", "“nobody”"),
        ("priority:>", "priority:>"),
        ("priority:=high", "priority:=high"),
        ("is:purple", "“is:purple” is not known"),
        ("number:12", "“12” is no ticket number"),
        ("created:soon", "“soon” is no time"),
        ("created:2026-02-30", "“2026-02-30” is no time"),
        ("created:0001-01-01", "“0001-01-01” is no time"),
        ("due:9999-12-31", "“9999-12-31” is no time"),
        ('"open end', "character 1"),
        ('status:hold "', "character 13"),
        ("word " * 51, "more than 50 words"),
        ("status:" + "hold," * 51, "more than 50 values"),
    ],
)
def test_what_is_not_understood_is_named(company: Company, text: str, named: str) -> None:
    with pytest.raises(Invalid) as refused:
        query.compile_query(company.session("Ann"), text)
    assert named in str(refused.value)
    assert refused.value.field == "query"


def test_hostile_text_runs_nothing_and_fails_only_in_words(company: Company) -> None:
    ann = company.session("Ann")
    company.open_ticket("Ann", subject="stays")
    fields = [f"{name}:" for name in query.FIELD_NAMES]
    for text in HOSTILE:
        quoted = '"' + text.replace('"', "") + '"'
        for typed in (text, quoted, *(field + quoted for field in fields)):
            try:
                found(ann, typed)
            except Invalid as refused:
                assert str(refused)
    assert found(ann, "stays") == ["stays"]


def test_any_text_is_found_in_the_ticket_that_holds_it(company: Company) -> None:
    ann = company.session("Ann")
    letters = st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp"), exclude_characters='"')
    texts = st.text(letters, min_size=1)

    @settings(max_examples=40)
    @given(texts)
    def any_text(text: str) -> None:
        ticket = company.open_ticket("Ann", subject=f"x{text}x")
        for typed in (ticket.subject, fold(ticket.subject)):
            condition = query.compile_query(ann, f'subject:"{typed}"')
            wanted = lists.ListQuery(lists.ALL, where=condition.sql, params=condition.params)
            assert ticket.id in lists.ids(ann, wanted)

    any_text()
