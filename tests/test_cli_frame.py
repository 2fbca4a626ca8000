"""The frame of the command line: what it imports, how it ends, and what it prints."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.clock import iso
from services.errors import DeskError, TryAgain
from services.export.formats import csv_lines
from tests.support.command import ROOT, deskwire
from tui import cli, main, program
from tui.cli import output

IMPORTS = "import sys, tui.main; status = tui.main.main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"


def imported_by(*words: str) -> set[str]:
    """Return the modules that a command has imported when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS, *words],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    return set(done.stderr.split("\n")[-2].split())


@pytest.mark.parametrize("words", [("--help",), ("db", "status"), ("db", "check"), ("ticket", "--help"), ("nonsense",)])
def test_no_command_imports_the_screens(words: tuple[str, ...], tmp_path: Path) -> None:
    modules = imported_by("--db", f"sqlite:///{tmp_path}/none.db", *words)
    assert not {name for name in modules if name.partition(".")[0] in ("textual", "rich", "screens", "widgets")}


def test_only_the_chosen_command_is_imported(tmp_path: Path) -> None:
    modules = imported_by("--db", f"sqlite:///{tmp_path}/none.db", "db", "status")
    assert {name for name in modules if name.startswith("tui.cli.")} == {"tui.cli.db", "tui.cli.output"}
    slow = {"keyring", "argon2", "dateutil", "tomllib", "html2text", "bs4", "getpass"}
    assert not modules & slow


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = deskwire(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: deskwire {name}")
    assert name in deskwire("--help").stdout


def test_global_options_stand_anywhere() -> None:
    options, rest = cli.split_globals(["db", "--db", "a", "copy", "--as=ann", "url", "--", "--config"])
    assert options == {"db": "a", "as": "ann", "config": None}
    assert rest == ["db", "copy", "url", "--", "--config"]


@pytest.mark.parametrize(
    "words", [("nonsense",), ("--nonsense",), ("db",), ("db", "nonsense"), ("db", "status", "--js"), ("--db",)]
)
def test_wrong_usage_is_status_two_and_two_lines(words: tuple[str, ...]) -> None:
    done = deskwire(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 2, done.stderr
    assert "--help" in done.stderr


def test_what_was_typed_cannot_drive_the_terminal() -> None:
    done = deskwire("\x1b]0;owned\x07")
    assert "\x1b" not in done.stderr


def test_version() -> None:
    assert deskwire("--version").stdout.startswith("deskwire ")


@pytest.mark.parametrize(("fault", "status"), [(DeskError("No."), 1), (TryAgain("Later."), 75)])
def test_a_foreseen_fault_is_one_sentence(
    fault: DeskError, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_argv: list[str]) -> int:
        raise fault

    monkeypatch.setattr(program, "_run", refuse)
    assert main.main([]) == status
    assert capsys.readouterr().err == f"deskwire: {fault.sentence}\n"


def test_an_unforeseen_fault_leaves_a_report_without_data(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def fail(_argv: list[str]) -> int:
        secret = "the customer's words"
        raise KeyError(len(secret))

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(program, "_run", fail)
    monkeypatch.setattr(sys, "argv", ["deskwire", "ticket", "new", "--subject=private", "more private"])
    assert main.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    (report,) = (tmp_path / "deskwire").iterdir()
    assert str(report) in said
    text = report.read_text()
    assert "KeyError: 20" in text
    assert "private" not in text
    assert report.stat().st_mode & 0o077 == 0


def test_a_reader_that_has_seen_enough(desk_url: str) -> None:
    code = "import sys, tui.main, tui.cli\nfrom tui.cli.output import say\n" + (
        "tui.cli.parse = lambda words: [say('line ' * 100) for _ in range(100000)]\nsys.exit(tui.main.main(['x']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 0


def test_a_command_that_is_told_to_end_undoes_what_it_had_begun() -> None:
    code = "import contextlib, signal, sys, tui.main, tui.cli\n" + (
        "def wait(words):\n"
        "    with contextlib.ExitStack() as begun:\n"
        "        begun.callback(print, 'undone')\n"
        "        print('begun', flush=True)\n"
        "        signal.pause()\n"
        "tui.cli.parse = wait\n"
        "sys.exit(tui.main.main(['x']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.terminate()
    assert process.communicate(timeout=30)[0] == "undone\n"
    assert process.returncode == 128 + signal.SIGTERM


def test_a_poor_locale_shows_question_marks() -> None:
    done = deskwire("nonsense", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert done.returncode == 2
    assert "nonsense" in done.stderr


def test_json_lines_are_lossless_and_harmless(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    hostile = "Grüße \x1b[31m \x9b31m \u202e \u2028 \ud800 \x7f 日本"
    output.json_lines([{"subject": hostile, "due_at": None}, {"n": 1}])
    sys.stdout.flush()
    first, second, rest = capfdbinary.readouterr().out.split(b"\n")
    assert json.loads(first) == {"subject": hostile, "due_at": None}
    assert json.loads(second) == {"n": 1}
    assert rest == b""
    assert "Grüße" in first.decode()
    assert not any(0x7F <= ord(c) < 0xA0 or ord(c) in (0x202E, 0x2028, 0x1B) for c in first.decode())


def test_csv_runs_no_formula() -> None:
    lines = csv_lines(["number", "subject"], [["0500-1000", '=HYPERLINK("x")'], ["0500-1001", 'a "b", c\nd']])
    read = list(csv.reader(io.StringIO(b"".join(lines).decode(), newline="")))
    assert read == [["number", "subject"], ["0500-1000", '\'=HYPERLINK("x")'], ["0500-1001", 'a "b", c\nd']]


def test_moments_are_iso_8601_in_utc() -> None:
    assert iso(1_795_300_522_000_000) == "2026-11-21T22:35:22Z"
    assert iso(1_795_300_522_000_001) == "2026-11-21T22:35:22.000001Z"
    assert iso(-1) == "1969-12-31T23:59:59.999999Z"
    assert iso(None) is None


def test_tables_line_up_and_stay_on_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    output.table([["日本", "x\ny"], ["a", None]], header=["Name", "Note"])
    assert capsys.readouterr().out == "Name  Note\n日本  x y\na\n"
