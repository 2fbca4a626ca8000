"""No screen hands a widget a string from outside as markup: read from the source, not from a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile_lint import Finding, lint

ROOT = Path(__file__).parent.parent
FOLDERS = ("tui", "screens", "widgets")

BAD = """\
self.notify("Saved")
self.app.notify(message, markup=False)
Static(f"{ticket.subject}")
Static(ticket.subject)
Label("Ticket " + subject)
Label("Ticket %s" % subject)
Label(", ".join(names))
Label(str(subject))
Label(content=subject)
Label(content("x") if ready else subject)
Button(subject, id="open")
Button("Open", tooltip=reason)
Option(f"[b]{name}[/b]", id="x")
Selection(name, 1)
Checkbox(name)
RadioButton(name)
RadioSet("Constant", name)
OptionList(Option("x"), name)
TabPane(name, Label("x"))
Collapsible(Label("x"), title=name)
TextArea(placeholder=name)
Tree(name)
Select([(name, 1) for name in names])
Select([("Constant", 1), (name, 2)])
Hit(score, name, run)
Hit(score, content(name), run, help=name)
widget.update(subject)
widget.update(f"{count} tickets")
widget.update(subject.title())
seen = set(); seen = Label("x"); seen.update(name)
table.add_row("Constant", subject)
table.add_row(*cells)
table.add_column(name)
table.update_cell(row_key, column_key, subject)
tree.root.add(name)
branch.add_leaf(name)
options.add_option(name)
options.add_options([name for name in names])
options.replace_option_prompt("x", name)
Label("x").with_tooltip(reason)
self.border_title = subject
self.border_subtitle = f"{count}"
self.border_title += subject
widget.tooltip = reason
button.label = name
Content.from_markup(f"[b]{name}[/b]")
Content.from_markup(template, name=name)
Text.from_markup("[b]" + name)
Content.from_text(name)
self.render_str(name)
RichLog(markup=True)
Content.from_markup(markup=name)
subject = load(); Label(subject)
shown = content(subject); shown = subject; Label(shown)
for name in names: Label(name)
for label, value in pairs: Label(label)
class Title(Static): pass; title = Title(name)
Label(subject)  # safe:
""".splitlines()

GOOD = """\
notify(self, subject)
safe.notify(self, subject)
Static("Nothing to show")
Static()
Static(markup=False)
Static(subject, markup=False)
Label(content(subject), classes=classes)
Label("One" if single else "Many")
Label(content(subject) if subject else "Nothing")
Label("two " "parts")
Label(Content.assemble((subject, "bold"), " ", number))
Label(Content.from_markup("[b]$name[/b]", name=name))
Label(Content.from_markup("[b]$name[/b]", name=name) + subject)
Label(Content(" ").join(parts))
Label(content(subject).stylize("bold"))
Label(Text(subject, style="dim"))
Content.from_text(subject, markup=False)
Button("Open", tooltip="Open the ticket", id=identifier)
Option(rich_text(subject), id=identifier)
OptionList(*[Option(content(name)) for name in names])
OptionList(*(Option(content(name)) for name in names), id="x")
Select([(content(name), key) for name, key in pairs])
Select([("Open", key), ("Closed", other)], value=chosen)
TabPane("History", Label("x"))
Collapsible(Label(content(name)), title="More")
Hit(score, content(name), run, help="Open it")
widget.update(content(subject))
widget.update("")
counts.update({name: count})
counts.update(total=count)
seen = set(); seen.update(names)
self.seen: set[int] = set(); self.seen.update(names)
table.add_row(rich_text(subject), "Open", len(names))
table.add_row(*[rich_text(cell) for cell in cells], key=key)
table.update_cell(row_key, column_key, rich_text(subject))
names.add(name)
tree.root.add(rich_text(name), data)
self.border_title = content(subject)
self.border_title = None
widget.tooltip = "Close" if ready else None
shown = content(subject); Label(shown)
shown: Content = build(subject); Label(shown)
shown = "one"; shown = "two"; Label(shown)
cells = [rich_text(x) for x in row]; table.add_row(*cells)
for label in ("One", "Two"): Label(label)
for label, key in (("One", 1), ("Two", 2)): Button(label)
labels = {"a": "One"}; Label(labels[key])
Label(subject)  # safe: a constant of the theme
digest.update(data)  # safe: a hash
""".splitlines()


def findings_in(code: str, path: str = "screens/example.py") -> list[Finding]:
    """What the lint says of one function body."""
    return lint({path: "def example(self):\n    " + code})


@pytest.mark.parametrize("code", BAD)
def test_a_bad_form_is_found_once_where_it_is(code: str) -> None:
    assert [(finding.path, finding.line) for finding in findings_in(code)] == [("screens/example.py", 2)]


@pytest.mark.parametrize("code", GOOD)
def test_a_good_form_passes(code: str) -> None:
    assert findings_in(code) == []


def test_a_finding_says_what_to_write_instead() -> None:
    (finding,) = findings_in("self.border_title = subject")
    assert str(finding) == "screens/example.py:2: border_title reads a str as markup; assign content(…)"
    (finding,) = findings_in("self.notify(subject)")
    assert "widgets.safe.notify" in finding.message


def test_only_the_helper_itself_calls_notify() -> None:
    assert findings_in("node.notify(text, markup=False)", "widgets/safe.py") == []
    assert findings_in("node.notify(text, markup=False)", "widgets/other.py") != []


def test_annotations_are_believed_across_files() -> None:
    parts = "class Line:\n    shown: Content\n    raw: str\ndef heading(line) -> Content | None: ..."
    use = "def f(line, extra: Content):\n    Label(line.shown)\n    Label(heading(line))\n    Label(extra)\n"
    assert lint({"widgets/parts.py": parts, "screens/use.py": use}) == []
    raw = "def f(line, text: str):\n    Label(line.raw)\n    Label(text)\n    Label(title(line))\n"
    assert [finding.line for finding in lint({"widgets/parts.py": parts, "screens/use.py": raw})] == [2, 3, 4]


def test_two_opinions_about_a_name_make_it_unknown() -> None:
    one = "class A:\n    shown: Content"
    other = "class B:\n    shown: str\n    def f(self):\n        Label(self.shown)"
    assert [finding.line for finding in lint({"a.py": one, "b.py": other})] == [4]


def test_a_string_method_is_not_mistaken_for_a_function_of_the_same_name() -> None:
    source = "class A:\n    def title(self) -> Content: ...\n    def f(self, name):\n        Label({})\n"
    assert lint({"a.py": source.format("self.title()")}) == []
    assert lint({"a.py": source.format("name.title()")}) != []


def test_a_widget_of_our_own_passes_on_only_text() -> None:
    source = "class Heading(Label):\n    def __init__(self, text):\n        super().__init__({})\n"
    assert lint({"widgets/heading.py": source.format("content(text)")}) == []
    assert [finding.line for finding in lint({"widgets/heading.py": source.format("text")})] == [3]


def test_what_a_widget_renders_is_text() -> None:
    source = "class Hint(Widget):\n    def render(self){}:\n        return self.hint\n"
    assert lint({"widgets/hint.py": source.format(" -> Content")}) == []
    assert [finding.line for finding in lint({"widgets/hint.py": source.format(" -> str")})] == [3]


def test_the_screens_hand_no_string_to_a_widget_as_markup() -> None:
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    assert any(path.name == "safe.py" for path in paths)
    found = lint({str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths})
    assert not found, "\n" + "\n".join(map(str, found))
