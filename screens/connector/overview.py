"""How mail does just now: a line for each thing that can go well or wrong, and the way to its page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from screens.connector.outbox import OutboxPage
from screens.connector.page import Page
from services import clock, connector_runs, mail_overview, outbox_rows
from services.connector_runs import Run
from services.mail_overview import Overview
from services.mailboxes import MailboxStatus
from services.session import Session
from widgets.dates import ShortDates
from widgets.log_view import LogBlock
from widgets.table import TableColumn, TableRow

_MAILBOXES, _OUTBOX, _QUARANTINE, _REVIEW, _ASIDE, _SETTINGS = range(1, 7)


class Line(NamedTuple):
    """One thing: what it is, how it does, more about it, whether it needs somebody, and its page."""

    what: str
    state: str
    more: str = ""
    wrong: bool = False
    page: int | None = None


class OverviewPage(Page[Line]):
    """One line a thing; what needs somebody is marked."""

    LABEL = "Overview"
    TITLE = "how mail does just now"
    COLUMNS = (TableColumn("", 1), TableColumn("What", 24), TableColumn("How it does"))
    EMPTY = ""
    OFFERS = frozenset({"open", "test-send"})

    @property
    def count(self) -> str:
        """How many things need somebody."""
        wrong = sum(item.wrong for item in self.items.values())
        return f"{wrong:,} to look at" if wrong else ""

    def read(self, session: Session) -> Sequence[Line]:
        """Read how everything does."""
        return lines(mail_overview.read(session), ShortDates(clock.now))

    def key(self, item: Line) -> str:
        """What it is."""
        return item.what

    def row(self, item: Line, dates: ShortDates) -> TableRow:
        """The mark, what it is, how it does."""
        return TableRow(self.key(item), ("!" if item.wrong else "", item.what, item.state))

    def blocks(self, item: Line, dates: ShortDates) -> list[LogBlock]:
        """All of it."""
        tone = "error" if item.wrong else "strong"
        return [LogBlock(1, ((item.what, tone),), f"{item.state}\n{item.more}".strip())]

    def refusal(self, name: str) -> str | None:
        """Some lines have no page."""
        reason = super().refusal(name)
        if reason is None and self.current is not None and self.current.page is None:
            return "There is no page about this."
        return reason

    def open(self) -> None:
        """Show the page that the line is about."""
        if (item := self.current) is None or item.page is None:
            return
        outbox = self.screen.pages[item.page]
        if isinstance(outbox, OutboxPage) and item.wrong:
            outbox.show_list(outbox_rows.TROUBLE)
        self.screen.show_page(item.page)


def lines(found: Overview, dates: ShortDates) -> list[Line]:
    """Return how everything does, in the order in which mail comes and leaves."""
    return [_connector(found, dates), _incoming(found, dates), *_mailboxes(found, dates), *_queues(found),
            *_outbox(found, dates), *_rates(found)]  # fmt: skip


def _connector(found: Overview, dates: ShortDates) -> Line:
    runs = found.status.runs
    running = [run for run in runs if run.state == "running"]
    names = "\n".join(_run(run, dates) for run in runs)
    if running:
        # Not when each was seen: that would write on a screen that nothing happens on.
        since = dates.full(min(run.started_at for run in running))
        many = f"{len(running):,} run, the first since" if len(running) > 1 else "runs since"
        return Line("Connector", f"{many} {since}", names)
    silent = connector_runs.SILENT // clock.SECOND
    how = "Start “deskwire mail run”: without it no mail is fetched, filed or sent by itself."
    if runs:
        return Line("Connector", f"silent since {dates.full(runs[0].seen_at)}", f"{names}\nNothing was heard of it for"
                    f" {silent} seconds and more: it has died, or lost its database. {how}", True)  # fmt: skip
    return Line("Connector", "none is running", how, True)


def _run(run: Run, dates: ShortDates) -> str:
    seen = "" if run.state == "running" else f", last seen {dates.full(run.seen_at)}"
    return f"{run.name}: {run.state}, since {dates.full(run.started_at)}{seen}"


def _incoming(found: Overview, dates: ShortDates) -> Line:
    queues = found.status.queues
    last = dates.full(queues.last_received_at)
    came = f"last {last}" if last else "nothing came yet"
    more = f"{_mails(queues.waiting)} kept and not filed yet; a connector does that within seconds."
    return Line("Mail in", f"{came}, {queues.waiting:,} to be filed", more if queues.waiting else "")


def _mailboxes(found: Overview, dates: ShortDates) -> list[Line]:
    if not found.status.mailboxes:
        return [Line("Mailboxes", "none is fetched", "Page 2 adds one; mail also comes by pipe and LMTP.", False, 1)]
    return [
        Line(f"Mailbox {one.name}", mailbox_state(one, dates), "", bool(one.error) and one.active, _MAILBOXES)
        for one in found.status.mailboxes
    ]


def mailbox_state(one: MailboxStatus, dates: ShortDates) -> str:
    """Return how fetching a mailbox goes, in one line."""
    if not one.active:
        return "off"
    if one.error:
        return f"{dates.short(one.last_error_at)}: {one.error}"
    missing = f", {one.missing:,} that could not be fetched" if one.missing else ""
    if one.last_success_at is None:
        return "was never looked into"
    return f"looked into {dates.full(one.last_success_at)}, {_mails(one.fetched)} so far{missing}"


def _queues(found: Overview) -> list[Line]:
    queues = found.status.queues
    return [
        Line("Quarantine", _mails(queues.quarantined), "Mail that could not be filed: look why, and try again.",
             bool(queues.quarantined), _QUARANTINE),
        Line("Review", _mails(queues.review), "Mail that names several tickets: say where it belongs.",
             bool(queues.review), _REVIEW),
        Line("Set aside", _mails(queues.aside), "Absence notes, lists and bounces that belong to no ticket.", False,
             _ASIDE),
    ]  # fmt: skip


def _outbox(found: Overview, dates: ShortDates) -> list[Line]:
    outbox, refusal, error = found.status.outbox, found.status.outgoing_refusal, found.status.outgoing_error
    wrong = bool(outbox.held or outbox.unknown or outbox.failed)
    counts = (
        (outbox.waiting, "waiting"),
        (outbox.held, "held"),
        (outbox.unknown, "unknown"),
        (outbox.failed, "failed"),
        (outbox.bounced, "came back"),
    )
    state = ", ".join(f"{count:,} {what}" for count, what in counts if count) or "nothing waits"
    advice = "Page 7 has the settings." if refusal else "What waits is tried again by itself." if error else ""
    last = f"last {dates.full(outbox.last_sent_at)}" if outbox.last_sent_at is not None else "nothing has left yet"
    return [
        Line("Outbox", state, "By recipient. Held, unknown and failed mail waits for a decision.", wrong, _OUTBOX),
        Line("Mail out", refusal or error or last, advice, bool(refusal or error), _SETTINGS),
    ]  # fmt: skip


def _rates(found: Overview) -> list[Line]:
    return [
        Line(
            f"Automatic in {used.time}",
            f"{used.sent:,} of at most {used.most:,}" + (": reached" if used.sent >= used.most else ""),
            "Further automatic mail is held until somebody lets it go.",
            used.sent >= used.most,
            _SETTINGS,
        )
        for used in found.rates
    ]


def _mails(count: int) -> str:
    return f"{count:,} {'mail' if count == 1 else 'mails'}" if count else "none"
