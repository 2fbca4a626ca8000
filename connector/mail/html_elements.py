"""What the elements of HTML mean for a text that is made of it."""

from __future__ import annotations

MAX_INPUT = 600_000
"""Characters of HTML that are read."""

# Elements whose content is no text to read.
UNREAD = frozenset(
    (
        "script",
        "style",
        "title",
        "template",
        "iframe",
        "object",
        "noembed",
        "noframes",
        "svg",
        "math",
        "select",
        "textarea",
        "xml",
    )
)
# Elements that have no content to hide, or all of it.
NEVER_HIDE = frozenset(
    (
        "html",
        "body",
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
# Elements with a blank line around them, and elements that only begin a line.
PARAGRAPHS = frozenset(
    (
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "table",
        "dl",
        "ul",
        "ol",
        "form",
        "fieldset",
    )
)
# Elements that mean more for the text than that a line begins.
WRITTEN = frozenset(("br", "hr", "img", "base", "td", "th", "a", "blockquote", "ul", "ol", "li", "pre"))
LINES = frozenset(
    (
        "html",
        "body",
        "div",
        "tr",
        "li",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "center",
        "address",
        "figure",
        "figcaption",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "legend",
        "hr",
    )
)
