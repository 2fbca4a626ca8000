"""A reader of the screens' source that finds every place where a string could become markup.

Textual takes a plain `str` for markup nearly everywhere. So a widget may be given constants, which are
ours, and values known to be `Content`, `Text` or the like; everything else is a finding. Known are the makers
below, names and attributes annotated with such a type or assigned only from such values, and functions that
return one. A comment `# safe: reason` in the statement allows what a reader can see and this cannot.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple, TypeVar


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MAKERS = _words("content rich_text Content Text Strip Segment Panel Table Group Align len int")
_CLASS_METHODS = _words("assemble styled blank empty from_markup from_text from_rich_text from_ansi")
_PARSERS = _words("from_markup from_text from_ansi render_str")
_TYPES = _words(
    "Content Text Strip Segment Option Selection Panel Table Group Visual Widget int float bool"
    " Final ClassVar Optional Union list tuple dict Sequence Iterable Iterator Mapping Literal ComposeResult"
)

_EVERY = -1
_NONE = -2
# Which positional argument of a widget or a method is shown; which keywords are, is the same for all.
_WIDGETS: dict[str, int] = {
    **dict.fromkeys(_words("Static Label Button Option Selection Checkbox RadioButton Link"), 0),
    **dict.fromkeys(_words("TabPane Tab Tree Placeholder DiscoveryHit"), 0),
    **dict.fromkeys(_words("OptionList RadioSet Tabs Select SelectionList"), _EVERY),
    **dict.fromkeys(_words("Collapsible TextArea"), _NONE),
    "Hit": 1,
}
_METHODS: dict[str, int] = {
    **dict.fromkeys(_words("update add_option add_options set_options with_tooltip set_label add_leaf"), 0),
    **dict.fromkeys(_words("add_column add_rows"), 0),
    **dict.fromkeys(_words("replace_option_prompt replace_option_prompt_at_index update_cell_at"), 1),
    **dict.fromkeys(_words("add_row add_columns"), _EVERY),
    "update_cell": 2,
}
_KEYWORDS = _words("content label prompt title tooltip display match_display help")
_CHOICES = _words("Select SelectionList set_options")
_ATTRIBUTES = _words("border_title border_subtitle tooltip label")
_COLLECTIONS = _words("set dict Counter OrderedDict defaultdict")
_SAFE_COMMENT = re.compile(r"#\s*safe:\s*\S")

_Place = ast.expr | ast.stmt
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Kind(IntEnum):
    """What is known of a value; of several parts the least counts."""

    UNKNOWN = 0
    CONSTANT = 1
    TEXT = 2


_Opinion = TypeVar("_Opinion", Kind, bool)


class Finding(NamedTuple):
    """One place, and what to write there instead."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def lint(sources: dict[str, str]) -> list[Finding]:
    """The findings in all sources, which are given by path and judged together."""
    trees = {path: ast.parse(source) for path, source in sources.items()}
    known = _Known(trees.values())
    findings = set()
    for path, tree in trees.items():
        lines = sources[path].splitlines()
        for node, message in _Reader(known, path).read(tree):
            if not any(_SAFE_COMMENT.search(line) for line in lines[node.lineno - 1 : node.end_lineno]):
                findings.add(Finding(path, node.lineno, message))
    return sorted(findings)


