"""The first start: a desk is made at the address, with the administrator who looks after it."""

from __future__ import annotations

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Static

from screens.dialogs.form import FormScreen
from services import auth
from services.session import Session
from services.text import row
from widgets.safe import content
from widgets.text_prompt import TextPrompt


class FirstStartScreen(FormScreen):
    """Makes the tables and the first administrator, then starts that person's session."""

    def __init__(self, url: str) -> None:
        super().__init__("Welcome to Deskwire")
        self._url = url
        self._account = auth.os_account()
        self._bind = True

    def introduction(self) -> str:
        """Return what will happen where."""
        from models.binding import is_sqlite, redacted, sqlite_path

        place = sqlite_path(self._url) if is_sqlite(self._url) else redacted(self._url)
        return f"There is no desk at {row(place, 200)} yet. Say who will look after it, and it is made."

    def fields(self) -> list[TextPrompt]:
        """Return who the administrator is, with what the system knows filled in."""
        return [
            TextPrompt("Your name", _full_name(), id="name"),
            TextPrompt("User name", self._account, id="username"),
            TextPrompt("Email address (may stay empty)", id="email"),
            TextPrompt("Password", password=True, id="password"),
            TextPrompt("The same password again", password=True, id="again"),
        ]

    def body(self) -> Iterable[Widget]:
        """Return the lines and the switch below them."""
        yield from super().body()
        yield Static(content(self._switch_line()), id="binding")

    def on_mount(self) -> None:
        """Start in the first line."""
        super().on_mount()
        self.field("name").focus()

    def do_switch(self) -> None:
        """Switch whether this account of the system logs in without the password."""
        self._bind = not self._bind
        self.query_one("#binding", Static).update(content(self._switch_line()))

    def do_save(self) -> None:
        """Make the desk in the second thread."""
        if self.busy:
            return
        name, username, email, password, again = self.values("name", "username", "email", "password", "again")
        if not name.strip():
            self.refuse("name", "Type your name, as customers will see it.")
        elif not username.strip():
            self.refuse("username", "Type the user name that you will log in with.")
        elif not password and not self._bind:
            self.refuse("password", "Type a password; without one, only this account of the system could log in.")
        elif password != again:
            self.refuse("again", "The two passwords differ; type the same one twice.")
        else:
            self.busy = True
            self.say("Making the desk …")
            bound = self._account if self._bind else None
            person = (name, username, email, password or None, bound)
            self.run_db(create, self._url, self._account, *person, then=self._made, lane="slow")

    def _made(self, session: Session) -> None:
        self.say("")
        self.desk.start_session(session)

    def _switch_line(self) -> str:
        mark = "(*)" if self._bind else "( )"
        return f"{mark} The system account {row(self._account, 60)} logs in without the password"


def create(
    url: str, account: str, name: str, username: str, email: str, password: str | None, bound: str | None
) -> Session:
    """Make the tables, the desk's lists and the administrator; return that person's session."""
    from services.desk import create_desk_tables
    from services.setup import NewAdministrator, create_desk

    create_desk_tables(url)
    user_id = create_desk(NewAdministrator(name, username, email, password, bound), os_account=account)
    assert user_id is not None
    return auth.session_for(user_id, "manual", account)


def _full_name() -> str:
    """Return the person's name as the system knows it."""
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_gecos.partition(",")[0]
    except KeyError:
        return ""
