"""Employees, teams, managers, and the users who log in."""

from __future__ import annotations

from peewee import CompositeKey

from models.accounts import Contact
from models.base import Flag, IntegerField, Moment, Table, TextField, link


class Employee(Table):
    """A person who works at the desk; an address on exactly one active employee identifies a sender."""

    name = TextField()
    email1 = TextField(default="")
    email2 = TextField(default="")
    department = TextField(default="")
    active = Flag(default=1)
    available = Flag(default=1)
    assignable = Flag(default=1)
    all_mail = Flag()
    created_at = Moment()
    version = IntegerField(default=1)


class Team(Table):
    """A group that can manage tickets and is notified like a person; the role marks the New Tickets queue."""

    name = TextField(unique=True)
    email = TextField(default="")
    role = TextField(default="")
    active = Flag(default=1)
    created_at = Moment()
    version = IntegerField(default=1)


class TeamMember(Table):
    """An employee's place in a team."""

    team = link(Team)
    employee = link(Employee, index=True)

    class Meta:
        primary_key = CompositeKey("team", "employee")


class Manager(Table):
    """Who may hold tickets: an employee or a team, under one id so that lists filter and sort on one column."""

    employee = link(Employee, null=True, unique=True)
    team = link(Team, null=True, unique=True)


class User(Table):
    """Somebody who can log in: an employee or a client's contact, with a role."""

    username = TextField(unique=True)
    password_hash = TextField(null=True)
    role = TextField()
    employee = link(Employee, null=True, unique=True)
    contact = link(Contact, null=True, unique=True)
    os_account = TextField(null=True, unique=True)
    active = Flag(default=1)
    expires_at = Moment(null=True)
    created_at = Moment()
    version = IntegerField(default=1)

    class Meta:
        table_name = "desk_user"


class Privilege(Table):
    """A privilege given to a user or withdrawn from one, on top of the role's own."""

    user = link(User)
    name = TextField()
    granted = Flag()

    class Meta:
        primary_key = CompositeKey("user", "name")


class LoginAttempts(Table):
    """Wrong passwords in a row for one user name, so that guessing slows down on every engine."""

    username = TextField(primary_key=True)
    failures = IntegerField(default=0)
    blocked_until = Moment(default=0)


class UserSetting(Table):
    """A choice that one user made and that the desk remembers: columns, widths, theme; JSON text."""

    user = link(User)
    name = TextField()
    value = TextField()

    class Meta:
        primary_key = CompositeKey("user", "name")
