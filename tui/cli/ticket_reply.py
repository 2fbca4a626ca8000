"""`deskwire ticket reply`: answering the customers of a ticket by mail."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import Invalid
from tui.cli import opened_desk
from tui.cli.acting import acting_session
from tui.cli.output import say, typed_text

if TYPE_CHECKING:
    from services.reply_people import Addressees
    from services.session import Session


def register(parser: ArgumentParser) -> None:
    """Add the arguments and the deed."""
    parser.add_argument("number", metavar="NUMBER", help="the ticket, such as 0500-1042")
    parser.add_argument("--close", action="store_true", help="complete the ticket along")
    parser.add_argument("--all", action="store_true", help="also who else stands openly on the customer's newest mail")
    for field in ("to", "cc", "bcc"):
        text = f"to this address in {field.capitalize()}; may be repeated"
        parser.add_argument(f"--{field}", action="append", default=[], metavar="ADDRESS", help=text)
    parser.add_argument("--subject", default="", metavar="S", help="another subject; the number is put into it")
    parser.add_argument("--attach", action="append", default=[], metavar="FILE", help="a file; may be repeated")
    parser.set_defaults(run=_reply)


def _reply(arguments: Namespace) -> int:
    from services import local_files, mail_settings, replies, tickets

    text = typed_text()
    if not text.strip():
        raise Invalid("The mail is empty; give its text on standard input.")
    files = tuple(local_files.read(Path(path)) for path in arguments.attach)
    with opened_desk(arguments.settings):
        session = acting_session(arguments.settings)
        ticket_id = tickets.find_id(arguments.number)
        people = _people(session, ticket_id, arguments)
        reply = replies.Reply(people, arguments.subject, text, files)
        replies.send(session, ticket_id, reply, close=arguments.close)
        delay = mail_settings.current().send_delay_seconds
    named = ", ".join(address for _, address in people.all)
    say(f"Goes to {named}{f' in {delay} seconds' if delay else ''}.")
    return 0


def _people(session: Session, ticket_id: int, arguments: Namespace) -> Addressees:
    """Return whom the mail goes to: those who were named, or the ticket's own."""
    from services import reply_people

    if not (arguments.to or arguments.cc or arguments.bcc):
        return reply_people.proposed(session, ticket_id, everyone=arguments.all)
    fields = {name: reply_people.parsed(", ".join(getattr(arguments, name)), name) for name in ("to", "cc", "bcc")}
    return reply_people.each_once(reply_people.Addressees(**fields))
