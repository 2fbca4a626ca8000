"""`deskwire mail status`: how the Email Connector does."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any

from tui.cli import Subparsers
from tui.cli.acting import acting
from tui.cli.output import json_lines, say, table

if TYPE_CHECKING:
    from services.mail_status import MailStatus


def register(commands: Subparsers) -> None:
    """Add the parser of `deskwire mail status`."""
    parser = commands.add_parser("status", help="show what mail waits, who works, and what went wrong")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(run=_status)


def _status(arguments: Namespace) -> int:
    from connector.spool import Spool, folder_for
    from services import mail_status
    from tui import thin

    with acting(arguments.settings) as session:
        found = mail_status.read(session)
    in_spool = len(Spool(folder_for(thin.spool_base(), arguments.settings.url)).names())
    if arguments.json:
        json_lines([_object(found, in_spool)])
    else:
        _print(found, in_spool)
    return 0


def _object(found: MailStatus, in_spool: int) -> dict[str, Any]:
    from services.clock import iso

    return {
        "connectors": [
            {"name": run.name, "state": run.state, "started_at": iso(run.started_at), "seen_at": iso(run.seen_at)}
            for run in found.runs
        ],
        "mailboxes": [
            {
                "name": one.name,
                "active": one.active,
                "fetched": one.fetched,
                "missing": one.missing,
                "last_success_at": iso(one.last_success_at),
                "last_error_at": iso(one.last_error_at),
                "error": one.error or None,
                "fetched_by": one.fetched_by or None,
            }
            for one in found.mailboxes
        ],
        "spool": in_spool,
        **found.queues._asdict() | {"last_received_at": iso(found.queues.last_received_at)},
        "outbox": found.outbox._asdict() | {"last_sent_at": iso(found.outbox.last_sent_at)},
        "outgoing_refusal": found.outgoing_refusal,
        "outgoing_error": found.outgoing_error,
    }


def _print(found: MailStatus, in_spool: int) -> None:
    queues, outbox = found.queues, found.outbox
    names = ", ".join(f"{run.name} ({run.state}, seen {_moment(run.seen_at)})" for run in found.runs)
    rows = [
        ("Connectors", names or "none is running: start “deskwire mail run”"),
        ("Spool", f"{in_spool:,} wait"),
        ("Mail in", f"last {_moment(queues.last_received_at) or 'never'}, {queues.waiting:,} to be filed"),
        ("Queues", f"{queues.quarantined:,} in quarantine, {queues.review:,} under review, {queues.aside:,} set aside"),
        (
            "Outbox",
            f"{outbox.waiting:,} wait, {outbox.failed:,} failed, {outbox.unknown:,} unknown,"
            f" {outbox.held:,} held, {outbox.bounced:,} bounced",
        ),
        (
            "Mail out",
            found.outgoing_refusal or found.outgoing_error or f"last {_moment(outbox.last_sent_at) or 'never'}",
        ),
    ]
    table(rows)
    if found.mailboxes:
        say("")
        heads = ("Mailbox", "Fetched", "Last success", "Trouble")
        lines = [
            (
                one.name if one.active else f"{one.name} (off)",
                f"{one.fetched:,}",
                _moment(one.last_success_at) or "never",
                one.error,
            )
            for one in found.mailboxes
        ]
        table(lines, heads)


def _moment(at: int | None) -> str:
    """Return a moment to the second; nothing for none."""
    from services.clock import SECOND, iso

    return iso(None if at is None else at // SECOND * SECOND) or ""
