"""The base of the desk's screens: actions from the registry, database work with `run_db`, plain-sentence faults."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from textual.screen import ScreenResultType, Screen

from screens.actions import Action, area_actions
from screens.runner import Superseded
from services.errors import DeskError
from services.session import Session
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.context import DeskContext

Result = TypeVar("Result")


class DeskScreen(Screen[ScreenResultType], Generic[ScreenResultType]):
    """A screen whose `AREA` names its actions in the registry; each is done by a method `do_<name>`."""

    AREA = "form"

    @property
    def desk(self) -> DeskContext:
        """The program as screens see it."""
        return cast("DeskContext", self.app)

    @property
    def session(self) -> Session:
        """Who acts."""
        return self.desk.session

    def run_db(
        self,
        work: Callable[..., Result],
        *args: Any,
        then: Callable[[Result], object] | None = None,
        failed: Callable[[DeskError], object] | None = None,
        group: str = "",
        slow: bool = False,
    ) -> None:
        """Run `work(*args)` in a database thread and hand its result to `then` on this screen.

        A newer request of the same `group` makes an older answer disappear. A fault goes to `failed`, or is
        shown as its sentence.
        """
        group = f"{id(self)}:{group}" if group else ""
        runner = self.desk.runner
        future, generation = runner.submit(work, *args, group=group, slow=slow)

        def apply(done: Future[Result]) -> None:
            if not self.is_attached or not runner.is_current(group, generation):
                return
            try:
                result = done.result()
            except (Superseded, CancelledError):
                return
            except DeskError as fault:
                (failed or self.show_fault)(fault)
            else:
                if then is not None:
                    then(result)

        app = self.app
        loop = app._loop
        assert loop is not None
        future.add_done_callback(lambda done: loop.call_soon_threadsafe(self.call_later, apply, done))

    def show_fault(self, fault: DeskError) -> None:
        """Show a fault's sentence until the next key or a few seconds."""
        notify(self, fault.sentence, severity="error")

    def refusal(self, action: Action) -> str | None:
        """Return why an action cannot be done now, or None; screens add their own reasons."""
        if action.privilege and not self.session.has(action.privilege):
            from services.session import PRIVILEGES

            return f"You lack the privilege “{PRIVILEGES[action.privilege]}”; an administrator can give it to you."
        return None

    def action_run(self, action_id: str) -> None:
        """Do an action by id, or say why it cannot be done now."""
        for owner, action in self.reachable_actions():
            if action.id == action_id:
                reason = owner.refusal(action)
                if reason:
                    notify(self, reason, severity="warning")
                else:
                    getattr(owner, action.method)()
                return

    def reachable_actions(self) -> list[tuple[DeskScreen[Any], Action]]:
        """Return the actions that can be asked for here, nearest first."""
        return [(self, action) for action in area_actions(self.AREA)] + [
            (self, action) for action in area_actions("desk") if hasattr(self, action.method)
        ]

    def hints(self) -> list[tuple[str, str, bool]]:
        """Return (key, label, possible) for the hint line, in order."""
        ranked = sorted(
            (action.hint, keys[0], action.label, owner.refusal(action) is None)
            for owner, action in self.reachable_actions()
            if action.hint is not None and (keys := self.desk.shown_keys(action.id))
        )
        return [(key, label, possible) for _, key, label, possible in ranked]


