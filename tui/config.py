"""The settings of one run: command line, environment, configuration file, in this order."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from models.binding import sqlite_url
from services.errors import UsageError
from services.places import config_file, data_directory

DATABASE_VARIABLE = "DESKWIRE_DB"
CONFIG_VARIABLE = "DESKWIRE_CONFIG"
THEMES = ("dark", "light", "ansi", "mono")

# Section (or "" for the top of the file), key, the type of its value; docs/administrator/configuration.md has more.
KEYS: dict[str, dict[str, type]] = {
    "": {"database": str, "theme": str, "mouse": bool},
    "desk": {"read_after_seconds": int, "browser": str, "viewer": str},
    "mail": {"lmtp": str},
    "keys": {},  # any action's id; the action registry refuses unknown ones
}


class Settings(NamedTuple):
    """What one run of the program goes by; `theme` is empty when the program should choose by the terminal.

    `keys` maps an action's id to the keys that replace its own, separated by commas. `acting_as` is the user
    name given with --as. `browser` is the command that shows web pages, `viewer` the one that shows files.
    `lmtp` is where “mail run” listens. `url_given` tells that --db named the desk.
    `file` is the configuration file that was looked at, whether it exists or not. `tour` shows newcomers around.
    """

    url: str
    url_given: bool = False
    theme: str = ""
    mouse: bool = True
    keys: dict[str, str] = {}
    desk: dict[str, int] = {}
    browser: str = ""
    viewer: str = ""
    lmtp: str = ""
    acting_as: str | None = None
    file: str = ""
    tour: bool = False


def default_url() -> str:
    """Return the address of the desk in the user's data directory."""
    return sqlite_url(os.path.join(data_directory(), "desk.db"))


def load(url: str | None = None, file: str | None = None, acting_as: str | None = None) -> Settings:
    """Return the settings; `url`, `file` and `acting_as` come from the command line and win.

    Raises UsageError that names the file and the key when the file holds what the program does not know.
    """
    named = file or os.environ.get(CONFIG_VARIABLE)
    path = os.path.expanduser(named) if named else config_file()
    content = _read(path, required=named is not None)
    return Settings(
        url=url or os.environ.get(DATABASE_VARIABLE) or content.get("database") or default_url(),
        url_given=url is not None,
        theme=content.get("theme", ""),
        mouse=content.get("mouse", True),
        keys=content.get("keys", {}),
        desk={key: value for key, value in content.get("desk", {}).items() if isinstance(value, int)},
        browser=content.get("desk", {}).get("browser", ""),
        viewer=content.get("desk", {}).get("viewer", ""),
        lmtp=content.get("mail", {}).get("lmtp", ""),
        acting_as=acting_as,
        file=path,
    )


def _read(path: str, *, required: bool) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            raw = file.read()
    except FileNotFoundError:
        if required:
            raise UsageError(f"The configuration file {path} does not exist: correct the path.") from None
        return {}
    except OSError as error:
        raise UsageError(f"The configuration file {path} cannot be read ({error.strerror}).") from None
    import tomllib

    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The configuration file {path} is not valid TOML: {error}.") from None
    _check(content, path)
    return content


def _check(content: dict[str, Any], path: str) -> None:
    for name, value in content.items():
        if isinstance(value, dict):
            if name not in KEYS or not name:
                raise UsageError(f"{path} has a section [{name}] that Deskwire does not know: {_known()}.")
            for key, inner in value.items():
                _check_value(name, key, inner, path)
        else:
            _check_value("", name, value, path)
    theme = content.get("theme", THEMES[0])
    if theme not in THEMES:
        raise UsageError(f"{path} sets theme to “{theme}”: choose one of {', '.join(THEMES)}.")


def _check_value(section: str, key: str, value: object, path: str) -> None:
    shown = f"{section}.{key}" if section else key
    if section == "keys":
        wanted: type | None = str
    else:
        wanted = KEYS[section].get(key)
    if wanted is None:
        raise UsageError(f"{path} sets {shown}, which Deskwire does not know: {_known()}.")
    if type(value) is not wanted:
        names = {str: "a text in quotes", int: "a whole number", bool: "true or false"}
        raise UsageError(f"{path} sets {shown} to {value!r}: it must be {names[wanted]}.")


def _known() -> str:
    names = [f"{section}.{key}" if section else key for section, keys in KEYS.items() for key in keys]
    return f"it knows {', '.join(names)} and the table [keys]"
