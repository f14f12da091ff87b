"""UNSAFE fixes in the watched folder: only for payers whose profile says so, and no start when none does."""

from datetime import date
from pathlib import Path

import pytest
from rules.specimen import Bill, interchange
from watch.placed import HEADER, settings_of

from scrubber.errors import SettingsError
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.visits.records import read_records
from scrubber.watch.fix_cap import capped
from scrubber.watch.worker import Worker

ALLOWED = """
fix = "unsafe"
[payers.trusting]
match = { payer-id = ["00123"] }
extends = "medicare-part-b"
apply-raises = true
"""


@pytest.mark.parametrize("fix", ["none", "safe"])
def test_nothing_changes_where_nothing_unsafe_is_asked_for(tmp_path: Path, fix: str) -> None:
    settings = settings_of(f'fix = "{fix}"', tmp_path)
    assert capped(settings) is settings


def test_unsafe_without_a_profile_that_wants_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"scrubber\.toml: fix: .*apply-raises = true"):
        capped(settings_of('fix = "unsafe"', tmp_path))


def test_unsafe_fixes_reach_the_claims_of_those_profiles_only(tmp_path: Path) -> None:
    """The records are not signed, so that lowering the units is UNSAFE for both payers; one profile allows it."""
    settings = settings_of(ALLOWED, tmp_path)
    lines = ("SV1*HC:97110:GP*120*UN*3***1",)
    data = interchange(Bill(lines=lines), Bill(lines=lines, number="PCN2", member="2FH5TF6NL84", payer="00999"))
    rows = [f"N{n},PCN{n},2026-03-02,PT,97110,30,PT,no,no" for n in (1, 2)]
    (tmp_path / "r.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    records = read_records([tmp_path / "r.csv"])

    def after(settings: object) -> list[str]:
        result = scrub(data.encode(), records, Context(settings, date(2026, 11, 22)))  # type: ignore[arg-type]
        return [claim.disposition for claim in result.claims]

    assert after(settings) == ["corrected", "corrected"]
    assert after(capped(settings)) == ["corrected", "held"]


def test_no_worker_goes_without_the_cap(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="apply-raises"):
        Worker(settings_of('fix = "unsafe"', tmp_path), tmp_path / "watch.db")
