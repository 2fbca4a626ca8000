"""Changing one's own password."""

from __future__ import annotations

from screens.dialogs.form import FormScreen
from services.errors import DeskError, LoginFailed
from widgets.safe import notify
from widgets.text_prompt import TextPrompt


class PasswordScreen(FormScreen):
    """Takes the present password, which proves who is at the keyboard, and the new one twice."""

    def __init__(self) -> None:
        super().__init__("Change your password")

    def fields(self) -> list[TextPrompt]:
        """Return the three lines."""
        return [
            TextPrompt("Present password", password=True, id="old"),
            TextPrompt("New password", password=True, id="new"),
            TextPrompt("The new password again", password=True, id="again"),
        ]

    def on_mount(self) -> None:
        """Start in the first line."""
        super().on_mount()
        self.field("old").focus()

    def do_save(self) -> None:
        """Change it in the second thread: checking a password takes a while on purpose."""
        if self.busy:
            return
        old, new, again = self.values("old", "new", "again")
        if not old:
            self.refuse("old", "Type the password that you have now.")
        elif new != again:
            self.refuse("again", "The two passwords differ; type the same one twice.")
        else:
            from services.users import change_own_password

            self.busy = True
            self.say("Checking …")
            self.run_db(change_own_password, self.session, old, new, then=self._changed, lane="slow")

    def show_fault(self, fault: DeskError) -> None:
        """Say where it belongs what was wrong."""
        if isinstance(fault, LoginFailed):
            self.say("")
            self.refuse("old", fault.sentence)
        elif getattr(fault, "field", None) == "password":
            self.say("")
            self.refuse("new", fault.sentence)
        else:
            super().show_fault(fault)

    def _changed(self, _: None) -> None:
        notify(self.app, "Your password has been changed.")
        self.dismiss(None)
