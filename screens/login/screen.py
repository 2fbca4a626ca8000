"""The login: a user name and a password, and a sentence when they do not fit."""

from __future__ import annotations

from screens.dialogs.form import FormScreen
from services.errors import DeskError, LoginFailed
from services.session import Session
from widgets.text_prompt import TextPrompt


class LoginScreen(FormScreen):
    """Starts the session of whoever knows the password; `told` is why the automatic login did not work."""

    SAVES = "Log in"

    def __init__(self, username: str = "", told: str = "") -> None:
        super().__init__("Deskwire: log in")
        self._username = username
        self._told = told

    def fields(self) -> list[TextPrompt]:
        """Return the two lines."""
        return [
            TextPrompt("User name", self._username, id="username"),
            TextPrompt("Password", password=True, id="password"),
        ]

    def on_mount(self) -> None:
        """Start in the first line that is still empty."""
        super().on_mount()
        self.say(self._told)
        self.field("password" if self._username else "username").focus()

    def do_save(self) -> None:
        """Check both in the second thread: that takes a while on purpose."""
        if self.busy:
            return
        username, password = self.values("username", "password")
        if not username.strip():
            self.refuse("username", "Type your user name.")
            return
        self.busy = True
        self.say("Checking …")
        self.run_db(_login, username, password, then=self._logged_in, lane="slow")

    def show_fault(self, fault: DeskError) -> None:
        """Say why not; the user name stays, the password goes."""
        super().show_fault(fault)
        if isinstance(fault, LoginFailed):
            self.field("password").value = ""
            self.field("password").focus()

    def _logged_in(self, session: Session) -> None:
        self.say("")
        self.desk.start_session(session)


def _login(username: str, password: str) -> Session:
    from services import auth

    return auth.login(username, password, os_account=auth.os_account())
