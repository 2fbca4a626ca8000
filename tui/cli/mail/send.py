"""`deskwire mail send`: sending once what is due in the outbox."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from tui.cli import Subparsers
from tui.cli.acting import acting
from tui.cli.output import json_lines, say, warn

if TYPE_CHECKING:
    from connector.sending import Round


def register(commands: Subparsers) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "send",
        help="send what is due in the outbox, once",
        description="Send what is due in the outbox. What the mail server puts off is tried again by a later run.",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object: how many got it, wait, failed")
    parser.add_argument("--test", metavar="ADDRESS", help="send a test mail there too, and say what became of it")
    parser.set_defaults(run=_send)


def _send(arguments: Namespace) -> int:
    from connector.sending import send_due, sender_name
    from services import mail_test
    from services.session import desk_session

    with acting(arguments.settings) as session:
        session.require("import_mail")
        test = mail_test.queue(session, arguments.test) if arguments.test is not None else None
        done = send_due(desk_session("email", session.os_account), sender_name())
        told = mail_test.outcome(session, test)[1] if test is not None else ""
    if arguments.json:
        counted = {"sent": done.sent, "waiting": done.waiting, "failed": done.failed, "unknown": done.unknown}
        json_lines([{**counted, "error": str(done.fault) if done.fault else None}])
    else:
        if told:
            say(told)
        say(_summary(done))
    for one in done.trouble:
        warn(f"deskwire: {one.address}: {one.state}: {one.reply}")
    if done.fault is not None:
        warn(f"deskwire: {done.fault}")
        return done.fault.exit_status
    return 1 if done.trouble else 0


def _summary(done: Round) -> str:
    if not done.handled:
        return "Nothing was due."
    parts = [f"{done.sent:,} sent"]
    for count, what in ((done.waiting, "to be tried again"), (done.failed, "failed"), (done.unknown, "unknown")):
        if count:
            parts.append(f"{count:,} {what}")
    return f"{done.handled:,} {'recipient' if done.handled == 1 else 'recipients'}: {', '.join(parts)}."
