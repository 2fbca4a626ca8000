"""Fixtures that every test may use: both engines, a fresh desk, a real terminal, clean surroundings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
from peewee import Database

from models.binding import close_database, connection, open_database
from services.clock import frozen
from services.database_tools.check import check_desk
from tests.support import desks
from tests.support.company import NOON, Company
from tests.support.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.support.postgres import shared_server, stop_shared_server
from tests.support.postgres_guard import Cluster
from tests.support.terminal import Terminal

RUN = pytest.StashKey[Path]()
# What a developer's shell may hold and the program would obey.
INFLUENCES = (
    "DESKWIRE_",
    "PG",
    "XDG_",
    "TEXTUAL",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLORTERM",
    "SSH_",
    "LC_",
    "LANG",
    "TZ",
)


# A busy machine is no fault, and a run that fails can be repeated.
hypothesis.settings.register_profile("deskwire", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("deskwire")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the tests under pressure run for minutes instead of seconds, and tests miss no server of theirs."""
    parser.addoption("--full", action="store_true", help="run tests/torture at full length")
    parser.addoption("--servers", action="store_true", help="fail, not skip, where a server is not installed")


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that all workers of this run share."""
    if hasattr(config, "workerinput"):
        config.stash[RUN] = Path(config.workerinput["deskwire_run"])
    else:
        config.stash[RUN] = Path(tempfile.mkdtemp(prefix="deskwire-run-"))


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Let workers that are done take over from those that have long tests left."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Run three workers a core: most of the time they wait for what a terminal or another program does."""
    return 3 * (os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each worker of pytest-xdist where the shared folder is and who leads the run."""
    node.workerinput["deskwire_run"] = str(node.config.stash[RUN])
    node.workerinput["deskwire_controller"] = os.getpid()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away the server and the folder once all workers are done."""
    if not hasattr(config, "workerinput"):
        stop_shared_server(config.stash[RUN])
        shutil.rmtree(config.stash[RUN], ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def clean_surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the run a home of its own and nothing of the developer's settings, keyring or time zone."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(INFLUENCES)]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("TZ", "UTC")
        patch.setenv("TEXTUAL_ANIMATIONS", "none")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield


@pytest.fixture
def full(pytestconfig: pytest.Config) -> bool:
    """Tell whether tests under pressure take all the time that they were made for."""
    return bool(pytestconfig.getoption("--full"))


@pytest.fixture(autouse=True)
def no_drafts(pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test be offered what was typed in another one; the folder is made when something is kept in it."""
    monkeypatch.setenv("XDG_STATE_HOME", str(pytestconfig.stash[RUN] / "state" / uuid4().hex))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    """Run the test once on each engine."""
    return str(request.param)


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Databases]:
    """Return where an engine's databases come from; PostgreSQL starts when first asked for."""
    known: dict[str, Databases] = {}
    worker_input: dict[str, Any] = getattr(pytestconfig, "workerinput", {})

    def of(engine: str) -> Databases:
        if engine not in known:
            if engine == "sqlite":
                known[engine] = SqliteDatabases(tmp_path_factory.mktemp("databases"))
            else:
                run = pytestconfig.stash[RUN]
                server = shared_server(run, worker_input.get("deskwire_controller", os.getpid()))
                known[engine] = PostgresDatabases(server, run, worker_input.get("workerid", "main"))
        return known[engine]

    return of


@pytest.fixture
def blank_url(engine: str, databases: Callable[[str], Databases]) -> Iterator[str]:
    """Return the address of a database without any table."""
    yield from _fresh(databases(engine), "blank", lambda url: None)


@pytest.fixture
def desk_url(engine: str, databases: Callable[[str], Databases]) -> Iterator[str]:
    """Return the address of a database with the desk's tables and no row in them."""
    yield from _fresh(databases(engine), "empty", desks.build_empty)


@pytest.fixture
def tables(desk_url: str) -> Iterator[Database]:
    """Bind the desk's empty tables and connect this thread to them while the test runs."""
    bound = open_database(desk_url)
    with connection():
        yield bound


@pytest.fixture
def new_desk_url(engine: str, databases: Callable[[str], Databases]) -> Iterator[str]:
    """Return the address of a new desk: the built-in catalogue and its administrator, nothing open."""
    yield from _fresh(databases(engine), "new", desks.build_new)


@pytest.fixture
def desk(new_desk_url: str) -> Iterator[desks.Desk]:
    """Bind a new desk, connect this thread to it, and log its administrator in while the test runs."""
    bound = open_database(new_desk_url)
    with connection():
        yield desks.log_in(new_desk_url, bound)


@pytest.fixture
def company(desk: desks.Desk) -> Iterator[Company]:
    """Found the company of the stories; whatever happens to it, the desk passes its own check afterwards."""
    with frozen(NOON):
        yield Company(desk)
    assert [finding for finding in check_desk(desk.url, quick=True) if not finding.ok] == []


def _fresh(databases: Databases, template: str, build: Callable[[str], None]) -> Iterator[str]:
    url = databases.create(template, build)
    yield url
    close_database()
    databases.drop(url)


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Return a way to run commands in real terminals, all of which are closed after the test."""
    opened: list[Terminal] = []

    def run(*command: str, **options: Any) -> Terminal:
        opened.append(Terminal(*command, **options))
        return opened[-1]

    yield run
    for each in opened:
        each.close()


@pytest.fixture
def server() -> Iterator[Cluster]:
    """Run a PostgreSQL server that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="deskwire-pg-", dir="/tmp" if os.access("/tmp", os.W_OK) else None))
    cluster = Cluster(folder)
    try:
        cluster.create()
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
