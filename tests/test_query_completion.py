"""Completion offers what can be typed next, quoted where needed, and nothing that the person may not know."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services import accounts
from services.query import QueryFault, compile_query
from services.query.completion import MOST, complete
from services.query.highlight import marks
from services.search.index import TextTerm
from services.session import Session
from tests.hostile import HOSTILE
from tests.support.company import Company


def completed(session: Session, text: str) -> list[str]:
    """The line as each suggestion would make it; a bar in the text is the cursor, which is otherwise at its end."""
    cursor = text.find("|") if "|" in text else len(text)
    text = text.replace("|", "")
    start, end, suggestions = complete(session, text, cursor)
    assert 0 <= start <= end <= len(text)
    return [text[:start] + each.text + text[end:] for each in suggestions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("sta", ["status:"]),
        ("printer STA", ["printer status:"]),
        ("-sta", ["-status:"]),
        ("(sta", ["(status:"]),
        ("-(sta", ["-(status:"]),
        ("comp", ["company:"]),
        ("status:hol", ["status:Hold"]),
        ("status:new,hol", ["status:new,Hold"]),
        ("-status:hol", ["-status:Hold"]),
        ("sta| printer", ["status: printer"]),
        ("printer status:hol| x", ["printer status:Hold x"]),
        ("status:wor", ['status:"Work in Progress"']),
        ('status:"wor', ['status:"Work in Progress"']),
        ('status:"work in', ['status:"Work in Progress"']),
        ('status:new,"work in', ['status:new,"Work in Progress"']),
        ("priority:>=h", ["priority:>=High"]),
        ("manager:m", ["manager:me", "manager:my-teams"]),
        ("manager:be", ["manager:Ben"]),
        ("is:over", ["is:overdue"]),
        ("account:glo", ["account:Globex"]),
        ("account:m", ['account:"Müller & Söhne"']),
        ("account:MÜ", ['account:"Müller & Söhne"']),
        ("account:no", ["account:none"]),
        ("contact:gus@", ["contact:Gus"]),
        ("category:net", ["category:Network"]),
        ("product:h", ["product:Hosting"]),
        ("extension:wfc", ["extension:WFC"]),
        ("created:last-w", ["created:last-week"]),
        ("created:<1", ["created:<1h", "created:<1d", "created:<1w"]),
        ("due:tom", ["due:tomorrow"]),
        ("created:tom", []),
        ("updated:next", []),
        ("channel:we", ["channel:web"]),
        ("created_by:b", ["created_by:ben"]),
        ("follower:do", ["follower:dora"]),
        ("type:inc", ["type:Incident"]),
        ("asset:r", ["asset:Router"]),
        ("contract:ma", ["contract:Managed"]),
        ('"sta', []),
        ('"a sta', []),
        ("colour:r", []),
        ("subject:pri", []),
        ("12:3", []),
    ],
)
def test_a_word_is_completed(company: Company, text: str, expected: list[str]) -> None:
    assert completed(company.session("Ann"), text) == expected


def test_a_client_is_offered_its_own_and_no_internal_fields(company: Company) -> None:
    cleo = company.session("Cleo")
    assert completed(cleo, "account:") == ['account:"Müller & Söhne"', "account:none", "account:any"]
    assert completed(cleo, "contact:") == ["contact:me", "contact:Cleo", "contact:Otto", "contact:none", "contact:any"]
    assert completed(cleo, "contact:g") == completed(cleo, "account:g") == completed(cleo, "category:sec") == []
    assert completed(cleo, "foll") == completed(cleo, "follower:a") == completed(cleo, "manager:") == []
    assert completed(cleo, "created_by:") == ["created_by:me", "created_by:none", "created_by:any"]
    assert not {"is:inbox", "is:dispatch", "is:unread", "is:archived"} & set(completed(cleo, "is:"))
    assert completed(company.session("Ann"), "category:sec") == ["category:Secret"]


def test_names_are_put_so_that_the_query_finds_them(company: Company) -> None:
    ann = company.session("Ann")
    for name in ("Or", "a, b", "(c)", "none", "x..y", "<z", "  q  w "):
        accounts.ACCOUNTS.add(company.admin, name=name)
    for text in completed(ann, "account:")[:-2]:
        assert compile_query(ann, text).sql != "1 = 0", text


def test_a_large_desk_offers_a_few(company: Company) -> None:
    for number in range(3 * MOST):
        accounts.ACCOUNTS.add(company.admin, name=f"Branch {number:03}")
    offered = completed(company.session("Ann"), "account:bra")
    assert len(offered) == MOST and offered[0] == 'account:"Branch 000"'


def test_any_text_can_be_completed_anywhere(company: Company) -> None:
    sessions = [company.session("Ann"), company.session("Cleo")]
    for text in HOSTILE:
        for session in sessions:
            complete(session, text, len(text))
            complete(session, f'account:"{text}', len(text))

    pieces = st.lists(
        st.sampled_from(["account:", "status:", '"', ",", " ", "-", "(", "<", "a"]) | st.text(), max_size=9
    )

    @settings(max_examples=60)
    @given(pieces.map("".join), st.integers(-5, 50))
    def any_text(text: str, cursor: int) -> None:
        for session in sessions:
            start, end, _ = complete(session, text, cursor)
            assert 0 <= start <= end <= len(text)

    any_text()


@pytest.mark.parametrize(
    ("text", "terms", "marked"),
    [
        ("The printer prints", [TextTerm(("print",), True)], ["printer", "prints"]),
        ("The printer prints", [TextTerm(("print",))], []),
        ("Große Größe", [TextTerm(("grosse",))], ["Große", "Größe"]),
        ("on fire, on the roof", [TextTerm(("on", "the"))], ["on the"]),
        ("a b c", [TextTerm(("a", "b")), TextTerm(("b", "c"))], ["a b c"]),
        ("a-b x a b", [TextTerm(("a", "b"))], ["a-b", "a b"]),
        ("nothing", [], []),
        ("nothing", [TextTerm(())], []),
        ("x" * 100, [TextTerm(("x" * 64,))], ["x" * 100]),
    ],
)
def test_what_was_found_is_marked(text: str, terms: list[TextTerm], marked: list[str]) -> None:
    assert [text[start:end] for start, end in marks(text, terms)] == marked


def test_only_what_was_asked_for_is_marked(company: Company) -> None:
    condition = compile_query(company.session("Ann"), 'printer or (not "on fire" subject:toner) -paper')
    assert [" ".join(term.words) for term in condition.terms] == ["printer", "toner"]
    with pytest.raises(QueryFault):
        compile_query(company.session("Ann"), "printer or")
