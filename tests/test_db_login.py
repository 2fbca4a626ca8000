"""A shared desk's password: where it is looked for, and that it is kept nowhere but in the keyring."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from services import keyrings
from tests.support.command import deskwire
from tests.support.file_keyring import FileKeyring
from tests.support.postgres_guard import Cluster
from tests.support.terminal import Terminal

PASSWORD = "right horse"
PROGRAM = (sys.executable, "-m", "tui.main")


@pytest.fixture(scope="module")
def guarded_url() -> Iterator[str]:
    """Return the address of an empty desk on a server that asks for ann's password."""
    directory = Path(tempfile.mkdtemp(prefix="deskwire-login-", dir="/tmp"))
    cluster = Cluster(directory)
    cluster.create()
    cluster.start()
    try:
        url = f"postgresql:///desk?host={directory}"
        with psycopg.connect(f"postgresql:///postgres?host={directory}&user=postgres", autocommit=True) as admin:
            admin.execute(f"CREATE ROLE ann LOGIN PASSWORD '{PASSWORD}'")
            admin.execute("CREATE DATABASE desk OWNER ann")
            (rules,) = admin.execute("SHOW hba_file").fetchone() or ("",)
            Path(rules).write_text("local all postgres trust\nlocal all all scram-sha-256\n")
            admin.execute("SELECT pg_reload_conf()")
        yield f"{url}&user=ann"
    finally:
        cluster.stop()
        shutil.rmtree(directory)


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """Return an environment with a keyring and notes of its own."""
    return {
        "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
        "TEST_KEYRING": str(tmp_path / "keyring.json"),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "HOME": str(tmp_path),
    }


def reaches(url: str, env: dict[str, str]) -> bool:
    """Tell whether the program gets past the server's door: there is no desk behind it yet."""
    done = deskwire("--db", url, "db", "status", env=env)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return "no desk" in done.stderr


def test_without_a_password_the_sentence_says_how_to_give_one(guarded_url: str, surroundings: dict[str, str]) -> None:
    done = deskwire("--db", guarded_url, "db", "status", env=surroundings)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "db login" in done.stderr


def test_the_environment_and_libpqs_own_ways(guarded_url: str, surroundings: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".pgpass").write_text(f"*:*:*:ann:{PASSWORD}\n")
    (tmp_path / ".pgpass").chmod(0o600)
    assert reaches(guarded_url, surroundings)
    (tmp_path / ".pgpass").unlink()
    assert reaches(guarded_url, {**surroundings, "DESKWIRE_DB_PASSWORD": PASSWORD})
    assert reaches(guarded_url, {**surroundings, "PGPASSWORD": PASSWORD})
    assert not reaches(guarded_url, {**surroundings, "DESKWIRE_DB_PASSWORD": "wrong", "PGPASSWORD": PASSWORD})
    assert reaches(guarded_url.replace("///", f"//ann:{PASSWORD.replace(' ', '%20')}@/"), surroundings)


def test_log_in_once_and_log_out_again(
    guarded_url: str, surroundings: dict[str, str], terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    screen = terminal(*PROGRAM, "--db", guarded_url, "db", "login", env=surroundings)
    screen.wait_for("Database password for")
    screen.type(f"{PASSWORD}\n")
    assert screen.wait_for_exit() == 0
    assert "Stored the password" in screen.screen_text()
    assert PASSWORD.encode() not in screen.raw

    assert reaches(guarded_url, surroundings)
    kept = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert kept, "the list of addresses"
    assert not any(PASSWORD in path.read_text() for path in kept)

    assert deskwire("--db", guarded_url, "db", "logout", env=surroundings).returncode == 0
    assert not reaches(guarded_url, surroundings)
    assert deskwire("--db", guarded_url, "db", "logout", env=surroundings).returncode == 1


def test_a_wrong_password_is_not_stored(
    guarded_url: str, surroundings: dict[str, str], terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    screen = terminal(*PROGRAM, "--db", guarded_url, "db", "login", env=surroundings)
    screen.wait_for("Database password for")
    screen.type("wrong\n")
    assert screen.wait_for_exit() == 1
    assert "refused" in screen.screen_text()
    assert not (tmp_path / "keyring.json").exists()


def test_a_terminal_is_asked_last_and_three_times(
    guarded_url: str, surroundings: dict[str, str], terminal: Callable[..., Terminal]
) -> None:
    screen = terminal(*PROGRAM, "--db", guarded_url, "db", "status", env=surroundings)
    screen.wait_for("Database password for")
    screen.type("wrong\n")
    screen.wait_for(lambda shown: shown.screen_text().count("Database password for") == 2)
    screen.type(f"{PASSWORD}\n")
    assert screen.wait_for_exit() == 1
    assert "no desk yet" in screen.screen_text()


def test_a_keyring_that_never_answers_holds_nobody_up(guarded_url: str, surroundings: dict[str, str]) -> None:
    began = time.monotonic()
    done = deskwire("--db", guarded_url, "db", "status", env={**surroundings, "TEST_KEYRING_DELAY": "60"})
    assert done.returncode == 1
    assert time.monotonic() - began < 20


def test_without_a_keyring_login_names_the_other_ways(
    guarded_url: str, surroundings: dict[str, str], terminal: Callable[..., Terminal]
) -> None:
    nothing = {**surroundings, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    screen = terminal(*PROGRAM, "--db", guarded_url, "db", "login", env=nothing)
    screen.wait_for("Database password for")
    screen.type(f"{PASSWORD}\n")
    assert screen.wait_for_exit() == 1
    assert ".pgpass" in screen.screen_text()


def test_login_needs_a_terminal_and_a_server(guarded_url: str, tmp_path: Path) -> None:
    assert deskwire("--db", guarded_url, "db", "login").returncode == 2
    local = deskwire("--db", f"sqlite:///{tmp_path}/desk.db", "db", "login")
    assert (local.returncode, "needs no database password" in local.stderr) == (1, True)


def test_keyrings_that_keep_no_secret_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnTheTerminal:
        __module__ = "keyrings.alt.file"

    unreal = [fail.Keyring(), null.Keyring(), OnTheTerminal()]
    assert [keyrings.real(each) for each in unreal] == [None] * 3
    real = FileKeyring()
    monkeypatch.setattr(ChainerBackend, "backends", [*unreal, real])
    assert keyrings.real(ChainerBackend()) is real
    monkeypatch.setattr(ChainerBackend, "backends", unreal)
    assert keyrings.real(ChainerBackend()) is None
