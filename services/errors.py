"""The faults that a person can cause or meet, each ending in one plain sentence."""

from __future__ import annotations


class DeskError(Exception):
    """A foreseeable fault: `str(error)` says in one sentence what happened and what to do.

    `exit_status` is what the command line ends with: 1 refused, 2 wrong usage, 75 try again later.
    """

    exit_status = 1

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Invalid(DeskError):
    """A value that the desk cannot accept; `field` names the form field it belongs to, if any."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotFound(DeskError):
    """What was asked for does not exist, or the person may not see it: the two look the same."""


class Forbidden(DeskError):
    """The person lacks the privilege; the sentence names it and who can give it."""


class LoginFailed(DeskError):
    """Wrong user name or password; `wait_seconds` says how long the next try must wait."""

    def __init__(self, sentence: str, wait_seconds: float = 0.0) -> None:
        super().__init__(sentence)
        self.wait_seconds = wait_seconds


class Conflict(DeskError):
    """Somebody else changed the same field meanwhile: both values are kept for the person to choose.

    `fields` maps a field name to `(what it was when read, what it is now, what was asked for)`.
    """

    def __init__(self, sentence: str, fields: dict[str, tuple[object, object, object]]) -> None:
        super().__init__(sentence)
        self.fields = fields


class UsageError(DeskError):
    """The command line was called in a way that it does not understand."""

    exit_status = 2


class TryAgain(DeskError):
    """The database is away, locked or full: nothing was lost and nothing is half done."""

    exit_status = 75


class NoDesk(DeskError):
    """There is no desk at this address yet: it can be created."""


class SchemaTooNew(DeskError):
    """The database was written by a newer program."""


class SchemaTooOld(DeskError):
    """The database needs `deskwire db migrate` before this program can use it."""
