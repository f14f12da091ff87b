"""Which other payers a claim names, and in what their rules differ from those it is checked by."""

import re
from datetime import timedelta

import msgspec
import pytest
from rules.specimen import DAY, Bill, interchange, row, scrubbed, settings

from scrubber.claims.claim import Claim
from scrubber.claims.index import index
from scrubber.outcome import ClaimResult
from scrubber.settings.settings import Settings
from scrubber.visits.gather import Gathering
from scrubber.visits.other_payers import other_payers
from scrubber.visits.patient import Patient, read_patient
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


def of_another_payer(*segments: str, own: str = "MB") -> tuple[Patient, Claim]:
    """A claim with these segments of another payer's loops behind its SBR."""
    text = interchange(Bill(lines=LINES, filing=own)).replace("LX*1~", "~\n".join((*segments, "LX*1~")), 1)
    (work,) = Gathering(index(text.encode("latin-1")), TreatmentRecords(ROWS), frozenset())
    claims = [Claim(each) for each in work.claims]
    return read_patient(work, claims, changing()), claims[0]


def changing() -> Settings:
    """The payer 44550 counts like Medicare until the day of the claim, and for itself from the next day on."""
    plain = settings()
    (commercial,) = (each for each in plain.payers if each.name == "commercial")
    until, since = (
        msgspec.structs.replace(commercial, match_payer_id=frozenset({"44550"}), match_filing=frozenset())
        for _ in range(2)
    )
    until = msgspec.structs.replace(until, name="until", to=DAY)
    since = msgspec.structs.replace(since, name="since", from_=DAY + timedelta(days=1))
    return msgspec.structs.replace(plain, payers=(until, since, *plain.payers))


OTHER = ("SBR*S*18*******CI", "OI***Y***Y", "NM1*IL*1*QUIMBLE*IVO****MI*P7")


@pytest.mark.parametrize(
    ("segments", "payers"),
    [
        ((*OTHER, "NM1*PR*2*MUTUAL*****PI*44550", "N3*4 OAK STREET", "N4*OMAHA*NE*681020001"), [("44550", "until")]),
        ((*OTHER, "NM1*PR*2*MUTUAL", "N3*4 OAK STREET"), [("", "commercial")]),
        (OTHER, [("", "commercial")]),
        ((*OTHER, "NM1*PR*2*MUTUAL*****PI*44551", "NM1*PR*2*MUTUAL*****PI*44550"), [("44551", "commercial")]),
    ],
    ids=["identified", "not identified", "not named", "named twice"],
)
def test_a_payer_is_known_by_the_identifier_of_its_name(
    segments: tuple[str, ...], payers: list[tuple[str, str]]
) -> None:
    patient, claim = of_another_payer(*segments)
    assert [(each.payer_id, each.profile) for each in other_payers(patient, claim)] == payers
