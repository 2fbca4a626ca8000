"""Logging in: by user name and password, or by the operating-system account that an employee is bound to."""

from __future__ import annotations

from typing import Any

import models
from models import database
from services import clock, passwords
from services.errors import Forbidden, LoginFailed, NotFound
from services.session import ROLE_PRIVILEGES, Session
from services.sql import fetch, first
from services.text import header

FREE_TRIES = 3
LONGEST_WAIT_SECONDS = 900
_FORGET_AFTER = clock.DAY
_DOUBLINGS = LONGEST_WAIT_SECONDS.bit_length()


def os_account() -> str:
    """Return the operating-system account that runs this process, as the system knows it."""
    import os
    import pwd

    uid = os.getuid()
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid:{uid}"


def login(username: str, password: str, *, channel: str = "manual", os_account: str = "") -> Session:
    """Return the session of the person whose user name and password these are.

    Raises LoginFailed; its `wait_seconds` say how long the next try for this user name has to wait. The same
    holds for names that nobody has. A switched-off or expired login is told only to who knows the password.
    """
    return session_for(check_password(username, password), channel, os_account)


def login_by_os_account(os_account: str, channel: str = "manual") -> Session | None:
    """Return the session of the employee bound to an operating-system account; None when nobody is.

    Raises LoginFailed when that employee's login is switched off or expired.
    """
    row = first("SELECT id FROM desk_user WHERE os_account = ?", os_account) if os_account else None
    return session_for(int(row[0]), channel, os_account) if row else None


def act_as(username: str, *, channel: str, os_account: str) -> Session:
    """Return the session of another person without the password, for operators: see `may_act_as`."""
    if not may_act_as(os_account, username):
        raise Forbidden(f"To act as {header(username, 80)}, give that person's password or use an operator's account.")
    row = first("SELECT id FROM desk_user WHERE username = ?", _normal(username))
    if row is None:
        raise NotFound(f"There is no user {header(username, 80)}; check the user name.")
    return session_for(int(row[0]), channel, os_account)


def may_act_as(os_account: str, username: str) -> bool:
    """Tell whether an operating-system account needs no password to act as a user.

    The account of that very employee needs none. Nor do the accounts of those who may administer, since they
    could set the password anyway.
    """
    try:
        session = login_by_os_account(os_account)
    except LoginFailed:
        return False
    return session is not None and (session.username == _normal(username) or session.has("administer"))


def session_for(user_id: int, channel: str, os_account: str = "") -> Session:
    """Return the session of a user, read in three queries; LoginFailed when it is off or expired."""
    row = first(_USER, user_id)
    if row is None:
        raise NotFound("That user does not exist any more; log in again.")
    username, role, active, expires_at, employee_id, contact_id, account_id, name, email = row
    if not active:
        raise LoginFailed(f"The login of {username} is switched off; ask an administrator to switch it on.")
    if expires_at is not None and expires_at <= clock.now():
        raise LoginFailed(f"The login of {username} expired on {_date(expires_at)}; ask for a new date.")
    managers: list[tuple[Any, ...]] = []
    if employee_id is not None:
        managers = fetch(_MANAGERS, employee_id, employee_id)
    return Session(
        user_id=user_id,
        username=username,
        name=name or username,
        email=email or "",
        role=role,
        privileges=_privileges(user_id, role),
        employee_id=employee_id,
        contact_id=contact_id,
        account_id=account_id,
        manager_ids=tuple(key for key, _ in managers),
        channel=channel,
        os_account=os_account,
    )


def check_password(username: str, password: str) -> int:
    """Return the id of the user whose name and password these are; a wrong one raises LoginFailed."""
    name = _normal(username)
    wait = _count_try(name)
    row = first("SELECT id, password_hash FROM desk_user WHERE username = ?", name)
    user_id, kept = row if row else (None, None)
    if not passwords.verify(kept, password) or user_id is None:
        raise LoginFailed(f"The user name or the password is wrong; {_advice(wait)}", wait)
    with database.atomic():
        present = clock.now()
        quiet = models.LoginAttempts.blocked_until < present - _FORGET_AFTER
        models.LoginAttempts.delete().where((models.LoginAttempts.username == name) | quiet).execute()
        if passwords.outdated(kept):
            renewed = passwords.hash_password(password)
            same = (models.User.id == user_id) & (models.User.password_hash == kept)
            models.User.update(password_hash=renewed).where(same).execute()
    return int(user_id)


