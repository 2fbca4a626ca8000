"""What filing a mail may cost: few statements, and none that reads more the more the desk holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connector.intake import take_in_all
from services.originals import Arrival
from tests.support.company import Company
from tests.support.desks import SUPPORT_ADDRESS, Desk
from tests.support.letters import letter
from tests.support.post import open_the_way_out

BATCH = 25
# A new ticket that is answered and passed on, and a customer's answer that is passed on to three of the desk.
NEW_TICKET, ANSWER = 36, 28
# Whole lists of what is small on every desk.
SMALL = {"employee", "team_member", "category", "status", "extension", "ticket_type", "manager", "desk_setting", "team"}
_SCAN = re.compile(r"SCAN (?:TABLE )?(\w+)")
_ALIAS = re.compile(r"(?:FROM|JOIN)\s+\"?(\w+)\"?(?:\s+(?:AS\s+)?\"?(?!LEFT|JOIN|WHERE|ON|ORDER|UNION)(\w+)\"?)?")

Statement = tuple[str, Any]


@contextmanager
def watched(desk: Desk) -> Iterator[list[Statement]]:
    """Note every statement of the block."""
    bound: Any = desk.database
    original: Callable[..., Any] = bound.execute_sql
    noted: list[Statement] = []

    def run(sql: str, params: Any = None, *rest: Any) -> Any:
        noted.append((sql, params))
        return original(sql, params, *rest)

    bound.execute_sql = run
    try:
        yield noted
    finally:
        del bound.execute_sql


def batch(company: Company, mails: list[bytes]) -> list[Statement]:
    """Bring a batch of mails in and return what that took."""
    arrivals = [Arrival("lmtp:test", raw, "x@else.example", (SUPPORT_ADDRESS,)) for raw in mails]
    with watched(company.desk) as noted:
        outcomes = take_in_all(company.admin, arrivals)
    assert {one.state for one in outcomes} <= {"ticket", "reply"}
    return noted


@pytest.fixture
def company(company: Company) -> Company:
    """The company with a way out; Ben manages what comes."""
    open_the_way_out(company.desk, mail_category="Network", mail_rate_total="", mail_rates="")
    batch(company, [letter(key="first")])  # what is read once for many mails is read now
    return company


def test_statements_per_mail(company: Company) -> None:
    people = [f"Person {at} <p{at}@acme.example>" for at in range(BATCH)]
    new = [letter(f"New {at}", sender=who, key=f"new{at}") for at, who in enumerate(people)]
    answers = [letter(f"Re: {at}", sender=who, key=f"a{at}", answers=f"new{at}") for at, who in enumerate(people)]
    for mails, most in ((new, NEW_TICKET), (answers, ANSWER)):
        noted = batch(company, mails)
        shown = "\n".join(sorted({" ".join(sql.split())[:120] for sql, _ in noted}))
        assert len(noted) / BATCH <= most, f"{len(noted) / BATCH} statements a mail:\n{shown}"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_statement_reads_a_table_that_grows(company: Company) -> None:
    mails = [
        letter("New", key="new", sender="Cleo <cleo@cleo.example>"),
        letter("Re: new", key="answer", answers="new", sender="Cleo <cleo@cleo.example>"),
        letter("Re: [0500-1001] new", key="number", sender="Otto <otto@cleo.example>"),
        letter("[0500-1001] [0500-1000] x", key="employee", sender="ann@desk.example", answers="answer"),
        letter("[0500-1000] claim", key="claim", sender="x@else.example", files=[("a", b"a")]),
    ]
    noted = batch(company, mails)
    scanned: dict[str, str] = {}
    for sql, params in noted:
        if not sql.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")) or "ticket_words" in sql:
            continue
        names = {alias or table: table for table, alias in _ALIAS.findall(sql)}
        plan = company.desk.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
        for *_, step in plan:
            found = _SCAN.match(step)
            table = names.get(found[1], found[1]) if found else ""
            if found and table not in SMALL and "CONSTANT ROW" not in step:
                scanned[" ".join(sql.split())] = step
    assert scanned == {}
