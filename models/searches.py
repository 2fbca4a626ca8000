"""Searches that people keep to use again."""

from __future__ import annotations

from models.base import Flag, IntegerField, Moment, Table, TextField, link
from models.people import User


class SavedSearch(Table):
    """A query under a name in the navigation pane of its owner, or of all employees when it is shared."""

    owner = link(User, index=True)
    name = TextField()
    query = TextField()
    shared = Flag()
    removed = Flag()
    created_at = Moment()
    version = IntegerField(default=1)
