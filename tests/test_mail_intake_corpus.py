"""Filing the corpus: mails that go wrong, and mails with damage, are filed all the same; none ends in quarantine."""

from __future__ import annotations

from connector import intake
from services import originals
from tests.mails.corpus import CASES
from tests.mails.mutations import mutation
from tests.support.desks import Desk
from tests.support.letters import bring

_LARGE = 60_000
_A_FEW, _MANY = 5, 3_000


def test_every_mail_of_the_corpus_is_filed(desk: Desk, full: bool) -> None:
    mails = {case.name: case.raw for case in (CASES if full else CASES[::_A_FEW])}
    small = [raw for raw in mails.values() if len(raw) < _LARGE]
    mails |= {f"mutation {number}": mutation(number, small) for number in range(_MANY if full else _MANY // 50)}
    outcomes = bring(desk, *mails.values())
    faults = [
        (name, outcome.state, outcome.reason)
        for name, outcome in zip(mails, outcomes, strict=True)
        if outcome.state in (intake.QUARANTINED, intake.UNREADABLE)
    ]
    assert not faults
    assert originals.waiting() == []
