"""`admin employee`, `admin user` and `admin team`: who works here, who logs in, who may do what."""

from __future__ import annotations

from argparse import Namespace
from functools import partial

from tui.cli import Subparsers, output
from tui.cli.acting import acting, ask, new_password
from tui.cli.admin_lists import (
    Managed,
    add_assignments,
    add_field_options,
    add_list_command,
    add_list_commands,
    assigned_fields,
    given_fields,
    print_rows,
    tell,
)

_EMPLOYEE = Managed(
    "employee",
    "the people who work at the desk",
    "services.people",
    "EMPLOYEES",
    ("id", "username", "name", "email1", "department", "role", "available", "os_account", "active"),
    spoken={"email": "email1", "expires": "expires_at"},
)
_USER = Managed(
    "user",
    "everybody who logs in, clients too: expiry, passwords, privileges",
    "services.users",
    "USERS",
    ("id", "username", "name", "role", "has_password", "os_account", "expires_at", "active"),
    spoken={"expires": "expires_at"},
)
_TEAM = Managed(
    "team",
    "groups that manage tickets",
    "services.people",
    "TEAMS",
    ("id", "name", "email", "members", "active"),
)


def register_people(groups: Subparsers) -> None:
    """Add the groups about people."""
    _register_employee(_commands(groups, _EMPLOYEE))
    _register_user(_commands(groups, _USER))
    _register_team(_commands(groups, _TEAM))


def add_contact_login(commands: Subparsers) -> None:
    """Add the command that lets a contact log in as a client."""
    parser = commands.add_parser("login", help="let a contact log in as a client")
    parser.add_argument("which", metavar="CONTACT", help="name, mail address or #ID")
    parser.add_argument("--username", required=True)
    parser.add_argument("--expires", metavar="DATE", help="the day from which it no longer works, like 2030-12-31")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    parser.set_defaults(run=_contact_login)


def _commands(groups: Subparsers, managed: Managed) -> Subparsers:
    group = groups.add_parser(managed.name, help=managed.help)
    return group.add_subparsers(required=True, dest="action", metavar="COMMAND")


def _register_employee(commands: Subparsers) -> None:
    from services.people import EMPLOYEES, employee_fields
    from services.users import USERS

    add_list_command(commands, _EMPLOYEE)
    fields = {name: {**EMPLOYEES.fields, **USERS.fields}[name] for name in employee_fields()}
    fields["role"] = fields["role"]._replace(required=False)
    add = commands.add_parser("add", help="add one, with the login")
    add_field_options(add, fields, _EMPLOYEE.spoken)
    add.add_argument("--password-stdin", action="store_true", help="read a password from standard input")
    add.set_defaults(run=_add_employee)
    change = commands.add_parser("set", help="change fields of one")
    add_assignments(change, _EMPLOYEE, fields)
    change.set_defaults(run=_set_employee)
    _add_password_command(commands)


def _register_user(commands: Subparsers) -> None:
    from services.users import USERS

    add_list_command(commands, _USER)
    change = commands.add_parser("set", help="change a login: name, role, expiry date, binding")
    add_assignments(change, _USER, USERS.fields)
    change.set_defaults(run=_set_user)
    _add_password_command(commands)
    show = commands.add_parser("privileges", help="show what one may do")
    show.add_argument("which", metavar="USERNAME")
    show.add_argument("--json", action="store_true", help="print JSON Lines")
    show.set_defaults(run=_privileges)
    for name, held, what in (("grant", True, "give privileges"), ("withdraw", False, "take privileges away")):
        parser = commands.add_parser(name, help=f"{what}, on top of the role's own")
        parser.add_argument("which", metavar="USERNAME")
        parser.add_argument("privileges", metavar="PRIVILEGE", nargs="+")
        parser.set_defaults(run=partial(_set_privileges, held))


def _register_team(commands: Subparsers) -> None:
    add_list_commands(commands, _TEAM)
    members = commands.add_parser("members", help="show who is in a team, and change it")
    members.add_argument("which", metavar="TEAM")
    members.add_argument("--add", metavar="USERNAME", action="append", default=[])
    members.add_argument("--remove", metavar="USERNAME", action="append", default=[])
    members.add_argument("--json", action="store_true", help="print JSON Lines")
    members.set_defaults(run=_members)


