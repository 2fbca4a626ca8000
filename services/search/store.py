"""Keeping the full-text index: a ticket's words as a row of FTS5 on SQLite, as a tsvector on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from models.binding import engine_of
from services.search.texts import Document, Piece
from services.search.vectors import INTERNAL, PUBLIC, Vector, vector_of
from services.search.words import words

# Stands between two pieces, so that no phrase reaches across: a character of which no word is made.
_BREAK = " \ue000 "
_REPLACED_AT_ONCE = 5
_APPENDED_AT_ONCE = 16


class Store(Protocol):
    """The index of one engine, written inside the caller's transaction."""

    def lock(self, ticket_ids: Sequence[int]) -> None:
        """Keep others from writing these tickets' words until the transaction ends; ids in ascending order."""

    def replace(self, documents: Sequence[Document]) -> None:
        """Write the words of whole tickets, whatever stood there."""

    def append(self, added: Mapping[int, Sequence[Piece]]) -> list[int]:
        """Add pieces behind the words of tickets, and return the tickets that have no words yet to add to."""

    def load(self, documents: Sequence[Document]) -> None:
        """Add tickets to an index that is being built."""

    def differing(self, documents: Sequence[Document]) -> list[int]:
        """Return the tickets whose words are not those of their documents."""

    def strays(self) -> list[int]:
        """Return the ids in the index that are no tickets."""


def store_of(db: Any) -> Store:
    """Return the index in a database, bound or not. Needs a connection."""
    return PostgresStore(db) if engine_of(db) == "postgresql" else SqliteStore(db)


