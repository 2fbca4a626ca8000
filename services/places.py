"""Where a user's files live: the local desk, the configuration, and what the program notes for itself.

Imports next to nothing, because a mail server starts a process for every mail and waits for it.
"""

from __future__ import annotations

import os
import sys


def data_directory() -> str:
    """Return the directory of the local desk; it may not exist yet."""
    return _own("XDG_DATA_HOME", ".local/share", "user_data_dir")


def config_file() -> str:
    """Return the path of the user's configuration file; it may not exist."""
    return os.path.join(_own("XDG_CONFIG_HOME", ".config", "user_config_dir"), "config.toml")


def state_path() -> str:
    """Return the path of the directory of notes, drafts and crash reports; it may not exist yet."""
    return _own("XDG_STATE_HOME", ".local/state", "user_state_dir")


def state_directory() -> str:
    """Return the directory of notes, drafts and crash reports, made on demand and private to the user."""
    path = state_path()
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def _own(variable: str, below: str, name: str) -> str:
    """Return one of the program's directories as platformdirs says, in its usual case on Linux without importing it."""
    given, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if sys.platform == "linux" and "ANDROID_ROOT" not in os.environ:
        if given.startswith("/"):
            return os.path.join(given, "deskwire")
        if not given and home.startswith("/"):
            return os.path.join(home, below, "deskwire")
    from platformdirs import PlatformDirs

    return str(getattr(PlatformDirs("deskwire", appauthor=False), name))
