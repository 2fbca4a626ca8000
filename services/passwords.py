"""Passwords: only a hash is kept, and telling a wrong one takes as long for a name that nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.errors import Invalid

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 1024


def check_strength(password: str, username: str = "") -> None:
    """Refuse a password that is too short, too long to be meant, or the user name itself."""
    if len(password) < MINIMUM_LENGTH:
        raise Invalid(
            f"That password has fewer than {MINIMUM_LENGTH} characters; choose a longer one, like a few words.",
            "password",
        )
    if len(password) > MAXIMUM_LENGTH:
        sentence = f"That password has more than {MAXIMUM_LENGTH} characters; choose a shorter one."
        raise Invalid(sentence, "password")
    if username and password.strip().casefold() == username.casefold():
        raise Invalid("The password is the user name; choose one that others can't guess.", "password")


def hash_password(password: str) -> str:
    """Return the salted Argon2id hash under which a password is kept; takes some 25 ms on purpose."""
    return _hasher().hash(_bytes(password))


def verify(kept: str | None, password: str) -> bool:
    """Tell whether a password is the one behind a hash; without one it takes as long and is never right."""
    from argon2.exceptions import InvalidHashError, VerificationError

    if kept is None:
        # Making a hash costs what verifying one costs, so the answer's time gives no user name away.
        hash_password(password[:MAXIMUM_LENGTH])
        return False
    try:
        return _hasher().verify(kept, _bytes(password[: MAXIMUM_LENGTH + 1]))
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Tell whether a hash was made with weaker settings than today's, so that a login may renew it."""
    return _hasher().check_needs_rehash(kept)


def _hasher() -> PasswordHasher:
    # Argon2 costs 10 ms to import, and most starts know the person by the operating-system account.
    from argon2 import PasswordHasher

    # OWASP's profile for little memory, with a pass more: a login must not make the desk twice its size.
    return PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)


def _bytes(password: str) -> bytes:
    from unicodedata import normalize

    # An accent may arrive as one character or as two, depending on the terminal.
    return normalize("NFC", password).encode("utf-8", "surrogatepass")
