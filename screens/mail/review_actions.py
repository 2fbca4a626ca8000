"""What can be done on the last look before a mail is sent."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("review.accept", ("enter",), "Accept", "Press the chosen button", hint=10),
    Action("review.send", ("ctrl+s", "y"), "Send", "Send the mail", hint=11),
    Action("review.send-and-close", ("c",), "Send and close", "Send the mail and complete the ticket", hint=12),
    Action("review.next", ("tab", "right", "l"), "Next button", "Go to the next button"),
    Action("review.previous", ("shift+tab", "left", "h"), "Previous button", "Go to the button before"),
    Action("review.up", ("up", "k"), "Up", "Scroll up"),
    Action("review.down", ("down", "j"), "Down", "Scroll down"),
    Action("review.page-up", ("pageup",), "Page up", "Scroll up a page"),
    Action("review.page-down", ("pagedown",), "Page down", "Scroll down a page"),
    Action("review.cancel", ("escape", "q"), "Write on", "Go back to the text", hint=20),
)
