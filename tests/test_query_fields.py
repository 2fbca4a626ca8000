"""Every field of the query language finds what it says, on both engines, and nothing that the person may not see."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Ticket
from services import (
    charges,
    clock,
    documents,
    finding,
    history_kinds,
    journal,
    lists,
    mails,
    merging,
    notes,
    recipients,
    ticket_changes,
    undo,
)
from services.charges import NewCharge
from services.errors import Forbidden
from services.finding import EVERYWHERE, narrowed
from services.lists import ListQuery
from services.query import FIELD_NAMES, FIELDS, QueryFault, compile_query
from services.records import TicketDetail
from services.session import Session
from services.sql import fetch
from services.time_limit import SEARCH_SECONDS
from tests.support import acts
from tests.support.company import NOON, Company


def found(session: Session, text: str) -> list[str]:
    """The subjects that a query finds, sorted; rows, ids, counts and every order of the list agree."""
    wanted, condition = narrowed(session, ListQuery(lists.ALL), text)
    ids = lists.ids(session, wanted)
    rows = lists.first_rows(session, wanted)
    assert [row.id for row in rows] == list(ids)
    assert lists.count(session, wanted) == finding.count(session, EVERYWHERE, text, 99, SEARCH_SECONDS) == len(ids)
    ranked, _ = narrowed(session, EVERYWHERE, text)
    assert sorted(lists.ids(session, ranked)) == sorted(ids)
    assert [row.id for row in lists.first_rows(session, ranked)] == list(lists.ids(session, ranked))
    assert condition.terms or ranked.sort == "updated"
    return sorted(row.subject for row in rows)


def add_mail(company: Company, ticket: TicketDetail, text: str, public: bool) -> None:
    """A mail from outside, as intake files it."""
    sender = ("Petra Pan", "petra@pan.example")
    head = mails.NewMail(
        None,
        "in",
        f"<{text}@x>",
        "",
        sender,
        [("", "desk@x")],
        [],
        [],
        "Re",
        None,
        False,
        [],
    )
    with journal.operation(company.admin, "file-mail") as op:
        mail = mails.add(op, ticket.id, head)
        op.entry(ticket.id, history_kinds.MAIL_IN, text, public=public, subject_id=mail)


@pytest.fixture
def busy(company: Company) -> Company:
    """One: much is on it. Two: merged into One. Three: Globex's. Four: nobody's, with a file and an internal mail."""
    ann, dora = company.session("Ann"), company.session("Dora")
    one = company.open_ticket(
        "Ann",
        subject="One printer",
        description="Größe of the paper is wrong",
        asset_id=company.assets["Müller & Söhne"],
        contract_id=company.contracts["Müller & Söhne"],
        product_id=company.products["Hosting"],
        manager_id=company.managers["Ben"],
    )
    two = company.open_ticket("Cleo", subject="Two printers", category_id=company.categories["Network"])
    three = company.open_ticket("Gus", subject="Three scanner", description="see 0500-1000")
    four = company.open_ticket("Ann", subject="Four", manager_id=company.managers["Field"], contact_id=None)
    notes.add_note(ann, one.id, "secret reason, quokka")
    notes.add_note(ann, one.id, "we replace the drum", public=True)
    charges.add(ann, one.id, NewCharge("work", "Drum swap", 1000, 95_00, note="evening"))
    charges.add(ann, one.id, NewCharge("work", "Goodwill", 1000, 95_00, billable=False))
    recipients.add_external(ann, one.id, "copy@globex.example", name="Copy Cat", kind="bcc")
    add_mail(company, one, "the toner smells", public=True)
    add_mail(company, four, "quarterly wombat", public=False)
    documents.attach_bytes(ann, four.id, "invoice 2026.pdf", b"x", "application/pdf")
    with clock.frozen(NOON + clock.HOUR):
        ticket_changes.change(ann, one.id, {"resolution": "Swapped the drum", "url": "https://intranet.example/x"})
        merging.merge(dora, [two.id], one.id)
        acts.mark_read(dora, [three.id])
    return company


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("printer", "One Two"),
        ("prin", "One Two"),
        ('"printer"', "One"),
        ("print paper", "One"),
        ("paper or scanner", "One Three"),
        ("(paper or scanner) -one", "Three"),
        ("not (printer or scanner)", "Four"),
        ("printer -paper", "Two"),
        ("quokka", "One"),
        ('"secret reason"', "One"),
        ('"reason secret"', ""),
        ("invoice", "Four"),
        ("goodwill", "One"),
        ("globex", "Three"),
        ("globex scanner", "Three"),
        ("globex paper", ""),
        ("gus", "Three"),
        ("söh", "One Two"),
        ("intranet", "One"),
        ("text:globex", ""),
        ("text:0500-1000", "Three Two"),
        ('text:"see 0500"', "Three"),
        ("number:0500-1000..0500-1001", "One Two"),
        ("number:>0500-1001", "Four Three"),
        ("number:..0500-1000", "One"),
        ("priority:low..urgent", "Four One Three Two"),
        ("priority:high..", ""),
        ("company:globex", "Three"),
        ("client:gus", "Three"),
        ("account:none", "Four"),
        ("account:empty", "Four"),
        ("account:any", "One Three Two"),
        ("contact:none,gus", "Four Three"),
        ("asset:rout", "One"),
        ("asset:none", "Four Three Two"),
        ("contract:managed", "One"),
        ("product:none", "Four Three Two"),
        ("product:any", "One"),
        ("category:any", "Four One Three Two"),
        ("manager:my-teams", "Four"),
        ("manager:me", ""),
        ("manager:be", "One Two"),
        ("is:mine", "Four"),
        ("is:merged", "Two"),
        ("is:unassigned", "Three"),
        ("is:pending", "Four One Three"),
        ("is:read", "Three"),
        ("created_by:me", "Four One"),
        ("created_by:gus", "Three"),
        ("creator:cleo,gus", "Three Two"),
        ("opened:none", "Four One Three Two"),
        ("opened:any", ""),
        ("url:any", "One"),
        ("url:intranet.example", "One"),
        ("resolution:drum", "One"),
        ("resolution:none", "Four Three Two"),
        ("description:grö", "One"),
        ("note:quokka", "One"),
        ("note:toner", ""),
        ("mail:toner", "One"),
        ("from:petra@pan", "Four One"),
        ("from:pan", "Four One"),
        ("to:copy@globex", "One"),
        ("recipient:cat", "One"),
        ("follower:ben", "One Two"),
        ("file:invoice", "Four"),
        ("file:any", "Four"),
        ("attachment:none", "One Three Two"),
        ("charge:evening", "One"),
        ("charge:any", "One"),
        ("charge:none", "Four Three Two"),
        ("updated:2026-11", "Four One Three Two"),
        ("updated:2026", "Four One Three Two"),
        ("updated:2025", ""),
        ("updated:this-week", "Four One Three Two"),
        ("updated:last-week", ""),
        ("created:this-month", "Four One Three Two"),
        ("created:next-year", ""),
        ("created:2d..0h", "Four One Three Two"),
        ("created:2026-11-01..2026-11-30", "Four One Three Two"),
        ("created:..2026-11-24", ""),
        ("created:2026-11-25..", "Four One Three Two"),
        ("date:today", "Four One Three Two"),
        ('updated:>="2026-11-25 13:00"', "One Two"),
        ('updated:"2026-11-25 12:00"', "Four Three"),
        ("channel:man", "Four One"),
        ("extension:any", ""),
        ("extension:none is:open", "Four One Three"),
    ],
)
def test_a_field_finds(busy: Company, text: str, expected: str) -> None:
    assert " ".join(each.split()[0] for each in found(busy.session("Ann"), text)) == expected


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("colour:red", "colour"),
        ("printer colour:red", "colour"),
        ("status:hold,nope", "nope"),
        ('category:"no such"', '"no such"'),
        ("created:soon", "soon"),
        ("created:..", ".."),
        ("priority:high..low,x", "x"),
        ("manager:nobody", "nobody"),
        ("is:purple", "purple"),
        ("is:archived or printer", "is:archived"),
        ("-(is:archived printer)", "is:archived"),
    ],
)
def test_a_value_that_is_not_understood_has_its_place(busy: Company, text: str, marked: str) -> None:
    with pytest.raises(QueryFault) as refused:
        compile_query(busy.session("Ann"), text)
    assert text[refused.value.start : refused.value.end] == marked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("printer", "One Two"),
        ("quokka", ""),
        ("wombat", ""),
        ("goodwill", ""),
        ("drum", "One"),
        ("-quokka", "One Two"),
        ("not (quokka or wombat)", "One Two"),
        ("text:quokka", ""),
        ("note:quokka", ""),
        ("-note:quokka", "One Two"),
        ("note:drum", "One"),
        ("charge:goodwill", ""),
        ("charge:drum", "One"),
        ("mail:toner", "One"),
        ("from:petra", "One"),
        ("to:copy", ""),
        ("-to:copy", "One Two"),
        ("file:any", ""),
        ("account:globex", ""),
        ("globex", ""),
        ("contact:gus", ""),
        ("contact:me", "One Two"),
        ("created_by:ann", ""),
        ("created_by:gus", ""),
        ("created_by:me", "Two"),
        ("is:mine", "One Two"),
        ("asset:rout", "One"),
        ("number:0500-1002", ""),
        ("0500-1002", ""),
        ("manager:ben", "One Two"),
        ("manager:ben@desk.example", ""),
        ("manager:nobody-of-that-name", ""),
    ],
)
def test_a_client_finds_what_it_sees(busy: Company, text: str, expected: str) -> None:
    assert " ".join(each.split()[0] for each in found(busy.session("Cleo"), text)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("follower:ben", "no field"),
        ("is:inbox", "is not known"),
        ("is:archived", "is not known"),
        ("is:unread", "is not known"),
        ("category:Secret", "is no category"),
        ("category:Secre", "is no category"),
        ("folower:ben", "no field"),
        ("is:inbos", "is not known"),
    ],
)
def test_a_client_is_told_no_more_than_of_what_does_not_exist(busy: Company, text: str, said: str) -> None:
    with pytest.raises(QueryFault, match=said) as refused:
        compile_query(busy.session("Cleo"), text)
    assert "inbox" not in str(refused.value).replace("“is:inbox”", "")
    assert "secret" not in str(refused.value).replace("“Secret”", "").lower()
    assert "“follower”?" not in str(refused.value) and "follower," not in str(refused.value)


def test_an_employee_who_sees_only_own_tickets_finds_and_counts_only_those(busy: Company) -> None:
    tia = busy.session("Tia")
    for text in ("printer", "-printer", "is:merged", "note:quokka", "not note:quokka", "account:any", ""):
        assert found(tia, text) == []
    busy.open_ticket("Ann", subject="Five printer", manager_id=busy.managers["Tia"])
    assert found(tia, "printer") == found(tia, "-quokka") == ["Five printer"]


def test_what_an_undone_note_said_is_no_longer_found_by_clients(busy: Company) -> None:
    ann, cleo = busy.session("Ann"), busy.session("Cleo")
    one = Ticket.get(Ticket.subject == "One printer").id
    notes.add_note(ann, one, "the numbat is public", public=True)
    assert found(cleo, "numbat") == found(cleo, "note:numbat") == ["One printer"]
    operation = fetch("SELECT max(id) FROM operation")[0][0]
    undo.undo(ann, operation)
    assert found(cleo, "numbat") == found(cleo, "note:numbat") == []


def test_the_archive_is_searched_apart(busy: Company) -> None:
    dora = busy.session("Dora")
    acts.archive(dora, [Ticket.get(Ticket.subject == "Four").id], "done with")
    assert found(dora, "invoice") == []
    assert found(dora, "is:archived") == found(dora, "is:archived (invoice or x)") == ["Four"]
    assert found(dora, "-is:archived is:unassigned") == ["Three scanner"]


def test_the_best_matches_come_first_and_only_a_search_for_words_has_any(busy: Company) -> None:
    ann = busy.session("Ann")
    busy.open_ticket("Ann", subject="Loud fan", description="next to the printer")
    for text in ("printer", "printer or scanner", "printer or is:overdue"):
        ranked, _ = narrowed(ann, EVERYWHERE, text)
        rows = lists.first_rows(ann, ranked)
        assert rows[-1].subject == "Loud fan"
        assert not lists.snapshot(ann, ranked).more
    with pytest.raises(Exception, match="relevance"):
        lists.first_rows(ann, ListQuery(lists.ALL, sort="relevance", where="t.id > 0"))


def test_the_worst_queries_end_in_rows_or_a_sentence(busy: Company) -> None:
    ann = busy.session("Ann")
    for text in (
        " or ".join(["%"] * 50),
        " ".join(["a"] * 50),
        "(" * 20 + "a" + ")" * 20,
        '"' + "%_" * 1_900 + '"',
        " or ".join(f"(a{n} -b{n})" for n in range(20)),
        ",".join(["status:open"] + ["hold"] * 49),
        '"' + "x " * 1_900 + '"',
        " ".join(f"-note:{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"),
    ):
        try:
            found(ann, text)
        except QueryFault as refused:
            assert str(refused)


_VALUES = ("a", "none", "any", "me", "<7d", ">=high", "2026-11..today", '"x y"', "%", "0500-1000", "open", "ü,ß", "..")
_TERMS = st.builds(lambda field, value: f"{field}:{value}", st.sampled_from(sorted(FIELDS)), st.sampled_from(_VALUES))
_TEXTS = st.lists(st.sampled_from(["(", ")", "or", "not", "-", "print", '"a b"']) | _TERMS | st.text(), max_size=8)


def test_any_query_runs_on_the_database_or_is_refused_at_its_place(busy: Company) -> None:
    sessions = [busy.session(name) for name in ("Ann", "Cleo", "Tia")]

    @settings(max_examples=150)
    @given(_TEXTS)
    def any_query(pieces: list[str]) -> None:
        text = " ".join(pieces)
        for session in sessions:
            try:
                found(session, text)
            except QueryFault as fault:
                assert 0 <= fault.start < fault.end <= len(text)

    any_query()


def test_every_field_answers_every_person_with_tickets_or_a_sentence(busy: Company) -> None:
    for name in ("Ann", "Cleo"):
        session = busy.session(name)
        for field in FIELD_NAMES:
            for value in _VALUES:
                try:
                    found(session, f"{field}:{value} or -{field}:{value}")
                except (QueryFault, Forbidden) as refused:
                    assert str(refused)
