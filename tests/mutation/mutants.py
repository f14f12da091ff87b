"""Mutants of one source file: each is the file with one small change in the body of one function.

The changes are mutmut's. Its own runner passes over every decorated function, which all rules are, and so only its
operators are used (docs/decisions/0009-mutation-testing.md).

What is not changed, since no rule or count would be wrong by it:

- prose: texts with a space in them (messages, reasons, names of evidence), and such a text given as None. What stands
  in the braces of an f-string is changed;
- of any other text one mutant is made, not three: "XX" around it;
- a literal does not also become None: its own mutant is another text or number, or True for False;
- functions that a decorator names: they make the worked examples when the module is imported;
- ``strict=`` of zip, which is an assertion; annotations, decorators and docstrings; ``len`` and ``isinstance``, of
  which every mutant stops with a TypeError.

What cannot be changed this way: anything outside functions, such as constants, and defaults of parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import libcst as cst
from libcst import matchers
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

NEVER_CALLED_OTHERWISE = frozenset({"len", "isinstance"})


@dataclass(frozen=True, eq=False)
class Mutant:
    """``place`` is the qualified name of the function, ``number`` the mutant's position among those of its file.

    ``lines``: those of the statement, or of the head of the block, that the change is in, counted from 1. ``top`` is
    the function or class of the module, whose ``text`` is the file, that it is in.
    """

    path: Path
    place: str
    number: int
    lines: range
    module: cst.Module
    text: str
    top: cst.BaseStatement
    old: cst.CSTNode
    new: cst.CSTNode

    def source(self) -> str:
        """The file with the change."""
        changed = self.top.deep_replace(self.old, self.new)
        assert isinstance(changed, cst.BaseStatement)
        return self.text.replace(self.module.code_for_node(self.top), self.module.code_for_node(changed), 1)

    def change(self) -> tuple[str, str]:
        """The lines that differ, before and after, each without its indentation and joined by one space."""
        before, after = self.text.splitlines(), self.source().splitlines()
        spans = [
            each for each in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if each[0] != "equal"
        ]
        first, last = spans[0], spans[-1]
        return _joined(before[first[1] : last[2]]), _joined(after[first[3] : last[4]])


def mutants_of(path: Path) -> list[Mutant]:
    """Every mutant of a file, in the order of its text."""
    text = path.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    positions = wrapper.resolve(PositionProvider)
    found: list[Mutant] = []
    of_examples = _named_in_decorators(wrapper.module)
    for top in wrapper.module.body:
        for place, function in _functions([top], ()):
            if place in of_examples:
                continue
            for part, old, new in _changes(function.body, function):
                at = positions[part]
                assert isinstance(at, CodeRange)
                lines = range(at.start.line, at.end.line + 1)
                found.append(Mutant(path, place, len(found), lines, wrapper.module, text, top, old, new))
    return found


def _functions(body: Sequence[cst.CSTNode], within: tuple[str, ...]) -> Iterator[tuple[str, cst.FunctionDef]]:
    for each in body:
        if isinstance(each, cst.FunctionDef):
            yield ".".join((*within, each.name.value)), each
        elif isinstance(each, cst.ClassDef):
            yield from _functions(each.body.body, (*within, each.name.value))


def _named_in_decorators(module: cst.Module) -> set[str]:
    decorators = matchers.findall(module, matchers.Decorator())
    return {name.value for each in decorators for name in matchers.findall(each, matchers.Name())}  # type: ignore[attr-defined]


def _changes(node: cst.CSTNode, part: cst.CSTNode) -> Iterator[tuple[cst.CSTNode, cst.CSTNode, cst.CSTNode]]:
    """The part of the function that runs as one, and the node in it before and after."""
    if _left_alone(node):
        return
    if isinstance(node, cst.SimpleStatementLine):
        part = node
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            for new in operator(node):
                if not _left_out(node, new):
                    yield part, node, new
                if isinstance(node, cst.SimpleString):
                    break
    for child in node.children:
        heads = isinstance(node, cst.BaseCompoundStatement) and isinstance(child, cst.BaseExpression)
        yield from _changes(child, child if heads else part)


def _left_alone(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.Annotation | cst.Decorator | cst.Parameters):
        return True
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value in NEVER_CALLED_OTHERWISE:
        return True
    if isinstance(node, cst.Arg) and node.keyword is not None and node.keyword.value == "strict":
        return True
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.SimpleString):
        return True
    return isinstance(node, cst.SimpleString) and " " in node.raw_value


def _left_out(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether all that changes is a literal or prose that becomes None, or zip's strict."""
    if isinstance(old, cst.Assign | cst.AnnAssign):
        return old.value is not None and (_is_literal(old.value) or _is_prose(old.value))
    if not isinstance(old, cst.Call) or not isinstance(new, cst.Call):
        return False
    pairs = zip(old.args, (*new.args, None), strict=False)
    changed = next((arg for arg, other in pairs if arg is not other), None)
    if changed is None:
        return False
    if changed.keyword is not None and changed.keyword.value == "strict":
        return True
    return len(new.args) == len(old.args) and (_is_literal(changed.value) or _is_prose(changed.value))


def _is_literal(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.Name):
        return value.value in ("True", "False")
    return isinstance(value, cst.SimpleString | cst.Integer | cst.Float)


def _is_prose(value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.IfExp):
        return _is_prose(value.body) and _is_prose(value.orelse)
    if isinstance(value, cst.FormattedString):
        return any(isinstance(part, cst.FormattedStringText) and " " in part.value for part in value.parts)
    if isinstance(value, cst.ConcatenatedString):
        return True
    return isinstance(value, cst.SimpleString) and " " in value.raw_value


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line.strip() for line in lines)
