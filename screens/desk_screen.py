"""The base of the desk's screens: actions from the registry, database work with `run_db`, plain-sentence faults."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from textual import events
from textual.screen import ScreenResultType

from screens.actions import Action, area_actions, bindings
from screens.closing import ClosesOnce
from screens.fresh import Fresh
from screens.runner import Lane, Superseded
from services.errors import DeskError
from services.session import EMPLOYEES_ONLY, Session
from widgets.hint_bar import Hint, HintBar
from widgets.safe import notify

if TYPE_CHECKING:
    from screens.context import DeskContext
    from screens.going.labels import JumpLabels

Result = TypeVar("Result")
TYPED_NUMBER = "number:"
"""What the palette is dismissed with instead of an action's id, before a ticket's number as it was typed."""

_BEFORE_HELP = 4
"""How many hints come before the one that leads to all others, so that 80 columns show it."""

_AFTER_LOGIN = frozenset({"do_log_out", "do_go_to_ticket", "do_password", "do_drafts", "do_search"})
_UNDOING = frozenset({"do_undo", "do_redo", "do_operations"})


class DeskScreen(ClosesOnce[ScreenResultType], Fresh[ScreenResultType], Generic[ScreenResultType]):
    """A screen whose `AREA` names its actions in the registry; each is done by a method `do_<name>`.

    An action whose method a screen lacks is not offered there. The screen's own actions come before the desk's.
    """

    AREA = "form"
    BINDINGS = bindings("desk")
    _acting: Session | None = None
    operations_of: int | None = None
    """The ticket whose operations are shown first; None for one's own."""
    jump_labels: JumpLabels | None = None
    """The labels over this screen, which get the keys before anything else."""

    def _on_mount(self, event: events.Mount) -> None:
        if self.desk.logged_in:
            self._acting = self.desk.session

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        self.call_later(self.tour_looks)

    @property
    def desk(self) -> DeskContext:
        """The program as screens see it."""
        return cast("DeskContext", self.app)

    @property
    def session(self) -> Session:
        """Who acts: whoever was logged in when the screen opened; no late answer acts for the next person."""
        if self._acting is None:
            self._acting = self.desk.session
        return self._acting

    @property
    def unsaved(self) -> str:
        """What would be lost if the program ended now, as the object of a sentence; empty when nothing."""
        return ""

    def run_db(
        self,
        work: Callable[..., Result],
        *args: Any,
        then: Callable[[Result], object] | None = None,
        failed: Callable[[DeskError], object] | None = None,
        group: str = "",
        lane: Lane = "quick",
        interruptible: bool = False,
        opens: bool = False,
    ) -> None:
        """Run `work(*args)` in a database thread and hand its result to `then` on this screen.

        A newer request of the same `group` makes an older answer disappear, and stops what is `interruptible` while
        it runs. A fault goes to `failed`, or is shown as its sentence. What `opens` a dialog or a screen gets the keys
        that are typed until then, and Esc calls it off.
        """
        group = f"{id(self)}:{group}" if group else ""
        runner = self.desk.runner
        future, generation = runner.submit(work, *args, group=group, lane=lane, interruptible=interruptible)
        called_off: list[bool] = []
        hold = self.desk.hold_keys(self, lambda: called_off.append(True)) if opens else None

        def apply(done: Future[Result]) -> None:
            # A screen that has been closed is attached for a moment longer, and would act on the one below.
            if self not in self.app.screen_stack or called_off or not runner.is_current(group, generation):
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

        def answer(done: Future[Result]) -> None:
            try:
                apply(done)
            finally:
                if hold is not None:
                    hold.end()

        loop = self.app._loop
        assert loop is not None

        def deliver(done: Future[Result]) -> None:
            # The loop is closed when the program has left meanwhile: nobody waits for the answer.
            if loop is not None and not loop.is_closed():
                loop.call_soon_threadsafe(self.call_later, answer, done)

        future.add_done_callback(deliver)

    def show_fault(self, fault: DeskError) -> None:
        """Show a fault's sentence until the next key or a few seconds."""
        notify(self, fault.sentence, severity="error")

    def leave_unanswered(self) -> None:
        """Dismiss this screen with None, asking first only when something typed would be lost."""
        if not self.unsaved:
            self.dismiss(None)
            return
        from screens.dialogs.confirm import ConfirmDialog

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        self.app.push_screen(ConfirmDialog(f"Throw away {self.unsaved}?", yes="Throw away"), answered)

    # What can be done here

    def offers(self, action: Action) -> bool:
        """Tell whether an action makes sense on this screen at all."""
        return hasattr(self, action.method) and (action.id != "desk.tour" or self.desk.tour is not None)

    def refusal(self, action: Action) -> str | None:
        """Return why an action cannot be done now, or None; screens add their own reasons."""
        if action.privilege and not self.session.has(action.privilege):
            return self.session.refusal(action.privilege)
        if action.area == "desk":
            return self._desk_refusal(action)
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let a key go on to others when this screen does not offer its action."""
        if action == "run" and parameters:
            return any(known.id == parameters[0] for _, known in self.reachable_actions())
        return super().check_action(action, parameters)

    def action_run(self, action_id: str) -> None:
        """Do an action by id, or say why it cannot be done now.

        Before the screen has been put together it waits for that; after the screen has closed nothing is done.
        """
        if self not in self.app.screen_stack:
            return
        if not self.is_mounted:
            self.call_later(self.action_run, action_id)
            return
        for owner, action in self.reachable_actions():
            if action.id == action_id:
                reason = owner.refusal(action)
                if reason:
                    notify(self, reason, severity="warning")
                    return
                try:
                    getattr(owner, action.method)()
                except DeskError as fault:
                    owner.show_fault(fault)
                if self.desk.tour is not None:
                    self.desk.tour.did(cast("DeskScreen[Any]", self.app.screen), action_id)
                return

    def reachable_actions(self) -> list[tuple[DeskScreen[Any], Action]]:
        """Return the actions that can be asked for here with who does them, the screen's own first."""
        declared = (*area_actions(self.AREA), *area_actions("desk"))
        return [(self, action) for action in declared if self.offers(action)]

    def hints(self) -> list[Hint]:
        """Return the hints for a screen's last line, in order; a click on one asks for its action."""
        ranked = sorted(
            (action.hint, index, Hint(keys[0], action.label, owner.refusal(action) is None, action.id))
            for index, (owner, action) in enumerate(self.reachable_actions())
            if action.hint is not None and (keys := self.desk.shown_keys(action.id))
        )
        hints = [hint for _, _, hint in ranked]
        place = next((index for index, hint in enumerate(hints) if hint.action == "desk.help"), 0)
        if place > _BEFORE_HELP:
            hints.insert(_BEFORE_HELP, hints.pop(place))
        return hints

    def hints_while_typing(self, hints: list[Hint]) -> list[Hint]:
        """Return hints with keys that are no letters, where an action has one."""

        def key(hint: Hint) -> str:
            return next((key for key in self.desk.shown_keys(hint.action) if len(key) > 1), hint.key)

        return [hint._replace(key=key(hint)) for hint in hints]

    def on_hint_bar_clicked(self, event: HintBar.Clicked) -> None:
        """A click on a hint does what its key does."""
        event.stop()
        if event.action:
            self.action_run(event.action)

    # What every screen can do

    def do_help(self) -> None:
        """Show what the keys do here."""
        from screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self))

    def do_palette(self) -> None:
        """Find an action by name and run it."""
        from screens.palette import PaletteScreen

        self.app.push_screen(PaletteScreen(self), self._run_chosen)

    def do_go_to_ticket(self) -> None:
        """Ask for a ticket's number and open it."""
        from screens.dialogs.line import LineDialog
        from services import jump

        session, found = self.session, [0]

        def check(typed: str) -> None:
            found[0] = jump.find(session, typed).id

        def opened(typed: str | None) -> None:
            if typed is not None:
                self.desk.open_ticket(found[0])

        hint = "For example 0500-1000; the last four digits alone mean the newest ticket that ends in them"
        dialog = LineDialog("Go to ticket", "Ticket number", check=check, hint=hint)
        self.app.push_screen(dialog, opened)

    def do_undo(self) -> None:
        """Take back what one did last."""
        from screens.operations.undoing import undo_last

        undo_last(self, self.tickets_changed)

    def do_redo(self) -> None:
        """Do again what one took back last."""
        from screens.operations.undoing import redo_last

        redo_last(self, self.tickets_changed)

    def do_operations(self) -> None:
        """Show what one did lately."""
        from screens.operations import OperationsScreen

        self.app.push_screen(OperationsScreen(self.operations_of))

    def tickets_changed(self, ticket_ids: list[int]) -> None:
        """Show again what an undo has changed, where anything is shown that can be read again."""
        refresh = getattr(self, "do_refresh", None)
        if refresh is not None:
            refresh()

    def do_search(self) -> None:
        """Go to the main window and search all tickets there."""
        self.desk.search()

    def do_jump_labels(self) -> None:
        """Put labels over all parts of the screen."""
        from screens.going.labels import JumpLabels

        self.jump_labels = JumpLabels(self)

    def do_go_back(self) -> None:
        """Go back to the screen before, if there is one."""
        if self._has_one_below():
            self.dismiss(None)

    def do_close(self) -> None:
        """Close this screen; on the first one, end the program."""
        if self._has_one_below():
            self.do_go_back()
        else:
            self.desk.leave()

    def do_drafts(self) -> None:
        """Show what was typed and not saved."""
        from screens.drafts import DraftsScreen

        self.app.push_screen(DraftsScreen())

    def tour_looks(self) -> None:
        """Let the tour see that something was opened or closed."""
        if self.desk.tour is not None and self.desk.logged_in:
            self.desk.tour.look(self)

    def do_tour(self) -> None:
        """Show the tour, or put it away."""
        if self.desk.tour is not None:
            self.desk.tour.toggle(self)

    def do_theme(self) -> None:
        """Choose how the desk looks."""
        from screens.dialogs.theme import choose_theme

        choose_theme(self)

    def do_redraw(self) -> None:
        """Draw every line anew."""
        self.desk.forget_drawn()
        self.refresh()

    def do_password(self) -> None:
        """Change one's own password."""
        from screens.login.password import PasswordScreen

        self.app.push_screen(PasswordScreen())

    def do_log_out(self) -> None:
        """End the session and show the login."""
        self.desk.log_out()

    def do_quit(self) -> None:
        """End the program."""
        self.desk.leave()

    def _run_chosen(self, action_id: str | None) -> None:
        if action_id is None:
            return
        if not action_id.startswith(TYPED_NUMBER):
            self.action_run(action_id)
            return
        from services import jump

        typed = action_id.removeprefix(TYPED_NUMBER)
        self.run_db(jump.find_id, self.session, typed, then=self.desk.open_ticket, opens=True)

    def _has_one_below(self) -> bool:
        return len(self.app.screen_stack) > 1

    def _desk_refusal(self, action: Action) -> str | None:
        if action.method in _AFTER_LOGIN | _UNDOING and not self.desk.logged_in:
            return "Nobody has logged in yet."
        if action.method in _UNDOING and self.session.is_client:
            return EMPLOYEES_ONLY
        if action.method in _UNDOING and self.unsaved:
            return f"Save or leave {self.unsaved} first."
        if action.method == "do_go_back" and not self._has_one_below():
            return "This is the first screen; there is none before it."
        return self.going_refusal(action.id.partition(".")[2])

    def going_refusal(self, name: str) -> str | None:
        """Return why there is no way back or forward; screens that are places know."""
        return None