def _last_name(node: ast.expr) -> str:
    """`Content` of `Content`, `textual.content.Content` and `Content[x]`."""
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _kind_of_type(annotation: ast.expr | None) -> Kind:
    """A value of type `Content | None` is never markup, one of type `str | Content` may be."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if annotation is None:
        return Kind.UNKNOWN
    names = {_last_name(node) for node in ast.walk(annotation) if isinstance(node, ast.Name | ast.Attribute)}
    return Kind.TEXT if names and names <= _TYPES else Kind.UNKNOWN


def _is_collection(node: ast.expr) -> bool:
    """Whether it makes, or is the type of, something with an update() that shows nothing."""
    if isinstance(node, ast.Call):
        node = node.func
    return _last_name(node) in _COLLECTIONS or isinstance(node, ast.Dict | ast.DictComp | ast.Set | ast.SetComp)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


class _Known:
    """What the sources say about functions, attributes and widgets; two opinions make a name unknown."""

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self.functions: dict[str, Kind] = {}
        self.attributes: dict[str, Kind] = {}
        self.collections: dict[str, bool] = {}
        self.widgets = dict(_WIDGETS)
        self.bases = set(_WIDGETS)
        nodes = [node for tree in trees for node in ast.walk(tree)]
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self._agree(self.functions, node.name, _kind_of_type(node.returns))
                if any(_last_name(decorator) == "property" for decorator in node.decorator_list):
                    self._agree(self.attributes, node.name, _kind_of_type(node.returns))
            elif isinstance(node, ast.AnnAssign):
                self._agree(self.attributes, _last_name(node.target), _kind_of_type(node.annotation))
                self._agree(self.collections, _last_name(node.target), _is_collection(node.annotation))
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self._agree(self.collections, _last_name(target), _is_collection(node.value))
        self._find_widgets([node for node in nodes if isinstance(node, ast.ClassDef)])

    @staticmethod
    def _agree(table: dict[str, _Opinion], name: str, opinion: _Opinion) -> None:
        table[name] = min(opinion, table.get(name, opinion))

    def _find_widgets(self, classes: list[ast.ClassDef]) -> None:
        """A class derived from a widget shows what that one shows, unless it has a constructor of its own."""
        before = -1
        while before != len(self.bases):
            before = len(self.bases)
            for node in classes:
                for base in self.bases & {_last_name(base) for base in node.bases}:
                    self.bases.add(node.name)
                    own = any(isinstance(item, ast.FunctionDef) and item.name == "__init__" for item in node.body)
                    if not own and base in self.widgets:
                        self.widgets[node.name] = self.widgets[base]

    def function(self, name: str) -> Kind:
        if name in _MAKERS or name in self.bases:
            return Kind.TEXT
        return self.functions.get(name, Kind.UNKNOWN)


class _Values:
    """What is known of the expressions of one source, with the names of the functions around them."""

    def __init__(self, known: _Known) -> None:
        self.known = known
        self.scopes: list[dict[str, Kind]] = []

    def enter(self, node: ast.Module | _Function) -> None:
        """Learn a function's names: annotated parameters, and what is assigned only from what is known."""
        names: dict[str, Kind] = {}
        self.scopes.append(names)
        if not isinstance(node, ast.Module):
            arguments = node.args
            for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
                names[argument.arg] = _kind_of_type(argument.annotation)
            for extra in filter(None, (arguments.vararg, arguments.kwarg)):
                names[extra.arg] = _kind_of_type(extra.annotation)
        for target, kind in self._assignments(node):
            for name in ast.walk(target):
                if isinstance(name, ast.Name):
                    names[name.id] = min(kind, names.get(name.id, kind))

    def _assignments(self, node: ast.AST) -> Iterator[tuple[ast.expr, Kind]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, _Function | ast.ClassDef):
                continue
            match child:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        if not isinstance(target, ast.Attribute | ast.Subscript):
                            yield target, self.kind(value)
                case ast.AnnAssign(target=ast.Name() as name, annotation=annotation, value=constant):
                    typed = _kind_of_type(annotation)
                    yield name, typed or (self.kind(constant) if constant is not None else typed)
                case ast.AugAssign(target=ast.Name() as name, op=op, value=value):
                    yield name, self.kind(ast.BinOp(name, op, value))
                case ast.NamedExpr(target=name, value=value):
                    yield name, self.kind(value)
                case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                    yield target, self.kind(value)
                case ast.comprehension(target=target, iter=value):
                    yield target, self.kind(value)
                case ast.withitem(optional_vars=ast.expr() as target):
                    yield target, Kind.UNKNOWN
            yield from self._assignments(child)

    def kind(self, node: ast.expr) -> Kind:
        """Whether the value is a text object, a constant of ours or anything at all."""
        match node:
            case ast.Constant() | ast.Lambda():
                return Kind.CONSTANT
            case ast.JoinedStr(values=parts):
                return self._least(part for part in parts)
            case ast.IfExp(body=body, orelse=orelse):
                return self._least((body, orelse))
            case ast.BoolOp(values=items) | ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items):
                return self._least(items)
            case ast.Dict(values=items):
                return self._least(items)
            case ast.NamedExpr(value=value) | ast.Starred(value=value) | ast.Subscript(value=value):
                return self.kind(value)
            case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item) | ast.SetComp(elt=item):
                return self.kind(item)
            case ast.BinOp(left=left, op=op, right=right):
                kinds = (self.kind(left), self.kind(right))
                return max(kinds) if isinstance(op, ast.Add) and Kind.TEXT in kinds else min(kinds)
            case ast.Name(id=name):
                return next((scope[name] for scope in reversed(self.scopes) if name in scope), Kind.UNKNOWN)
            case ast.Attribute(attr=name):
                return self.known.attributes.get(name, Kind.UNKNOWN)
            case ast.Call(func=ast.Name(id=name)):
                return self.known.function(name)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)):
                return self._method(owner, name)
        return Kind.UNKNOWN

    def _least(self, items: Iterable[ast.expr]) -> Kind:
        return min(map(self.kind, items), default=Kind.CONSTANT)

    def _method(self, owner: ast.expr, name: str) -> Kind:
        if name in _CLASS_METHODS and _last_name(owner) in _MAKERS:
            return Kind.TEXT
        if isinstance(owner, ast.Name) and owner.id in ("self", "cls") and name in self.known.functions:
            return self.known.functions[name]
        if self.kind(owner) is Kind.TEXT:
            return Kind.TEXT
        # "title" may be a function of ours and is a method of every string.
        return Kind.UNKNOWN if hasattr(str, name) else self.known.function(name)


