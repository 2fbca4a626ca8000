"""The entry point. It imports nothing before it knows what is asked for: a mail server waits for every mail."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run Deskwire and return the exit status: 0 done, 1 refused, 2 wrong usage, 75 try again later."""
    words = sys.argv[1:] if argv is None else list(argv)
    if "deliver" in words:
        from tui import thin

        asked = thin.delivery(words)
        if asked is not None:
            return thin.deliver(asked)
    from tui import program

    return program.run(words)


if __name__ == "__main__":
    sys.exit(main())
