"""Searches that people keep: whose they are, who sees them, what is refused, and what the journal says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import Change, Operation
from models.binding import connection, open_database
from services import clock, searches
from services.errors import Forbidden, Invalid, NotFound
from services.session import Session, desk_session
from tests.support.small_desk import NOON, SmallDesk


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        yield SmallDesk()


def names(session: Session) -> list[str]:
    return [each.name for each in searches.visible(session)]


def test_everybody_keeps_their_own_and_employees_see_what_is_shared(desk: SmallDesk) -> None:
    ada, bob, cleo = desk.session("Ada"), desk.session("Bob"), desk.session("Cleo")
    searches.save(ada, "Printers", "printer is:open", shared=True)
    searches.save(ada, "On hold", "status:hold")
    searches.save(cleo, "Mine", "laptop")
    assert names(ada) == ["On hold", "Printers"]
    assert names(bob) == ["Printers"]
    assert names(cleo) == ["Mine"]
    seen = searches.find(bob, "PRINTERS")
    assert (seen.mine, seen.owner, seen.query) == (False, "Ada", "printer is:open")
    with pytest.raises(NotFound, match="no search called “On hold”"):
        searches.find(bob, "On hold")
    with pytest.raises(NotFound, match="no longer there"):
        searches.get(cleo, seen.id)


def test_only_the_owner_changes_and_removes(desk: SmallDesk) -> None:
    ada, bob = desk.session("Ada"), desk.session("Bob")
    kept = searches.save(ada, "Printers", "printer", shared=True)
    with pytest.raises(Forbidden, match="belongs to Ada"):
        searches.change(bob, kept.id, name="Mine now")
    with pytest.raises(Forbidden, match="belongs to Ada"):
        searches.remove(bob, kept.id)
    assert "Ada" in (searches.may_change(bob, searches.get(bob, kept.id)) or "")
    changed = searches.change(ada, kept.id, name="  Printing\n machines ", text="printer  is:open", shared=False)
    assert (changed.name, changed.query, changed.shared, changed.version) == (
        "Printing machines",
        "printer is:open",
        False,
        2,
    )
    assert names(bob) == []
    assert searches.remove(ada, kept.id).name == "Printing machines"
    assert names(ada) == []


def test_a_name_is_taken_once_for_oneself_and_once_among_the_shared_ones(desk: SmallDesk) -> None:
    ada, bob = desk.session("Ada"), desk.session("Bob")
    searches.save(ada, "Printers", "printer", shared=True)
    with pytest.raises(Invalid, match="You have a search called “printers” already"):
        searches.save(ada, "printers", "toner")
    own = searches.save(bob, "Printers", "toner")
    with pytest.raises(Invalid, match="Ada shares a search"):
        searches.change(bob, own.id, shared=True)
    with pytest.raises(Invalid) as refused:
        searches.save(bob, "PRINTERS", "toner")
    assert refused.value.field == "name"
    gone = searches.find(ada, "Printers")
    searches.remove(ada, gone.id)
    assert searches.change(bob, own.id, shared=True).shared


def test_what_cannot_be_kept_is_refused_at_its_field(desk: SmallDesk) -> None:
    ada, cleo = desk.session("Ada"), desk.session("Cleo")
    for name, text, field in ((" ", "printer", "name"), ("x" * 61, "printer", "name"), ("Printers", "  ", "query")):
        with pytest.raises(Invalid) as refused:
            searches.save(ada, name, text)
        assert refused.value.field == field
    with pytest.raises(Invalid):
        searches.save(ada, "Wrong", "nofield:3")
    with pytest.raises(Forbidden):
        searches.save(cleo, "Mine", "laptop", shared=True)
    with pytest.raises(Forbidden):
        searches.save(desk_session("cli"), "Mine", "laptop")
    assert Operation.select().count() == 0


def test_names_are_made_safe_and_the_journal_holds_every_step(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    kept = searches.save(ada, "Bad\x1b[31m\u202ename", "printer")
    assert kept.name == "Bad\ufffd[31m\ufffdname"
    searches.change(ada, kept.id, text="toner")
    searches.change(ada, kept.id, text="toner")
    searches.remove(ada, kept.id)
    assert [row.action for row in Operation.select().order_by(Operation.id)] == [
        "save-search",
        "change-search",
        "remove-search",
    ]
    last = [(row.field, row.before, row.after) for row in Change.select().order_by(Change.id)][-2:]
    assert last == [("query", '"printer"', '"toner"'), ("removed", "0", "1")]
