"""XOAUTH2, by which IMAP and SMTP servers take an access token: what is said, and what a server says against it."""

from __future__ import annotations

import json

from services.text import header

_MAX_REASON = 200


class Xoauth2:
    """One sign-in; imaplib and smtplib call it with each challenge, the first of which is empty or None."""

    def __init__(self, username: str, token: str) -> None:
        self._words = f"user={username}\x01auth=Bearer {token}\x01\x01"
        self.said = ""
        """Why the server refuses, once it has said so in a challenge."""

    def __call__(self, challenge: bytes | None = None) -> str:
        """Return the answer to a challenge: the token first, and an empty line to an error, which ends in a refusal."""
        if not challenge:
            words, self._words = self._words, ""
            return words
        try:
            told = json.loads(challenge)
        except (ValueError, RecursionError):
            told = challenge.decode("utf-8", "replace")
        status = f"status {told.get('status')}" if isinstance(told, dict) else str(told)
        self.said = header(status, _MAX_REASON).rstrip(".")
        return ""
