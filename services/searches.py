"""Searches that people keep under a name: everybody their own, employees also what others share with them."""

from __future__ import annotations

from typing import Any, NamedTuple

from models import SavedSearch
from models.binding import engine_of
from models.folding import fold
from services import checks, clock, journal
from services.errors import Forbidden, Invalid, NotFound
from services.session import Session
from services.sql import fetch
from services.text import header

_MOST = 200
_LONGEST_NAME = 60


class SavedSearchRow(NamedTuple):
    """A search that a person can run: their own, or one that `owner` shares with all employees."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool
    owner: str
    version: int


def visible(session: Session) -> list[SavedSearchRow]:
    """Return the searches of a person by name, their own first; employees see the shared ones too."""
    others = " OR s.shared = 1" if not session.is_client else ""
    rows = fetch(f"{_SELECT} WHERE s.removed = 0 AND (s.owner_id = ?{others})", int(session.user_id or 0))
    found = [_row(session, each) for each in rows]
    return sorted(found, key=lambda each: (not each.mine, fold(each.name), each.id))


def get(session: Session, search_id: int) -> SavedSearchRow:
    """Return one of the searches that a person can run."""
    found = next((each for each in visible(session) if each.id == search_id), None)
    if found is None:
        raise NotFound("This search is no longer there; its owner removed it or shares it no more.")
    return found


def find(session: Session, name: str) -> SavedSearchRow:
    """Return the search with a name, whatever its case; one's own before a shared one."""
    wanted = fold(header(name))
    found = next((each for each in visible(session) if fold(each.name) == wanted), None)
    if found is None:
        known = ", ".join(f"“{each.name}”" for each in visible(session)[:10])
        there_are = f"the saved ones are: {known}" if known else "none is saved yet"
        raise NotFound(f"There is no search called “{header(name, _LONGEST_NAME)}”; {there_are}.")
    return found


def save(session: Session, name: str, text: str, *, shared: bool = False) -> SavedSearchRow:
    """Keep a search and return it. Sharing it needs an employee; a name that is taken is refused."""
    if session.user_id is None:
        raise Forbidden("The desk itself keeps no searches; log in as somebody.")
    values: dict[str, Any] = {"name": _name(name), "query": _query(session, text), "shared": _shared(session, shared)}
    with journal.operation(session, "save-search") as op:
        _lock_owner(session.user_id)
        _refuse_taken(session, values["name"], bool(shared))
        if sum(each.mine for each in visible(session)) >= _MOST:
            raise Invalid(f"You have {_MOST} saved searches already; remove some that you no longer use.", "name")
        key = SavedSearch.insert(owner=session.user_id, created_at=clock.now(), **values).execute()
        op.created("saved_search", key, {"owner_id": session.user_id, **values})
    return get(session, int(key))


def change(
    session: Session,
    search_id: int,
    *,
    name: str | None = None,
    text: str | None = None,
    shared: bool | None = None,
) -> SavedSearchRow:
    """Rename a search, let it look for something else, or share it or no longer; only its owner may."""
    wanted: dict[str, Any] = {}
    if name is not None:
        wanted["name"] = _name(name)
    if text is not None:
        wanted["query"] = _query(session, text)
    if shared is not None:
        wanted["shared"] = _shared(session, shared)
    with journal.operation(session, "change-search") as op:
        _lock_owner(session.user_id or 0)
        before = _own(session, search_id, "change")
        stands = {"name": before.name, "query": before.query, "shared": int(before.shared)}
        changes = {field: value for field, value in wanted.items() if value != stands[field]}
        if "name" in changes or changes.get("shared"):
            after = {**stands, **changes}
            _refuse_taken(session, after["name"], bool(after["shared"]), apart=search_id)
        for field, value in changes.items():
            op.change("saved_search", search_id, field, stands[field], value)
        if changes:
            _write(search_id, **changes)
    return get(session, search_id)


def remove(session: Session, search_id: int) -> SavedSearchRow:
    """Take a search away from everybody who sees it, and return it as it was; only its owner may."""
    with journal.operation(session, "remove-search") as op:
        before = _own(session, search_id, "remove")
        op.change("saved_search", search_id, "removed", 0, 1)
        _write(search_id, removed=1)
    return before


def may_change(session: Session, row: SavedSearchRow) -> str | None:
    """Return why a person cannot change or remove a search, or None."""
    if row.mine:
        return None
    return f"This search belongs to {row.owner or 'somebody else'}, who alone can change it; save one of your own."


_SELECT = (
    "SELECT s.id, s.name, s.query, s.shared, s.owner_id, COALESCE(e.name, c.name, u.username), s.version"
    " FROM saved_search s JOIN desk_user u ON u.id = s.owner_id"
    " LEFT JOIN employee e ON e.id = u.employee_id LEFT JOIN contact c ON c.id = u.contact_id"
)


def _row(session: Session, found: tuple[Any, ...]) -> SavedSearchRow:
    key, name, text, shared, owner_id, owner, version = found
    return SavedSearchRow(key, name, text, bool(shared), owner_id == session.user_id, owner, version)


def _own(session: Session, search_id: int, what: str) -> SavedSearchRow:
    row = get(session, search_id)
    if not row.mine:
        raise Forbidden(f"This search belongs to {row.owner}; only they can {what} it.")
    return row


def _write(search_id: int, **values: Any) -> None:
    version = SavedSearch.version + 1
    SavedSearch.update(version=version, **values).where(SavedSearch.id == search_id).execute()


def _name(name: str) -> str:
    text = " ".join(checks.name(name, "name").split())
    if len(text) > _LONGEST_NAME:
        raise Invalid(f"The name is longer than {_LONGEST_NAME} characters; give a shorter one.", "name")
    return text


def _query(session: Session, text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid("The search is empty; say what to look for.", "query")
    # Lists of searches are read at every start, when nothing is compiled yet.
    from services.query import compile_query

    compile_query(session, text)
    return text


def _shared(session: Session, shared: bool) -> int:
    if shared:
        session.require_employee()
    return int(shared)


def _refuse_taken(session: Session, name: str, shared: bool, apart: int = 0) -> None:
    """Refuse a name that one's own searches have already, and for a shared one also what others call theirs."""
    for each in visible(session):
        if each.id != apart and fold(each.name) == fold(name) and (each.mine or shared):
            whose = "You have" if each.mine else f"{each.owner} shares"
            raise Invalid(f"{whose} a search called “{name}” already; give this one another name.", "name")


def _lock_owner(user_id: int) -> None:
    """Let two of a person's programs keep a search one after the other, so that both see each other's names."""
    if engine_of() == "postgresql":
        fetch("SELECT id FROM desk_user WHERE id = ? FOR NO KEY UPDATE", user_id)