class SqliteStore:
    """The index as an FTS5 table that holds the words as well, so that adding to them needs nothing else."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def lock(self, ticket_ids: Sequence[int]) -> None:
        """Do nothing: a transaction that writes is the only one."""

    def replace(self, documents: Sequence[Document]) -> None:
        """Write the words of whole tickets, whatever stood there."""
        for document in documents:
            self._db.execute_sql("DELETE FROM ticket_words WHERE rowid = ?", (document.ticket_id,))
        self.load(documents)

    def append(self, added: Mapping[int, Sequence[Piece]]) -> list[int]:
        """Add pieces behind the words of tickets, and return the tickets that have no words yet to add to."""
        missing = []
        for key, pieces in added.items():
            texts = _columns(pieces)
            if not any(texts):
                continue
            sets = ", ".join(f"{name} = {name} || CASE WHEN {name} = '' THEN '' ELSE ? END || ?" for name in _NAMES)
            params = [value for text in texts for value in (_BREAK if text else "", text)]
            changed = self._db.execute_sql(f"UPDATE ticket_words SET {sets} WHERE rowid = ?", (*params, key))
            if not changed.rowcount:
                missing.append(key)
        return missing

    def load(self, documents: Sequence[Document]) -> None:
        """Add tickets to an index that is being built."""
        rows = ((each.ticket_id, *_row(each)) for each in documents)
        sql = "INSERT INTO ticket_words (rowid, subject, public, internal) VALUES (?, ?, ?, ?)"
        self._db.connection().executemany(sql, rows)

    def differing(self, documents: Sequence[Document]) -> list[int]:
        """Return the tickets whose words are not those of their documents, or are not found by them."""
        if not documents:
            return []
        keys = ", ".join(str(each.ticket_id) for each in documents)
        sql = f"SELECT rowid, subject, public, internal FROM ticket_words WHERE rowid IN ({keys})"
        stored = {row[0]: tuple(row[1:]) for row in self._db.execute_sql(sql).fetchall()}
        return [
            each.ticket_id
            for each in documents
            if stored.get(each.ticket_id) != _row(each) or not self._is_found(each.ticket_id, stored[each.ticket_id])
        ]

    def _is_found(self, key: int, texts: tuple[str, ...]) -> bool:
        """Tell whether the index leads to a ticket by its longest words, one of each column."""
        longest = [max((text[:10_000].replace(_BREAK, " ")).split(), key=len) for text in texts if text]
        if not longest:
            return True
        asked = " AND ".join(f'"{word}"' for word in longest)
        sql = "SELECT 1 FROM ticket_words WHERE ticket_words MATCH ? AND rowid = ?"
        return self._db.execute_sql(sql, (asked, key)).fetchone() is not None

    def strays(self) -> list[int]:
        """Return the ids in the index that are no tickets."""
        sql = "SELECT rowid FROM ticket_words WHERE rowid NOT IN (SELECT id FROM ticket) LIMIT 1000"
        return [row[0] for row in self._db.execute_sql(sql).fetchall()]


_NAMES = ("public", "internal")


def _row(document: Document) -> tuple[str, str, str]:
    return (" ".join(words(document.subject)), *_columns(document.pieces))


def _columns(pieces: Iterable[Piece]) -> tuple[str, str]:
    """Return the public and the internal words of some pieces, as they stand in their columns."""
    columns: tuple[list[str], list[str]] = ([], [])
    for public, text in pieces:
        found = words(text)
        if found:
            columns[0 if public else 1].append(" ".join(found))
    return _BREAK.join(columns[0]), _BREAK.join(columns[1])


class PostgresStore:
    """The index as a table of tsvectors, apart from the tickets, so that a change of status does not rewrite it."""

    def __init__(self, db: Any) -> None:
        self._db = db

    def lock(self, ticket_ids: Sequence[int]) -> None:
        """Keep others from writing these tickets' words until the transaction ends; ids in ascending order."""
        asked = "SELECT 1 FROM ticket_words WHERE ticket_id = ANY(%s) ORDER BY ticket_id FOR UPDATE"
        self._db.execute_sql(asked, (list(ticket_ids),))

    def replace(self, documents: Sequence[Document]) -> None:
        """Write the words of whole tickets, whatever stood there."""
        # Few at once, so that the server writes some while we take the next ones apart.
        with self._db.connection().pipeline():
            for start in range(0, len(documents), _REPLACED_AT_ONCE):
                self._db.execute_sql(
                    f"INSERT INTO ticket_words (ticket_id, length, size, cut, words) SELECT * FROM {_UNNESTED}"
                    " ON CONFLICT (ticket_id) DO UPDATE SET length = excluded.length, size = excluded.size,"
                    " cut = excluded.cut, words = excluded.words",
                    _arrays(documents[start : start + _REPLACED_AT_ONCE]),
                )

    def append(self, added: Mapping[int, Sequence[Piece]]) -> list[int]:
        """Add pieces behind the words of tickets, and return the tickets that have no words yet to add to."""
        missing: list[int] = []
        keys = list(added)
        # As one text, because the server takes ten times as long to look for words in a list, and joining two
        # tsvectors moves the positions of the second.
        asked = "SELECT ticket_id, length, size, cut, words::text FROM ticket_words WHERE ticket_id = ANY(%s)"
        with self._db.connection().pipeline():
            for start in range(0, len(keys), _APPENDED_AT_ONCE):
                some = keys[start : start + _APPENDED_AT_ONCE]
                stored = {row[0]: row[1:] for row in self._db.execute_sql(asked, (some,)).fetchall()}
                for key in some:
                    if key in stored:
                        self._append(key, added[key], *stored.pop(key))
                    elif any(words(piece.text) for piece in added[key]):
                        missing.append(key)
        return missing

    def _append(self, key: int, pieces: Sequence[Piece], length: int, size: int, cut: int, text: str) -> None:
        entries = text.replace("'", "").split(" ") if text else []
        vector = Vector(length, size, bool(cut), dict([entry.split(":") for entry in entries]))
        for public, added in pieces:
            vector.add(added, PUBLIC if public else INTERNAL)
        if vector.length != length:
            self._db.execute_sql(
                "UPDATE ticket_words SET length = %s, size = %s, cut = %s, words = %s::tsvector WHERE ticket_id = %s",
                (vector.length, vector.size, int(vector.cut), vector.literal(), key),
            )

    def load(self, documents: Sequence[Document]) -> None:
        """Add tickets to an index that is being built."""
        into = "COPY ticket_words (ticket_id, length, size, cut, words) FROM STDIN"
        with self._db.connection().cursor() as cursor, cursor.copy(into) as copy:
            for document in documents:
                vector = vector_of(document)
                # Nothing in it needs to be escaped: numbers, letters, digits, colons, commas and spaces.
                line = f"{document.ticket_id}\t{vector.length}\t{vector.size}\t{int(vector.cut)}\t{vector.literal()}\n"
                copy.write(line)

    def differing(self, documents: Sequence[Document]) -> list[int]:
        """Return the tickets whose words are not those of their documents."""
        asked = (
            f"SELECT v.ticket_id FROM {_UNNESTED} LEFT JOIN ticket_words w ON w.ticket_id = v.ticket_id"
            " WHERE (w.length, w.size, w.cut, w.words) IS DISTINCT FROM (v.length, v.size, v.cut, v.words)"
            " ORDER BY v.ticket_id"
        )
        return [row[0] for row in self._db.execute_sql(asked, _arrays(documents)).fetchall()]

    def strays(self) -> list[int]:
        """Return the ids in the index that are no tickets."""
        sql = (
            "SELECT w.ticket_id FROM ticket_words w LEFT JOIN ticket t ON t.id = w.ticket_id"
            " WHERE t.id IS NULL LIMIT 1000"
        )
        return [row[0] for row in self._db.execute_sql(sql).fetchall()]


_UNNESTED = (
    "(SELECT a.ticket_id, a.length, a.size, a.cut, a.words::tsvector AS words FROM"
    " unnest(%s::int[], %s::int[], %s::int[], %s::smallint[], %s::text[])"
    " AS a (ticket_id, length, size, cut, words)) v"
)


def _arrays(documents: Sequence[Document]) -> tuple[list[Any], ...]:
    vectors = [vector_of(each) for each in documents]
    return (
        [each.ticket_id for each in documents],
        [each.length for each in vectors],
        [each.size for each in vectors],
        [int(each.cut) for each in vectors],
        [each.literal() for each in vectors],
    )
