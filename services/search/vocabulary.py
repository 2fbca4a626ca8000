"""The words that the index of a file holds: what half a word may become."""

from __future__ import annotations

from services.sql import fetch, run

MOST_WORDS = 32
"""Words that a search asks for instead of half a one."""

_TABLE = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, ticket_words, instance)"
# From each word to the next one: all places of a common word would take as long as reading them.
_NEXT = "SELECT term FROM temp.vocabulary WHERE term >= {} LIMIT 1"
_BEGINNING = (
    f"WITH RECURSIVE found (word) AS (SELECT ({_NEXT.format('?')}) UNION ALL"
    f" SELECT ({_NEXT.format('word || char(0)')}) FROM found WHERE substr(word, 1, ?) = ?)"
    f" SELECT word FROM found WHERE substr(word, 1, ?) = ? LIMIT {MOST_WORDS + 1}"
)


def beginning(half: str) -> list[str] | None:
    """Return the words that begin so, a little stale ones among them; None when there are more than MOST_WORDS.

    Needs a connection to a file. Of half a word FTS5 puts the tickets of all its words together before it gives a
    first one; of whole words it reads no further than it is asked: 0.5 ms instead of 50 for one in most tickets.
    """
    run(_TABLE, ())
    length = len(half)
    found = [row[0] for row in fetch(_BEGINNING, half, length, half, length, half)]
    return found if len(found) <= MOST_WORDS else None
