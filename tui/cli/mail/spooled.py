"""What other commands do for deliveries: whoever files mail takes in what lies in the spool."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.session import Session
    from tui.config import Settings


def empty_spool(settings: Settings, session: Session) -> None:
    """Take in what deliveries left on the disk while the database was away. Needs a connection."""
    from connector.spool import Spool, folder_for
    from tui import thin

    spool = Spool(folder_for(thin.spool_base(), settings.url))
    if spool.names():
        from connector.draining import drain

        drain(session._replace(channel="email"), spool)
