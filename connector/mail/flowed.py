"""Plain text that its mailer broke into short lines to be joined again: format=flowed, RFC 3676."""

from __future__ import annotations

_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool) -> str:
    """Return text with its paragraphs on one line each; `delete_space` is for languages that have no blanks."""
    out: list[str] = []
    pieces: list[str] = []
    depth = 0

    def finish() -> None:
        if pieces:
            marks = ">" * depth
            line = "".join(pieces)
            out.append(f"{marks} {line}".rstrip() if marks else line)
            pieces.clear()

    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        content = line.lstrip(">")
        marks = len(line) - len(content)
        content = content[1:] if content.startswith(" ") else content
        if pieces and (marks != depth or content == _SIGNATURE):
            pieces[-1] = pieces[-1].rstrip(" ")  # it was to go on, and does not
            finish()
        depth = marks
        flows = content.endswith(" ") and content != _SIGNATURE
        pieces.append(content[:-1] if flows and delete_space else content)
        if not flows:
            finish()
    if pieces:
        pieces[-1] = pieces[-1].rstrip(" ")
    finish()
    return "\n".join(out)