def _count_try(username: str) -> float:
    """Count a try before its password is looked at and return the wait after it, in seconds.

    One statement, which the database runs for one client after the other, so that a hundred tries at once
    gain nothing; a right password takes the count back.
    """
    present = clock.now()
    quiet = present - _FORGET_AFTER
    with database.atomic():
        counted = fetch(_COUNT, username, present, quiet, present, quiet, present)
        blocked = None if counted else first(_BLOCKED, username)
    if blocked is not None:
        wait = max(0.0, (blocked[0] - present) / clock.SECOND)
        raise LoginFailed(f"Too many wrong passwords for this user name; {_advice(wait)}", wait)
    return float(_wait_after(counted[0][0])) if counted else 0.0


def _wait_after(failures: int) -> int:
    """Seconds that the next try waits: none for the first ones, then 2, 4, 8 and so on."""
    if failures < FREE_TRIES:
        return 0
    return int(min(LONGEST_WAIT_SECONDS, 2 ** min(failures - FREE_TRIES + 1, _DOUBLINGS)))


def _waits() -> str:
    """The waits as SQL over the failures counted before this one, in microseconds."""
    longest = FREE_TRIES - 1 + _DOUBLINGS
    steps = (f"WHEN {n - 1} THEN {_wait_after(n) * clock.SECOND}" for n in range(1, longest))
    return f"CASE login_attempts.failures {' '.join(steps)} ELSE {LONGEST_WAIT_SECONDS * clock.SECOND} END"


# After a day of quiet the count starts again.
_COUNT = f"""
INSERT INTO login_attempts (username, failures, blocked_until) VALUES (?, 1, ?)
ON CONFLICT (username) DO UPDATE SET
    failures = CASE WHEN login_attempts.blocked_until < ? THEN 1 ELSE login_attempts.failures + 1 END,
    blocked_until = ? + CASE WHEN login_attempts.blocked_until < ? THEN 0 ELSE {_waits()} END
WHERE login_attempts.blocked_until <= ?
RETURNING failures
"""

_BLOCKED = "SELECT blocked_until FROM login_attempts WHERE username = ?"

_USER = """
SELECT u.username, u.role, u.active * COALESCE(e.active, 1) * COALESCE(c.active, 1) * COALESCE(a.active, 1),
       u.expires_at, u.employee_id, u.contact_id, c.account_id,
       COALESCE(e.name, c.name), COALESCE(e.email1, c.email)
FROM desk_user u
LEFT JOIN employee e ON e.id = u.employee_id
LEFT JOIN contact c ON c.id = u.contact_id
LEFT JOIN account a ON a.id = c.account_id
WHERE u.id = ?
"""

_MANAGERS = """
SELECT id, 0 AS rank FROM manager WHERE employee_id = ?
UNION ALL
SELECT m.id, 1 FROM manager m JOIN team_member t ON t.team_id = m.team_id WHERE t.employee_id = ?
ORDER BY 2, 1
"""


def _privileges(user_id: int, role: str) -> frozenset[str]:
    own = ROLE_PRIVILEGES[role]
    if role == "client":
        return own
    exceptions = fetch("SELECT name, granted FROM privilege WHERE user_id = ?", user_id)
    given = {name for name, granted in exceptions if granted}
    return (own | given) - {name for name, granted in exceptions if not granted}


def _normal(username: str) -> str:
    return header(username, 200).lower()


def _advice(wait: float) -> str:
    if wait <= 0:
        return "check both and try again."
    if wait < 90:
        seconds = max(1, round(wait))
        return f"try again in {seconds} {'second' if seconds == 1 else 'seconds'}."
    return f"try again in {round(wait / 60)} minutes."


def _date(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at / clock.SECOND, UTC).date().isoformat()
