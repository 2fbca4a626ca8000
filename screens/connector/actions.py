"""What can be done on the screen of the Email Connector; each page has some of it."""

from __future__ import annotations

from screens.actions import Action

_ADMINISTER = "administer"

ACTIONS = (
    Action("connector.open", ("enter", "o"), "Open", "Open what is under the cursor, or change it", hint=10),
    Action("connector.retry", ("r",), "Try again", "Send the mail again, or try again to file it", hint=11),
    Action(
        "connector.retry-all",
        ("R",),
        "Try all again",
        "Send all failed and unknown mail of the list again, or try to file all of it",
        dangerous=True,
    ),
    Action("connector.release", ("l",), "Let go", "Send a mail that is held after all", hint=12),
    Action("connector.withdraw", ("w",), "Withdraw", "Give up sending the mail", dangerous=True, hint=13),
    Action("connector.place", ("p",), "Place", "Say on which ticket the mail belongs, or that it makes one", hint=11),
    Action("connector.save", ("s",), "Save .eml", "Save the mail as it arrived", hint=14),
    Action("connector.aside", ("x",), "Set aside", "Say that the mail needs no ticket; it stays kept", hint=13),
    Action("connector.quotes", ("z",), "Quotes", "Show or hide what the mail quotes"),
    Action("connector.which", ("f",), "Which", "Show what is on its way, what is in trouble, or everything", hint=14),
    Action("connector.add", ("n",), "New", "Add a mailbox, or a canned text", privilege=_ADMINISTER, hint=11),
    Action("connector.rename", ("e",), "Rename", "Give the canned text another name", privilege=_ADMINISTER, hint=13),
    Action("connector.switch", ("a",), "On or off", "Use it no more, or again", privilege=_ADMINISTER, hint=12),
    Action(
        "connector.test-receive",
        ("t",),
        "Test",
        "Look into the mailbox once, and say how it went",
        privilege=_ADMINISTER,
        hint=13,
    ),
    Action(
        "connector.test-send",
        ("S",),
        "Test send",
        "Send a mail to an address, and say what the server answers",
        privilege=_ADMINISTER,
        hint=15,
    ),
    Action("connector.overview", ("1",), "Overview", "Show how mail does just now"),
    Action("connector.mailboxes", ("2",), "Mailboxes", "Show the mailboxes that are fetched"),
    Action("connector.outbox", ("3",), "Outbox", "Show the mail that leaves, by recipient"),
    Action("connector.quarantine", ("4",), "Quarantine", "Show the mail that could not be filed"),
    Action("connector.review", ("5",), "Review", "Show the mail that may belong to several tickets"),
    Action("connector.asides", ("6",), "Aside", "Show the mail that was set aside"),
    Action("connector.settings", ("7",), "Settings", "Show the settings of mail, and the canned texts"),
    Action("connector.next-page", ("tab", "right"), "Next page", "Show the next page"),
    Action("connector.previous-page", ("shift+tab", "left"), "Page before", "Show the page before"),
    Action("connector.up", ("up", "k"), "Up", "Go to the line above"),
    Action("connector.down", ("down", "j"), "Down", "Go to the line below"),
    Action("connector.page-up", ("pageup",), "Page up", "Go up a page"),
    Action("connector.page-down", ("pagedown",), "Page down", "Go down a page"),
    Action("connector.first", ("home", "g"), "First", "Go to the first line"),
    Action("connector.last", ("end", "G"), "Last", "Go to the last line"),
    Action("connector.scroll-up", ("K",), "Scroll up", "Scroll the text below up"),
    Action("connector.scroll-down", ("J",), "Scroll down", "Scroll the text below down"),
)
