"""U101 demoted by the payer's profile, a fix of a later round, and lines without a single day of service."""

from pathlib import Path

from rules.specimen import Bill, found, interchange, row, scrubbed

from scrubber.findings.levels import FixLevel
from scrubber.rules.catalogue import BY_CODE
from scrubber.settings.load import load_settings
from scrubber.visits.records import TreatmentRecords

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
PROFILE = '[payers.own]\nextends = "medicare-part-b"\nmatch = { filing = ["MB"] }\ndemote = ["U101"]\n'


def test_the_report_gives_the_level_after_the_demotion(tmp_path: Path) -> None:
    file = tmp_path / "scrubber.toml"
    file.write_text(PROFILE)
    settings = load_settings(file, known_rules=BY_CODE)
    (claim,) = scrubbed(interchange(OVER).encode(), TreatmentRecords([row("97110", 30)]), settings).claims
    (verdict,) = claim.verdicts
    assert not verdict.fixed
    assert verdict.finding.fix is not None
    assert verdict.finding.fix.level is FixLevel.UNSAFE


def test_a_fixed_finding_names_its_fix_even_when_a_later_round_could_make_it_first() -> None:
    bare = Bill(lines=("SV1*HC:97110*80*UN*2***1",))
    (claim,) = scrubbed(interchange(bare).encode(), TreatmentRecords([row("97110", 30, role="PTA")])).claims
    assert found(claim) == ["M201 fixed", "M204 fixed"]
    assert all(verdict.finding.fix for verdict in claim.verdicts)


def test_a_line_without_a_single_day_is_not_checked() -> None:
    source = interchange(OVER).replace("DTP*472*D8*20260302", "DTP*472*RD8*20260302-20260304").encode()
    (claim,) = scrubbed(source, TreatmentRecords([])).claims
    assert {each.rule for each in claim.not_checked} >= {"U", "M", "N"}
