"""What can be done while one writes a mail."""

from __future__ import annotations

from screens.actions import Action

ACTIONS = (
    Action("mail.send", ("ctrl+s",), "Send", "See exactly who gets the mail, then send it", hint=10),
    Action("mail.files", ("ctrl+f",), "Attach", "Attach a file of yours or of the ticket, or take one off", hint=11),
    Action("mail.quote", ("f3",), "Quote", "Quote below the text what is answered, or take that out again", hint=12),
    Action("mail.canned", ("ctrl+b",), "Canned", "Insert a canned text, one that is written often", hint=13),
    Action("mail.editor", ("f4",), "Editor", "Write the text in your own editor ($EDITOR)", hint=21),
    Action("mail.accept", ("enter",), "Accept", "Take the suggestion, choose files, or go to the next field"),
    Action("mail.next", ("tab",), "Next field", "Take the suggestion, or go to the next field"),
    Action("mail.previous", ("shift+tab",), "Previous field", "Go to the field before"),
    Action("mail.down", ("down",), "Down", "Go to the next suggestion or field; shows all there are in an empty one"),
    Action("mail.up", ("up",), "Up", "Go to the suggestion or field above"),
    Action("mail.clear", ("delete",), "Clear", "Take all files off again"),
    Action("mail.scroll-down", ("ctrl+pagedown",), "Scroll down", "Scroll down what is answered, where it is shown"),
    Action("mail.scroll-up", ("ctrl+pageup",), "Scroll up", "Scroll up what is answered"),
    Action(
        "mail.discard-draft",
        ("ctrl+n",),
        "Discard draft",
        "Throw away the draft that the mail began with, or bring it back",
    ),
    Action("mail.cancel", ("escape",), "Cancel", "Leave without sending; asks what becomes of the text", hint=20),
)
