"""`scrubber audit`: what is no journal is named with what to do."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main


@pytest.mark.parametrize(
    ("holds", "message"),
    [
        (None, "cannot be read (No such file or directory); name the journal that `scrub` wrote"),
        ("rule,claim\n", "line 1 of the journal does not name its source; this is no journal, or a damaged one"),
    ],
)
def test_what_is_no_journal(tmp_path: Path, holds: str | None, message: str) -> None:
    file = tmp_path / "claims.journal.jsonl"
    if holds is not None:
        file.write_text(holds)
    result = CliRunner().invoke(main, ["audit", str(file)])
    assert (result.exit_code, result.stderr) == (2, f"scrubber: {file}: {message}\n")
