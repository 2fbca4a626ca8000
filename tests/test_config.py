"""Where a run's settings come from, and what a wrong one gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.errors import UsageError
from tests.support.command import deskwire
from tui import config


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path of the user's own configuration file, which does not exist yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "config" / "deskwire").mkdir(parents=True)
    return tmp_path / "config" / "deskwire" / "config.toml"


def test_the_command_line_wins_then_the_environment_then_the_file(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert config.load().url == f"sqlite:///{tmp_path}/data/deskwire/desk.db"
    file.write_text('database = "postgresql://from-the-file/desk"')
    assert config.load().url == "postgresql://from-the-file/desk"
    monkeypatch.setenv("DESKWIRE_DB", "service=from-the-environment")
    assert config.load().url == "service=from-the-environment"
    assert config.load(url="sqlite:///from-the-command.db").url == "sqlite:///from-the-command.db"


def test_a_whole_file(file: Path) -> None:
    file.write_text(
        'theme = "mono"\nmouse = false\n\n[desk]\nread_after_seconds = 5\n\n[keys]\n"ticket.note" = "n,f2"\n'
    )
    settings = config.load()
    assert (settings.theme, settings.mouse) == ("mono", False)
    assert settings.desk == {"read_after_seconds": 5}
    assert settings.keys == {"ticket.note": "n,f2"}


def test_another_file_by_option_or_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.toml").write_text('theme = "light"')
    assert config.load(file=str(tmp_path / "other.toml")).theme == "light"
    monkeypatch.setenv("DESKWIRE_CONFIG", str(tmp_path / "other.toml"))
    assert config.load().theme == "light"


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("colour = 1", "colour"),
        ("[desk]\npol_seconds = 1", "desk.pol_seconds"),
        ("[shortcuts]\na = 'b'", "[shortcuts]"),
        ("theme = 5", "theme"),
        ('theme = "pink"', "pink"),
        ("[desk]\nread_after_seconds = 'soon'", "desk.read_after_seconds"),
        ("[keys]\nnote = 5", "keys.note"),
        ('database = "open', "not valid TOML"),
        ("database = '\udcff'", "not valid TOML"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(file: Path, content: str, named: str) -> None:
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError) as refusal:
        config.load()
    assert named in refusal.value.sentence
    assert str(file) in refusal.value.sentence


def test_a_missing_file_matters_only_when_it_was_named(file: Path, tmp_path: Path) -> None:
    assert config.load().file == str(file)
    with pytest.raises(UsageError, match="does not exist"):
        config.load(file=str(tmp_path / "absent.toml"))
    done = deskwire("--config", str(tmp_path / "absent.toml"), "db", "status")
    assert (done.returncode, done.stdout) == (2, "")
