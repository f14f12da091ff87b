"""What measures the scrubber goes on with it: no room of its own is named that is no longer there."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

import benchmarks

MODULES = sorted(file.stem for file in Path(benchmarks.__path__[0]).glob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_loads(name: str) -> None:
    import_module(f"benchmarks.{name}")
