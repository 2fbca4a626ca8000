"""Reusable parts of the screens: they know no database, take plain records and post messages."""
