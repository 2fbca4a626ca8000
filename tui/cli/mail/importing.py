"""`deskwire mail import`: making tickets and answers of the mails in files."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from tui.cli import Subparsers
from tui.cli.acting import acting
from tui.cli.output import json_lines, say, warn

if TYPE_CHECKING:
    from connector.intake import Outcome, Report


def register(commands: Subparsers) -> None:
    """Add the parser of `deskwire mail import`."""
    parser = commands.add_parser(
        "import",
        help="make tickets and answers of the mails in files",
        description="Make tickets and answers of mails. Importing the same mails again changes nothing.",
    )
    parser.add_argument("path", metavar="PATH", help="an .eml file, an mbox, a Maildir or a folder of them")
    parser.add_argument("--json", action="store_true", help="one JSON object a mail: what became of it")
    parser.set_defaults(run=_import)


def _import(arguments: Namespace) -> int:
    from connector.intake import import_mails
    from connector.mail.sources import iterate
    from services.originals import quarantined_count
    from tui.cli.mail.spooled import empty_spool

    with acting(arguments.settings) as session:
        session.require("import_mail")
        empty_spool(arguments.settings, session)
        progress = _show_progress if sys.stderr.isatty() else _show_nothing
        try:
            report = import_mails(session, iterate(arguments.path), progress)
        finally:
            progress(0, 0)
        in_quarantine = quarantined_count()
    if arguments.json:
        json_lines(_object(outcome) for outcome in (*report.leftovers, *report.mails))
    else:
        _print_summary(report)
    return _warn_about_faults(report, in_quarantine)


def _object(outcome: Outcome) -> dict[str, Any]:
    return {
        "origin": outcome.origin,
        "state": outcome.state,
        "number": outcome.number,
        "message_id": outcome.message_id or None,
        "reason": outcome.reason or None,
    }


def _print_summary(report: Report) -> None:
    from connector import intake

    parts = [
        _counted(report.count(intake.TICKET), "ticket", "tickets"),
        _counted(report.count(intake.REPLY), "reply", "replies"),
        f"{report.count(intake.PRESENT, intake.DUPLICATE):,} already there",
        f"{report.count(intake.QUARANTINED):,} quarantined",
    ]
    unreadable = report.count(intake.UNREADABLE)
    if unreadable:
        parts.append(f"{unreadable:,} unreadable")
    say(f"{_counted(len(report.mails), 'mail', 'mails')} read: {', '.join(parts)}.")
    if report.leftovers:
        left = _counted(len(report.leftovers), "mail", "mails")
        say(f"{left} that an interrupted import had left behind {_verb(report.leftovers)} filed too.")


def _warn_about_faults(report: Report, in_quarantine: int) -> int:
    """Name on standard error what could not be filed; return the exit status."""
    from connector import intake

    failed = [
        outcome
        for outcome in (*report.leftovers, *report.mails)
        if outcome.state in (intake.QUARANTINED, intake.UNREADABLE)
    ]
    for outcome in failed:
        warn(f"deskwire: {outcome.origin}: {outcome.state}: {outcome.reason}")
    if in_quarantine:
        counted = _counted(in_quarantine, "mail is", "mails are")
        warn(f"deskwire: In all {counted} in quarantine, nothing of which is lost; see “deskwire mail queue”.")
    return 1 if failed else 0


def _show_progress(done: int, total: int) -> None:
    """Rewrite one line on the terminal; both numbers 0 wipe it."""
    if total:
        text = f"{done:,} of {total:,} mails filed"
    else:
        text = f"{done:,} mails kept" if done else ""
    print(f"\r{text:<40}" if text else f"\r{'':<40}\r", end="", file=sys.stderr, flush=True)


def _show_nothing(done: int, total: int) -> None:
    """Stay silent where nobody watches."""


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def _verb(outcomes: tuple[Outcome, ...]) -> str:
    return "was" if len(outcomes) == 1 else "were"