class _Reader(_Values):
    """Walks one source and stops where something is shown."""

    def __init__(self, known: _Known, path: str) -> None:
        super().__init__(known)
        self.path = path

    def read(self, tree: ast.Module) -> Iterator[tuple[_Place, str]]:
        """Every place with its complaint."""
        self.enter(tree)
        yield from self._inside(tree, of_widget=False)

    def _inside(self, parent: ast.AST, of_widget: bool) -> Iterator[tuple[_Place, str]]:
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.ClassDef):
                bases = {_last_name(base) for base in node.bases}
                yield from self._inside(node, bool(self.known.bases & bases))
                continue
            if isinstance(node, _Function):
                self.enter(node)
                if isinstance(node, ast.FunctionDef) and isinstance(parent, ast.ClassDef):
                    yield from self._rendered(node)
                yield from self._inside(node, of_widget)
                self.scopes.pop()
                continue
            if isinstance(node, ast.Call):
                yield from self._call(node, of_widget)
            elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                yield from self._assigned(node)
            yield from self._inside(node, of_widget)

    def _call(self, node: ast.Call, of_widget: bool) -> Iterator[tuple[_Place, str]]:
        name = _last_name(node.func)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        literal = any(keyword.arg == "markup" and _is_false(keyword.value) for keyword in node.keywords)
        if not literal and any(keyword.arg == "markup" for keyword in node.keywords):
            yield node, "markup=True reads text as markup; build a Content from parts instead"
        if owner is not None and name == "notify" and not self._may_notify(owner):
            yield node, "notify() reads markup; write widgets.safe.notify(node, text)"
        if name in _PARSERS and node.args and not literal and not isinstance(node.args[0], ast.Constant):
            yield node, f'{name}() reads markup; write content(text) or from_markup("… $name …", name=value)'
        if literal:
            return
        if owner is None and name in self.known.widgets:
            yield from self._shown(node, name, self.known.widgets[name])
        elif owner is not None and name == "update" and self.known.collections.get(_last_name(owner)):
            return
        elif owner is not None and (name in _METHODS or _is_tree_add(owner, name)):
            yield from self._shown(node, name, _METHODS.get(name, 0))
        elif of_widget and ast.unparse(node.func) == "super().__init__":
            yield from self._shown(node, "super().__init__", 0)

    def _may_notify(self, owner: ast.expr) -> bool:
        return self.path.endswith("widgets/safe.py") or _last_name(owner) == "safe"

    def _shown(self, node: ast.Call, name: str, which: int) -> Iterator[tuple[_Place, str]]:
        if name == "update" and node.args and isinstance(node.args[0], ast.Dict | ast.DictComp):
            return  # a dictionary's
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        every = which == _EVERY or (starred and which != _NONE)
        arguments = node.args if every else [] if which == _NONE else node.args[which : which + 1]
        keywords = _KEYWORDS | {"placeholder"} if name == "TextArea" else _KEYWORDS
        shown = [*arguments, *(keyword.value for keyword in node.keywords if keyword.arg in keywords)]
        for value in shown:
            prompts = _prompts(value) if name in _CHOICES else [value]
            if self._least(prompts) is Kind.UNKNOWN:
                yield (
                    value,
                    f"{name}() reads a str as markup; write content(…), rich_text(…) or Content.assemble",
                )

    def _assigned(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> Iterator[tuple[_Place, str]]:
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            shown = isinstance(target, ast.Attribute) and target.attr in _ATTRIBUTES
            if shown and node.value is not None and self.kind(node.value) is Kind.UNKNOWN:
                yield node, f"{_last_name(target)} reads a str as markup; assign content(…)"

    def _rendered(self, node: ast.FunctionDef) -> Iterator[tuple[_Place, str]]:
        if node.name != "render" or _kind_of_type(node.returns) is Kind.TEXT:
            return
        for inner in ast.walk(node):
            value = inner.value if isinstance(inner, ast.Return) else None
            if value is not None and self.kind(value) is Kind.UNKNOWN:
                yield value, "render() of a str is read as markup; annotate -> Content and return content(…)"


def _is_tree_add(owner: ast.expr, name: str) -> bool:
    return name == "add" and _last_name(owner).endswith(("root", "node", "branch"))


def _prompts(node: ast.expr) -> list[ast.expr]:
    """Of a list of (prompt, value), the prompts: the values are not shown."""
    match node:
        case ast.List(elts=items):
            return [prompt for item in items for prompt in _prompts(item)]
        case ast.Tuple(elts=[prompt, *_]) if not isinstance(prompt, ast.Tuple):
            return [prompt]
        case ast.Tuple(elts=items):
            return [prompt for item in items for prompt in _prompts(item)]
        case ast.ListComp(elt=item) | ast.GeneratorExp(elt=item):
            return _prompts(item)
    return [node]
