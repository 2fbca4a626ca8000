"""Whether a text speaks of an attachment, so that nobody has to be written to twice because it was forgotten."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"\b(attach(?:ed|ing|ment|ments)|enclosed|enclosure|"
    r"anbei|angeh[äa]ngt\w*|beigef[üu]gt\w*|(?:im|als|den|der) anhang|"
    r"ci-joint\w*|pi[èe]ces? jointes?|adjunt[oa]s?|in allegato|in bijlage|bijgevoegd\w*)\b",
    re.IGNORECASE,
)
_MOST = 100_000


def speaks_of_attachment(text: str) -> bool:
    """Tell whether a text says that something is attached; what it quotes does not count."""
    own = "\n".join(line for line in text[:_MOST].split("\n") if not line.startswith(">"))
    return _WORDS.search(own) is not None
