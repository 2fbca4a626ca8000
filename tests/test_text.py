"""Text from outside is readable and harmless wherever it goes: terminal, file, mail header, spreadsheet."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from decimal import Decimal
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich._unicode_data import load
from rich.cells import cell_len

from services.cells import _STARTS, character_width
from services.csv_export import csv_cell
from services.text import ROW_LIMIT, cell_width, clean, filename, fit, header, plain, row
from tests.hostile import FILE_NAMES, FORBIDDEN, FORMULAS, HOSTILE

everything = pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
anything = st.text(st.one_of(st.sampled_from(sorted(set("".join(HOSTILE)))), st.characters()), max_size=80)


def test_the_corpus_is_hostile() -> None:
    """Were the corpus tame, or the pattern blind, every other test here would pass for nothing."""
    assert len(HOSTILE) >= 60
    assert sum(bool(FORBIDDEN.search(text)) for text in HOSTILE) >= 30


@everything
def test_what_is_shown_holds_nothing_forbidden(text: str) -> None:
    for made in (clean(text), row(text), plain(text), header(text), filename(text), csv_cell(text)):
        assert not FORBIDDEN.search(made)
        assert "\r" not in made and "\t" not in made
        made.encode()  # a lone surrogate would stop the program here
    for made in (row(text), header(text), filename(text)):
        assert "\n" not in made


@given(anything)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    for make in (clean, row, plain, header, filename):
        once = make(text)
        assert make(once) == once
        assert not FORBIDDEN.search(once)


def test_clean_keeps_what_is_good_and_shows_where_something_was() -> None:
    assert clean("Grüße,\n\nça va? 漢字 👍🏽") == "Grüße,\n\nça va? 漢字 👍🏽"
    assert clean("a\r\nb\rc\td") == "a\nb\nc    d"
    assert clean("\x1b]52;c;eA==\x07") == "\ufffd]52;c;eA==\ufffd"
    assert clean("x\u202ey\x9bz\x00\ufeff\ud800\u2028\x7f") == "x\ufffdy\ufffdz" + "\ufffd" * 5
    assert clean("[b]kept[/b]") == "[b]kept[/b]"


def test_clean_cuts_to_the_limit_even_when_tabs_grow() -> None:
    assert clean("abcdef", limit=3) == "abc"
    assert clean("\t\t\t", limit=6) == " " * 6


def test_a_row_is_one_line_of_settled_widths() -> None:
    assert row("one\r\ntwo\nthree") == "one two three"
    assert row("👨\u200d👩\u200d👧 👍🏽 ❤\ufe0f") == "👨👩👧 👍 ❤"
    assert row("e\u0301t\u00e9") == "été"
    assert row("\u0301leading") == "leading"
    assert row("\u1112\u1161\u11ab") == "한"
    assert len(row("word " * 4000)) == ROW_LIMIT
    assert row("word", limit=2) == "wo"


@everything
def test_no_character_of_a_row_carries_more_than_four_marks(text: str) -> None:
    for line in (row(text), *plain(text).split("\n")):
        run = 0
        for character in line:
            run = run + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
            assert run <= 4


def test_plain_output_keeps_lines_and_joiners_but_no_floods() -> None:
    assert plain("one\r\n\ntwo می\u200cخواهم") == "one\n\ntwo می\u200cخواهم"
    assert plain("Z" + "\u0301" * 1000 + "\ny") == "Z" + "\u0301" * 4 + "\ny"


def test_every_character_is_as_wide_as_rich_says() -> None:
    """Command line and screens line up only while both measure alike; a newer Rich may need a newer table."""
    edges = {edge for start, end, _ in load("latest").widths for edge in (start, end + 1)}
    edges |= {0, 0x20, 0x7F, 0xA0, 0x110000, *_STARTS}
    # Both are constant between edges, so the characters on both sides of each stand for all.
    codes = {code for edge in edges for code in (edge - 1, edge) if 0 <= code < 0x110000}
    differing = [f"{code:x}" for code in codes if character_width(chr(code)) != cell_len(chr(code))]
    assert differing == []


@everything
def test_rows_are_as_wide_as_rich_says(text: str) -> None:
    line = row(text)
    assert cell_width(line) == cell_len(line)


@settings(max_examples=300)
@given(anything, st.integers(min_value=-1, max_value=40))
def test_fit_fills_exactly_the_cells_it_was_given(text: str, width: int) -> None:
    line = row(text)
    fitted = fit(line, width)
    assert cell_len(fitted) == max(0, width)
    if cell_len(line) <= width:
        assert fitted == line + " " * (width - cell_len(line))


def test_fit_pads_cuts_and_never_halves_a_wide_character() -> None:
    assert fit("ab", 4) == "ab  "
    assert fit("abcdef", 4) == "abc…"
    assert fit("漢字漢字", 8) == "漢字漢字"
    assert fit("漢字漢字", 6) == "漢字 …"
    assert fit("漢字漢字", 5) == "漢字…"
    assert fit("漢字", 1) == "…"
    assert fit("ab", 0) == ""


@pytest.mark.parametrize("name", [*HOSTILE, *(f"{name}.pdf" for name in HOSTILE)])
def test_a_file_name_stays_where_it_is_put(name: str) -> None:
    safe = filename(name)
    assert safe and safe not in (".", "..")
    assert not set(safe) & set('/\\:*?"<>|\n')
    assert not safe.startswith((".", "-", "~", " ")) and not safe.endswith((".", " "))
    assert len(safe) <= 150 and len(safe.encode()) <= 250
    assert safe.split(".")[0].strip().lower() not in {"con", "nul", "com1"}


def test_a_file_name_says_what_it_said() -> None:
    assert filename("Report 2024 (final).tar.gz") == "Report 2024 (final).tar.gz"
    assert filename("Größe.docx") == "Größe.docx"
    assert filename("../../etc/passwd") == "etc_passwd"
    assert filename("nul.txt") == "_nul.txt"
    assert filename("report.pdf          .exe") == "report.pdf.exe"
    assert filename("invoice\u202efdp.exe") == "invoice_fdp.exe"
    assert filename("漢" * 400 + ".pdf").endswith("漢.pdf")
    assert filename("x" * 400 + ".pdf") == "x" * 146 + ".pdf"
    for nothing in ("", "...", "/", "\x00", "\u202e"):
        assert filename(nothing) == "attachment"
    assert {filename(name) for name in FILE_NAMES} != {"attachment"}


def test_a_header_cannot_start_another() -> None:
    assert header("Re: printer\r\nBcc: everyone@example.org") == "Re: printer Bcc: everyone@example.org"
    assert header("  \n spaced\tout \n") == "spaced out"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_spreadsheet_opens_a_formula_as_text(text: str) -> None:
    assert csv_cell(text).startswith("'")


def test_a_spreadsheet_keeps_numbers_and_ordinary_text() -> None:
    kept = ["-12.50", "+3", "7", "a=b", "mail@example.org", "", "[INC-12]"]
    assert [csv_cell(text) for text in kept] == kept
    assert [csv_cell(value) for value in (None, -5, Decimal("-1.20"), True)] == ["", "-5", "-1.20", "True"]


@pytest.mark.parametrize("flood", ["a" + "\u0301\u0316" * 500_000, "漢" * 1_000_000, "\x1b" * 1_000_000])
def test_a_flood_is_cut_before_it_is_measured(flood: str) -> None:
    """A hundred rows of it take less than a screen's patience; uncut, one would take longer."""
    start = process_time()
    for _ in range(100):
        fit(row(flood), 80)
        filename(flood)
        fit(flood, 80)
    assert process_time() - start < 1


def test_a_long_mail_is_cleaned_in_one_pass() -> None:
    mail = "Lorem ipsum dolor sit amet, consectetur\n" * 5_000
    best = min(_timed(mail) for _ in range(10))
    assert best < 0.005  # half a millisecond when nothing else runs; a loop over characters takes fifteen


def _timed(mail: str) -> float:
    start = process_time()
    clean(mail)
    return process_time() - start


def test_short_ascii_rows_load_nothing() -> None:
    """The command line's start is measured, and most of its rows are ASCII."""
    code = (
        "import sys; from services.text import row, clean, fit; fit(row(clean('Printer')), 20);"
        "print({'services.cells', 'services.filenames', 'unicodedata', 'rich', 'textual'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
