"""Breaking lines: nothing gets lost, nothing is too wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.text import cell_width, row
from tests.hostile import HOSTILE
from widgets.wrap import wrapped


def test_words_stay_whole_where_they_can() -> None:
    assert list(wrapped("the printer on the second floor", 12)) == ["the printer", "on the", "second floor"]
    assert list(wrapped("unbelievablylong word", 10)) == ["unbelievab", "lylong", "word"]
    assert list(wrapped("漢字かな 交じり文", 8)) == ["漢字かな", "交じり文"]
    assert list(wrapped("", 10)) == [""]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_lines_are_never_too_wide(text: str) -> None:
    for line in text.split("\n"):
        assert all(cell_width(piece) <= 20 for piece in wrapped(line, 20))


@given(st.text(), st.integers(2, 40))
def test_nothing_but_spaces_between_lines_gets_lost(text: str, width: int) -> None:
    line = row(text, len(text) + 1)
    pieces = list(wrapped(line, width))
    assert all(cell_width(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == line.replace(" ", "")
