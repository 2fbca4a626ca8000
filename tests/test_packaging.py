"""What an installation needs is declared, locked and packed."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.terminal import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = ("tui", "screens", "widgets", "services", "connector", "models")


def pins(lock: str) -> dict[str, str]:
    """Return the version of every package that a lock file pins."""
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


def declared(*extras: str) -> list[Requirement]:
    """Return the declared dependencies, with those of the extras."""
    lines: list[str] = list(PROJECT["project"]["dependencies"])
    for extra in extras:
        lines += PROJECT["project"]["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "extras"), [("requirements.txt", ()), ("requirements-dev.txt", ("test", "dev"))])
def test_every_dependency_is_pinned_within_its_range(lock: str, extras: tuple[str, ...]) -> None:
    pinned = pins(lock)
    for requirement in declared(*extras):
        assert requirement.specifier.contains(pinned[canonicalize_name(requirement.name)]), requirement


def test_tools_are_added_to_what_people_run_and_change_nothing_of_it() -> None:
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: dev.get(name) for name in run} == run


@pytest.mark.parametrize("lock", ["requirements.txt", "requirements-dev.txt"])
def test_a_lock_names_no_place_to_download_from(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|--|@ ", text)


def test_every_file_beside_the_code_is_packed() -> None:
    patterns = {"*.py", *PROJECT["tool"]["setuptools"]["package-data"]["*"]}
    beside = [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert [path for path in beside if not any(path.match(pattern) for pattern in patterns)] == []
