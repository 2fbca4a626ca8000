"""What is looked for in texts: words and phrases by the full-text index, parts of a column by reading it."""

from __future__ import annotations

from collections.abc import Sequence

from services.numbers import id_of
from services.query.keys import customers, like
from services.query.pieces import Condition, all_of, one_of
from services.query.sets import keys_of, outside
from services.query.syntax import Value, Word
from services.search.index import TextTerm, selecting
from services.search.words import words
from services.session import Session

# Words whose customers are looked up by name; a longer query is a text that was pasted.
_MOST_NAMES = 6
_SHORTEST_NAME = 3
_SHORTEST_BEGINNING = 3

_READ = ("t.subject", "t.description", "t.requester_name", "t.requester_email")


def text_term(text: str, quoted: bool, last: bool = True) -> TextTerm | None:
    """Return what the index is asked for, or None for a text that only reading finds, such as % or 0%.

    A word stands for all that begin with it unless it is quoted; a very short one only while it is being typed.
    """
    found = words(text)
    signs = not text.replace(" ", "").isalnum()
    if not found or (signs and max(map(len, found)) < 2):
        return None
    return TextTerm(tuple(found), not quoted and (last or len(found[-1]) >= _SHORTEST_BEGINNING))


def plain(session: Session, typed: Sequence[Word], archived: bool) -> Condition:
    """Return the condition that all words are found: in the ticket's text, as its customer's name, or as its number.

    One look into the index for all words that are no customer's name. `archived` is whether archived tickets are
    searched, and no others.
    """
    parts: list[Condition] = []
    together: list[TextTerm] = []
    names = 0
    for word in typed:
        key = id_of(word.text)
        if key is not None:
            parts.append(one_of("t.id", [key]))
            continue
        term = text_term(word.text, word.quoted, word.last)
        if term is None:
            parts.append(like(_READ, word.text))
            continue
        names += 1
        named = customers(session, word.text) if names <= _MOST_NAMES and len(word.text) >= _SHORTEST_NAME else []
        if named:
            parts.append(_indexed_or(session, term, named, archived))
        else:
            together.append(term)
    if together:
        parts.insert(0, indexed(session, together))
    return all_of(parts)


def indexed(session: Session, terms: Sequence[TextTerm]) -> Condition:
    """Return the condition that the index finds all terms in what the person may see of a ticket's text."""
    return _needed(*selecting(session, terms), terms)


def _indexed_or(session: Session, term: TextTerm, named: Sequence[Condition], archived: bool) -> Condition:
    """Return the condition that the index finds a term, or that the ticket is one of some customers'.

    As one set of ids, which the engines gather from indexes alone; for an OR they would read every ticket.
    """
    term = term._replace(
        customers=tuple((f"t.archived = {int(archived)} AND {each.sql}", each.params) for each in named)
    )
    sets = [selecting(session, [term])]
    sets += [(f"SELECT t.id FROM ticket t WHERE {sql}", params) for sql, params in term.customers]
    together = " UNION ALL ".join(chosen for chosen, _ in sets)
    return _needed(together, tuple(value for _, values in sets for value in values), [term])


def _needed(selected: str, params: tuple[object, ...], terms: Sequence[TextTerm]) -> Condition:
    """Return the condition that a ticket is one of those that a statement selects for some terms."""
    few = keys_of(selected, params)
    if few is not None:
        return one_of("t.id", few)._replace(terms=tuple(terms))
    return outside(selected, params)._replace(terms=tuple(terms), required=tuple(terms), beside=("", ()))


def anywhere(session: Session, value: Value) -> Condition:
    """Return the condition for `text:`, which leaves names and numbers alone."""
    term = text_term(value.text, value.quoted)
    return like(_READ[:2], value.text) if term is None else indexed(session, [term])


def in_columns(session: Session, value: Value, columns: Sequence[str], around: str = "{}") -> Condition:
    """Return the condition that one of some columns holds a text whose first word begins there.

    The index finds the tickets that have the words at all, and those are read; `around` is what the reading stands in,
    with {} for it.
    """
    read = like(columns, value.text)
    read = read._replace(sql=around.format(f"({read.sql})"))
    # A beginning even when quoted: the quotation marks hold a value together, and reading is exact anyway.
    term = text_term(value.text, quoted=False)
    if term is None:
        return read
    return all_of([indexed(session, [term]), read])
