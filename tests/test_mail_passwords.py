"""Where the passwords of mail servers come from, in which order, and that no file of ours has one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from services import keyrings, mail_passwords, places
from services.mail_passwords import IMAP, OAUTH, SECRET, SMTP, TOKEN
from tests.support.file_keyring import own_keyring

SERVER = (SMTP, "smtp.desk.example", "support")
MAILBOX = (IMAP, "Support (EU)", "support@desk.example")


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Use a keyring of this test's own, and return its file."""
    monkeypatch.setenv("TEST_KEYRING", str(tmp_path / "keyring.json"))
    with own_keyring():
        yield tmp_path / "keyring.json"


def test_the_environment_comes_first_then_the_keyring_then_systemd(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mail_passwords.find(*SERVER) is None
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert mail_passwords.find(*SERVER) is None
    (tmp_path / "smtp-password").write_text("from systemd\n")
    assert mail_passwords.find(*SERVER) == "from systemd"
    mail_passwords.store(*SERVER, "from the keyring")
    assert mail_passwords.find(*SERVER) == "from the keyring"
    monkeypatch.setenv("DESKWIRE_SMTP_PASSWORD", "from the environment")
    assert mail_passwords.find(*SERVER) == "from the environment"
    assert mail_passwords.find(*MAILBOX) is None
    monkeypatch.delenv("DESKWIRE_SMTP_PASSWORD")
    assert mail_passwords.forget(*SERVER) and not mail_passwords.forget(*SERVER)
    assert mail_passwords.find(*SERVER) == "from systemd"


def test_each_mailbox_may_have_its_own(ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    for name in ("imap-password", "imap-password-support_eu"):
        (tmp_path / name).write_text(name)
        assert mail_passwords.find(*MAILBOX) == name
    for name in ("DESKWIRE_IMAP_PASSWORD", "DESKWIRE_IMAP_PASSWORD_SUPPORT_EU"):
        monkeypatch.setenv(name, name)
        assert mail_passwords.find(*MAILBOX) == name
    assert mail_passwords.find(IMAP, "Sales", "sales@desk.example") == "DESKWIRE_IMAP_PASSWORD"


def test_no_file_of_ours_has_a_password_and_without_a_keyring_other_ways_are_named(ring: Path) -> None:
    mail_passwords.store(*MAILBOX, "right horse")
    kept = [path for path in Path(os.environ["XDG_STATE_HOME"]).rglob("*") if path.is_file()]
    assert kept and not any("right horse" in path.read_text() for path in kept)
    keyring.set_keyring(fail.Keyring())
    assert mail_passwords.find(*MAILBOX) is None
    with pytest.raises(keyrings.NoKeyring, match="DESKWIRE_IMAP_PASSWORD_SUPPORT_EU"):
        mail_passwords.store(*MAILBOX, "right horse")
    assert "deskwire mail login" in str(mail_passwords.missing(*SERVER))


def test_tokens_and_secrets_are_kept_apart_from_passwords(
    ring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    client = (OAUTH, "google", "1234.apps.example")
    (tmp_path / "oauth-secret-google").write_text("secret from systemd\n")
    mail_passwords.store(*MAILBOX, "right horse")
    mail_passwords.store(*MAILBOX, "a token", TOKEN)
    assert mail_passwords.find(*MAILBOX) == "right horse" and mail_passwords.find(*MAILBOX, TOKEN) == "a token"
    assert mail_passwords.find(*client, SECRET) == "secret from systemd"
    assert mail_passwords.replace(*MAILBOX, TOKEN, "a token", "the next")
    assert not mail_passwords.replace(*MAILBOX, TOKEN, "a token", "another"), "somebody was there first"
    assert mail_passwords.find(*MAILBOX, TOKEN) == "the next"
    monkeypatch.setenv("DESKWIRE_IMAP_TOKEN_SUPPORT_EU", "from the environment")
    assert mail_passwords.find(*MAILBOX, TOKEN) == "from the environment"
    assert mail_passwords.forget(*MAILBOX, TOKEN) and mail_passwords.find(*MAILBOX) == "right horse"


def test_whoever_stores_at_the_same_time_loses_nobody_s_password(ring: Path) -> None:
    boxes = [(IMAP, f"Box {number}", "me") for number in range(4)]
    for box in boxes:
        mail_passwords.store(*box, "first")
    listed = Path(places.state_directory(), "keyring-logins")
    before = listed.stat()
    mail_passwords.store(*boxes[0], "second")
    after = listed.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns), "nothing is new in the list"
    with listed.open() as reading:
        mail_passwords.store(IMAP, "Box 5", "me", "first")
        assert len(reading.readlines()) == len(boxes), "whoever reads it meanwhile reads all of it"
    assert all(mail_passwords.find(*box) for box in boxes)
    assert [one.name for one in listed.parent.iterdir() if "keyring" in one.name] == [listed.name]
