"""What `deskwire db check` and `db status` find."""

from __future__ import annotations

import json

import pytest

from models import database
from models.binding import close_database, connection, open_database
from services.database_tools.check import RULES, check_desk
from tests.support.command import deskwire
from tests.support.every_table import AT, fill

# What is broken, and the check that has to notice.
DAMAGE = {
    f"UPDATE ticket SET closed_at = {AT} WHERE id = 1": "open tickets have no closing time",
    "UPDATE ticket SET is_open = 0 WHERE id = 1": "open tickets have an open status",
    "UPDATE ticket SET status_id = 90, is_open = 0 WHERE id = 1": "the journal ends in each ticket's status",
    "UPDATE ticket SET version = 0 WHERE id = 1": "every version is at least 1",
    "INSERT INTO employee (name, email1, email2, department, active, available, assignable, all_mail, created_at, "
    "version) VALUES ('Eve', '', '', '', 1, 1, 1, 0, 0, 1)": "every employee can be a manager",
    "INSERT INTO team (name, email, role, active, created_at, version) VALUES ('X', '', '', 1, 0, 1)": (
        "every team can be a manager"
    ),
    "INSERT INTO manager (employee_id, team_id) VALUES (NULL, NULL)": "every manager is an employee or a team",
    "UPDATE account SET manager_id = 77": "accounts' managers and contacts exist",
    "UPDATE document SET mail_id = 77": "documents' mails exist",
    "UPDATE delivery SET automatic = 0": "what leaves is counted for its mail's ticket",
    "UPDATE history SET subject_id = 77": "history entries name their subjects",
    "DELETE FROM blob_piece WHERE position = 1": "attachments and mails are what they were",
    "UPDATE blob_piece SET data = '' WHERE position = 0": "attachments and mails are what they were",
    "DELETE FROM ticket_words": "search finds what the tickets say",
}


def test_a_sound_desk_has_no_faults(desk_url: str) -> None:
    fill(desk_url)
    findings = list(check_desk(desk_url))
    assert [finding.name for finding in findings if not finding.ok] == []
    assert {finding.name for finding in findings} >= set(RULES) | set(DAMAGE.values())
    done = deskwire("--db", desk_url, "db", "check", "--quick")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == len(findings)


def test_every_kind_of_damage_is_noticed(desk_url: str) -> None:
    fill(desk_url)
    open_database(desk_url)
    for statement, expected in DAMAGE.items():
        with connection(), database.atomic() as step:
            database.execute_sql(statement)
            step.commit()
        found = {finding.name for finding in check_desk(desk_url) if not finding.ok}
        assert expected in found, statement
    close_database()


def test_a_fault_ends_the_command_with_one(desk_url: str) -> None:
    fill(desk_url)
    open_database(desk_url)
    with connection():
        database.execute_sql("UPDATE ticket SET is_open = 0 WHERE id = 1")
    close_database()
    done = deskwire("--db", desk_url, "db", "check")
    assert done.returncode == 1
    assert "FAULT  open tickets have an open status: ticket 1\n" in done.stdout
    assert done.stderr.count("\n") == 1


def test_a_lost_reference_is_noticed(desk_url: str) -> None:
    fill(desk_url)
    open_database(desk_url)
    with connection():
        if desk_url.startswith("sqlite"):
            database.execute_sql("PRAGMA foreign_keys = 0")
            database.execute_sql("UPDATE history SET operation_id = 77")
        else:
            database.execute_sql("ALTER TABLE history DROP CONSTRAINT history_operation_id_fkey")
    close_database()
    assert "every reference leads somewhere" in {each.name for each in check_desk(desk_url) if not each.ok}


def test_status_for_people_and_for_monitoring(desk_url: str) -> None:
    fill(desk_url)
    shown = deskwire("--db", desk_url, "db", "status")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "ready" in shown.stdout
    done = deskwire("--db", desk_url, "db", "status", "--json")
    told = json.loads(done.stdout)
    assert (told["state"], told["tickets"], told["open_tickets"], told["pending"]) == ("ready", 2, 1, [])
    assert told["last_operation_at"] == "2025-11-21T22:35:22.000001Z"


@pytest.mark.parametrize("words", [("status",), ("check",), ("migrate",), ("backup", "/dev/null/x")])
def test_without_a_desk_each_says_so(blank_url: str, words: tuple[str, ...]) -> None:
    done = deskwire("--db", blank_url, "db", *words)
    assert done.returncode == 1, done
    assert "no desk" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_search_index_is_built_anew_on_request(desk_url: str) -> None:
    fill(desk_url)
    open_database(desk_url)
    with connection():
        database.execute_sql("DELETE FROM ticket_words")
    close_database()
    assert [finding.name for finding in check_desk(desk_url) if not finding.ok] == ["search finds what the tickets say"]
    done = deskwire("--db", desk_url, "db", "reindex")
    assert (done.returncode, done.stdout) == (0, "The texts of 2 tickets are indexed.\n")
    assert [finding for finding in check_desk(desk_url) if not finding.ok] == []
