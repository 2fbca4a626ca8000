"""What happens to the sample tickets: requests as customers write them, and the talk that follows."""

from __future__ import annotations

from typing import NamedTuple


class Scenario(NamedTuple):
    """A kind of ticket; `talk` holds (kind, text): in and out are mail, note is internal, work and part are charges.

    `asset` is how the name of the asset begins that the ticket is about; empty is any.
    """

    category: str
    type: str
    priority: int
    channel: str
    subject: str
    request: str
    talk: tuple[tuple[str, str], ...]
    resolution: str
    asset: str = ""


_GREETING = "Hello,\n\n"
_FROM = "\n\nKind regards\n{name}\n{account}"

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "Hardware",
        "Incident",
        3,
        "email",
        "Printer {asset} prints blank pages",
        _GREETING + "since this morning our printer {asset} on floor {n} pulls the paper through but the pages stay"
        " white. We have changed the toner, it made no difference." + _FROM,
        (
            (
                "out",
                "Hello {first},\n\nplease print a configuration page: hold OK for five seconds. Is it blank as well?",
            ),
            (
                "in",
                "The configuration page is blank too.\n\n> please print a configuration page: hold OK for five"
                " seconds.\n> Is it blank as well?",
            ),
            ("note", "Probably the transfer roller. One is in the van."),
            ("work", "Replaced the transfer roller on site"),
            ("part", "Transfer roller"),
        ),
        "Transfer roller replaced, test pages fine.",
        "PRN",
    ),
    Scenario(
        "Mail and calendar",
        "Incident",
        2,
        "email",
        "Can't send mail to one of our suppliers",
        _GREETING + "mails to orders@supplier{n}.example come back with “550 blocked”. Other addresses work. Could you"
        " have a look? It is holding up an order." + _FROM,
        (
            ("note", "Our outgoing address is on one blocklist; asked for removal."),
            (
                "out",
                "Hello {first},\n\nyour supplier's filter blocks us because of a list entry. We have asked for"
                " removal, it usually takes a day.",
            ),
            ("in", "Thank you, it works again since noon."),
        ),
        "Removed from the blocklist; delivery confirmed by the customer.",
    ),
    Scenario(
        "Accounts and access",
        "Request",
        2,
        "web",
        "New employee starting on the first: {contact}",
        "Please prepare an account, a mailbox and a notebook for our new colleague {contact}. Same groups as the rest"
        " of the sales team. The desk is in room {n}.",
        (
            ("note", "Notebook {asset} is in stock."),
            ("out", "Hello {first},\n\nthe account is ready. The first password comes by phone."),
            ("work", "Set up account, mailbox and notebook"),
        ),
        "Account, mailbox and notebook handed over.",
        "NB",
    ),
    Scenario(
        "Network",
        "Incident",
        4,
        "monitoring",
        "ALERT: {asset} unreachable",
        "Host {asset} at {account} has not answered for 300 seconds.\nCheck: ping\nState: CRITICAL\nAttempt: 3/3",
        (
            ("note", "Power cut in the building; UPS ran down after 20 minutes."),
            ("work", "Restarted switch and firewall after the power cut"),
        ),
        "Power is back, all hosts answer.",
        "FW",
    ),
    Scenario(
        "Backup",
        "Alert",
        2,
        "monitoring",
        "Backup of {asset} finished with warnings",
        "Job: nightly\nSource: {asset}\nResult: WARNING, {n} files were open and skipped",
        (("note", "Two Outlook archives were open. Told the users to close Outlook at night."),),
        "Next night's job finished without warnings.",
        "SRV",
    ),
    Scenario(
        "Software",
        "Question",
        1,
        "email",
        "How do we share a calendar with the whole team?",
        _GREETING
        + "is there a way to show my calendar to everybody in our team without giving them the right to change"
        " it?" + _FROM,
        (
            (
                "out",
                "Hello {first},\n\nyes: right-click the calendar, Sharing permissions, add the group “Team”, choose"
                " “Can view all details”.",
            ),
            ("in", "Perfect, that was easy. Thanks!"),
        ),
        "Explained sharing permissions.",
    ),
    Scenario(
        "Hardware",
        "Incident",
        3,
        "manual",
        "Notebook {asset} does not start after the update",
        "{contact} called: since last night's update the notebook shows a black screen with a cursor. Needs it for a"
        " presentation tomorrow.",
        (
            ("note", "Safe mode works. Display driver suspected."),
            ("work", "Rolled the display driver back by remote session"),
            (
                "out",
                "Hello {first},\n\nthe notebook starts again. Please don't install the optional update until we tell"
                " you.",
            ),
        ),
        "Display driver rolled back, update held back for this model.",
        "NB",
    ),
    Scenario(
        "Network",
        "Incident",
        3,
        "email",
        "Wi-Fi drops every few minutes in the meeting room",
        _GREETING + "in meeting room {n} the Wi-Fi drops every few minutes. Video calls are impossible. It started when"
        " the neighbours moved in." + _FROM,
        (
            ("note", "Channel 6 is crowded. Needs a survey on site."),
            ("out", "Hello {first},\n\nwe would like to measure this on site. Is Thursday morning fine?"),
            ("in", "Thursday at 9 is good, please ring at reception."),
            ("work", "Wi-Fi survey on site, moved access point and channels"),
        ),
        "Access point moved to channel 36; stable for a week.",
    ),
    Scenario(
        "General",
        "Request",
        1,
        "email",
        "Quote for {n} new screens",
        _GREETING + "please send us a quote for {n} screens, 27 inch, height adjustable, with USB-C." + _FROM,
        (
            ("note", "Asked two distributors."),
            ("out", "Hello {first},\n\nour quote is attached to this ticket. It is valid for 14 days."),
        ),
        "Quote accepted, order placed.",
    ),
    Scenario(
        "Accounts and access",
        "Incident",
        3,
        "email",
        "Locked out again",
        "I'm locked out of my account for the third time this week!!! Please reset. My number is 555-01{n}.\n\n"
        "Sent from my phone",
        (
            ("note", "Old password still stored on the phone. Removed the mail account there."),
            (
                "out",
                "Hello {first},\n\nyour account is unlocked. The old password was still stored on your phone, that"
                " is why it locked again and again.",
            ),
        ),
        "Stale credentials removed from the phone.",
    ),
    Scenario(
        "Software",
        "Change",
        2,
        "manual",
        "Upgrade the accounting software on {asset}",
        "The vendor's new release is mandatory before the end of the quarter. Agreed window: Saturday 8:00 to 12:00.",
        (
            ("note", "Snapshot taken, licence file is with {contact}."),
            ("work", "Upgraded the accounting software, tested with two users"),
        ),
        "Upgraded and tested.",
        "SRV",
    ),
    Scenario(
        "Monitoring",
        "Alert",
        3,
        "monitoring",
        "Disk {full}% full on {asset}",
        "Volume C: on {asset} is {full}% full.\nThreshold: 85%\nTrend: full in 9 days",
        (("note", "Old update caches removed: 41 GB free."), ("work", "Cleaned up update caches")),
        "Cleaned up; threshold alert cleared.",
        "SRV",
    ),
    Scenario(
        "Mail and calendar",
        "Incident",
        4,
        "email",
        "WG: Rechnung überfällig – is this real?",
        _GREETING
        + "we received the attached “invoice” from an unknown sender. Two colleagues have clicked on it. Is it"
        " dangerous?\n\n-----Original Message-----\nFrom: Billing <no-reply@invoice-portal.example>\nSubject: Rechnung"
        " überfällig\n\nPlease pay within 24 hours." + _FROM,
        (
            ("note", "Phishing. Both accounts' passwords reset, sessions ended, no rules found in the mailboxes."),
            ("out", "Hello {first},\n\nyes, it is phishing. We have reset both passwords. Please delete the mail."),
            ("in", "Done. Thank you for the quick help.\n\n> yes, it is phishing. We have reset both passwords."),
            ("work", "Checked two mailboxes after phishing"),
        ),
        "Passwords reset, mailboxes clean, sender blocked.",
    ),
    Scenario(
        "Internal",
        "Maintenance",
        2,
        "manual",
        "Check of all UPS batteries",
        "Yearly round over all customers with a maintenance contract. List in the wiki.",
        (("note", "{account} done, battery of {asset} has to be replaced."), ("part", "UPS battery")),
        "All batteries checked.",
    ),
    Scenario(
        "Network",
        "Request",
        2,
        "web",
        "VPN access for an external auditor",
        "An auditor needs access to the file server for two weeks, read only. Please tell us what you need from us.",
        (
            ("out", "Hello {first},\n\nplease send us name, mobile number and the dates in writing."),
            ("in", "Name and dates are in the attached form."),
            ("note", "Account expires by itself."),
        ),
        "Access expired and removed as agreed.",
    ),
    Scenario(
        "Hardware",
        "Problem",
        2,
        "manual",
        "Docking stations lose the second screen",
        "Third customer with the same model. Collecting cases here; firmware 1.{n} is suspected.",
        (("note", "Vendor confirms, firmware fix announced."), ("note", "Fix works on {asset}.")),
        "Firmware update rolled out.",
        "NB",
    ),
)
