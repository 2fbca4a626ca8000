"""What kind of mail this is: automatic, a bounce, signed, encrypted."""

from __future__ import annotations

import re

from connector.mail.headers import Headers, one_line, raw_text
from connector.mail.structure import Part

_BULK = ("bulk", "list", "junk", "auto_reply", "auto-reply")
_AUTOMATIC_FIELDS = (
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply-from",
    "list-id",
)
_DAEMONS = re.compile(r"^(?:mailer-daemon|mail-daemon|postmaster)(?:@|$)", re.IGNORECASE)
_PGP = re.compile(rb"^-----BEGIN PGP (SIGNED )?MESSAGE-----", re.MULTILINE)
_PGP_WINDOW = 100_000
_DELIVERY_REPORTS = ("message/delivery-status", "message/global-delivery-status")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")


def auto_reasons(headers: Headers) -> tuple[str, ...]:
    """Return the headers by which a mail says that no person sent it, each as "Name: value"."""
    reasons = []
    submitted = _value(headers, "auto-submitted")
    if submitted and submitted.partition(";")[0].strip().lower() != "no":
        reasons.append(f"Auto-Submitted: {submitted}")
    precedence = _value(headers, "precedence")
    if precedence.lower().replace("-", "_") in (name.replace("-", "_") for name in _BULK):
        reasons.append(f"Precedence: {precedence}")
    reasons += [
        f"{name.title()}: {_value(headers, name)}"
        for name in _AUTOMATIC_FIELDS
        if name in headers and _value(headers, name).lower() not in ("no", "none", "")
    ]
    if is_null_return_path(headers):
        reasons.append("Return-Path: <>")
    return tuple(reasons)


def is_null_return_path(headers: Headers) -> bool:
    """Tell whether the mail asks for no answer, not even a bounce."""
    return "return-path" in headers and "".join(_value(headers, "return-path").split()) == "<>"


def is_bounce(headers: Headers, parts: list[Part], sender: str) -> bool:
    """Tell whether a mail reports that another one could not be delivered."""
    top = parts[0]
    if top.content_type == "multipart/report":
        kind = top.params.get("report-type", "").lower()
        if kind:
            return kind == "delivery-status"
    if "x-failed-recipients" in headers:
        return True
    if any(part.content_type in _DELIVERY_REPORTS for part in parts):
        return True
    return bool(_DAEMONS.match(sender)) and (is_null_return_path(headers) or "auto-submitted" in headers)


def protection(raw: bytes, parts: list[Part]) -> tuple[str, str]:
    """Return by what a mail is signed and by what it is encrypted, as it says of itself."""
    signed = encrypted = ""
    for part in parts:
        kind = part.content_type
        if kind == "multipart/signed":
            signed = signed or _method(part)
        elif kind == "multipart/encrypted":
            encrypted = encrypted or _method(part)
        elif kind in _SMIME:
            smime = part.params.get("smime-type", "").lower()
            if smime == "signed-data":
                signed = signed or "S/MIME"
            elif smime != "certs-only":
                encrypted = encrypted or "S/MIME"
        elif kind.startswith("text/") and not part.multipart:
            match = _PGP.search(raw, part.start, min(part.end, part.start + _PGP_WINDOW))
            if match and match[1]:
                signed = signed or "OpenPGP"
            elif match:
                encrypted = encrypted or "OpenPGP"
    return signed, encrypted


def _method(part: Part) -> str:
    protocol = part.params.get("protocol", "").lower()
    if "pkcs7" not in protocol and "pgp" not in protocol:
        return one_line(protocol.rpartition("/")[2])[:40] or "an unknown method"
    return "OpenPGP" if "pgp" in protocol else "S/MIME"


def _value(headers: Headers, name: str) -> str:
    return one_line(raw_text(headers.get(name)[:500]))
