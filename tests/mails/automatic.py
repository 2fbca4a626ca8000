"""Mails that programs send: absence replies, lists, receipts; and those of persons that look alike."""

from __future__ import annotations

from tests.mails import Case, mail, multipart, part, whole
from tests.mails.bounces import FAILED


def _automatic(name: str, headers: str, *reasons: str, **more: object) -> Case:
    return Case(
        f"automatic: {name}",
        mail(headers),
        {"reasons": reasons, "auto_submitted": bool(reasons), "is_bounce": False, **more},
    )


CASES = [
    Case(
        "a person: who passes on a bounce",
        multipart(
            part("Content-Type: text/plain", b"What is this?"),
            part("Content-Type: message/delivery-status", FAILED.encode()),
            headers="Subject: Fwd: Undelivered Mail",
        ),
        {"is_bounce": False, "returned": (), "text": "What is this?", "reasons": ()},
    ),
    _automatic(
        "Gmail's absence reply",
        "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes",
        "Auto-Submitted",
        "Precedence",
        "X-Autoreply",
    ),
    _automatic(
        "Exchange's absence reply",
        "Subject: Automatic reply: x\nX-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "Subject",
    ),
    _automatic("vacation", "Auto-Submitted: auto-replied (vacation)", "Auto-Submitted"),
    _automatic("a value with parameters", "Auto-Submitted: auto-notified; owner-token=x", "Auto-Submitted"),
    _automatic("a person who says so", "Auto-Submitted: No"),
    _automatic("a person who says so with a comment", "Auto-Submitted: no (really)"),
    _automatic("junk", "Precedence: junk", "Precedence"),
    _automatic("a list", "Precedence: list", "Precedence"),
    _automatic("with a dash", "Precedence: Auto-Reply", "Precedence"),
    _automatic("normal", "Precedence: normal"),
    _automatic("by another name", "X-Precedence: auto_reply", "X-Precedence"),
    _automatic("Zimbra and others", "X-Autorespond: yes", "X-Autorespond"),
    _automatic("cPanel", "X-Autorespond: Re: x\nX-Loop: ada@example.org", "X-Autorespond", "X-Loop"),
    _automatic("from whom", "X-Autoreply-From: ada@example.org", "X-Autoreply-From"),
    _automatic("an old one", "X-Mail-Autoreply: yes", "X-Mail-Autoreply"),
    _automatic("FirstClass", "X-FC-MachineGenerated: true", "X-Fc-Machinegenerated"),
    _automatic("a mark that is off", "X-Autoreply: no\nX-FC-MachineGenerated: false"),
    _automatic("Outlook without receipts is a person", "X-Auto-Response-Suppress: DR, RN, NRN"),
    _automatic(
        "Outlook without absence replies", "X-Auto-Response-Suppress: OOF, AutoReply", "X-Auto-Response-Suppress"
    ),
    _automatic("cron", "X-Cron-Env: <SHELL=/bin/sh>", "X-Cron-Env"),
    _automatic(
        "a list's id",
        "List-Id: Team <team.example.org>\nList-Unsubscribe: <mailto:x@y.example>\nList-Post: NO",
        "List-Id",
    ),
    _automatic(
        "a newsletter", "List-Unsubscribe: <https://x.example/u>\nList-Help: <https://x.example/h>", "List-Unsubscribe"
    ),
    _automatic("a feedback id is no mark", "Feedback-ID: 1:2:3:ses"),
    _automatic("a null sender", "Return-Path: <>", "Return-Path"),
    _automatic("a sender", "Return-Path: <ada@example.org>"),
    Case(
        "automatic: a read receipt",
        multipart(
            part("Content-Type: text/plain", b"Your mail was read."),
            part("Content-Type: message/disposition-notification", b"Disposition: manual-action; displayed"),
            kind="report; report-type=disposition-notification",
        ),
        {"reasons": ("Content-Type",), "is_bounce": False, "text": "Your mail was read.", "returned": ()},
    ),
    Case(
        "automatic: a complaint",
        multipart(
            part("Content-Type: text/plain", b"Somebody complained."),
            part("Content-Type: message/feedback-report", b"Feedback-Type: abuse"),
            part("Content-Type: message/rfc822", b"Message-ID: <a@b.example>\r\n\r\nHi"),
            kind="report; report-type=feedback-report",
        ),
        {"reasons": ("Content-Type",), "is_bounce": False, "returned_message_id": ""},
    ),
    *(
        Case(f"automatic: from {who}", whole(f"From: {who}\nSubject: x\n\nHello"), {"reasons": ("From",)})
        for who in (
            "mailer-daemon@example.org",
            "MAILER-DAEMON",
            "postmaster@example.org",
            "no-reply@example.org",
            "noreply+12@example.org",
            "do_not_reply@example.org",
            "team-bounces@example.org",
            "owner-team@example.org",
            "team-request@example.org",
            "listserv@example.org",
            "bounce+ada=x@example.org",
            "autoreply@example.org",
        )
    ),
    *(
        Case(f"a person: from {who}", whole(f"From: {who}\nSubject: x\n\nHello"), {"reasons": ()})
        for who in (
            "norbert@example.org",
            "boss@postmaster.example",
            "owner@example.org",
            "bouncer@example.org",
            "reply@example.org",
        )
    ),
    *(
        _automatic(f"subject {subject}", f"Subject: {subject}", "Subject")
        for subject in (
            "Out of Office: x",
            "Out of Office AutoReply: x",
            "Automatic Reply: x",
            "Auto: x",
            "Autoreply: x",
            "Auto-Reply: x",
            "I am out of the office",
            "Abwesenheitsnotiz: x",
            "Automatische Antwort: x",
            "Réponse automatique : x",
            "Absence du bureau",
            "Respuesta automática: x",
            "Fuera de la oficina",
            "Risposta automatica: x",
            "Automatisch antwoord: x",
            "Afwezig: x",
            "Resposta automática: x",
            "Autosvar: x",
            "Automatiskt svar: x",
            "Frånvaromeddelande",
            "Automatisk svar: x",
            "Automaattinen vastaus: x",
            "Automatyczna odpowiedź: x",
            "Odpowiedź automatyczna: x",
            "Automatická odpověď: x",
            "Автоматический ответ: x",
            "Otomatik Yanıt: x",
            "Automatikus válasz: x",
            "自动回复: x",
            "自動応答: x",
            "자동 회신: x",
            "תשובה אוטומטית: x",
            "[EXTERNAL] Automatic reply: x",
        )
    ),
    *(
        _automatic(f"a person's subject {subject}", f"Subject: {subject}")
        for subject in (
            "Re: Automatic reply: x",
            "Automatic doors are stuck",
            "Auto insurance",
            "Office hours",
            "Anwesend",
            "The automatic reply is wrong",
            "Out of paper",
            "Vacation plans",
        )
    ),
]
