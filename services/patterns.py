"""Regular expressions that are compiled when they are first used: a process for one mail needs few of many."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")


def late(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what does the same as `re.compile(pattern, flags)`, and finds a fault in the pattern only when used."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))


class _Late:
    """A pattern that becomes one with the first of its methods that anybody calls."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._made_from = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        made = re.compile(*self._made_from)
        # From now on they are found without coming here.
        self.__dict__.update((method, getattr(made, method)) for method in _METHODS)
        return getattr(made, name)
