"""From what a person typed to a condition on tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.errors import Invalid
from services.lists import ARCHIVE_REFUSAL
from services.query import texts
from services.query.faults import QueryFault, meant, shown
from services.query.fields import FIELDS, QueryField, allowed
from services.query.parser import parse
from services.query.pieces import Condition, all_of, any_of, none_of
from services.query.syntax import All, Any, Field, Node, Not, Value, Word, leaves
from services.session import Session
from services.time_limit import check

MOST_VALUES = 200


def compile_query(session: Session, text: str) -> Condition:
    """Return the condition for what a person typed, as of now: compile again for every look. Needs a connection.

    Raises QueryFault with the place of what is not understood, and what could stand there.
    """
    tree = parse(text)
    if tree is None:
        return Condition("")
    values = 0
    for leaf in leaves(tree):
        values += len(leaf.values) if isinstance(leaf, Field) else 1
        if values > MOST_VALUES:
            raise QueryFault(f"That asks for more than {MOST_VALUES} things; leave some out.", leaf.start, leaf.end)
    condition = _Compiler(session, _in_archive(session, tree)).node(tree)
    check()
    return condition


class _Compiler:
    def __init__(self, session: Session, archived: bool) -> None:
        self._session = session
        self._archived = archived

    def node(self, node: Node) -> Condition:
        # Terms look up names and sets, each by a statement of its own.
        check()
        if isinstance(node, Not):
            return none_of(self.node(node.part))
        if isinstance(node, All):
            typed = [part for part in node.parts if isinstance(part, Word)]
            rest = [self.node(part) for part in node.parts if not isinstance(part, Word)]
            return all_of([self._plain(typed), *rest] if typed else rest)
        if isinstance(node, Any):
            return any_of([self.node(part) for part in node.parts])
        if isinstance(node, Word):
            return self._plain([node])
        return self._field(node)

    def _plain(self, typed: Sequence[Word]) -> Condition:
        return texts.plain(self._session, typed, self._archived)

    def _field(self, term: Field) -> Condition:
        field = FIELDS.get(term.name)
        if field is None or (self._session.is_client and not field.client):
            names = sorted(each.name for each in allowed(self._session))
            sentence = (
                f"“{shown(term.name)}” is no field to look in.{meant(term.name, names)}"
                f" The fields are {', '.join(names)}. To look for text, quote it."
            )
            raise QueryFault(sentence, term.start, term.start + len(term.name))
        found = []
        for value in term.values:
            check()
            found.append(self._value(field, value))
        return any_of(found)

    def _value(self, field: QueryField, value: Value) -> Condition:
        word = value.text.casefold()
        if field.empty and not value.quoted and word in ("none", "empty", "any"):
            return none_of(Condition(field.empty)) if word == "any" else Condition(field.empty)
        try:
            return field.compile(self._session, value)
        except QueryFault:
            raise
        except Invalid as refused:
            raise QueryFault(refused.sentence, value.start, value.end) from None


def _in_archive(session: Session, tree: Node) -> bool:
    """Tell whether archived tickets are searched.

    Raises where that would not be so for the whole search, or where the person may not see them.
    """
    found = False
    beside = {id(leaf): positive for leaf, positive in _beside(tree)}
    for leaf in leaves(tree):
        if isinstance(leaf, Field) and leaf.name == "is" and "archived" in {v.text.casefold() for v in leaf.values}:
            if id(leaf) not in beside:
                sentence = "Archived tickets are searched apart; put is:archived beside everything else, not inside it."
                raise QueryFault(sentence, leaf.start, leaf.end)
            if beside[id(leaf)] and not session.is_client and not session.has("archive"):
                raise QueryFault(ARCHIVE_REFUSAL, leaf.start, leaf.end)
            found = found or beside[id(leaf)]
    return found


def _beside(node: Node) -> Iterator[tuple[Node, bool]]:
    """Yield the parts of a tree that hold for all that it finds, and those that hold for nothing of it."""
    if isinstance(node, All):
        for part in node.parts:
            yield from _beside(part)
    elif isinstance(node, Not):
        yield node.part, False
    else:
        yield node, True
