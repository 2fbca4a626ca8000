"""What the tour tells, one step a key."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """Something to try: `actions` that count as having tried it, and how often.

    In the texts `{…}` is the first key of the action named there, `{…:2}` its second. `then` is told while a dialog or
    a line that the action opened waits for the person.
    """

    actions: tuple[str, ...]
    text: str
    then: str = ""
    times: int = 1


STEPS = (
    Step(
        ("list.down", "list.up"),
        "Tickets of a sample desk. Go down three times, with {list.down} or {list.down:2}.",
        times=3,
    ),
    Step(("list.open",), "{list.open} opens the ticket under the cursor. Try it."),
    Step(
        ("ticket.history", "ticket.next-tab"),
        "A ticket has tabs with numbers. {ticket.history} shows its History: every mail, note and change.",
    ),
    Step(
        ("ticket.note",),
        "{ticket.note} writes a note on this ticket. Write one here.",
        "Write a few words, then save them with {form.save}. Nothing typed is lost, not even if the power fails.",
    ),
    Step(("desk.go-back", "desk.close", "ticket.left"), "{desk.go-back} goes back to the list. So does {desk.close}."),
    Step(
        ("list.mark", "list.mark-range"),
        "{list.mark} marks a ticket; the next action takes all that are marked. Mark two.",
        times=2,
    ),
    Step(
        ("list.status",),
        "{list.status} moves the marked tickets to another status.",
        "Choose Internal: go there with the arrows, or type int; then {form.accept} takes it.",
    ),
    Step(("desk.undo",), "A slip? {desk.undo} takes back what you did last; {desk.operations} shows all of it."),
    Step(
        ("list.find", "desk.search"),
        "{list.find} searches while you type; {desk.search} does so in all tickets.",
        "Half a word is enough: type print, then press Enter.",
    ),
    Step(
        ("desk.help",),
        "Last one: {desk.help} shows the keys of any screen, and {desk.palette} finds an action by its name.",
        "These keys work where you came from. {form.cancel} goes back.",
    ),
)

END = "You know the ten keys that matter. {desk.tour} shows the tour again, {list.new} enters a ticket of your own."
