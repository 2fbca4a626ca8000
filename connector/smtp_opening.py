"""Opening a connection to the server through which mail leaves: greeting, encryption, login.

TLS never falls back to plain text, and certificates are checked against the system's authorities.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import NamedTuple

from connector.xoauth2 import Xoauth2
from services import mail_tokens
from services.errors import DeskError, TryAgain
from services.mailboxes import LOCAL_HOSTS
from services.text import header

_MAX_REPLY = 400


class Server(NamedTuple):
    """Where mail leaves: `security` is starttls, tls, or none on this machine; no user name means no login.

    A `token` signs in instead of the password.
    """

    host: str
    port: int
    security: str
    username: str = ""
    password: str = ""
    token: str = ""

    @property
    def place(self) -> str:
        """The server as sentences name it."""
        return f"{self.host}:{self.port}"


class Unreachable(TryAgain):
    """The server cannot be reached now, or does not want to talk now."""


class Unusable(DeskError):
    """The server can be reached, but not used as the settings have it."""


def opened(server: Server, connect_seconds: float, command_seconds: float) -> smtplib.SMTP:
    """Return a connection that takes mail; raises Unreachable or Unusable, whose sentences say what to do."""
    if server.security == "none" and server.host not in LOCAL_HOSTS:
        raise Unusable(
            f"Mail to {server.place} would travel in the clear: set smtp_security to starttls or tls,"
            " or let a server on this machine pass it on."
        )
    connection: smtplib.SMTP | None = None
    try:
        connection = _connected(server, connect_seconds)
        if connection.sock is not None:
            connection.sock.settimeout(command_seconds)
            # The final dot follows the content at once, and would otherwise wait for its acknowledgement.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _encrypt(connection, server)
        if server.username:
            if server.token:
                _sign_in(connection, server)
            else:
                _log_in(connection, server)
    except BaseException as error:
        if connection is not None:
            connection.close()
        raise _fault(error, server) from None
    return connection


def said(text: bytes | str) -> str:
    """Return a server's words, of one line or several, on one line."""
    return header(text.decode("utf-8", "replace") if isinstance(text, bytes) else text, _MAX_REPLY)


def why(error: BaseException) -> str:
    """Return what a connection died of, in a few words."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "timed out"
    return header(getattr(error, "strerror", None) or str(error), 200) or type(error).__name__


def _connected(server: Server, seconds: float) -> smtplib.SMTP:
    name = socket.gethostname()
    # The library would look the name up, which can take longer than anything else here.
    local = name if "." in name and name.isascii() else "[127.0.0.1]"
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, local, timeout=seconds, context=context)
    return smtplib.SMTP(server.host, server.port, local, timeout=seconds)


def _encrypt(connection: smtplib.SMTP, server: Server) -> None:
    if not connection.has_extn("starttls"):
        raise Unusable(
            f"{server.place} offers no STARTTLS, and mail is never sent in the clear: correct smtp_port,"
            " or set smtp_security to tls."
        )
    connection.starttls(context=ssl.create_default_context())
    connection.ehlo_or_helo_if_needed()


def _log_in(connection: smtplib.SMTP, server: Server) -> None:
    try:
        connection.login(server.username, server.password)
    except smtplib.SMTPAuthenticationError as error:
        refused = f"{server.place} refuses the login of {server.username}"
        if error.smtp_code < 500:
            raise Unreachable(f"{refused} for now ({error.smtp_code} {said(error.smtp_error)}).") from None
        raise Unusable(f"{refused}: correct smtp_username, or type the password with “deskwire mail login”.") from None
    except smtplib.SMTPNotSupportedError:
        raise Unusable(f"{server.place} takes no logins: empty smtp_username, or correct smtp_port.") from None
    except UnicodeError:
        raise Unusable("The user name or password for the mail server has letters that SMTP cannot send.") from None


def _sign_in(connection: smtplib.SMTP, server: Server) -> None:
    if "XOAUTH2" not in connection.esmtp_features.get("auth", "").upper().split():
        raise Unusable(
            f"{server.place} takes no sign-ins by token: correct smtp_port, or set smtp_sign_in to password."
        )
    talk = Xoauth2(server.username, server.token)
    try:
        connection.auth("XOAUTH2", talk)
    except smtplib.SMTPAuthenticationError as error:
        mail_tokens.refused(server.token)
        refused = f"{server.place} refuses the sign-in of {server.username}"
        why_not = talk.said or f"{error.smtp_code} {said(error.smtp_error)}"
        if error.smtp_code < 500:
            raise Unreachable(f"{refused} for now ({why_not}).") from None
        raise Unusable(
            f"{refused} ({why_not}): see that it is allowed there, or run “deskwire mail login” and sign in as"
            f" {server.username}."
        ) from None
    except UnicodeError:
        raise Unusable("The user name for the mail server has letters that SMTP cannot send.") from None
    except ValueError:
        # A challenge that is no base64.
        raise Unreachable(f"{server.place} does not sign in as others do. The mail waits in the outbox.") from None


def _fault(error: BaseException, server: Server) -> BaseException:
    """Return what a person reads of an error; of one that nobody foresaw, the error itself."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = header(error.verify_message, 200)
        return Unusable(f"The certificate of {server.place} is not valid ({reason}): no mail is sent through it.")
    if isinstance(error, ssl.SSLError):
        return Unusable(f"{server.place} does not speak TLS as expected: correct smtp_port or smtp_security.")
    if isinstance(error, smtplib.SMTPResponseException):
        refused = f"{server.place} refuses to talk ({error.smtp_code} {said(error.smtp_error)})"
        if error.smtp_code >= 500:
            return Unusable(f"{refused}: ask its administrator, or correct smtp_host and smtp_port.")
        return Unreachable(f"{refused}. The mail waits in the outbox.")
    if isinstance(error, OSError | smtplib.SMTPException):
        return Unreachable(
            f"The mail server {server.place} cannot be reached ({why(error)}). The mail waits in the outbox."
        )
    return error
