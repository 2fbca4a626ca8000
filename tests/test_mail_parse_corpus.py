"""Reading the corpus: hundreds of mails that go wrong as real ones do, each with the answers that have to come out."""

from __future__ import annotations

import pytest

from connector.mail.parse import read
from tests.mails import Case, faults
from tests.mails.corpus import CASES


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_mail_gives_the_answers_it_is_there_for(case: Case) -> None:
    assert not list(faults(case, read(case.raw)))


def test_every_mail_of_the_corpus_is_another_one() -> None:
    assert len({case.name for case in CASES}) == len({case.raw for case in CASES}) == len(CASES) >= 400
