"""The documentation names everything that the program has, its links lead somewhere, and its examples can be typed."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from screens.actions import all_actions, shown_key
from services.export.objects import full_ticket_object
from services.history_kinds import FILTERS
from services.history_kinds import LABELS as KINDS
from services.preferences import DESK_SETTINGS
from services.priorities import LABELS
from services.query import FIELD_NAMES
from services.query.fields import FIELDS as QUERY_FIELDS
from services.query.fields import IS
from services.session import PRIVILEGES, ROLE_PRIVILEGES, ROLES
from services.setup import EXTENSIONS, STATUSES
from services.ticket_creation import NewTicket, create
from services.ticket_fields import FIELDS
from tests.support.desks import Desk
from tests.support.terminal import ROOT
from tui import cli
from tui.config import KEYS, THEMES

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
CONFIGURATION = DOCS / "administrator" / "configuration.md"
COMMAND_LINE = REFERENCE / "command-line.md"


@cache
def parser() -> argparse.ArgumentParser:
    """Return the parser of every command together."""
    whole = cli.Parser(prog="deskwire")
    commands = whole.add_subparsers(parser_class=cli.Parser, required=True)
    for name in cli.COMMANDS:
        import_module(f"tui.cli.{name}").register(commands)
    return whole


def commands(under: argparse.ArgumentParser | None = None) -> Iterator[argparse.ArgumentParser]:
    """Yield the parsers that end in something to do."""
    groups = [each for each in (under or parser())._actions if isinstance(each, argparse._SubParsersAction)]
    if under is not None and not groups:
        yield under
    for group in groups:
        for inner in group.choices.values():
            yield from commands(inner)


def options(of: argparse.ArgumentParser) -> set[str]:
    """Return the long options of a command, but for --help."""
    return {name for each in of._actions for name in each.option_strings if name.startswith("--")} - {"--help"}


def named(path: Path) -> set[str]:
    """Return what stands in backticks on a page, words of command lines one by one."""
    quoted = re.findall(r"`([^`\n]+)`", path.read_text(encoding="utf-8"))
    return {*quoted, *(word.strip("[],") for text in quoted for word in text.split())}


def section(page: str, heading: str) -> str:
    """Return a section of a page with the sections below it."""
    level = heading.split(" ")[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", page, re.MULTILINE | re.DOTALL)
    assert found, f"{heading} is missing"
    return found[1]


def rows(path: Path) -> list[list[str]]:
    """Return the cells of every table row of a page."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


@pytest.mark.parametrize("command", [*commands()], ids=lambda command: command.prog.removeprefix("deskwire "))
def test_every_command_is_explained_with_its_options(command: argparse.ArgumentParser) -> None:
    _, group, *rest = command.prog.split()
    text = section(COMMAND_LINE.read_text(encoding="utf-8"), f"## {group}")
    if group in ("ticket", "search", "mail"):
        text = section(text, f"### {group} {rest[0]}")
    elif group == "admin":
        managed, action = rest
        groups = next(row for row in rows(COMMAND_LINE) if f"`{managed}`" in row[0])
        assert f"`{action}`" in groups[1]
        own = [" ".join(row) for row in rows(COMMAND_LINE) if f"`admin {managed} {action}`" in row[0]]
        shared = text.split("| Command | Options |")[0]
        text = own[0] if own else shared
    elif rest:
        text = next(" ".join(row) for row in rows(COMMAND_LINE) if f"`db {rest[0]}" in row[0])
    missing = {option for option in options(command) if not re.search(rf"{option}(?![\w-])", text)}
    assert not missing, f"{command.prog}: {COMMAND_LINE.name} does not explain {missing}"


@pytest.mark.parametrize("option", ["--db", "--config", "--as", "--version", "--help"])
def test_the_global_options_are_explained(option: str) -> None:
    assert option in named(COMMAND_LINE)


def test_every_configuration_key_is_explained() -> None:
    keys = {f"{name}.{key}" if name else key for name, section_keys in KEYS.items() for key in section_keys}
    assert {*keys, *(f'"{theme}"' for theme in THEMES)} <= named(CONFIGURATION)
    explained = {row[0].strip("`") for row in rows(CONFIGURATION) if re.fullmatch(r"`((desk|mail)\.)?[a-z_]+`", row[0])}
    assert explained - set(DESK_SETTINGS) == keys


def test_every_setting_of_the_desk_is_explained() -> None:
    assert set(DESK_SETTINGS) <= {row[0].strip("`") for row in rows(CONFIGURATION)}


def test_the_table_of_privileges_is_the_program_s() -> None:
    table = {row[0].strip("`"): row[2:] for row in rows(REFERENCE / "privileges.md") if row[0].startswith("`")}
    assert set(table) == set(PRIVILEGES)
    for privilege, (technician, dispatcher, administrator) in table.items():
        for cell, role in zip((technician, dispatcher, administrator), ROLES[1:], strict=True):
            assert (cell == "yes") is (privilege in ROLE_PRIVILEGES[role]), f"{privilege} of a {role}"


