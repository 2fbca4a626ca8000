"""Files that a desktop may run instead of showing them: they are saved, never opened from the desk."""

from __future__ import annotations

_PROGRAMS = """
app appimage apk bat bin cmd com command cpl desktop dll dmg elf exe gadget hta htm html inf ins iso
jar js jse lnk mht mhtml msc msi msp pif pl ps1 py pyw rb reg run scf scpt scr sh shtml svg svgz
term url vb vbe vbs webloc wsf wsh xht xhtml xpi
"""
_KINDS = frozenset(_PROGRAMS.split())


def open_refusal(name: str) -> str | None:
    """Return why a file is not handed to the program that the desktop has for it, or None when it may be."""
    kind = name.rpartition(".")[2].lower() if "." in name else ""
    if kind in _KINDS:
        return f"A file of the kind “.{kind}” could do something instead of being shown; it can only be saved."
    return None if kind else "A file whose name does not say what it is can only be saved."
