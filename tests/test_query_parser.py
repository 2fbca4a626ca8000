"""A typed query becomes a tree, or a fault at its place; no text makes it do anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.query import QueryFault
from services.query.parser import MOST_DEPTH, parse
from services.query.syntax import All, Any, Field, Node, Not, Word
from services.query.unfinished import finished


def spoken(node: Node | None) -> str:
    """A tree with all of its parentheses."""
    if node is None:
        return ""
    if isinstance(node, Word):
        return f'"{node.text}"' if node.quoted else node.text
    if isinstance(node, Field):
        return f"{node.name}:" + ",".join(f'"{v.text}"' if v.quoted else v.text for v in node.values)
    if isinstance(node, Not):
        return f"-{spoken(node.part)}"
    joint = " & " if isinstance(node, All) else " | "
    assert isinstance(node, (All, Any))
    return f"({joint.join(map(spoken, node.parts))})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", ""),
        ("  \n ", ""),
        ("a", "a"),
        ("a b", "(a & b)"),
        ("a and b", "(a & b)"),
        ("a AND b or c", "((a & b) | c)"),
        ("a or b c", "(a | (b & c))"),
        ("(a or b) c", "((a | b) & c)"),
        ("a OR b oR c", "(a | b | c)"),
        ("not a b", "(-a & b)"),
        ("-a b", "(-a & b)"),
        ("not (a b)", "-(a & b)"),
        ("-(a or b)", "-(a | b)"),
        ("not not a", "--a"),
        ("--a", "--a"),
        ("-", "-"),
        ("a - b", "(a & - & b)"),
        ("((a))", "a"),
        ("(a)(b)", "(a & b)"),
        ('"a or b"', '"a or b"'),
        ('"or" "not"', '("or" & "not")'),
        ('a"b"', '(a & "b")'),
        ("printer(2)", "printer(2)"),
        ("(printer(2) or f(x))", "(printer(2) | f(x))"),
        ("status:hold", "status:hold"),
        ("Status:hold,new", "status:hold,new"),
        ("status:hold,,new,", "status:hold,new"),
        ('status:"On Hold",new', 'status:"On Hold",new'),
        ('account:"a, b"', 'account:"a, b"'),
        ('due:<="2026-01-01 12:00"', "due:<=2026-01-01 12:00"),
        ("(status:hold)", "status:hold"),
        ("-status:hold", "-status:hold"),
        ("12:30", "12:30"),
        ("a\tb\u00a0c", "(a & b & c)"),
        ("oral", "oral"),
    ],
)
def test_a_query_reads(text: str, tree: str) -> None:
    assert spoken(parse(text)) == tree


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("a (b", "(b", "parenthesis at character 3 has no end"),
        ("a b)", ")", "parenthesis at character 4 was never opened"),
        (")", ")", "closes nothing"),
        ("()", ")", "closes nothing"),
        ("a ()", ")", "closes nothing"),
        ("(", "(", "has no end"),
        ("a or", "or", "nothing after “or”"),
        ("or a", "or", "nothing before “or”"),
        ("a or or b", "or", "nothing after “or”"),
        ("and", "and", "nothing before “and”"),
        ("a and", "and", "nothing after “and”"),
        ("a not", "not", "nothing after “not”"),
        ("(a or) b", "or", "nothing after “or”"),
        ('a "b', '"b', "quotation mark at character 3"),
        ("a status: b", "status:", "nothing after “status:”"),
        ("(status:)", "status:", "nothing after “status:”"),
        ('a:"x', '"x', "quotation mark at character 3"),
        ("(" * (MOST_DEPTH + 1) + "a" + ")" * (MOST_DEPTH + 1), "(", "levels deep"),
        ("-" * 500 + "a", "-", "levels deep"),
        ("(" * 3_000, "(", "levels deep"),
        ("a " * 51, "a", "more than 50 words"),
        ("x" * 4_001, "x", "longer than 4,000"),
    ],
)
def test_a_fault_has_its_place(text: str, marked: str, said: str) -> None:
    with pytest.raises(QueryFault) as refused:
        parse(text)
    fault = refused.value
    assert said in str(fault)
    assert text[fault.start : fault.end] == marked
    assert fault.field == "query"


_PIECES = st.lists(
    st.sampled_from(["(", ")", "-", '"', "or", "and", "not", " ", ":", ",", "..", "status:", "a", "<", ">=", "%"])
    | st.text(),
    max_size=60,
).map("".join)


@given(st.text() | _PIECES)
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    try:
        parse(text)
    except QueryFault as fault:
        assert 0 <= fault.start < fault.end <= len(text)
        assert str(fault).endswith(".") and "\n" not in str(fault)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("printer status:", "printer "),
        ("printer -status:", "printer "),
        ("(printer status:", "(printer )"),
        ("printer or", "printer "),
        ("printer and (", "printer "),
        ("((a or b) c", "((a or b) c)"),
        ('"blank pag', "blank pag"),
        ('mail -"blank pag', "mail -blank pag"),
        ('printer account:"Acme L', "printer "),
        ("status: printer", None),
        ("printer)", "printer"),
        ("( )", ""),
    ],
)
def test_knows_what_a_query_means_while_it_is_typed(typed: str, meant: str | None) -> None:
    text: str | None = typed
    while text is not None:
        try:
            parse(text)
            break
        except QueryFault as fault:
            text = finished(text, fault)
    assert text == meant


@given(st.text(alphabet='ab ("):,-or', max_size=20))
def test_finishing_a_query_ends_and_never_fails(typed: str) -> None:
    text: str | None = typed
    for _ in range(60):
        try:
            parse(text or "")
            return
        except QueryFault as fault:
            text = finished(text or "", fault)
            if text is None:
                return
    raise AssertionError(f"{typed!r} has no end")
