"""Contents kept in the database: one backup holds everything."""

from __future__ import annotations

from peewee import BlobField, CompositeKey

from models.base import Flag, IntegerField, Moment, Table, TextField, link
from models.ticket import Ticket


class Blob(Table):
    """Bytes under the SHA-256 of their uncompressed content; `size` is uncompressed bytes."""

    sha256 = TextField(primary_key=True)
    size = IntegerField()
    created_at = Moment()


class BlobPiece(Table):
    """A piece of a blob, compressed with zlib on its own, so that 25 MB never stand in memory twice."""

    blob = link(Blob)
    position = IntegerField()
    data = BlobField()

    class Meta:
        primary_key = CompositeKey("blob", "position")


class Document(Table):
    """A file linked to a ticket: uploaded by a person, or an attachment of a mail."""

    ticket_id: int
    blob_id: str

    ticket = link(Ticket, index=True)
    blob = link(Blob)
    name = TextField()
    content_type = TextField(default="application/octet-stream")
    mail_id = IntegerField(null=True, index=True)
    inline = Flag()
    removed = Flag()
    created_at = Moment()
    version = IntegerField(default=1)
