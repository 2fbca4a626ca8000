"""Operations that take others back, and saved searches."""

from __future__ import annotations

from typing import Any

from peewee import AutoField, BigIntegerField, ForeignKeyField, IntegerField, Model, SmallIntegerField, TextField


def up(migrator: Any, db: Any) -> None:
    """Add the columns and the table."""
    db.execute_sql("ALTER TABLE operation ADD COLUMN undoes_id INTEGER REFERENCES operation (id) ON DELETE RESTRICT")
    db.execute_sql("ALTER TABLE operation ADD COLUMN undone_by_id INTEGER")
    db.execute_sql("CREATE INDEX IF NOT EXISTS operation_user ON operation (user_id, id)")

    class DeskUser(Model):
        id = AutoField()

        class Meta:
            database = db
            table_name = "desk_user"

    class SavedSearch(Model):
        id = AutoField()
        owner = ForeignKeyField(DeskUser, on_delete="RESTRICT")
        name = TextField()
        query = TextField()
        shared = SmallIntegerField(default=0)
        removed = SmallIntegerField(default=0)
        created_at = BigIntegerField()
        version = IntegerField(default=1)

        class Meta:
            database = db
            legacy_table_names = False
            table_name = "saved_search"

    db.create_tables([SavedSearch])
