"""What servers found about a mail's origin, as they wrote it above the mail: Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re

from connector.mail.headers import Headers, decode, raw_text
from connector.mail.message import Authentication, Check
from services.patterns import late

_MAX_REPORTS = 20
_MAX_RESULTS = 60
_MAX_LENGTH = 10_000
_MAX_HOPS = 10
_TOKEN = late(r'"(?:[^"\\]|\\.)*"|[^\s;=/"]+|=|;|/')
_COMMENT_PIECE = late(r'"(?:[^"\\]|\\.)*"|\\.|[()]|[^()"\\]+|["\\]', re.DOTALL)
# A property, or else one whole word, so that nothing within quotes or within another value is taken for one.
_PROPERTY = late(
    r'"(?:[^"\\]|\\.)*"|([A-Za-z]+)\s{0,5}\.\s{0,5}([A-Za-z0-9_-]+)\s{0,5}=\s{0,5}'
    r'((?:"(?:[^"\\]|\\.)*"|[^\s;"])+)|[^\s"]+'
)
# Which properties say whose the result is, the best first.
_WHOSE = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.helo"),
    "dmarc": ("header.from",),
    "auth": ("smtp.auth", "smtp.mailfrom"),
}
_LOCAL_DELIVERY = late(r"\bwith\s+(?:UTF8)?LMTPS?A?\b", re.IGNORECASE)


def authentication(found: Headers) -> tuple[Authentication, ...]:
    """Return what servers found, the topmost first, which is the one that was written last."""
    if "authentication-results" not in found:
        return ()
    sure = _written_at_home(found)
    values = found.all("authentication-results")[:_MAX_REPORTS]
    read = (_results(decode(value[:_MAX_LENGTH]), place < sure) for place, value in enumerate(values))
    return tuple(one for one in read if one is not None)


def _written_at_home(found: Headers) -> int:
    """Return how many of the topmost results stand where only the last server can have written.

    Whatever a mail came with lies below the Received of the server that took it in. What delivers within one house may
    have put another one on top.
    """
    hops = found.all("received")[:_MAX_HOPS]
    local = next((place for place, hop in enumerate(hops) if not _LOCAL_DELIVERY.search(raw_text(hop[:2_000]))), None)
    if local is None:
        return 0
    count = passed = 0
    for name in found.names:
        if name == "received":
            if passed == local:
                break
            passed += 1
        count += name == "authentication-results"
    return count


def _results(text: str, sure: bool) -> Authentication | None:
    text = _without_comments(text)
    server, results, checks = "", dict[str, str](), list[Check]()
    for index, statement in enumerate(_statements(text)[: _MAX_RESULTS + 1]):
        tokens = _TOKEN.findall(statement)
        if index == 0 and "=" not in tokens:
            server = tokens[0].strip('"').lower() if tokens else ""
            continue
        if len(tokens) < 3:
            continue
        if tokens[1] == "/":  # "spf/1=pass": with the version of the method
            tokens = [tokens[0], *tokens[3:]]
        if len(tokens) < 3 or tokens[1] != "=":
            continue
        method, result = tokens[0].strip('"').lower(), tokens[2].strip('"').lower()
        # Of several signatures one that is good is enough.
        if method not in results or (method == "dkim" and result == "pass"):
            results[method] = result
        checks.append(Check(method, result, _domain(method, statement)))
    return Authentication(server, results, tuple(checks), sure) if server or results else None


def _domain(method: str, statement: str) -> str:
    """Return the domain that a result is about; nothing where it says none, such as for a null sender."""
    said: dict[str, str] = {}
    for match in _PROPERTY.finditer(statement):
        if match[1]:
            said.setdefault(f"{match[1]}.{match[2]}".lower(), match[3])
    for name in _WHOSE.get(method, ()):
        domain = said.get(name, "").rpartition("@")[2].strip("\"'<>.").lower()
        if domain:
            return domain
    return ""


def _statements(text: str) -> list[str]:
    """Cut at semicolons that do not stand in quotes."""
    if '"' not in text:
        return text.split(";")
    out, last, quoted = [], 0, False
    for match in re.finditer(r'\\.|[";]', text):
        if match[0] == '"':
            quoted = not quoted
        elif match[0] == ";" and not quoted:
            out.append(text[last : match.start()])
            last = match.end()
    return [*out, text[last:]]


def _without_comments(text: str) -> str:
    if "(" not in text:
        return text
    out, depth = [], 0
    for match in _COMMENT_PIECE.finditer(text):
        piece = match[0]
        if piece == "(":
            depth += 1
        elif piece == ")" and depth:
            depth -= 1
            out.append(" ")
        elif not depth:
            out.append(piece)
    return "".join(out)
