"""Taking text apart: the words of the full-text index, and where in a text they stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.search.words import LONGEST, spans, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The printer, on floor 2!", ["the", "printer", "on", "floor", "2"]),
        ("Größe GRÖSSE grosse", ["grosse", "grosse", "grosse"]),
        ("e\u0301te\u0301 été", ["ete", "ete"]),
        ("Łódź Søren Đorđe Æsir İstanbul ısı", ["lodz", "soren", "dorde", "aesir", "istanbul", "isi"]),
        ("don't snake_case a.b@c-d.example", ["don", "t", "snake", "case", "a", "b", "c", "d", "example"]),
        ("Druck\u00adfehler zero\u200dwidth", ["druckfehler", "zerowidth"]),
        ("打印机 broken", ["打", "印", "机", "broken"]),
        ("ﾌﾟﾘﾝﾀ ガ", ["フ", "リ", "ン", "タ", "カ"]),
        ("ﬁx ½ ① Ⅷ", ["fix", "1", "2", "1", "viii"]),
        ("\x1b[31mred\x00\ud800\ufffd", ["31mred"]),
        ("!?… 👩\u200d🚀", []),
        ("", []),
    ],
)
def test_words_are_folded_and_divided(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_word_without_end_is_cut() -> None:
    assert words("a" * 1_000 + " b") == ["a" * LONGEST, "b"]
    assert words("é" * 1_000) == ["e" * LONGEST]


def test_a_span_covers_what_the_word_was_read_from() -> None:
    text = "Die GRÖSSE\u0308 der 打印机: ﬁne½"
    assert [(text[start:end], word) for start, end, word in spans(text)] == [
        ("Die", "die"),
        ("GRÖSSE\u0308", "grosse"),
        ("der", "der"),
        ("打", "打"),
        ("印", "印"),
        ("机", "机"),
        ("ﬁne½", "fine1"),
        ("½", "2"),
    ]


_TEXTS = st.text(
    st.one_of(st.characters(), st.sampled_from("aZ09 _-.,\n\u0301\u0327ßﬁ½打印ガﾞ한ิ\u00ad\u200dİıøﷺ")), max_size=60
)


@given(_TEXTS)
def test_spans_and_words_agree(text: str) -> None:
    found = list(spans(text))
    assert [word for _, _, word in found] == words(text)
    assert all(0 <= start < end <= len(text) for start, end, _ in found)
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


@given(_TEXTS)
def test_words_are_letters_and_digits_and_stay_what_they_are(text: str) -> None:
    for word in words(text):
        assert word.isalnum() and 0 < len(word) <= LONGEST
        assert words(word) == [word]


_WESTERN = st.text(st.one_of(st.characters(codec="cp1252"), st.sampled_from("aZ0 ßæ½…™\u00ad👩\u0301打ж")), max_size=60)


@given(_WESTERN)
def test_letters_of_western_languages_are_folded_as_among_others(text: str) -> None:
    assert [*words(text), "打"] == words(f"{text} 打")


def test_a_flood_of_marks_takes_no_time() -> None:
    started = time.process_time()
    assert words("a" + "\u0301\u0327" * 500_000) == ["a"]
    assert time.process_time() - started < 5
