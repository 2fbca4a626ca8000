"""Where a user's files live: the local desk, the configuration, and what the program notes for itself."""

from __future__ import annotations

import os

from platformdirs import PlatformDirs

_dirs = PlatformDirs("deskwire", appauthor=False)


def data_directory() -> str:
    """Return the directory of the local desk; it may not exist yet."""
    return _dirs.user_data_dir


def config_file() -> str:
    """Return the path of the user's configuration file; it may not exist."""
    return os.path.join(_dirs.user_config_dir, "config.toml")


def state_path() -> str:
    """Return the path of the directory of notes, drafts and crash reports; it may not exist yet."""
    return _dirs.user_state_dir


def state_directory() -> str:
    """Return the directory of notes, drafts and crash reports, made on demand and private to the user."""
    path = state_path()
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path