def test_the_tables_of_statuses_are_the_program_s() -> None:
    page = rows(REFERENCE / "statuses.md")
    statuses = [tuple(row[:4]) for row in page if row[0].isdigit() and len(row) > 4]
    assert statuses == [(str(code), label, kind, f"`{role}`") for code, label, kind, role, _ in STATUSES]
    codes = {code for row in page for code in row[0].split(", ")}
    assert {code for code, _ in EXTENSIONS} <= codes
    assert {(str(code), label) for code, label in enumerate(LABELS)} <= {tuple(row[:2]) for row in page}


def test_every_field_of_a_query_is_explained() -> None:
    page = REFERENCE / "query-language.md"
    table = {row[0].strip("`"): row for row in rows(page) if re.fullmatch(r"`[a-z_]+`", row[0])}
    assert set(table) - {"word"} == set(FIELD_NAMES)
    other_names = {name for name, field in QUERY_FIELDS.items() if name != field.name}
    assert other_names <= named(page)
    assert set(re.findall(r"`(\w+)`", table["is"][1])) == set(IS)


def test_every_field_that_can_be_set_is_named() -> None:
    text = section(COMMAND_LINE.read_text(encoding="utf-8"), "### ticket set")
    assert [name for name in FIELDS if not re.search(rf"\b{name}\b", text)] == []


def test_every_name_in_a_ticket_s_json_is_explained(desk: Desk) -> None:
    person = desk.administrator._replace(channel="cli")
    ticket = full_ticket_object(person, create(person, NewTicket(subject="The printer prints blank pages")))
    entry = ticket["history"][0]
    assert {*ticket, *ticket["status"], *ticket["recipients"], *entry, *KINDS} <= named(REFERENCE / "json.md")


def test_the_filters_of_the_history_are_explained() -> None:
    page = DOCS / "technician" / "work-a-ticket.md"
    assert [label for _, label, _ in FILTERS] == [row[0] for row in rows(page) if row[0] in {f[1] for f in FILTERS}]


def test_every_page_is_in_the_index() -> None:
    index = DOCS / "index.md"
    linked = {(DOCS / target).resolve() for target in targets(index)}
    assert [page for page in DOCS.rglob("*.md") if page != index and page.resolve() not in linked] == []


def targets(page: Path) -> list[str]:
    """Return where the links and pictures of a page lead."""
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")) if target]


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings as links write them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    for target in targets(page):
        place, _, anchor = target.partition("#")
        file = (page.parent / place).resolve() if place else page
        assert "://" not in target and file.exists(), target
        assert not anchor or anchor in anchors(file), target


@pytest.mark.parametrize("picture", sorted((DOCS / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_pictures_need_nothing_from_elsewhere(picture: Path) -> None:
    text = picture.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "://" not in text and "@import" not in text and "base64" not in text


def examples() -> list[tuple[str, str]]:
    """Return the command lines that pages show after a dollar sign, each with its page."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
            found += [(str(page.relative_to(ROOT)), line[2:]) for line in block.splitlines() if line.startswith("$ ")]
    return found


@pytest.mark.parametrize(("page", "line"), examples(), ids=lambda text: text[:60])
def test_examples_can_be_typed(page: str, line: str) -> None:
    words = shlex.split(line)
    ends = [at for at, word in enumerate(words) if word == "|"]
    starts = [0, *(at + 1 for at in ends)]
    calls = [words[start:end] for start, end in zip(starts, [*ends, len(words)], strict=True)]
    own = [call[1:] for call in calls if call[0] == "deskwire"]
    assert own, f"{page}: {line}"
    for call in own:
        _, rest = cli.split_globals(call)
        if rest:
            parser().parse_args(rest)


def tables(page: Path) -> list[list[list[str]]]:
    """Return the tables of a page, each as its rows without the line below the heading."""
    blocks = re.findall(r"(?:^\|.*\n)+", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [
        [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines() if "| ---" not in line]
        for block in blocks
    ]


def test_the_keys_that_pages_teach_are_the_program_s() -> None:
    keys = {shown_key(key) for action in all_actions().values() for key in action.keys}
    for page in PAGES:
        for heading, *lines in tables(page):
            if heading[0] == "Key" and page.name != "keys.md" and page != CONFIGURATION:
                taught = {key for line in lines for key in re.findall(r"`([^`]+)`", line[0])}
                assert taught <= keys, f"{page.name}: {taught - keys}"


def test_every_action_is_in_the_table_of_keys() -> None:
    assert set(all_actions()) <= named(DOCS / "keys.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_make_command_is_in_the_makefile(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    shown = set(re.findall(r"(?:^    |`)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert shown <= known


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_without_make_do_what_make_does(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    by_hand = re.findall(r"^    \.venv/bin/(.+)$", text, re.MULTILINE)
    made = re.findall(r"^\t@\$\(BIN\)/(.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    plain = {line.replace("python -m pip", "pip").replace(" --quiet", "").replace(" $(ARGS)", "") for line in made}
    assert by_hand[2] == "deskwire demo"
    assert {line for line in by_hand if "tests/" not in line and " -k " not in line} <= plain
