"""Mail of the sample desk while somebody tries it: it leaves as on any desk, and is caught on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from services.errors import DeskError
from widgets.safe import notify

if TYPE_CHECKING:
    from connector.demo.catcher import Catcher
    from tui.app import DeskApp

_START_SECONDS = 1.5
"""The first frames have the processor to themselves; an answer waits for longer than that anyway."""

_AGAIN_SECONDS = 5.0
_END_SECONDS = 10.0


class DemoMail:
    """Runs a connector that sends, and the server that catches, in threads while the block runs.

    Only on a desk that was built as a sample and still has this machine as its server; of several programs only the
    first one does it.
    """

    def __init__(self, app: DeskApp, folder: str) -> None:
        self._app = app
        self._folder = folder
        self._stop = Event()
        self._thread = Thread(target=self._run, name="deskwire-demo-mail", daemon=True)

    def __enter__(self) -> DemoMail:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(_END_SECONDS)

    def _run(self) -> None:
        if self._stop.wait(_START_SECONDS):
            return
        # Nobody is kept from trying the rest of the desk by what is wrong here: mail waits in the outbox then.
        try:
            self._work()
        except (DeskError, OSError):
            return
        except Exception as error:
            from tui.crash import report

            self._app.in_loop(notify, self._app, report(error))

    def _work(self) -> None:
        from connector.demo.catcher import Catcher
        from connector.parts import held_connection

        with held_connection():
            if not _is_ours():
                return
        lock = self._locked()
        if lock is None:
            return
        catcher = Catcher(self._folder, self._caught)
        try:
            with held_connection():
                _name_port(catcher)
            self._send_mail()
        finally:
            catcher.close()
            os.close(lock)
            with suppress(Exception):
                _disconnect()

    def _locked(self) -> int | None:
        """Be the only program that catches this desk's mail, as soon as no other one does; None at the end."""
        import fcntl

        os.makedirs(self._folder, mode=0o700, exist_ok=True)
        lock = os.open(os.path.join(self._folder, ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._stop.wait(_AGAIN_SECONDS):
                    os.close(lock)
                    return None
            else:
                return lock

    def _send_mail(self) -> None:
        """Do what `deskwire mail run` does, but for fetching and listening, until the program ends."""
        from connector.run import Connector, Plan
        from connector.sending import sender_name
        from connector.spool import Spool, folder_for
        from services import auth
        from services.session import desk_session
        from tui import thin
        from tui.crash import report

        spool = Spool(folder_for(thin.spool_base(), self._app.settings.url))
        plan = Plan(sender_name(), fetches=False)
        connector = Connector(desk_session("email", auth.os_account()), spool, plan, _silent, report)
        connector.start()
        self._stop.wait()
        connector.end()

    def _caught(self, path: str, people: Sequence[str]) -> None:
        to = people[0] if len(people) == 1 else f"{len(people)} people"
        self._app.in_loop(notify, self._app, f"The mail to {to} was caught: {os.path.dirname(path)} has it.")


def _is_ours() -> bool:
    from connector.demo.sample import HOST
    from services import mail_settings
    from services.demo.marking import is_demo

    settings = mail_settings.current()
    return is_demo() and settings.smtp_host == HOST and not settings.smtp_username


def _name_port(catcher: Catcher) -> None:
    """Begin to catch, and tell the desk at which port, unless that is the one that it knows."""
    from services import mail_settings, preferences
    from services.session import desk_session

    known = mail_settings.current().smtp_port
    port = catcher.open(known)
    if port != known:
        preferences.set_desk_setting(desk_session("import", name="Deskwire demo"), "smtp_port", port)


def _disconnect() -> None:
    from models import database

    if not database.is_closed():
        database.close()


def _silent(part: str, text: str, **fields: Any) -> None:
    """What a connector says; the screen shows how it does."""
