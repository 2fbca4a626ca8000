"""Keeping drafts on disk without anybody waiting for it: a thread of its own, never the screen's or the database's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future, wait
from contextlib import suppress
from threading import Condition, Thread
from typing import Literal, NamedTuple

from services.draft_files import Shelf, sent_name
from services.drafts import Draft, Fields, Place
from services.errors import DeskError

LEAVE_SECONDS = 3.0
"""How long leaving the program waits for the last draft to reach the disk."""

SETTLE_SECONDS = 0.5
"""How long a form that opens where another one was left a moment ago waits for that one's draft."""

KEY_SECONDS = 0.1
"""How long a form that opens right after the start waits to know which desk this is."""

_MOST_SENT = 50
"""Mails whose text comes back when they are taken back; by then all others have left."""

Tell = Callable[[list[Draft]], object]


class Held:
    """A draft that a form of this program works on; it has a file once something was written."""

    def __init__(self, place: Place, name: str = "") -> None:
        self.place = place
        self.name = name


class _Job(NamedTuple):
    """What is to be done to a draft: write it, then end its keeping or not."""

    draft: Draft | None
    end: Literal["", "drop", "release"]


class DraftKeeper:
    """The drafts of who has logged in; `complain` is called, from the thread, with why one cannot be kept.

    `ask_key` asks the database for `services.drafts.desk_key`. What is asked for one draft while another is written is
    done in one step: only its newest text counts.
    """

    def __init__(self, ask_key: Callable[[], Future[str]], user_id: int, complain: Callable[[str], object]) -> None:
        self._ask_key = ask_key
        self._user_id = user_id
        self._complain = complain
        self._complained = False
        self._preferred = ""
        self._sent: OrderedDict[int, tuple[Place, Fields]] = OrderedDict()
        self._jobs: OrderedDict[Held, _Job] = OrderedDict()
        self._tell: Tell | None = None
        self._more = Condition()
        self._busy = False
        self._working_at: Place | None = None
        self._closing = False
        self._thread: Thread | None = None
        self._shelf: Shelf | None = None
        self._key = ask_key()

    # What the screens ask; all of it returns at once

    def take(self, place: Place) -> Draft | None:
        """Take up the newest draft that waits for a place; None when there is none."""
        name, self._preferred = self._preferred, ""
        wait((self._key,), KEY_SECONDS)
        self._settle(place)
        shelf = self._known_shelf()
        if shelf is None:
            return None
        return (shelf.take(place, name) if name else None) or shelf.take(place)

    def forget_at(self, kind: str, tickets: Iterable[int], detail: object = "") -> None:
        """Forget the newest draft that waits for a place."""
        draft = self.take(Place.of(kind, tickets, detail))
        if draft is not None:
            self.forget(draft)

    def prefer(self, name: str) -> None:
        """Let the next form at its place take up this draft, whatever others wait there."""
        self._preferred = name

    def write(self, held: Held, fields: Fields, saved_at: int) -> None:
        """Keep what stands in a form now."""
        from socket import gethostname

        self._ask(held, Draft(held.place, fields, saved_at, gethostname()), "")

    def drop(self, held: Held) -> None:
        """Forget a draft, because it was saved or thrown away."""
        self._ask(held, None, "drop")

    def release(self, held: Held) -> None:
        """Leave a draft as it is kept, to be offered again."""
        self._ask(held, None, "release")

    def forget(self, draft: Draft) -> None:
        """Forget a draft that waits."""
        self.drop(Held(draft.place, draft.name))

    def look(self, then: Tell) -> None:
        """Forget what is too old, and call `then` from the thread with the drafts that nobody works on."""
        with self._more:
            self._tell = then
            self._wake()

    def _settle(self, place: Place) -> None:
        """Let the thread finish what a form that has just closed has asked for the same place."""
        with self._more:
            asked = any(held.place == place for held in self._jobs) or self._working_at == place
        if asked:
            self.wait(SETTLE_SECONDS)

    # Mail that was sent and is taken back

    def remember_sent(self, operation_id: int, place: Place, fields: Fields, at: int) -> None:
        """Know what an operation has sent, in every program of this person, as long as it may be taken back."""
        self._sent[operation_id] = (place, fields)
        while len(self._sent) > _MOST_SENT:
            self._sent.popitem(last=False)
        self.write(Held(place, sent_name(operation_id)), fields, at)

    def knows_sent(self, operation_id: int) -> bool:
        """Tell whether what an operation has sent is known as it was typed, with the places of its files."""
        return self._sent_by(operation_id) is not None

    def bring_back(
        self, operation_id: int, saved_at: int, otherwise: tuple[Place, Fields] | None = None
    ) -> Place | None:
        """Make what an operation had sent a draft again; `otherwise` is what the desk knows of it.

        None when there is neither.
        """
        place, fields = self._sent_by(operation_id) or otherwise or (None, {})
        if place is not None:
            held = Held(place)
            self.write(held, fields, saved_at)
            self.release(held)
        return place

    def sent_again(self, operation_id: int) -> None:
        """Forget the draft of what is sent after all, unless somebody has gone on with it."""
        place, fields = self._sent_by(operation_id) or (None, {})
        draft = None if place is None else self.take(place)
        if place is not None and draft is not None:
            held = Held(place, draft.name)
            (self.drop if draft.fields == fields else self.release)(held)

    def _sent_by(self, operation_id: int) -> tuple[Place, Fields] | None:
        if operation_id in self._sent:
            return self._sent[operation_id]
        wait((self._key,), KEY_SECONDS)
        shelf = self._known_shelf()
        draft = shelf.sent(operation_id) if shelf is not None else None
        return (draft.place, draft.fields) if draft is not None else None

    # Leaving

    def wait(self, seconds: float = LEAVE_SECONDS) -> bool:
        """Wait until all that was asked for is done; tells whether it is."""
        with self._more:
            return self._more.wait_for(lambda: not (self._jobs or self._tell or self._busy), seconds)

    def close(self) -> None:
        """Wait for the last draft, within reason, and let other programs be offered what is kept."""
        self.wait()
        with self._more:
            self._closing = True
            self._more.notify_all()
        if self._shelf is not None:
            self._shelf.close()

    # The thread

    def _ask(self, held: Held, draft: Draft | None, end: Literal["", "drop", "release"]) -> None:
        with self._more:
            before = self._jobs.pop(held, None)
            if before is not None and end == "release":
                draft = before.draft
            self._jobs[held] = _Job(draft, end)
            self._wake()

    def _wake(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, name="deskwire-drafts", daemon=True)
            self._thread.start()
        self._more.notify_all()

    def _work(self) -> None:
        while True:
            with self._more:
                self._busy, self._working_at = False, None
                self._more.notify_all()
                self._more.wait_for(lambda: self._jobs or self._tell or self._closing)
                if not (self._jobs or self._tell):
                    return
                self._busy = True
                held, job = self._jobs.popitem(last=False) if self._jobs else (None, None)
                self._working_at = held.place if held is not None else None
                tell, self._tell = (self._tell, None) if held is None else (None, self._tell)
            try:
                if held is not None and job is not None:
                    self._keep(held, job)
                    self._complained = False
                elif tell is not None:
                    self._look_through(tell)
            except DeskError as fault:
                self._say(fault.sentence)
            except Exception as fault:
                # What nobody foresaw with one draft must not end the keeping of all others.
                self._say(f"A draft could not be kept ({type(fault).__name__}): save what you type soon.")

    def _say(self, sentence: str) -> None:
        if not self._complained:
            self._complained = True
            self._complain(sentence)

    def _keep(self, held: Held, job: _Job) -> None:
        if job.draft is None and not held.name:
            return
        shelf = self._awaited_shelf()
        if shelf is None:
            raise DeskError("The database does not say which desk this is, so no draft is kept: save what you type.")
        if job.draft is not None:
            held.name = held.name or shelf.new_name(held.place.key)
            shelf.write(job.draft._replace(name=held.name))
        if job.end and held.name:
            (shelf.drop if job.end == "drop" else shelf.release)(held.name)
            held.name = ""

    def _look_through(self, tell: Tell) -> None:
        shelf = self._awaited_shelf()
        if shelf is not None:
            shelf.sweep()
            tell(shelf.waiting())

    # Which folder it is

    def _known_shelf(self) -> Shelf | None:
        """Return the folder of the drafts; None until the database has said which desk this is."""
        with self._more:
            if self._shelf is None and self._key.done():
                if self._key.cancelled() or self._key.exception() is not None:
                    self._key = self._ask_key()
                else:
                    self._shelf = Shelf(self._key.result(), self._user_id)
            return self._shelf

    def _awaited_shelf(self) -> Shelf | None:
        with suppress(CancelledError):
            self._key.exception()
        return self._known_shelf()
