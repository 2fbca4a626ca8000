"""What was typed and not saved: asked about on the way out of the program, kept as drafts, and told at the start."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from widgets.safe import notify

if TYPE_CHECKING:
    from concurrent.futures import Future

    from screens.draft_keeper import DraftKeeper
    from screens.drafting import Drafted
    from services.drafts import Draft
    from tui.app import DeskApp

_MOST_NAMED = 3
_REST_SECONDS = 0.6  # when what waits for the first frame has been loaded


class Keeping:
    """Holds the drafts of who has logged in; nothing is loaded before somebody has."""

    def __init__(self, app: DeskApp, in_loop: Callable[..., object]) -> None:
        self._app = app
        self._in_loop = in_loop
        self._keeper: DraftKeeper | None = None
        self._key: Future[str] | None = None

    @property
    def keeper(self) -> DraftKeeper:
        """The drafts of who has logged in."""
        if self._keeper is None:
            from screens.draft_keeper import DraftKeeper

            user = self._app.session.user_id
            complain = partial(self._in_loop, self._complain)
            self._keeper = DraftKeeper(self._ask_key, user or 0, complain)
        return self._keeper

    def begin(self) -> None:
        """Ask which desk this is, and a moment later tell who has logged in which drafts wait."""
        if self._app.logged_in:
            self._key = self._app.runner.submit(_desk_key)[0]
            self._app.set_timer(_REST_SECONDS, self._welcome)

    def _welcome(self) -> None:
        if self._app.logged_in:
            self.keeper.look(partial(self._in_loop, self._tell))

    def _ask_key(self) -> Future[str]:
        asked, self._key = self._key, None
        return asked or self._app.runner.submit(_desk_key)[0]

    def keep_all(self) -> None:
        """Hand everything that was typed to the thread that writes drafts."""
        for form in self._forms():
            form.keep_draft()

    def close(self) -> None:
        """Wait until the drafts are on the disk, and let them be offered again."""
        if self._keeper is not None:
            self._keeper.close()
        self._keeper = self._key = None

    def unless_unsaved(self, what: str, go: Callable[[], object]) -> None:
        """Do what ends all screens; when something typed would be lost, ask what becomes of it."""
        unsaved = [screen for screen in self._app.screen_stack if getattr(screen, "unsaved", "")]
        typed = " and ".join(screen.unsaved for screen in unsaved)  # type: ignore[attr-defined]
        forms = self._forms()
        if not typed:
            go()
        elif all(screen in forms for screen in unsaved):
            self._ask_what_becomes(what, typed, go)
        else:
            self._ask_to_lose(what, typed, go)

    def _ask_what_becomes(self, what: str, typed: str, go: Callable[[], object]) -> None:
        from screens.dialogs.leave import KEEP, THROW_AWAY, LeaveDialog

        def answered(answer: str | None) -> None:
            if answer in (KEEP, THROW_AWAY):
                for form in self._forms():
                    form.end_draft(keep=answer == KEEP)
                go()

        self._app.push_screen(LeaveDialog(f"{what} without saving {typed}?"), answered)

    def _ask_to_lose(self, what: str, typed: str, go: Callable[[], object]) -> None:
        from screens.dialogs.confirm import ConfirmDialog

        def answered(yes: bool | None) -> None:
            if yes:
                self.keep_all()
                go()

        self._app.push_screen(ConfirmDialog(f"{what} and lose {typed}?", "It has not been saved yet.", what), answered)

    def _forms(self) -> list[Drafted[Any]]:
        from screens.drafting import Drafted

        return [screen for screen in self._app.screen_stack if isinstance(screen, Drafted) and screen.is_drafted]

    def _tell(self, found: list[Draft]) -> None:
        if not found or not self._app.logged_in:
            return
        named = ", ".join(draft.about for draft in found[:_MOST_NAMED])
        more = ", …" if len(found) > _MOST_NAMED else ""
        count = "a draft" if len(found) == 1 else f"{len(found)} drafts"
        key = next(iter(self._app.shown_keys("desk.drafts")), "")
        shows = f"{key} shows {'it' if len(found) == 1 else 'them'}" if key else "the action Drafts shows them"
        notify(self._app, f"You have {count}: {named}{more}; {shows}.")

    def _complain(self, sentence: str) -> None:
        notify(self._app, sentence, severity="error")


def _desk_key() -> str:
    """Load what reads drafts in the database's thread, where nobody waits for it."""
    import services.draft_files  # noqa: F401
    from services.drafts import desk_key

    return desk_key()
