"""Reading a typed query: side by side means and, `or` binds weaker, `not` and `-` stronger, parentheses as usual."""

from __future__ import annotations

from services.query.faults import QueryFault
from services.query.syntax import All, Any, Node, Not
from services.query.tokens import Token, tokens

# Engines refuse conditions that nest too deeply or have too many parts.
MOST_TERMS = 50
MOST_DEPTH = 20


def parse(text: str) -> Node | None:
    """Return what a person typed as a tree, or None for nothing. Raises QueryFault, and nothing else."""
    parser = _Parser(text)
    return parser.whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._tokens: list[Token] = []
        terms = 0
        for token in tokens(text):
            self._tokens.append(token)
            terms += token.kind == "term"
            if terms > MOST_TERMS:
                sentence = f"That is more than {MOST_TERMS} words; put a long text in quotation marks."
                raise QueryFault(sentence, token.start, token.end)
        self._next = 0
        self._depth = 0

    def whole(self) -> Node | None:
        if not self._tokens:
            return None
        node = self._any()
        rest = self._peek()
        if rest is not None:
            sentence = f"The parenthesis at character {rest.start + 1} was never opened; take it out or quote it."
            raise QueryFault(sentence, rest.start, rest.end)
        return node

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _any(self) -> Node:
        parts = [self._all()]
        while (token := self._peek()) is not None and token.kind == "or":
            self._next += 1
            parts.append(self._all(after=token))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self, after: Token | None = None) -> Node:
        parts = [self._one(after)]
        while (token := self._peek()) is not None and token.kind not in ("or", ")"):
            joint = token if token.kind == "and" else None
            self._next += joint is not None
            parts.append(self._one(joint))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, after: Token | None) -> Node:
        token = self._peek()
        if token is None or token.kind in ("and", "or", ")"):
            raise self._missing(after, token)
        self._next += 1
        if token.term is not None:
            return token.term
        self._deeper(token)
        node: Node = Not(self._one(token)) if token.kind == "not" else self._inside(token)
        self._depth -= 1
        return node

    def _inside(self, opening: Token) -> Node:
        node = self._any() if self._peek() is not None else None
        if node is None or self._peek() is None:
            sentence = f"The parenthesis at character {opening.start + 1} has no end; add a closing one."
            raise QueryFault(sentence, opening.start, self._length, unfinished=True)
        self._next += 1
        return node

    def _deeper(self, token: Token) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            sentence = f"That nests more than {MOST_DEPTH} levels deep; write it with fewer parentheses."
            raise QueryFault(sentence, token.start, token.end)

    def _missing(self, after: Token | None, found: Token | None) -> QueryFault:
        """Return the fault for a place where a term should stand."""
        quoted = "to look for the word itself, quote it"
        if after is not None:
            name = "the minus sign" if after.kind == "not" and after.end - after.start == 1 else f"“{after.kind}”"
            sentence = f"There is nothing after {name}; {quoted}."
            return QueryFault(sentence, after.start, after.end, unfinished=found is None)
        assert found is not None  # the loops call for a term only where something stands
        if found.kind == ")":
            sentence = f"The parenthesis at character {found.start + 1} closes nothing; take it out or quote it."
            return QueryFault(sentence, found.start, found.end)
        return QueryFault(f"There is nothing before “{found.kind}”; {quoted}.", found.start, found.end)
