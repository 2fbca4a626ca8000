"""Mails in HTML as mail programs, phones and newsletters write it, and as nobody should."""

from __future__ import annotations

from tests.mails import TEXT, Case, mail, multipart, nested, part


def _html(name: str, html: str, expected: str, **more: object) -> Case:
    raw = mail("Content-Type: text/html; charset=utf-8", html.encode())
    return Case(f"html: {name}", raw, {"text": expected, "html_only": bool(expected), **more})


PAGES = [
    _html("everything in capitals", "<HTML><BODY><P>One</P><P>Two<BR>lines</P></BODY></HTML>", "One\n\nTwo\nlines"),
    _html("no body, no html", "Hello <b>you</b>", "Hello you"),
    _html("a body twice", "<body>One</body><body>Two</body>", "One\nTwo"),
    _html("text after the end", "<html><body>One</body></html>Two", "One\nTwo"),
    _html(
        "a doctype and a declaration", '<?xml version="1.0"?><!DOCTYPE html><html><body>Hello</body></html>', "Hello"
    ),
    _html("XHTML", "<p>One<br/>two<hr/>three</p>", "One\ntwo\n--------------------\nthree"),
    _html(
        "a table of tables",
        "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>",
        "a  b\n\nc",
    ),
    _html(
        "a table with heads",
        "<table><thead><tr><th>Host</th><th>Up</th></tr></thead><tbody><tr><td>web</td><td>no</td></tr>"
        "</tbody></table>",
        "Host  Up\nweb  no",
    ),
    _html("empty cells", "<table><tr><td></td><td>a</td><td></td><td>b</td></tr></table>", "a  b"),
    _html("a layout of tables", "<table><tr><td>&nbsp;</td></tr><tr><td><p>Hello</p></td></tr></table>", "Hello"),
    _html("nested divs", "<div><div><div>One</div></div><div>Two</div></div>", "One\nTwo"),
    _html("divs with breaks", "<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
    _html("1,000 nested divs", "<div>" * 1_000 + "Hello" + "</div>" * 1_000, "Hello"),
    _html("1,000 nested tables", "<table><tr><td>" * 1_000 + "Hello", "Hello"),
    _html("1,000 nested quotes", "<blockquote>" * 1_000 + "Hello", "> " * 10 + "Hello"),
    _html("ends in the wrong order", "<b><i>One</b></i><p><div>Two</p></div>", "One\n\nTwo"),
    _html("ends of nothing", "</div></p></table>Hello</html></body>", "Hello"),
    _html(
        "a script in several spellings", "<SCRIPT>a</SCRIPT><script type='x'>b</script ><scr ipt>Hello</scr>", "Hello"
    ),
    _html("a script in a script", "<script>'<script>' + '</scr' + 'ipt>'</script>Hello", "Hello"),
    _html("a style in the text", "One<style>p{color:red}</style>Two", "OneTwo"),
    _html("a huge style", "<style>" + "p{color:red}\n" * 20_000 + "</style>Hello", "Hello"),
    _html("a comment in a style", "<style><!-- p{} --></style>Hello", "Hello"),
    _html("Outlook's conditions", "<!--[if gte mso 9]><xml><o:p>no</o:p></xml><![endif]-->Hello<o:p></o:p>", "Hello"),
    _html("conditions for everybody else", "<!--[if !mso]><!-->Hello<!--<![endif]-->", "Hello"),
    _html(
        "Outlook's own elements", '<o:p>&nbsp;</o:p><st1:place w:st="on">Linz</st1:place><v:shape>x</v:shape>', "Linzx"
    ),
    _html(
        "hidden by size",
        '<div style="font-size:0"><p style="font-size:9pt">Hello</p></div><div '
        'style="max-height:0;overflow:hidden">no</div>',
        "Hello",
    ),
    _html("hidden by opacity", '<div style="opacity:0;mso-hide:all">no</div>Hello', "Hello"),
    _html("hidden in capitals", '<DIV STYLE="DISPLAY:NONE !IMPORTANT">no</DIV>Hello', "Hello"),
    _html("hidden and never shown again", '<span style="display:none">no<p>Hello</p>', "no\n\nHello"),
    _html("a hidden row", '<table><tr style="display:none"><td>no<tr><td>Hello</table>', "Hello"),
    _html(
        "a form",
        '<form><input type="text" value="no"><button>Press</button><select><option>a</select></form>Hello',
        "Press\n\nHello",
    ),
    _html("entities without semicolons", "&lt;b&gt &copy 2027 &AMP; &euro;&nbsp;5", "<b> © 2027 & € 5"),
    _html("entities by number", "&#8364; &#x20AC; &#128; &#0; &#x110000;", "€ € € \ufffd \ufffd"),
    _html("entities in capitals and unknown", "&AUML; &Auml; &foo; &", "&AUML; Ä &foo; &"),
    _html("an entity twice encoded", "&amp;lt;script&amp;gt;", "&lt;script&gt;"),
    _html("an encoded script is text", "&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
    _html("a link without text", '<a href="https://example.org/x"></a>', "<https://example.org/x>"),
    _html(
        "a link on a picture",
        '<a href="https://example.org/x"><img src="cid:1" alt="Shop"></a>',
        "[Shop] <https://example.org/x>",
    ),
    _html(
        "a link on a nameless picture",
        '<a href="https://example.org/x"><img src="cid:1"></a> Hello',
        "<https://example.org/x> Hello",
    ),
    _html(
        "a link that lies",
        '<a href="https://evil.example/">https://bank.example/</a>',
        "https://bank.example/ <https://evil.example/>",
    ),
    _html("an anchor", '<a name="top">Hello</a> <a href="#top">up</a>', "Hello up"),
    _html("a link with line ends", '<a href="https://example.org/\na">x</a>', "x <https://example.org/a>"),
    _html("a base", '<base href="https://example.org/"><a href="page">x</a>', "x <https://example.org/page>"),
    _html(
        "a base and an absolute path",
        '<base href="https://example.org/a/b"><a href="/page">x</a>',
        "x <https://example.org/page>",
    ),
    _html("a telephone", '<a href="tel:+431234">call</a>', "call <tel:+431234>"),
    _html("data in a link", '<a href="data:text/html,<script>alert(1)</script>">x</a>', "x"),
    _html("data in a picture", '<img src="data:image/png;base64,' + "A" * 100_000 + '">Hello', "Hello"),
    _html("only a picture", '<html><body><img src="cid:1@x"></body></html>', ""),
    _html("only pictures with words", '<img alt="One" src="a"><img alt="Two" src="b">', "[One][Two]"),
    _html("a tracking pixel", 'Hello<img src="https://x.example/o.gif" width=1 height=1 alt="pixel">', "Hello"),
    _html(
        "lists in lists",
        "<ol><li>One<ul><li>a</li><li>b</li></ul></li><li>Two</li></ol>",
        "1. One\n  - a\n  - b\n2. Two",
    ),
    _html("a list that begins at five", '<ol start="5"><li>Five<li>Six</ol>', "5. Five\n6. Six"),
    _html("a list without items", "<ul></ul>Hello", "Hello"),
    _html("items without a list", "<li>One<li>Two", "- One\n- Two"),
    _html("terms", "<dl><dt>Host<dd>web1<dt>State<dd>down</dl>", "Host\nweb1\nState\ndown"),
    _html("headings", "<h1>One</h1>Two<h2>Three</h2>", "One\n\nTwo\n\nThree"),
    _html("preformatted lines", "<pre>\nif x:\n    y()\n</pre>After", "if x:\n    y()\n\nAfter"),
    _html("a textarea and a button", "<textarea>no</textarea>Hello", "Hello"),
    _html("blanks between words", "One   two\n\n\tthree<b>four</b> <i>five</i>", "One two threefour five"),
    _html("no-break and zero-width blanks", "One&nbsp;&nbsp;two&#8203;three&shy;four", "One twothreefour"),
    _html("letters that turn around", "invoice&#x202E;fdp.exe", "invoice\ufffdfdp.exe"),
    _html("an escape sequence", "a&#27;[31mb\x1b[0m", "a[31mb\ufffd[0m"),
    _html("unfinished tags at the end", "Hello <b>you</b><a href='x", "Hello you"),
    _html("a lonely bracket", "1 < 2 and 3 > 2, a<b>c</b>", "1 < 2 and 3 > 2, ac"),
    _html("a tag in an attribute", '<img alt="<b>x</b>" src=a>Hello', "[<b>x</b>]Hello"),
    _html(
        "attributes without blanks between",
        '<a href="https://a.example/"title="x"class=y>x</a>',
        "x <https://a.example/>",
    ),
    _html("a quote in an attribute that never ends", '<a href="https://a.example/>x</a><p>Hello</p>', "x\n\nHello"),
    _html("ruby and others", "<ruby>漢<rt>kan</rt></ruby><mark>x</mark><sub>2</sub>", "漢kanx2"),
    _html("a video and a frame", "<video>no video</video><iframe src=x>no frame</iframe>Hello", "no videoHello"),
    _html(
        "a whole page in pieces",
        "<html><head><title>T</title><meta charset=utf-8></head><body bgcolor=white>Hello</body></html>",
        "Hello",
    ),
    _html("a template engine's rest", "Hello {{name}} <% code %> you", "Hello {{name}} <% code %> you"),
]

QUOTES = [
    _html(
        "Gmail's quote",
        '<div dir="ltr">Yes.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, '
        "May 3, 2027 at "
        '10:00 AM Bob &lt;<a href="mailto:b@x.example">b@x.example</a>&gt; wrote:<br></div><blockquote '
        'class="gmail_quote" '
        'style="margin:0">Is it on?</blockquote></div>',
        "Yes.\n\nOn Mon, May 3, 2027 at 10:00 AM Bob <b@x.example> wrote:\n\n> Is it on?",
        **{"own text": "Yes."},
    ),
    _html(
        "Apple's quote",
        '<html><body>Yes.<br><div><br><blockquote type="cite"><div>On 3 May 2027, at 10:00, Bob '
        "&lt;b@x.example&gt; wrote:</div>"
        '<br class="Apple-interchange-newline"><div>Is it on?</div></blockquote></div></body></html>',
        "Yes.\n\n> On 3 May 2027, at 10:00, Bob <b@x.example> wrote:\n>\n> Is it on?",
        **{"own text": "Yes."},
    ),
    _html(
        "Yahoo's quote",
        '<div>Yes.</div><div class="yahoo_quoted"><div>On Monday, 3 May 2027 at 10:00:00 GMT, Bob '
        "&lt;b@x.example&gt; "
        "wrote: </div><div><br></div><div>Is it on?</div></div>",
        "Yes.\nOn Monday, 3 May 2027 at 10:00:00 GMT, Bob <b@x.example> wrote:\n\nIs it on?",
        **{"own text": "Yes."},
    ),
    _html(
        "Outlook's headers",
        '<p class=MsoNormal>Yes.</p><div style="border-top:solid"><p class=MsoNormal><b>From:</b> Bob '
        "&lt;b@x.example&gt;<br>"
        "<b>Sent:</b> Monday<br><b>To:</b> Ada<br><b>Subject:</b> Lamp</p></div><p class=MsoNormal>Is it on?</p>",
        "Yes.\nFrom: Bob <b@x.example>\nSent: Monday\nTo: Ada\nSubject: Lamp\nIs it on?",
        **{"own text": "Yes."},
    ),
    _html(
        "a phone that closes nothing",
        "<html><head></head><body><div>Yes.<div><br><div>Sent from my iPhone<div><br><blockquote>On 3 May 2027, "
        "Bob wrote:<br><br>Is it on?",
        "Yes.\n\nSent from my iPhone\n\n> On 3 May 2027, Bob wrote:\n>\n> Is it on?",
        **{"own text": "Yes."},
    ),
    _html(
        "a phone that writes no tag but breaks",
        "Yes.<br><br>Sent from Yahoo Mail on Android<br><br>On Mon, May 3, 2027 at 10:00, Bob wrote:<br>Is it on?",
        "Yes.\n\nSent from Yahoo Mail on Android\n\nOn Mon, May 3, 2027 at 10:00, Bob wrote:\nIs it on?",
        **{"own text": "Yes."},
    ),
    _html(
        "answers between quotes",
        "<blockquote>Is it on?</blockquote>Yes.<blockquote>And warm?</blockquote>No.",
        "> Is it on?\n\nYes.\n\n> And warm?\n\nNo.",
        **{"own text": "Yes.\n\n\nNo."},
    ),
    _html(
        "Lotus",
        "<font size=2>Yes.</font><br><br><font size=1 color=#5f5f5f>From: </font><font size=1>Bob "
        "&lt;b@x.example&gt;</font><br>"
        "<font size=1>To: </font><font size=1>Ada</font><br><font size=1>Date: </font><font "
        "size=1>03.05.2027</font><br>"
        "<font size=1>Subject: </font><font size=1>Lamp</font><hr>Is it on?",
        "Yes.\n\nFrom: Bob <b@x.example>\nTo: Ada\nDate: 03.05.2027\nSubject: Lamp\n--------------------\nIs it on?",
        **{"own text": "Yes."},
    ),
]

_RICH = part("Content-Type: text/html; charset=utf-8", b"<p>Hello <b>in colour</b></p><img src='cid:logo@x'>")
_LOGO = part("Content-Type: image/png; name=logo.png\nContent-ID: <logo@x>\nContent-Disposition: inline", b"\x89PNG")

CHOICES = [
    Case(
        "choice: html beside its picture",
        multipart(_RICH, _LOGO, kind="related"),
        {"text": "Hello in colour", "files": ("logo.png",), "inline": ("logo.png",), "html_only": True},
    ),
    Case(
        "choice: plain, and html with its picture",
        multipart(TEXT, nested(_RICH, _LOGO, kind="related"), kind="alternative"),
        {"text": "Hello", "files": ("logo.png",), "inline": ("logo.png",), "html_only": False},
    ),
    *(
        Case(
            f"choice: plain only says {said!r}",
            multipart(part("Content-Type: text/plain; charset=utf-8", said.encode()), _RICH, kind="alternative"),
            {"text": "Hello in colour", "html_only": True},
        )
        for said in (
            "Your mail program cannot display this message.",
            "Ihr E-Mail-Programm kann diese Nachricht nicht anzeigen: https://x.example",
            "View this email in your browser: https://x.example",
            "This is a multi-part message in MIME format.",
            "Si ce message ne s'affiche pas, cliquez ici",
            "Dit bericht wordt niet goed weergegeven? https://x.example",
        )
    ),
    Case(
        "choice: a picture before its html",
        multipart(nested(_LOGO, _RICH, kind="related"), part("Content-Type: text/plain", b"the list")),
        {"text": "Hello in colour\n\nthe list", "files": ("logo.png",)},
    ),
    Case(
        "choice: html that is named as the root",
        multipart(
            part("Content-Type: text/html\nContent-ID: <side@x>", b"<p>Aside"),
            part("Content-Type: text/html\nContent-ID: <root@x>", b"<p>Hello"),
            kind='related; start="<root@x>"',
        ),
        {"text": "Hello", "files": ("attachment.html",)},
    ),
    Case(
        "choice: a picture that is attached",
        multipart(_RICH, _LOGO.replace(b"inline", b"attachment"), kind="related"),
        {"files": ("logo.png",), "inline": ()},
    ),
    Case(
        "choice: a picture in the wrong place",
        multipart(_RICH, _LOGO),
        {"text": "Hello in colour", "files": ("logo.png",), "inline": ("logo.png",)},
    ),
    Case(
        "choice: a calendar among the alternatives",
        multipart(
            TEXT,
            _RICH,
            part(
                "Content-Type: text/calendar; method=REQUEST",
                b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Review\r\nEND:VEVENT\r\nEND:VCALENDAR",
            ),
            kind="alternative",
        ),
        {"text": "Hello\n\n[Invitation: Review]", "files": ("invitation.ics",)},
    ),
    Case(
        "choice: three languages of one text",
        multipart(
            part("Content-Type: text/plain", b"one"), part("Content-Type: text/plain", b"eins"), kind="alternative"
        ),
        {"text": "one", "files": ()},
    ),
    Case(
        "choice: plain is only blanks",
        multipart(part("Content-Type: text/plain", b"\xc2\xa0\r\n \r\n"), _RICH, kind="alternative"),
        {"text": "Hello in colour"},
    ),
    Case(
        "choice: html is broken",
        multipart(TEXT, part("Content-Type: text/html", b"<<<<"), kind="alternative"),
        {"text": "Hello"},
    ),
    Case(
        "choice: two texts in html",
        multipart(_RICH, _RICH),
        {"text": "Hello in colour\n\nHello in colour", "html_only": True},
    ),
    Case(
        "choice: a text and a text in html",
        multipart(TEXT, _RICH),
        {"text": "Hello\n\nHello in colour", "html_only": False},
    ),
    Case(
        "choice: enriched text",
        mail("Content-Type: text/enriched", b"<bold>Hello</bold> <<you>"),
        {"text": "Hello <you>"},
    ),
    Case(
        "choice: html in base64 without a charset",
        mail("Content-Type: text/html\nContent-Transfer-Encoding: base64", b"PHA+R3LDvMOfZTwvcD4="),
        {"text": "Grüße", "html_only": True},
    ),
    Case(
        "choice: an html file that is attached",
        multipart(
            TEXT, part("Content-Type: text/html\nContent-Disposition: attachment; filename=a.html", b"<p>no</p>")
        ),
        {"text": "Hello", "files": ("a.html",)},
    ),
    Case(
        "choice: a watch's text",
        mail("Content-Type: text/watch-html", b"<b>Hello</b>"),
        {"text": "", "files": ("attachment.txt",)},
    ),
]

CASES = PAGES + QUOTES + CHOICES
