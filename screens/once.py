"""What a form asks for is done once, also when it is asked for again because the answer was lost."""

from __future__ import annotations

from uuid import uuid4


class Once:
    """The uids of what an open form may ask for: the same asked again has the same uid, anything else another one."""

    def __init__(self) -> None:
        self._made: dict[str, str] = {}

    def uid(self, *asked: object) -> str:
        """Return the uid for `asked`: plain values that say all of what is to be done."""
        return self._made.setdefault(repr(asked), uuid4().hex)
