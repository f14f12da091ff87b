"""Rooms import one way, slow libraries are imported where they are used, and no room is a drawer for anything."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "scrubber"
MODULES = sorted(path.relative_to(ROOT) for path in PACKAGE.rglob("*.py"))

SLOW = {"pyx12", "lxml"}
MAY_IMPORT_SLOW = {"conform", "reports"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "core", "base", "types", "manager", "misc"}
NAMED_BY_ITS_RULE = {"scrubber/rules/coverage/add_on_without_base.py"}
"""The file of a rule has the rule's name, whatever that ends in."""


def imported_on_load(tree: ast.AST):
    """Top package names that importing the module imports as well: all imports but those inside a function."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from (name for branch in node.orelse for name in imported_on_load(branch))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imported_on_load(node)


def test_rooms_import_only_from_rooms_before_them():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", [path for path in MODULES if path.parts[1] not in MAY_IMPORT_SLOW], ids=str)
def test_pyx12_and_lxml_are_imported_at_the_top_only_where_that_is_agreed(module):
    loaded = set(imported_on_load(ast.parse((ROOT / module).read_text(encoding="utf-8"))))
    assert not loaded & SLOW, (
        f"{module} imports {loaded & SLOW} when it is loaded; import inside the function that needs it"
    )


@pytest.mark.parametrize("module", [path for path in MODULES if str(path) not in NAMED_BY_ITS_RULE], ids=str)
def test_no_module_is_named_for_a_drawer(module):
    for name in (*module.parts[1:-1], module.stem):
        assert name.rpartition("_")[2] not in DRAWERS, f"{module}: name it for what it holds"


def test_the_reading_of_imports_sees_what_it_should():
    source = """
import lxml.etree
from pyx12 import params
if TYPE_CHECKING:
    import only_for_types
try:
    import tried
except ImportError:
    pass
class A:
    import in_class
def f():
    import inside
"""
    assert set(imported_on_load(ast.parse(source))) == {"lxml", "pyx12", "tried", "in_class"}
