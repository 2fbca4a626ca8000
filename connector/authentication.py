"""Whether a mail was written where its From says, by what the one server found that the desk believes."""

from __future__ import annotations

from connector.mail.message import Check, ParsedMail

_FAILED = ("fail", "softfail")
_PROOFS = ("dkim", "spf", "auth")


def failure(mail: ParsedMail, server: str) -> str:
    """Return what the believed server found wrong about a mail's origin, or nothing.

    DMARC says it all. Without it a signature or the envelope's sender counts only for the domain of From (RFC 7489,
    3.1): anybody may sign in the name of a domain of their own.
    """
    checks, domain = _believed(mail, server), _domain(mail)
    verdict = _dmarc(checks, domain)
    if verdict:
        return "" if verdict == "pass" else f"dmarc={verdict}"
    if _is_proved(checks, domain):
        return ""
    return ", ".join(_failed(checks, domain))


def doubt(mail: ParsedMail, server: str) -> str:
    """Return what is wrong about a mail in an employee's name: a failure, or proofs of nothing but other domains."""
    found = failure(mail, server)
    checks, domain = _believed(mail, server), _domain(mail)
    if found or _dmarc(checks, domain) == "pass" or _is_proved(checks, domain):
        return found
    foreign = dict.fromkeys(one.domain for one in checks if one.method in _PROOFS and _passes(one) and one.domain)
    return f"only {' and '.join(foreign)} was proved, not {domain}" if foreign else ""


def aligned(one: str, other: str) -> bool:
    """Tell whether two domains are the same or one lies within the other.

    This is the relaxed alignment of RFC 7489 without a list of registries' domains: what has neither in the other is
    not taken for the same house, and a name without a dot is nobody's.
    """
    one, other = _ascii(one), _ascii(other)
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))


def _believed(mail: ParsedMail, server: str) -> list[Check]:
    """Return the results of one server: the topmost, and what stands beside it where no sender can write.

    Several programs of one server may write a field each. But whoever sends a mail can put any number below.
    """
    wanted = server.lower()
    own = [one for one in mail.authentication if wanted and one.server.lower() == wanted]
    return [check for place, one in enumerate(own) if place == 0 or one.sure for check in one.checks]


def _dmarc(checks: list[Check], domain: str) -> str:
    """Return the verdict of DMARC about the domain of From: pass or a failure; nothing where it has none."""
    about = (one for one in checks if one.method == "dmarc" and (not one.domain or aligned(one.domain, domain)))
    return next((one.result for one in about if one.result in ("pass", *_FAILED)), "")


def _is_proved(checks: list[Check], domain: str) -> bool:
    return any(one.method in _PROOFS and _passes(one) and aligned(one.domain, domain) for one in checks)


def _failed(checks: list[Check], domain: str) -> list[str]:
    """Return what failed; of several signatures that of From's domain counts, else all of them have to be bad."""
    found = [f"spf={one.result}" for one in checks if one.method == "spf" and one.result in _FAILED]
    signatures = [one for one in checks if one.method == "dkim"]
    own = [one for one in signatures if not one.domain or aligned(one.domain, domain)]
    counted = own if own or any(map(_passes, signatures)) else signatures
    found += [f"dkim={one.result}" for one in counted if one.result in _FAILED]
    return list(dict.fromkeys(found))


def _passes(one: Check) -> bool:
    return one.result == "pass"


def _domain(mail: ParsedMail) -> str:
    return mail.sender.email.rpartition("@")[2] if mail.sender else ""


def _ascii(domain: str) -> str:
    try:
        return domain.strip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        return domain.strip(".").lower()
