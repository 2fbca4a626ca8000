"""Mails with calendars, each with the line that says what they are about."""

from __future__ import annotations

from tests.mails import TEXT, Case, multipart, nested, part


def _calendar(name: str, text: str, summary: str, method: str = "REQUEST") -> Case:
    head = f"Content-Type: text/calendar; charset=utf-8; method={method}"
    body = f"BEGIN:VCALENDAR\n{text}\nEND:VCALENDAR\n".replace("\n", "\r\n").encode()
    return Case(
        f"calendar: {name}",
        multipart(TEXT, part(head, body), kind="alternative"),
        {"text": f"Hello\n\n[{summary}]", "files": ("invitation.ics",)},
    )


_EVENT = "BEGIN:VEVENT\nUID:1\nSUMMARY:Review\n{}\nEND:VEVENT"
_ZONE = "BEGIN:VTIMEZONE\nTZID:Europe/Vienna\nBEGIN:STANDARD\nDTSTART:16011028T030000\nEND:STANDARD\nEND:VTIMEZONE\n"

CASES = [
    _calendar(
        "an invitation",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nDTEND:20270503T110000Z\nLOCATION:Room 3"),
        "Invitation: Review, 2027-05-03 10:00 to 11:00 UTC, Room 3",
    ),
    _calendar(
        "a zone before the event",
        "METHOD:REQUEST\n"
        + _ZONE
        + _EVENT.format("DTSTART;TZID=Europe/Vienna:20270503T100000\nDTEND;TZID=Europe/Vienna:20270503T113000"),
        "Invitation: Review, 2027-05-03 10:00 to 11:30 Europe/Vienna",
    ),
    _calendar(
        "over midnight",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T230000Z\nDTEND:20270504T010000Z"),
        "Invitation: Review, 2027-05-03 23:00 to 2027-05-04 01:00 UTC",
    ),
    _calendar(
        "a whole day",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART;VALUE=DATE:20270503\nDTEND;VALUE=DATE:20270504"),
        "Invitation: Review, 2027-05-03",
    ),
    _calendar(
        "several whole days",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART;VALUE=DATE:20270503\nDTEND;VALUE=DATE:20270506"),
        "Invitation: Review, 2027-05-03 to 2027-05-05",
    ),
    _calendar(
        "a duration",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nDURATION:PT1H30M"),
        "Invitation: Review, 2027-05-03 10:00 to 11:30 UTC",
    ),
    _calendar(
        "every week",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO"),
        "Invitation: Review, 2027-05-03 10:00 UTC, weekly",
    ),
    _calendar(
        "every second day",
        "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20270503T100000Z\nRRULE:FREQ=DAILY;INTERVAL=2"),
        "Invitation: Review, 2027-05-03 10:00 UTC, repeated",
    ),
    _calendar(
        "cancelled",
        "METHOD:CANCEL\n" + _EVENT.format("DTSTART:20270503T100000Z"),
        "Cancelled appointment: Review, 2027-05-03 10:00 UTC",
        "CANCEL",
    ),
    _calendar(
        "accepted",
        "METHOD:REPLY\n"
        + _EVENT.format("DTSTART:20270503T100000Z\nATTENDEE;PARTSTAT=ACCEPTED;CN=Ada:mailto:ada@example.org"),
        "Invitation accepted: Review, 2027-05-03 10:00 UTC",
        "REPLY",
    ),
    _calendar(
        "declined",
        "METHOD:REPLY\n"
        + _EVENT.format('DTSTART:20270503T100000Z\nATTENDEE;CN="Ada; L:";PARTSTAT=DECLINED:mailto:ada@example.org'),
        "Invitation declined: Review, 2027-05-03 10:00 UTC",
        "REPLY",
    ),
    _calendar(
        "perhaps",
        "METHOD:REPLY\n" + _EVENT.format("ATTENDEE;PARTSTAT=TENTATIVE:mailto:ada@example.org"),
        "Invitation tentatively accepted: Review",
        "REPLY",
    ),
    _calendar(
        "answered somehow",
        "METHOD:REPLY\n" + _EVENT.format("DTSTART:20270503T100000Z"),
        "Answer to an invitation: Review, 2027-05-03 10:00 UTC",
        "REPLY",
    ),
    _calendar(
        "another time",
        "METHOD:COUNTER\n" + _EVENT.format("DTSTART:20270503T100000Z"),
        "Other time proposed: Review, 2027-05-03 10:00 UTC",
        "COUNTER",
    ),
    _calendar(
        "the method only in the header",
        _EVENT.format("DTSTART:20270503T100000Z"),
        "Invitation: Review, 2027-05-03 10:00 UTC",
    ),
    _calendar(
        "folded and escaped",
        "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Printers\\, lamps\\; and\n  more\\nlines\nEND:VEVENT",
        "Invitation: Printers, lamps; and more lines",
    ),
    _calendar(
        "a language",
        "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY;LANGUAGE=de-AT:Besprechung über Drucker\nEND:VEVENT",
        "Invitation: Besprechung über Drucker",
    ),
    _calendar("small letters", "method:request\nbegin:vevent\nsummary:Review\nend:vevent", "Invitation: Review"),
    _calendar(
        "an alarm of its own",
        "METHOD:REQUEST\nBEGIN:VEVENT\nBEGIN:VALARM\nSUMMARY:Alarm\nTRIGGER:-PT15M\nEND:VALARM\nSUMMARY:Review\nEND:VEVENT",
        "Invitation: Review",
    ),
    _calendar(
        "no title",
        "METHOD:REQUEST\nBEGIN:VEVENT\nDTSTART:20270503T100000Z\nEND:VEVENT",
        "Invitation: without a title, 2027-05-03 10:00 UTC",
    ),
    _calendar(
        "an impossible day", "METHOD:REQUEST\n" + _EVENT.format("DTSTART:20279999T999999Z"), "Invitation: Review"
    ),
    _calendar(
        "escape sequences", "METHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:a\x1b[2Jb\nEND:VEVENT", "Invitation: a\ufffd[2Jb"
    ),
    _calendar("a task", "METHOD:REQUEST\nBEGIN:VTODO\nSUMMARY:Repair\nEND:VTODO", "Invitation: Repair"),
    Case(
        "calendar: as a file",
        multipart(
            TEXT, part("Content-Type: application/ics; name=a.ics", b"BEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT")
        ),
        {"text": "Hello\n\n[Appointment: Review]", "files": ("a.ics",)},
    ),
    Case(
        "calendar: as both",
        multipart(
            nested(
                TEXT,
                part(
                    "Content-Type: text/calendar; method=REQUEST",
                    b"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT",
                ),
                kind="alternative",
            ),
            part(
                "Content-Type: application/ics; name=invite.ics",
                b"METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT",
            ),
        ),
        {"text": "Hello\n\n[Invitation: Review]", "files": ("invitation.ics", "invite.ics")},
    ),
    Case(
        "calendar: by its name only",
        multipart(
            TEXT,
            part("Content-Type: application/octet-stream; name=a.ics", b"BEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT"),
        ),
        {"text": "Hello\n\n[Appointment: Review]", "files": ("a.ics",)},
    ),
    Case(
        "calendar: none in it",
        multipart(TEXT, part("Content-Type: text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR")),
        {"text": "Hello"},
    ),
]
