"""Files on the disk of whoever acts: what is uploaded from there, and what is saved to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from services.errors import DeskError, Invalid
from services.text import filename, row

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 100 * 1024 * 1024


def read(path: Path) -> tuple[str, str, bytes]:
    """Return name, content type and bytes of a file that a person chose, none of it if it is too large."""
    try:
        if path.exists() and not path.is_file():
            raise Invalid(f"{path} is not a file; choose one.", "path")
        check_size(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as fault:
        raise Invalid(f"{path} cannot be read ({fault.strerror}); choose another file.", "path") from fault
    return path.name, content_type(path.name), data


def check_size(name: str, size: int) -> None:
    """Refuse more bytes than a file of a ticket may have."""
    if size > MAX_BYTES:
        raise Invalid(f"{row(name, 255)} is larger than {MAX_BYTES >> 20} MB; share it another way.", "path")


def content_type(name: str) -> str:
    """Return the content type that a file's name stands for."""
    import mimetypes

    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def write(data: bytes, target: Path, name: str, *, overwrite: bool = False) -> Path:
    """Write a file as `target`, or into that folder under its own safe name, and return where it is.

    It is never written over another one unasked; one that could not be written whole is not left behind.
    """
    path = target
    try:
        if target.is_dir():
            path = target / filename(name)
        with open(path, "wb" if overwrite else "xb") as out:
            _fill(out, data, path)
    except FileExistsError as fault:
        raise Invalid(f"{path} exists already; choose another name.", "path") from fault
    except OSError as fault:
        raise DeskError(f"{path} cannot be written ({fault.strerror}); choose another place.") from fault
    return path


def _fill(out: BinaryIO, data: bytes, path: Path) -> None:
    try:
        out.write(data)
        out.flush()
    except OSError:
        path.unlink(missing_ok=True)
        raise
