"""A folder of files that several tests read, and what `scrub` makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch.clinic_files import TODAY, make_files, outputs
from click.testing import CliRunner

from scrubber.cli.main import main


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty files of thirty claims; nothing writes in here but tests into folders of their own."""
    folder = tmp_path_factory.mktemp("clinic")
    make_files(folder, files=40, claims=30)
    return folder


@pytest.fixture(scope="session")
def scrubbed(clinic: Path) -> dict[str, bytes]:
    """The outputs of `scrub` on the forty files."""
    files = sorted(str(path) for path in (clinic / "in").iterdir())
    out = clinic / "scrubbed"
    records = ["-r", str(clinic / "records.csv")]
    done = CliRunner().invoke(main, ["scrub", *files, "-o", str(out), *records, "--today", TODAY, "--quiet"])
    assert done.exit_code == 1, done.output
    return outputs(out)
