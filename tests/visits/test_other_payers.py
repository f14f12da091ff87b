"""Which other payers a claim names, and in what their rules differ from those it is checked by."""

import re

from rules.specimen import Bill, interchange, row, scrubbed, settings

from scrubber.outcome import ClaimResult
from scrubber.visits.records import TreatmentRecords

LINES = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1")
ROWS = (row("97110", 30), row("97140", 15))
EVERYTHING = ("how minutes become units", "GP, GO and GN", "CQ and CO", "code pairs", "unit limits")


def claim(
    own: str, own_sequence: str, *others: tuple[str, str], lines: tuple[str, ...] = LINES, **profile: object
) -> ClaimResult:
    """A claim that names other payers by SBR01 and SBR09."""
    bill = Bill(lines=lines, filing=own, sequence=own_sequence)
    loops = "".join(
        f"SBR*{sequence}*18*******{filing}~\nOI***Y***Y~\nNM1*IL*1*QUIMBLE*IVO****MI*P{number}~\n"
        f"NM1*PR*2*MUTUAL*****PI*4455{number}~\n"
        for number, (sequence, filing) in enumerate(others)
    )
    text = interchange(bill).replace("LX*1~\n", f"{loops}LX*1~\n", 1)
    text = re.sub(r"SE\*\d+\*", f"SE*{text.count('~') - 4}*", text)
    (only,) = scrubbed(text.encode("latin-1"), TreatmentRecords(ROWS), settings(**profile)).claims
    return only


def test_medicare_behind_a_commercial_plan() -> None:
    of = claim("MB", "S", ("P", "CI"))
    assert of.other_payers == (("P", "44550", "CI", "commercial", EVERYTHING),)
    assert of.profile == "medicare-part-b"
    assert of.disposition == "unchanged"


def test_each_other_payer_is_told() -> None:
    told = claim("MB", "T", ("P", "CI"), ("S", "CH")).other_payers
    assert [(each.sequence, each.profile, bool(each.differs)) for each in told] == [
        ("P", "commercial", True),
        ("S", "tricare", False),
    ]


def test_payers_that_count_alike_do_not_differ() -> None:
    (other,) = claim(
        "MB", "S", ("P", "CI"), unit_rule="cms", discipline_modifiers=True, assistant_modifiers=True,
        pair_tables=("ncci-ptp-medicare",), unit_limit_tables=("ncci-mue-medicare",),
    ).other_payers  # fmt: skip
    assert other.differs == ()


def test_only_what_is_on_the_claim_is_compared() -> None:
    (one_code,) = claim("MB", "S", ("P", "CI"), lines=LINES[:1]).other_payers
    assert one_code.differs == ("how minutes become units", "GP, GO and GN", "CQ and CO", "unit limits")
    (no_therapy,) = claim("MB", "S", ("P", "CI"), lines=("SV1*HC:99213*90*UN*1***1",)).other_payers
    assert no_therapy.differs == ("unit limits",)


def test_a_claim_with_one_payer_names_no_other() -> None:
    assert claim("MB", "P").other_payers == ()
