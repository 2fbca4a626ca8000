"""The part of `make bench` about mail works: it measures everything, and each mail came once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.mail_check import check
from bench.mail_desk import WrongResult, new_desk
from bench.mail_letters import lanes, letters, write_folder
from tests.support.command import ROOT


def test_a_short_run_measures_every_way_in(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench", "--only", "mail", "--engine", "sqlite", "--mails", "10"]
    places = ["--tickets", "10", "--folder", str(tmp_path / "desks"), "--results", str(tmp_path / "results")]
    ran = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    (result,) = (tmp_path / "results").iterdir()
    aimed = [one for one in json.loads(result.read_text())["figures"] if one["target"]]
    assert all(one["value"] > 0 and one["yardstick"] for one in aimed)
    assert len(aimed) == 9
    assert [path.name for path in (tmp_path / "desks").iterdir()] == ["desk-10.db"], "nothing else stays behind"


def test_a_mail_that_is_missing_makes_the_result_wrong(tmp_path: Path) -> None:
    mails = letters(1, 5)
    with new_desk("sqlite", "", tmp_path) as desk:
        desk.does("mail", "import", str(write_folder(tmp_path / "mails", mails[:4])))
        check(desk, mails[:4])
        with pytest.raises(WrongResult, match="Originals: 4, expected 5"):
            check(desk, mails)


def test_a_conversation_stays_with_one_sender() -> None:
    mails = letters(2, 60)
    place = {raw: at for at, lane in enumerate(lanes(mails, 7)) for raw in lane}
    first = {letter.message_id: letter for letter in mails}
    answers = [letter for letter in mails if letter.answers]
    assert len(answers) == 24 and len(place) == 60
    assert all(place[letter.raw] == place[first[letter.answers].raw] for letter in answers)
