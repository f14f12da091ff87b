"""The discipline of a service line: told by its modifier, its code, a record, the renderer's taxonomy, or the day."""

import pytest
from rules.specimen import Bill, patient, row

from scrubber.visits.discipline import Told, discipline_of_taxonomy
from scrubber.visits.record_rows import TreatmentRecord

NOBODY = "207Q00000X"
"""A physician's taxonomy: it tells no discipline of therapy."""
ASSISTANT = "224Z00000X"


def told(*lines: str, rows: tuple[TreatmentRecord, ...] = (), taxonomy: str = NOBODY) -> list[Told]:
    """What told the discipline of each line that is in a visit."""
    found = patient(Bill(lines=lines, taxonomy=taxonomy), rows)
    return [found.told[key] for key in sorted(found.told)]


@pytest.mark.parametrize(
    ("taxonomy", "discipline"),
    [
        ("225100000X", "PT"),
        ("2251X0800X", "PT"),
        ("225200000X", "PT"),
        ("225X00000X", "OT"),
        ("225XH1200X", "OT"),
        ("224Z00000X", "OT"),
        ("235Z00000X", "SLP"),
        ("2355S0801X", "SLP"),
        ("2255A2300X", ""),
        ("225700000X", ""),
        ("207Q00000X", ""),
        ("", ""),
    ],
)
def test_taxonomy_codes(taxonomy: str, discipline: str) -> None:
    assert discipline_of_taxonomy(taxonomy) == discipline


@pytest.mark.parametrize(("modifier", "discipline"), [("GP", "PT"), ("GO", "OT"), ("GN", "SLP")])
@pytest.mark.parametrize("before", ["", ":59"])
def test_by_its_modifier_wherever_that_stands(modifier: str, discipline: str, before: str) -> None:
    line = f"SV1*HC:97535{before}:{modifier}*45*UN*1***1"
    rows = (row("97535", 15, "OT"),)
    assert told(line, rows=rows, taxonomy="225100000X") == [Told(discipline, "modifier")]


def test_two_modifiers_tell_nothing() -> None:
    assert told("SV1*HC:97110:GP:GO*40*UN*1***1") == [Told("", "")]
    assert told("SV1*HC:97110:GP:GO*40*UN*1***1", rows=(row("97110", 15, "OT"),)) == [Told("OT", "record")]
    assert told("SV1*HC:97110:GP:GP*40*UN*1***1") == [Told("PT", "modifier")]


@pytest.mark.parametrize(
    ("code", "discipline"),
    [("97161", "PT"), ("97164", "PT"), ("97165", "OT"), ("97168", "OT"), ("92521", "SLP"), ("92607", "SLP")],
)
def test_by_a_code_of_one_discipline(code: str, discipline: str) -> None:
    assert told(f"SV1*HC:{code}*90*UN*1***1", taxonomy="225100000X") == [Told(discipline, "code")]


def test_by_a_record_of_the_code() -> None:
    assert told("SV1*HC:97530*45*UN*1***1", rows=(row("97530", 15, "OT"),), taxonomy="225100000X") == [
        Told("OT", "record")
    ]


def test_by_a_record_of_its_family() -> None:
    assert told("SV1*HC:97130*20*UN*1***1", rows=(row("97129", 30, "OT"),)) == [Told("OT", "record")]
    assert told("SV1*HC:G0283*15*UN*1***1", rows=(row("97014", 15),)) == [Told("PT", "record")]


def test_records_of_two_disciplines_tell_nothing_of_the_code() -> None:
    rows = (row("97530", 15, "OT"), row("97530", 15))
    assert told("SV1*HC:97530*45*UN*1***1", rows=rows, taxonomy="225X00000X") == [Told("OT", "taxonomy")]
    assert told("SV1*HC:97530*45*UN*1***1", rows=rows) == [Told("", "")]


def test_by_the_taxonomy_of_who_rendered_it() -> None:
    assert told("SV1*HC:97110*40*UN*1***1", taxonomy="225100000X") == [Told("PT", "taxonomy")]
    assert told("SV1*HC:97110*40*UN*1***1", taxonomy=ASSISTANT) == [Told("OT", "taxonomy")]
    line = "SV1*HC:97110*40*UN*1***1 | NM1*82*1*FERN*ODE****XX*1234567893 | PRV*PE*PXC*235Z00000X"
    assert told(line, taxonomy="225100000X") == [Told("SLP", "taxonomy")]
    # A renderer of the line without a taxonomy is not spoken for by the claim's.
    line = "SV1*HC:97110*40*UN*1***1 | NM1*82*1*FERN*ODE****XX*1234567893"
    assert told(line, taxonomy="225100000X") == [Told("", "")]


def test_by_the_other_services_of_the_day() -> None:
    other = "SV1*HC:97110:GP*40*UN*1***1"
    line = "SV1*HC:97140*38*UN*1***1"
    assert told(other, line) == [Told("PT", "modifier"), Told("PT", "visit")]
    assert told(other, "SV1*HC:97112:GO*40*UN*1***1", line)[2] == Told("", "")
    assert told(other, f"{line} | DTP*472*D8*20260303")[1] == Told("", "")
    # A record of the day speaks louder than the modifiers beside it.
    assert told(other, line, rows=(row("97112", 15, "OT"),))[1] == Told("OT", "visit")


def test_a_sometimes_therapy_code_is_therapy_only_when_something_says_so() -> None:
    assert told("SV1*HC:97597*90*UN*1***1") == []
    assert told("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97597*90*UN*1***1") == [Told("PT", "modifier")]
    assert told("SV1*HC:97597*90*UN*1***1", taxonomy="225100000X") == [Told("PT", "taxonomy")]
    assert told("SV1*HC:97597:GP*90*UN*1***1") == [Told("PT", "modifier")]


def test_what_is_no_therapy_is_in_no_visit() -> None:
    assert told("SV1*HC:99213*90*UN*1***1", taxonomy="225100000X") == []
    assert told("SV1*ER:97110*40*UN*1***1", taxonomy="225100000X") == []


def test_an_always_therapy_line_of_no_known_discipline_is_a_visit_of_its_own() -> None:
    visits = patient(Bill(lines=("SV1*HC:97110*40*UN*1***1", "SV1*HC:97530:GO:GP*45*UN*1***1"), taxonomy=NOBODY)).visits
    assert [visit.discipline for visit in visits] == [""]
    assert len(visits[0].lines) == 2
