"""What the desk remembers: choices of one user, and settings of the whole desk; JSON in the database."""

from __future__ import annotations

import json
from typing import Any

import models
from services import checks, journal, mail_settings
from services.checks import Check
from services.errors import Invalid
from services.named import NamedTuple
from services.session import Session
from services.sql import first
from services.text import header

_LARGEST = 64 * 1024


class DeskSettingKind(NamedTuple):
    """A setting of the desk: what it means, what it is at first, and its check."""

    label: str
    default: Any
    check: Check


class DeskSettingRow(NamedTuple):
    """A setting of the desk with its present value."""

    name: str
    value: Any
    label: str


DESK_SETTINGS: dict[str, DeskSettingKind] = {
    "currency": DeskSettingKind("Currency of new charges, three letters", "USD", checks.currency),
    "auto_assign": DeskSettingKind(
        "Whether tickets that nobody is named for go to the least loaded", False, checks.switch
    ),
    **{name: DeskSettingKind(*kind) for name, kind in mail_settings.MAIL_SETTINGS.items()},
}


def get(session: Session, name: str, default: Any = None) -> Any:
    """Return what a user chose earlier; the default when nothing was chosen or it can't be read any more."""
    if session.user_id is None:
        return default
    row = first("SELECT value FROM user_setting WHERE user_id = ? AND name = ?", session.user_id, name)
    try:
        return default if row is None else json.loads(row[0])
    except ValueError:
        return default


def put(session: Session, name: str, value: Any) -> None:
    """Remember a choice of a user (a JSON value of at most 64 kB); None forgets it.

    No journal entry: column widths and themes say nothing about the desk. The desk itself has no choices.
    """
    if session.user_id is None:
        return
    if value is None:
        place = (models.UserSetting.user == session.user_id) & (models.UserSetting.name == name)
        models.UserSetting.delete().where(place).execute()
        return
    text = _dump(value)
    if len(text) > _LARGEST:
        raise Invalid(f"The choice “{name}” is too large to be remembered; choose less.", name)
    models.UserSetting.insert(user=session.user_id, name=name, value=text).on_conflict(
        conflict_target=[models.UserSetting.user, models.UserSetting.name], update={models.UserSetting.value: text}
    ).execute()


def desk_setting(name: str) -> Any:
    """Return a setting of the whole desk."""
    row = first("SELECT value FROM desk_setting WHERE name = ?", _known(name))
    return DESK_SETTINGS[name].default if row is None else json.loads(row[0])


def desk_settings(session: Session) -> list[DeskSettingRow]:
    """Return every setting of the desk with its meaning; employees only."""
    session.require_employee()
    return [DeskSettingRow(name, desk_setting(name), kind.label) for name, kind in DESK_SETTINGS.items()]


def set_desk_setting(session: Session, name: str, value: Any) -> Any:
    """Change a setting of the whole desk and return it as kept. Needs the privilege `administer`."""
    session.require("administer")
    checked = DESK_SETTINGS[_known(name)].check(value, name)
    with journal.operation(session, "change-setting") as op:
        op.change("desk_setting", name, "value", desk_setting(name), checked)
        text = _dump(checked)
        models.DeskSetting.insert(name=name, value=text).on_conflict(
            conflict_target=[models.DeskSetting.name], update={models.DeskSetting.value: text}
        ).execute()
    mail_settings.forget()
    return checked


def _known(name: str) -> str:
    if name not in DESK_SETTINGS:
        known = ", ".join(DESK_SETTINGS)
        raise Invalid(f"“{header(name, 40)}” is no setting of the desk; they are {known}.", "name")
    return name


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
