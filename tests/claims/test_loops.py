"""Which loop a segment stands in, read off the outline of the guide."""

import pytest

from scrubber.claims.loops import LoopWalk, loop_walk
from scrubber.x12.maps import outline
from scrubber.x12.segment import Segment

STEPS = [
    ("2000A", "NM1*85*2*CLINIC", "2010AA"),
    ("2010AA", "N3*1 MILL LANE", "2010AA"),
    ("2010AA", "NM1*87*2", "2010AB"),
    ("2000B", "NM1*IL*1*ASHDOWN", "2010BA"),
    ("2010BA", "NM1*PR*2*PLAN", "2010BB"),
    ("2000C", "NM1*QC*1*ASHDOWN", "2010CA"),
    ("2300", "NM1*82*1*TEALE", "2310B"),
    ("2310B", "PRV*PE*PXC*225100000X", "2310B"),
    ("2310B", "NM1*77*2*SITE", "2310C"),
    ("2310B", "SBR*S*18", "2320"),
    ("2320", "AMT*D*20", "2320"),
    ("2320", "NM1*IL*1*ASHDOWN", "2330A"),
    ("2330A", "NM1*PR*2*PLAN", "2330B"),
    ("2330B", "SBR*T*18", "2320"),
    ("2330B", "LX*1", "2400"),
    ("2400", "SV1*HC:97110*40*UN*1", "2400"),
    ("2400", "NM1*82*1*TEALE", "2420A"),
    ("2420A", "PRV*PE*PXC*225100000X", "2420A"),
    ("2420A", "NM1*DN*1*FENWICK", "2420F"),
    ("2400", "SVD*60999*20", "2430"),
    ("2430", "CAS*CO*45*20", "2430"),
    ("2430", "LX*2", "2400"),
    ("2420F", "LX*2", "2400"),
    ("2400", "LIN**N4*00000000000", "2410"),
    ("2300", "NM1*XX*1", "2300"),
    ("2300", "ZZZ*1", "2300"),
    ("2400", "HL*2", "2400"),
    ("2310B", "NM1*82", "2310B"),
]


@pytest.mark.parametrize(("loop", "text", "expected"), STEPS)
def test_a_step(loop: str, text: str, expected: str) -> None:
    segment = Segment(0, text.split("*"), ":")
    assert loop_walk().step(loop, segment) == expected
    assert loop_walk().step(loop, segment) == expected  # also when it is remembered


def test_no_segment_leads_out_of_a_claim_or_a_level() -> None:
    walk = loop_walk()
    for root in ("2000A", "2000B", "2000C", "2300"):
        for starter in sorted(walk.starters):
            for qualifier in ("", "20", "41", "85", "IL", "QC", "82", "1"):
                found = walk.step(root, Segment(0, [starter, qualifier], ":"))
                assert found == root or found.startswith(("20", "23", "24"))
                if root == "2300":
                    assert found >= "2300"


def test_hostile_qualifiers_do_not_fill_the_memory() -> None:
    walk = LoopWalk(outline())
    for number in range(6000):
        assert walk.step("2300", Segment(0, ["NM1", f"Q{number}"], ":")) == "2300"
    assert len(walk._steps) <= 4096
    assert walk.step("2300", Segment(0, ["NM1", "82"], ":")) == "2310B"
