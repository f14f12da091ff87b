"""A site that ends its daemons with the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from watch.real.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path / "site")
    yield made
    made.close()
