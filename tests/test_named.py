"""Named tuples that are made late do what typing's do."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing
from typing import Any

import pytest

from services.named import NamedTuple


class Ours(NamedTuple):
    """A pair."""

    first: int
    second: str = "b"
    third: list[Any] = []

    @property
    def both(self) -> str:
        return f"{self.first}{self.second}"

    def again(self) -> Ours:
        return self._replace(first=self.first + 1)


class Theirs(typing.NamedTuple):
    """A pair."""

    first: int
    second: str = "b"
    third: list[Any] = []


class Below(Ours):
    """A class below one."""

    def both_twice(self) -> str:
        return self.both * 2


def test_they_are_made_as_typings_are() -> None:
    for words, named in (((1,), {}), ((1, "c"), {}), ((), {"second": "x", "first": 4}), ((1, "c", [2]), {})):
        assert tuple(Ours(*words, **named)) == tuple(Theirs(*words, **named))  # type: ignore[arg-type]
    wrongs: tuple[tuple[tuple[object, ...], dict[str, object]], ...]
    wrongs = (((), {}), ((1, 2, 3, 4), {}), ((1,), {"fourth": 1}), ((1,), {"first": 1}))
    for words, wrong in wrongs:
        with pytest.raises(TypeError) as ours:
            Ours(*words, **wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError) as theirs:
            Theirs(*words, **wrong)  # type: ignore[arg-type]
        assert str(ours.value) == str(theirs.value).replace("Theirs", "Ours")


def test_they_behave_as_typings_do() -> None:
    ours, theirs = Ours(1), Theirs(1)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert (ours.first, ours.second, ours.both, ours.again().first) == (1, "b", "1b", 2)
    assert ours._asdict() == theirs._asdict()
    assert (Ours._fields, Ours._field_defaults) == (Theirs._fields, Theirs._field_defaults)
    assert Ours._make([3, "d", []]) == Theirs._make([3, "d", []]) == (3, "d", [])
    assert Ours.__doc__ == "A pair." and Ours.__match_args__ == Theirs.__match_args__  # type: ignore[attr-defined]
    assert copy.copy(ours) == copy.deepcopy(ours) == pickle.loads(pickle.dumps(ours)) == theirs
    assert type(copy.copy(ours)) is Ours and hash(Ours(1, "b", ())) == hash(Theirs(1, "b", ()))  # type: ignore[arg-type]
    assert str(inspect.signature(Ours)).count("second") == 1
    with pytest.raises(AttributeError):
        ours.first = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        ours.fourth = 2  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        Ours._make([1])
    with pytest.raises(ValueError):
        ours._replace(fourth=1)  # type: ignore[call-arg]
    match ours:
        case Ours(first, second):
            assert (first, second) == (1, "b")


def test_a_class_below_one_makes_its_own() -> None:
    found = Below(2)
    assert (type(found), found.both_twice(), type(found._replace(second="x"))) == (Below, "2b2b", Below)
    assert type(Ours(2)) is Ours


def test_a_field_without_a_default_cannot_follow_one() -> None:
    with pytest.raises(TypeError):
        exec("class Wrong(NamedTuple):\n    first: int = 1\n    second: int", {"NamedTuple": NamedTuple})