def _add_password_command(commands: Subparsers) -> None:
    parser = commands.add_parser("password", help="set a password: one's own, or as an administrator anyone's")
    parser.add_argument("which", metavar="USERNAME")
    parser.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    parser.set_defaults(run=_password)


def _add_employee(arguments: Namespace) -> int:
    from services.people import EMPLOYEES, add_employee

    with acting(arguments.settings) as session:
        session.require("administer")
        fields = given_fields(arguments)
        password = new_password(True, fields["username"]) if arguments.password_stdin else None
        saved = add_employee(session, password=password, **fields)
        row = EMPLOYEES.get(session, saved.id)
        tell(f"Added {row.name} as {row.username}, {row.role}.", saved)
        if password is None and not row.os_account:
            output.warn(f"Note: {row.name} can't log in yet: set a password or an os_account.")
    return 0


def _set_employee(arguments: Namespace) -> int:
    from services.people import EMPLOYEES, change_employee, employee_fields

    with acting(arguments.settings) as session:
        key = EMPLOYEES.find(arguments.which)
        saved = change_employee(session, key, **assigned_fields(arguments, employee_fields(), _EMPLOYEE.spoken))
        row = EMPLOYEES.get(session, key)
        return tell(f"Changed {row.name} ({row.username}).", saved)


def _set_user(arguments: Namespace) -> int:
    from services.users import USERS, change_user

    with acting(arguments.settings) as session:
        key = USERS.find(arguments.which)
        saved = change_user(session, key, **assigned_fields(arguments, USERS.fields, _USER.spoken))
        return tell(f"Changed the login of {USERS.get(session, key).username}.", saved)


def _password(arguments: Namespace) -> int:
    from services.users import USERS, change_own_password, set_password

    with acting(arguments.settings) as session:
        own = arguments.which.strip().lower() == session.username and not session.has("administer")
        if not own:
            session.require("administer")
        key = session.user_id if own else USERS.find(arguments.which)
        assert key is not None
        username = session.username if own else USERS.get(session, key).username
        if own:
            old = ask("Your present password: ")
            change_own_password(session, old, new_password(arguments.password_stdin, username))
        else:
            set_password(session, key, new_password(arguments.password_stdin, username))
    output.say(f"The password of {username} is set.")
    return 0


def _privileges(arguments: Namespace) -> int:
    from services.users import USERS, privileges_of

    with acting(arguments.settings) as session:
        rows = privileges_of(session, USERS.find(arguments.which))
        return print_rows(rows, ("name", "held", "exception", "label"), arguments.json)


def _set_privileges(held: bool, arguments: Namespace) -> int:
    from services.users import USERS, set_privilege

    with acting(arguments.settings) as session:
        key = USERS.find(arguments.which)
        username = USERS.get(session, key).username
        for privilege in arguments.privileges:
            changed = set_privilege(session, key, privilege.replace("-", "_"), held)
            now = "has" if held else "has no longer"
            already = "" if changed else " That was so already."
            output.say(f"{username} {now} the privilege {privilege}.{already}")
    return 0


def _members(arguments: Namespace) -> int:
    from services.people import EMPLOYEES, TEAMS, members, set_member

    with acting(arguments.settings) as session:
        team = TEAMS.find(arguments.which)
        joining = [EMPLOYEES.find(name) for name in arguments.add]
        leaving = [EMPLOYEES.find(name) for name in arguments.remove]
        for employee in joining:
            set_member(session, team, employee, True)
        for employee in leaving:
            set_member(session, team, employee, False)
        found = members(session, team)
    if arguments.json:
        output.json_lines({"id": each.id, "username": each.detail, "name": each.label} for each in found)
    else:
        output.table([(each.detail, each.label) for each in found], ("USERNAME", "NAME"))
    return 0


def _contact_login(arguments: Namespace) -> int:
    from services.accounts import CONTACTS
    from services.users import add_client_login

    with acting(arguments.settings) as session:
        session.require("administer")
        contact = CONTACTS.find(arguments.which)
        password = new_password(arguments.password_stdin, arguments.username)
        saved = add_client_login(
            session, contact, password=password, username=arguments.username, expires_at=arguments.expires
        )
        return tell(f"{CONTACTS.get(session, contact).name} can log in as {arguments.username.lower()}.", saved)
