"""The judge of the other tests is judged: what it must notice, and what it must read."""

from pathlib import Path

import counting
import pytest

SOURCE = (Path(__file__).parents[2] / "fixtures" / "golden" / "one-held-among-clean" / "in.837").read_bytes()
CORRECTED = (Path(__file__).parents[2] / "fixtures" / "golden" / "one-held-among-clean" / "corrected.837").read_bytes()
HELD = (Path(__file__).parents[2] / "fixtures" / "golden" / "one-held-among-clean" / "held.837").read_bytes()


def own(claim_id: str) -> bytes:
    return next(claim.own for claim in counting.claims(SOURCE) if claim.id == claim_id) + b"\n"


def test_claims_end_before_the_next_clm_hl_or_se() -> None:
    claims = counting.claims(SOURCE)
    assert [claim.id for claim in claims] == ["OH1", "OH2", "OH3", "OH4", "OH5"]
    assert all(claim.own.startswith(b"CLM*") and claim.own.endswith(b"~") for claim in claims)
    assert sum(SOURCE.count(claim.own) for claim in claims) == 5


def test_a_partition_is_one() -> None:
    assert counting.partitions(SOURCE, CORRECTED, HELD)
    assert counting.partitions(SOURCE, SOURCE, None)
    assert counting.partitions(SOURCE, None, SOURCE)
    assert not counting.partitions(SOURCE, CORRECTED, None)
    assert not counting.partitions(SOURCE, CORRECTED, SOURCE)


def test_a_lost_claim_is_noticed() -> None:
    assert not counting.partitions(SOURCE, CORRECTED.replace(own("OH5"), b""), HELD)


def test_a_doubled_claim_is_noticed() -> None:
    assert not counting.partitions(SOURCE, CORRECTED.replace(own("OH5"), own("OH5") * 2), HELD)
    assert not counting.partitions(SOURCE, CORRECTED.replace(own("OH5"), own("OH2")), HELD)


def test_another_order_is_noticed() -> None:
    swapped = CORRECTED.replace(own("OH1"), b"@").replace(own("OH5"), own("OH1")).replace(b"@", own("OH5"))
    assert not counting.partitions(SOURCE, swapped, HELD)


def test_a_changed_byte_in_held_is_noticed() -> None:
    assert not counting.partitions(SOURCE, CORRECTED, HELD.replace(b"97124:GP*30.00", b"97124:GP*31.00", 1))


@pytest.mark.parametrize(
    ("was", "becomes", "element"),
    [
        (b"GE*1*101", b"GE*2*101", "GE01"),
        (b"GE*1*101", b"GE*1*102", "GE02"),
        (b"IEA*1*", b"IEA*01*", None),
        (b"IEA*1*", b"IEA*2*", "IEA01"),
        (b"IEA*1*000000101", b"IEA*1*000000102", "IEA02"),
        (b"*0001~\nGE", b"*0002~\nGE", "SE02"),
        (b"LX*1~\n", b"", "SE01"),
        (b"HL*3*1*", b"HL*4*1*", "HL01"),
        (b"HL*3*1*", b"HL*3*7*", "HL02"),
        (b"HL*3*1*22*0", b"HL*3*1*22*1", "HL04"),
        (b"\nIEA*1*000000101~", b"", "IEA"),
    ],
)
def test_faults_are_noticed(was: bytes, becomes: bytes, element: str | None) -> None:
    assert not counting.faults(SOURCE)
    assert was in SOURCE
    assert {fault.element for fault in counting.faults(SOURCE.replace(was, becomes, 1))} == {element} - {None}
