"""`deskwire mail deliver`: one mail from a mail server's pipe. What a delivery does first stands in `tui.thin`."""

from __future__ import annotations

from argparse import Namespace

from tui.cli import Subparsers


def register(commands: Subparsers) -> None:
    """Add the parser of `deskwire mail deliver`, for its help and for what is misused."""
    parser = commands.add_parser(
        "deliver",
        help="take in one mail from standard input, for a mail server's pipe",
        description="Take in one mail from standard input. When it ends with 0, the mail is safe on the disk or in the "
        "desk; with 75 the mail server has to try again.",
    )
    parser.add_argument("--from", dest="sender", metavar="SENDER", help="the envelope's sender, empty for none")
    parser.add_argument("recipients", nargs="*", metavar="RECIPIENT", help="the envelope's recipients")
    parser.set_defaults(run=_deliver)


def _deliver(arguments: Namespace) -> int:
    from tui import thin

    asked = thin.Delivery()
    asked.db, asked.config = arguments.settings.url, arguments.settings.file or None
    asked.sender, asked.recipients = arguments.sender, arguments.recipients
    return thin.deliver(asked)
