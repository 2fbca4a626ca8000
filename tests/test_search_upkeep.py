"""Whatever people do, the full-text index stays what a recomputation would give."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import database
from models.binding import connection
from services import charges, documents, merging, notes, ticket_changes, undo
from services.charges import NewCharge
from services.errors import DeskError
from services.numbers import number_of
from services.search import rebuild
from services.search.index import TextTerm
from services.search.newest import best
from services.sql import fetch
from tests.support import acts
from tests.support.company import Company
from tests.support.letters import bring, letter

_TEXTS = st.text(st.sampled_from("ab \n-éß打1"), min_size=1, max_size=12).map(lambda text: f"x{text}")


def _note(company: Company, key: int, text: str) -> None:
    notes.add_note(company.session("Ann"), key, text, public=len(text) % 2 == 0)


def _field(company: Company, key: int, text: str) -> None:
    name = ("subject", "description", "requester_name", "resolution")[len(text) % 4]
    ticket_changes.change(company.session("Ann"), key, {name: text}, note=text if len(text) % 3 else "")


def _describe_as_noted(company: Company, key: int, text: str) -> None:
    _note(company, key, text)
    ticket_changes.change(company.session("Ann"), key, {"description": text})
    _note(company, key, text)


def _charge(company: Company, key: int, text: str) -> None:
    new = NewCharge("part", text, 1000, 5, billable=len(text) % 2 == 0, note=text * 2)
    charges.add(company.session("Ann"), key, new)


def _correct(company: Company, key: int, text: str) -> None:
    ann = company.session("Ann")
    for row in charges.listed(ann, key)[:1]:
        charges.change(ann, row.id, NewCharge("part", text, 1000, 5, billable=len(text) % 3 == 0), row)
    for row in charges.listed(ann, key)[1:2]:
        charges.remove(ann, row.id)


def _file(company: Company, key: int, text: str) -> None:
    ann = company.session("Ann")
    for row in documents.listed(ann, key)[:1]:
        documents.remove(ann, row.id)
    documents.attach_bytes(ann, key, f"{text}.txt", text.encode())


def _archive(company: Company, key: int, text: str) -> None:
    dora = company.session("Dora")
    acts.archive(dora, [key], text) or acts.restore(dora, [key])


def _merge(company: Company, key: int, text: str) -> None:
    merging.merge(company.session("Dora"), [company.open_ticket(subject=text).id], key)


def _mail(company: Company, key: int, text: str) -> None:
    sender = "Cleo <cleo@cleo.example>" if len(text) % 2 else "Stranger <s@else.example>"
    subject = f"[{number_of(key)}] {text}".replace("\n", " ")
    bring(company.desk, letter(subject, text, sender=sender, files=[("list.pdf", b"x")] if len(text) % 3 else ()))


def _undo(company: Company, key: int, text: str) -> None:
    ((newest,),) = fetch(f"SELECT max(operation_id) FROM history WHERE ticket_id = {key}")
    undo.undo(company.admin, newest)


_ACTS: dict[str, Callable[[Company, int, str], None]] = {
    act.__name__: act
    for act in (_note, _field, _describe_as_noted, _charge, _correct, _file, _mail, _archive, _merge, _undo)
}
_STORIES = st.lists(st.tuples(st.sampled_from(sorted(_ACTS)), st.integers(0, 1), _TEXTS), min_size=1, max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=_STORIES)
def test_after_any_story_the_index_equals_a_recomputation(company: Company, story: list[tuple[str, int, str]]) -> None:
    made = [company.open_ticket(subject=f"Case {number}").id for number in range(2)]
    for name, place, text in story:
        try:
            _ACTS[name](company, made[place], text)
        except DeskError:
            continue
    assert rebuild.faults(database, len(made) + len(story), lambda *_: None) == []


def test_people_who_write_on_one_ticket_at_once_lose_no_word(company: Company) -> None:
    ann, ticket = company.session("Ann"), company.open_ticket()

    def write(writer: int) -> None:
        with connection():
            for number in range(8):
                notes.add_note(ann, ticket.id, f"writer{writer} says number{number}")

    threads = [Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in range(3):
        for number in range(8):
            term = TextTerm((f"writer{writer}", "says", f"number{number}"))
            assert list(best(ann, [term]).ids) == [ticket.id]
    assert rebuild.faults(database, None, lambda *_: None) == []
