"""Drafts on disk: whole or not at all, private, for their author alone, and never two programs' at once."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens.draft_keeper import DraftKeeper, Held
from services.clock import DAY
from services.draft_files import KEPT_DAYS, Shelf
from services.drafts import LARGEST, Draft, Fields, Place, Unreadable, decode, desk_key, encode
from services.errors import DeskError
from tests.support.desks import Desk
from tests.support.terminal import ROOT

NOTE = Place.of("note", [12])
AT = 1_795_608_000_000_000
TEXTS = st.text(st.characters(codec=None) | st.sampled_from("\0\x1b\ud800\udfff\u202e\u2028\n\r\t\ufeff😀"))


@pytest.fixture
def shelves() -> Iterator[list[Shelf]]:
    """Close what a test opens: each shelf stands for a program that runs."""
    opened: list[Shelf] = []
    yield opened
    for shelf in opened:
        shelf.close()


@pytest.fixture
def root(tmp_path: Path) -> str:
    return str(tmp_path / "state")


def shelf(shelves: list[Shelf], root: str, user_id: int = 7, desk: str = "abc") -> Shelf:
    os.makedirs(root, exist_ok=True)
    shelves.append(Shelf(desk, user_id, root))
    return shelves[-1]


def keep(on: Shelf, text: str, place: Place = NOTE, at: int = AT) -> str:
    """Write a draft the way a form does, and return its name."""
    name = on.new_name(place.key)
    on.write(Draft(place, {"text": text}, at, "host", name))
    return name


def written(on: Shelf) -> list[str]:
    return sorted(name for name in os.listdir(on.folder) if not name.endswith(".lock"))


def _pairs(text: str) -> bool:
    """Tell whether two halves of a surrogate pair stand side by side: in JSON they are one letter."""
    return any("\ud800" <= first <= "\udbff" and "\udc00" <= last <= "\udfff" for first, last in pairwise(text))


@given(
    st.dictionaries(st.text(max_size=8), TEXTS | st.booleans() | st.none() | st.integers(-(2**63) + 1, 2**63 - 1)),
    st.lists(st.integers(1, 2**63 - 1), max_size=5),
    TEXTS,
)
def test_whatever_is_typed_comes_back_as_it_was(fields: Fields, tickets: list[int], detail: str) -> None:
    place = Place.of("note", tickets, detail)
    read = decode(encode(Draft(place, fields, AT, "host"), 7), 7)
    assert read.place.tickets == place.tickets and read.saved_at == AT
    if not _pairs(detail):
        assert read.place == place and read.place.key == place.key
    if not any(isinstance(each, str) and _pairs(each) for each in fields.values()):
        assert read.fields == fields
    else:
        assert read.fields.keys() == fields.keys()


@given(st.binary() | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_file_that_is_none_of_ours_is_refused_and_never_a_crash(data: bytes) -> None:
    with pytest.raises(Unreadable):
        decode(data, 7)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=8,
    ),
    st.sampled_from(("version", "user", "kind", "tickets", "detail", "saved_at", "host", "fields")),
)
def test_a_value_of_the_wrong_type_is_refused_or_harmless(value: object, key: str) -> None:
    whole = json.loads(encode(Draft(NOTE, {"text": "Hello"}, AT), 7))
    try:
        read = decode(json.dumps(whole | {key: value}).encode(), 7)
    except Unreadable:
        return
    assert isinstance(read.text, str) and isinstance(read.about, str) and isinstance(read.place.key, str)
    assert encode(read, 7)


def test_files_and_folders_are_private_whatever_the_umask_says(shelves: list[Shelf], root: str) -> None:
    before = os.umask(0)
    try:
        mine = shelf(shelves, root)
        keep(mine, "Secret")
    finally:
        os.umask(before)
    for folder, _, files in os.walk(os.path.join(root, "drafts")):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        for name in files:
            assert stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600


def test_a_folder_that_others_may_read_is_closed(shelves: list[Shelf], root: str) -> None:
    os.makedirs(os.path.join(root, "drafts"), mode=0o755)
    keep(shelf(shelves, root), "Secret")
    assert stat.S_IMODE(os.stat(os.path.join(root, "drafts")).st_mode) == 0o700


def test_the_draft_of_a_program_that_ended_is_offered_where_it_belongs(shelves: list[Shelf], root: str) -> None:
    ended = shelf(shelves, root)
    keep(ended, "Half a no")
    keep(ended, "Another ticket", Place.of("note", [13]))
    ended.close()
    now = shelf(shelves, root)
    assert {draft.text for draft in now.waiting()} == {"Half a no", "Another ticket"}
    taken = now.take(NOTE)
    assert taken is not None and taken.text == "Half a no" and taken.host == "host"
    assert now.take(NOTE) is None, "it is being worked on"
    assert [draft.text for draft in now.waiting()] == ["Another ticket"]


def test_the_newest_of_several_is_offered_first_and_any_can_be_named(shelves: list[Shelf], root: str) -> None:
    ended = shelf(shelves, root)
    names = [keep(ended, text, at=AT + index) for index, text in enumerate(("old", "middle", "new"))]
    for index, name in enumerate(names):
        os.utime(os.path.join(ended.folder, name), (1_000_000_000 + index,) * 2)
    ended.close()
    now = shelf(shelves, root)
    assert [draft.text for draft in now.waiting()] == ["new", "middle", "old"]
    named = now.take(NOTE, names[0])
    assert named is not None and named.text == "old"
    newest = now.take(NOTE)
    assert newest is not None and newest.text == "new"


def test_a_program_that_runs_keeps_its_draft_to_itself(shelves: list[Shelf], root: str) -> None:
    first, second = shelf(shelves, root), shelf(shelves, root)
    name = keep(first, "Being written")
    assert second.waiting() == [] and second.take(NOTE) is None
    keep(second, "Written at the same time")
    assert len(written(first)) == 2, "neither overwrote the other"
    first.release(name)
    taken = second.take(NOTE)
    assert taken is not None and taken.text == "Being written", "who leaves a draft gives it to all of their programs"


def test_only_one_of_two_programs_takes_up_a_draft(shelves: list[Shelf], root: str) -> None:
    ended = shelf(shelves, root)
    keep(ended, "Once")
    ended.close()
    takers = [shelf(shelves, root) for _ in range(2)]
    assert sorted(taker.take(NOTE) is not None for taker in takers) == [False, True]


def test_killed_means_ended(shelves: list[Shelf], root: str) -> None:
    program = (
        "import sys, signal, os\n"
        "from services.draft_files import Shelf\n"
        "from services.drafts import Draft, Place\n"
        f"shelf, place = Shelf('abc', 7, {root!r}), Place.of('note', [12])\n"
        "shelf.write(Draft(place, {'text': 'Killed'}, 1, 'host', shelf.new_name(place.key)))\n"
        "print('written', flush=True)\n"
        "sys.stdin.read()\n"
    )
    os.makedirs(root)
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None and running.stdout.readline() == b"written\n"
        mine = shelf(shelves, root)
        assert mine.waiting() == []
        running.kill()
    assert [draft.text for draft in mine.waiting()] == ["Killed"]
    mine.sweep()
    taken = mine.take(NOTE)
    assert taken is not None and taken.text == "Killed"


def test_another_user_or_another_desk_sees_nothing(shelves: list[Shelf], root: str) -> None:
    ended = shelf(shelves, root)
    name = keep(ended, "Mine")
    ended.close()
    assert shelf(shelves, root, user_id=8).waiting() == []
    assert shelf(shelves, root, desk="def").waiting() == []
    other = shelf(shelves, root, user_id=8)
    keep(other, "Theirs", Place.of("note", [99]))
    os.link(os.path.join(ended.folder, name), os.path.join(other.folder, name))
    assert other.take(NOTE) is None and other.waiting() == [], "a file that was moved there is still not theirs"


@pytest.mark.parametrize("spoil", ["torn", "empty", "huge", "link", "pipe", "folder"])
def test_what_cannot_be_read_is_put_aside(shelves: list[Shelf], root: str, spoil: str) -> None:
    ended = shelf(shelves, root)
    path = Path(ended.folder, keep(ended, "x" * 100))
    good = keep(ended, "Good", Place.of("note", [13]))
    ended.close()
    if spoil in ("link", "pipe", "folder"):
        path.unlink()
        made = {"link": lambda: path.symlink_to("/etc/passwd"), "pipe": lambda: os.mkfifo(path), "folder": path.mkdir}
        made[spoil]()
    else:
        with path.open("r+b") as file:
            file.truncate({"torn": 60, "empty": 0, "huge": LARGEST + 1}[spoil])
    now = shelf(shelves, root)
    assert [draft.text for draft in now.waiting()] == ["Good"]
    assert now.take(NOTE) is None
    if spoil in ("torn", "empty", "huge"):
        assert path.with_suffix(".unreadable").exists() or not path.exists()
    assert good in written(now)


def test_what_is_written_again_is_whole_or_what_it_was(shelves: list[Shelf], root: str) -> None:
    mine = shelf(shelves, root)
    name = keep(mine, "First")
    with pytest.raises(DeskError, match="more than"):
        mine.write(Draft(NOTE, {"text": "x" * (LARGEST + 1)}, AT, "", name))
    big = "word " * 400_000
    mine.write(Draft(NOTE, {"text": big}, AT, "", name))
    assert written(mine) == [name], "nothing half written lies beside it"
    mine.release(name)
    taken = mine.take(NOTE)
    assert taken is not None and taken.text == big


def test_a_folder_that_takes_nothing_says_so_in_a_sentence(shelves: list[Shelf], root: str) -> None:
    os.makedirs(root)
    Path(root, "drafts").write_text("in the way")
    with pytest.raises(DeskError, match="No draft can be kept"):
        keep(shelf(shelves, root), "Nowhere")


def test_old_drafts_and_leftovers_are_swept(shelves: list[Shelf], root: str) -> None:
    ended = shelf(shelves, root)
    old, fresh = keep(ended, "Old"), keep(ended, "Fresh", Place.of("note", [13]))
    ended.close()
    folder = Path(ended.folder)
    for name in ("x.tmp", "x.unreadable", "0123456789abcdef.lock"):
        (folder / name).touch()
    long_ago = time.time() - (KEPT_DAYS + 1) * DAY / 1_000_000
    for name in (old, "x.tmp", "x.unreadable"):
        os.utime(folder / name, (long_ago, long_ago))
    mine = shelf(shelves, root)
    held = keep(mine, "Held for long", Place.of("note", [14]))
    os.utime(folder / held, (long_ago, long_ago))
    mine.sweep()
    assert written(mine) == sorted([fresh, held])
    assert not (folder / "0123456789abcdef.lock").exists()


def test_forgetting_is_for_good(shelves: list[Shelf], root: str) -> None:
    mine = shelf(shelves, root)
    mine.drop(keep(mine, "Saved"))
    mine.close()
    assert shelf(shelves, root).waiting() == [] and os.listdir(mine.folder) == []


def test_names_come_from_nothing_that_was_typed(shelves: list[Shelf], root: str) -> None:
    mine = shelf(shelves, root)
    name = keep(mine, "../../x", Place.of("../..", [1], "/etc/passwd\0"))
    assert "/" not in name and os.path.dirname(os.path.join(mine.folder, name)) == mine.folder


def test_the_order_of_marking_makes_no_other_place() -> None:
    assert Place.of("note", [3, 1, 2]).key == Place.of("note", (1, 2, 3)).key
    assert Place.of("note", [1]).key != Place.of("note", [1, 2]).key != Place.of("transfer", [1, 2]).key


def test_a_desk_is_known_without_its_address(desk: Desk) -> None:
    key = desk_key()
    assert key == desk_key() and len(key) == 16 and set(key) <= set("0123456789abcdef")


def test_a_fault_with_one_draft_does_not_end_the_keeping_of_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    key: Future[str] = Future()
    key.set_result("abc")
    said: list[str] = []
    keeper = DraftKeeper(lambda: key, 7, said.append)
    keeper.look(lambda found: [][0])
    assert keeper.wait()
    keeper.write(Held(NOTE), {"text": "Toner arrives on Monday"}, AT)
    assert keeper.wait()
    keeper.close()
    assert said == ["A draft could not be kept (IndexError): save what you type soon."]
    assert [draft.text for draft in Shelf("abc", 7).waiting()] == ["Toner arrives on Monday"]
