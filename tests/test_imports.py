"""Imports run one way, and what runs without a screen never loads one."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.support.terminal import ROOT

LOAD_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.startswith("models.migrations"):
        importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"textual", "rich"}))
"""

RUN_COMMAND = """
import sys
from tui.main import main
status = main(sys.argv[1:])
print("loaded:" + ",".join(sorted({name.partition(".")[0] for name in sys.modules} & {"textual", "rich"})))
raise SystemExit(status)
"""


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("package", ["models", "services", "connector"])
def test_what_has_no_screen_loads_no_screen(package: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD_ALL, package], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (loaded.returncode, loaded.stdout.strip()) == (0, ""), loaded.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["ticket", "list", "--json"],
        ["ticket", "show", "0500-1000", "--json"],
        ["db", "status"],
        ["mail", "import", "tests/mails"],
    ],
    ids=" ".join,
)
def test_the_command_line_loads_no_screen(arguments: list[str], desk_url: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", RUN_COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, "DESKWIRE_DB": desk_url},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    assert ran.stdout.splitlines()[-1] == "loaded:"
