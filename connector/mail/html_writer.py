"""Lines of plain text from the meaning of HTML elements: quotes, lists, links, paragraphs."""

from __future__ import annotations

from services.patterns import late

MAX_OUTPUT = 1_000_000
_MAX_INDENT = 5
_MAX_QUOTES = 10
_MAX_LINK = 2_000
_BLANKS = late(r"[ \t\n\f\v\xa0]+")
# Fillers that newsletters put behind their preview line.
_INVISIBLE = late("[\u200b\ufeff\u00ad\u034f\u2060]")
_ONLY_JOINERS = " \u200c\u200d"
_SCHEME = late(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_LINKED = ("http://", "https://", "ftp://", "tel:", "mailto:")


class Writer:
    """Collects lines; what is asked for twice (two paragraphs' ends in a row) is written once."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._prefix = ""
        self._length = 0
        self._quotes = self._pre = 0
        self._lists: list[int] = []  # the number of the last item, or -1 for a list without numbers
        self._deeper = 0  # lists beyond those that are kept track of
        self._blank_due = False
        self._blank_quotes = _MAX_QUOTES  # the fewest quotations open since the last line
        self.base = ""
        self._href = ""
        self._linked: list[str] = []

    @property
    def full(self) -> bool:
        return self._length > MAX_OUTPUT

    @property
    def in_list(self) -> bool:
        return bool(self._lists)

    def text(self, text: str) -> None:
        """Write running text."""
        if self._pre:
            for index, piece in enumerate(text.split("\n")):
                if index:
                    self.line_break()
                if piece:
                    self._put(piece)
            return
        if not text.isascii():
            text = _INVISIBLE.sub("", text)
        if "\xa0" in text and not self._line and not text.strip():
            self._blank_due = True  # how HTML editors write an empty line
        text = _BLANKS.sub(" ", text)
        if not self._line and not text.strip(_ONLY_JOINERS):
            return
        if text.startswith(" ") and (not self._line or self._line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self._put(text)

    def _put(self, text: str) -> None:
        if not self._line:
            if self._blank_due and self._lines:
                self._lines.append(self._quote_marks(min(self._quotes, self._blank_quotes)).rstrip())
            self._blank_due = False
            self._blank_quotes = _MAX_QUOTES
            self._line.append(self._quote_marks(self._quotes) + self._prefix)
            self._prefix = self._hanging()
        self._line.append(text)
        self._length += len(text) + 1
        if self._href:
            self._linked.append(text)

    def _quote_marks(self, depth: int) -> str:
        return "> " * min(depth, _MAX_QUOTES)

    def _hanging(self) -> str:
        return "  " * min(len(self._lists), _MAX_INDENT)

    def line(self) -> None:
        """End the line if there is anything on it."""
        if self._line:
            line = "".join(self._line).rstrip()
            self._lines.append(line)
            self._line = []

    def line_break(self) -> None:
        """End the line, and leave an empty one if nothing is on it."""
        if self._line:
            self.line()
        elif self._pre:
            self._lines.append(self._quote_marks(self._quotes).rstrip())
            self._length += 1
        else:
            self._blank_due = True

    def paragraph(self) -> None:
        """End the line and leave a blank one before the next text."""
        self.line()
        self._blank_due = True

    def rule(self) -> None:
        """Draw a line across."""
        self.line()
        self._put("-" * 20)
        self.line()

    def cell(self) -> None:
        """Keep two cells of a table apart."""
        if self._line and not self._line[-1].endswith("  "):
            self._put("  ")

    def link(self, href: str) -> None:
        """Begin a link, or end the open one by writing its address unless the text already shows it."""
        open_href, self._href = self._href, ""
        if open_href:
            shown = "".join(self._linked).strip()
            mail = open_href.lower().startswith("mailto:")
            address = open_href[7:].partition("?")[0] if mail else open_href
            if _essence(address) not in _essence(shown):
                self._put(f" <{address}>" if shown else f"<{address}>")
        self._linked = []
        if self.base and href and not href.startswith("#") and not _SCHEME.match(href):
            href = _joined(self.base, href[:_MAX_LINK])
        if href.lower().startswith(_LINKED):
            self._href = _BLANKS.sub("", href[:_MAX_LINK])

    def quote(self, step: int) -> None:
        """Go into or out of a quotation; its lines get ">" as in a plain mail."""
        self.line()
        self._blank_quotes = min(self._blank_quotes, self._quotes)
        self._quotes = max(0, self._quotes + step)

    def list(self, step: int, *, first: int, numbered: bool) -> None:
        """Go into or out of a list, whose items are numbered from the first or not at all."""
        if step > 0:
            if len(self._lists) < 100:
                self._lists.append(max(first - 1, 0) if numbered else -1)
            else:
                self._deeper += 1
        elif self._deeper:
            self._deeper -= 1
        elif self._lists:
            self._lists.pop()
        self._prefix = self._hanging()

    def item(self) -> None:
        """Begin an item of the innermost list."""
        self.line()
        mark = "- "
        if self._lists and self._lists[-1] >= 0:
            self._lists[-1] += 1
            mark = f"{self._lists[-1]}. "
        self._prefix = "  " * min(max(len(self._lists) - 1, 0), _MAX_INDENT) + mark

    def preformatted(self, step: int) -> None:
        """Go into or out of text whose line breaks count."""
        self._pre = max(0, self._pre + step)

    def finish(self) -> str:
        """Return the text."""
        self.link("")
        self.line()
        return "\n".join(self._lines).strip("\n")


def _joined(base: str, href: str) -> str:
    """Return a link that is written in relation to the page's base, or what is written if that is no address."""
    from urllib.parse import urljoin

    try:
        return urljoin(base, href)
    except ValueError:
        return href


def _essence(address: str) -> str:
    return address.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/").strip()
