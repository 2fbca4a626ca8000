"""Taking tickets out of the desk: lists in three formats, one ticket as a folder, nothing more than one may see."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from services import documents, lists, local_files, notes
from services.errors import DeskError, Invalid
from services.export import lists as export
from services.export import ticket_folder
from services.lists import ListQuery
from services.progress import Stopped
from services.session import Session
from tests.hostile import FORBIDDEN, HOSTILE
from tests.support.company import Company
from tests.support.letters import bring, letter, ticket_of

EVERYTHING = ListQuery(lists.ALL)


def silent(_done: int, _total: int) -> bool:
    """Go on."""
    return True


def test_a_list_goes_into_each_format(company: Company, tmp_path: Path) -> None:
    ann = company.session("Ann")
    subjects = ["Printer offline", "=1+1", "a | b", "Grüße\x1b[31m", *HOSTILE]
    numbers = [company.open_ticket(subject=subject).number for subject in subjects if subject.strip()]
    for name in ("all.csv", "all.jsonl", "all.md"):
        assert export.save(ann, lists.ids(ann, EVERYTHING), tmp_path / name, silent) == len(numbers)
    rows = list(csv.DictReader((tmp_path / "all.csv").read_text("utf-8").splitlines()))
    objects = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert {row["number"] for row in rows} == {each["number"] for each in objects} == set(numbers)
    assert not any(row["subject"].startswith("=") for row in rows)
    table = (tmp_path / "all.md").read_text("utf-8").splitlines()
    assert len(table) == len(numbers) + 2
    assert all(line.replace("\\|", "").count("|") == 9 for line in table)
    for name in ("all.jsonl", "all.md"):
        assert not FORBIDDEN.search((tmp_path / name).read_text("utf-8"))


def test_an_export_stops_at_once_and_leaves_nothing(company: Company, tmp_path: Path) -> None:
    company.open_ticket()
    ann = company.session("Ann")
    with pytest.raises(Stopped, match="no file was written"):
        export.save(ann, lists.ids(ann, EVERYTHING), tmp_path / "all.csv", lambda _done, _total: False)
    assert list(tmp_path.iterdir()) == []


def test_an_export_replaces_a_file_only_when_asked(company: Company, tmp_path: Path) -> None:
    ann = company.session("Ann")
    target = tmp_path / "all.csv"
    target.write_text("mine")
    with pytest.raises(Invalid, match="exists already"):
        export.save(ann, lists.ids(ann, EVERYTHING), target, silent)
    assert target.read_text() == "mine"
    export.save(ann, lists.ids(ann, EVERYTHING), target, silent, overwrite=True)
    assert target.read_text().startswith("number,")


def test_what_cannot_be_written_is_said_in_a_sentence(company: Company, tmp_path: Path) -> None:
    ann = company.session("Ann")
    with pytest.raises(Invalid, match=r"\.md \(Markdown\)"):
        export.save(ann, lists.ids(ann, EVERYTHING), tmp_path / "all.xls", silent)
    ticket_id = company.open_ticket().id
    (tmp_path / "file").write_text("no folder")
    for place in ("nowhere", "file", "x" * 300):
        with pytest.raises(DeskError, match="choose another place"):
            export.save(ann, lists.ids(ann, EVERYTHING), tmp_path / place / "all.csv", silent)
        with pytest.raises(DeskError, match="choose another place"):
            ticket_folder.save(ann, ticket_id, tmp_path / place / "ticket")
        with pytest.raises(DeskError, match="choose another place"):
            local_files.write(b"text", tmp_path / place / "draft.txt", "draft.txt")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def _with_everything(company: Company) -> int:
    raw = letter(
        "Toner empty", "Please send one.", key="first", files=[("../../list.txt", b"toner"), ("list.txt", b"2")]
    )
    (outcome,) = bring(company.desk, raw)
    ticket_id = ticket_of(company.desk, outcome).id
    ann = company.session("Ann")
    notes.add_note(ann, ticket_id, "They never pay.")
    documents.attach_bytes(ann, ticket_id, "quote.pdf", b"%PDF")
    return ticket_id


def test_a_ticket_becomes_a_folder(company: Company, tmp_path: Path) -> None:
    ticket_id = _with_everything(company)
    folder = ticket_folder.save(company.session("Ann"), ticket_id, tmp_path)
    assert folder.parent == tmp_path and "Toner empty" in folder.name
    text = (folder / "ticket.txt").read_text("utf-8")
    assert "Please send one." in text and "They never pay." in text
    (original,) = (folder / "mails").iterdir()
    assert original.suffix == ".eml" and b"Message-ID: <first@mail.example>" in original.read_bytes()
    contents = sorted(file.read_bytes() for file in (folder / "files").iterdir())
    assert contents == [b"%PDF", b"2", b"toner"]
    assert json.loads((folder / "ticket.json").read_text("utf-8"))["subject"] == "Toner empty"
    with pytest.raises(Invalid, match="exists already"):
        ticket_folder.save(company.session("Ann"), ticket_id, tmp_path)


def _all_text(folder: Path) -> str:
    return "\n".join(file.read_text("utf-8") for file in folder.rglob("*") if file.is_file())


def test_a_client_takes_home_only_what_is_public(company: Company, tmp_path: Path) -> None:
    ticket = company.open_ticket("Cleo", "Printer offline")
    notes.add_note(company.session("Ann"), ticket.id, "They never pay.")
    cleo: Session = company.session("Cleo")
    folder = ticket_folder.save(cleo, ticket.id, tmp_path / "mine")
    assert "Printer offline" in _all_text(folder) and "never pay" not in _all_text(folder)
    with pytest.raises(DeskError):
        ticket_folder.save(company.session("Gus"), ticket.id, tmp_path / "his")
    assert not (tmp_path / "his").exists()
