"""Whom the desk asks for tokens instead of passwords: Microsoft 365, Google, or a server of the settings (OAuth 2).

The desk's program is registered there once, so what they know it by stands in the settings of the desk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services import checks
from services.errors import Invalid
from services.named import NamedTuple
from services.patterns import late

if TYPE_CHECKING:
    from services.mail_settings import MailSettings

PASSWORD, MICROSOFT, MICROSOFT_APP, GOOGLE, CUSTOM = SIGN_INS = (
    "password",
    "microsoft",
    "microsoft-app",
    "google",
    "custom",
)
"""With microsoft-app the desk's program signs in for itself, by a secret, so that no person's sign-in can expire."""

_ANY_TENANT = frozenset({"organizations", "common", "consumers"})
_MICROSOFT_SCOPES = {
    "imap": "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
    "smtp": "https://outlook.office.com/SMTP.Send offline_access",
}
# Whatever is said there is as secret as a password, so only a server on this machine is talked to in the clear.
_URL = late(r"https://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?|http://(127\.0\.0\.1|localhost)(:\d{1,5})?(/[!-~]*)?")
_TENANT = late(r"[A-Za-z0-9.-]{1,253}")


class Provider(NamedTuple):
    """Where tokens come from: people sign in with a code at `device_url`, else in a browser at `authorize_url`.

    Without either the desk's program signs in for itself.

    `name` is the choice of `sign_in`, `label` what people call it, `client_setting` where `client_id` stands.
    """

    name: str
    label: str
    client_id: str
    client_setting: str
    token_url: str
    device_url: str
    authorize_url: str
    scope: str

    @property
    def is_for_programs(self) -> bool:
        """Whether the desk's program signs in for itself, by its secret."""
        return not self.device_url and not self.authorize_url


def chosen(sign_in: str, kind: str, settings: MailSettings) -> Provider:
    """Return whom to ask for a token for imap or smtp; raises Invalid when settings are missing."""
    if sentence := lacking(sign_in, settings):
        raise Invalid(sentence)
    if sign_in in (MICROSOFT, MICROSOFT_APP):
        is_app = sign_in == MICROSOFT_APP
        base = f"https://login.microsoftonline.com/{settings.microsoft_tenant}/oauth2/v2.0"
        return Provider(
            name=sign_in,
            label="Microsoft 365",
            client_id=settings.microsoft_client_id,
            client_setting="microsoft_client_id",
            token_url=f"{base}/token",
            device_url="" if is_app else f"{base}/devicecode",
            authorize_url="" if is_app else f"{base}/authorize",
            scope="https://outlook.office365.com/.default" if is_app else _MICROSOFT_SCOPES[kind],
        )
    if sign_in == GOOGLE:
        return Provider(
            name=sign_in,
            label="Google",
            client_id=settings.google_client_id,
            client_setting="google_client_id",
            token_url="https://oauth2.googleapis.com/token",
            # With a code, as devices sign in, Google lets nobody at mail.
            device_url="",
            authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
            scope="https://mail.google.com/",
        )
    return Provider(
        name=sign_in,
        label=settings.oauth_token_url.split("/")[2],
        client_id=settings.oauth_client_id,
        client_setting="oauth_client_id",
        token_url=settings.oauth_token_url,
        device_url=settings.oauth_device_url,
        authorize_url=settings.oauth_authorize_url,
        scope=settings.oauth_scope,
    )


def lacking(sign_in: str, settings: MailSettings) -> str:
    """Return in a sentence which settings are missing before anybody can sign in so; empty when none is."""
    missing: list[str] = []
    if sign_in in (MICROSOFT, MICROSOFT_APP):
        missing = [name for name in ("microsoft_client_id", "microsoft_tenant") if not getattr(settings, name)]
        if sign_in == MICROSOFT_APP and settings.microsoft_tenant in _ANY_TENANT:
            missing.append("microsoft_tenant (its own, not any)")
    elif sign_in == GOOGLE:
        missing = [name for name in ("google_client_id",) if not getattr(settings, name)]
    elif sign_in == CUSTOM:
        missing = [name for name in ("oauth_client_id", "oauth_token_url") if not getattr(settings, name)]
    if not missing:
        return ""
    return f"The sign-in “{sign_in}” needs the desk's settings {' and '.join(missing)}; an administrator sets them."


def url(value: Any, field: str) -> str:
    """The address of a server that gives out tokens, or nothing."""
    text = checks.line(value, field)
    if text and not _URL.fullmatch(text):
        raise Invalid(f"“{text}” cannot be used for a sign-in; write an address that begins with https://.", field)
    return text


def tenant(value: Any, field: str) -> str:
    """An organization at Microsoft: its id, one of its domains, or “organizations” for any."""
    text = checks.line(value, field)
    if not _TENANT.fullmatch(text):
        raise Invalid(f"“{text}” is no tenant; give its id or its domain, such as example.com.", field)
    return text
