"""Several files that are scrubbed together: whose claims stand in which file, and what a part says of them."""

from pathlib import Path

import pytest
from rules.specimen import OTHER_MEMBER, Bill, clock, interchange, row

from scrubber.claims.contents import ContentsOf, origin_of
from scrubber.claims.index import index
from scrubber.findings.finding import ClaimElsewhere
from scrubber.visits.gather import GatheringOfSet
from scrubber.visits.inputs import Input, suffixed_controls
from scrubber.visits.part import Work, ordinals_in, parts_of, works_in
from scrubber.visits.patient import PatientWork
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords

MANUAL = ("SV1*HC:97140:GP*38*UN*1***1",)
MINE, MORE = Bill(), Bill(number="PCN2", lines=MANUAL)
THEIRS = Bill(number="PCN3", member=OTHER_MEMBER)
SUFFIXED = Bill(number="PCN4", lines=("SV1*HC:97110:GP*80*UN*2***1 | REF*6R*A1", f"{MANUAL[0]} | REF*6R*A1-2"))
OF_BOTH = (
    row("97110", None, note_id="N1", clinician_id="T1", **clock("9:00-9:30")),
    row("97110", None, claim_id="PCN3", note_id="N2", clinician_id="T1", **clock("9:15-9:45")),
)


def gathered(folder: Path, *files: str, rows: tuple[TreatmentRecord, ...] = (), by_path: bool = True) -> GatheringOfSet:
    """Files called 0.837 and so on. Of the first one the second claim is held by its envelope."""
    inputs, first = [], 0
    for number, text in enumerate(files):
        path, source = folder / f"{number}.837", text.encode("latin-1")
        path.write_bytes(source)
        origin = origin_of(path, source) if by_path else None
        file = index(source)
        controls, spans = suffixed_controls(file), file.claims
        held = frozenset(() if number else (1,))
        kept = ContentsOf(origin) if origin else None
        inputs.append(Input(source, spans, held, controls, origin, first=first, name=path.name, kept=kept))
        first += len(spans)
    return GatheringOfSet(inputs, TreatmentRecords(rows))


def works(gathering: GatheringOfSet, most: int = 250) -> list[Work]:
    return [work for part in parts_of(gathering, most) for work in works_in(part)]


def claims(work: PatientWork) -> list[tuple[int, str, int, str, bool]]:
    """Ordinal in the set, file, position in it, number, and whether it is held."""
    return [
        (each.ordinal, each.file, each.position, each.text.split("*")[1], each.held_by_envelope) for each in work.claims
    ]


def test_a_patient_has_claims_in_several_files(tmp_path: Path) -> None:
    gathering = gathered(tmp_path, interchange(MINE, THEIRS), interchange(MORE), interchange(SUFFIXED))
    one, other = gathering
    assert claims(one) == [
        (0, "0.837", 1, "PCN1", False),
        (2, "1.837", 1, "PCN2", False),
        (3, "2.837", 1, "PCN4", False),
    ]
    assert claims(other) == [(1, "0.837", 2, "PCN3", True)]
    assert [gathering.input_of(ordinal) for ordinal in range(4)] == [0, 0, 1, 2]
    assert [gathering.span(ordinal).claim_id for ordinal in range(4)] == ["PCN1", "PCN3", "PCN2", "PCN4"]
    assert one.suffixed_controls == other.suffixed_controls == {"A1-2"}
    assert len(gathering) == 2


@pytest.mark.parametrize("by_path", [True, False])
@pytest.mark.parametrize("most", [1, 250])
def test_a_part_has_the_work_on_claims_of_several_files(tmp_path: Path, most: int, *, by_path: bool) -> None:
    files = (interchange(MINE, THEIRS), interchange(MORE), interchange(MINE, SUFFIXED) + interchange(THEIRS))
    gathering = gathered(tmp_path, *files, rows=OF_BOTH, by_path=by_path)
    assert [work.patient for work in works(gathering, most)] == list(gathering)
    assert [work.patient.elsewhere != () for work in works(gathering, most)] == [True, True]


def test_a_part_tells_claims_of_several_files_apart(tmp_path: Path) -> None:
    gathering = gathered(tmp_path, interchange(THEIRS), interchange(MINE), interchange(MORE, THEIRS), rows=OF_BOTH)
    other, one = works(gathering)
    assert one.members
    assert [one.members.file_of(ordinal) for ordinal in (1, 2)] == [1, 2]
    assert {ordinal: one.members.file_of(ordinal) for ordinal in one.others} == {0: 0, 1: 1, 3: 2}
    assert [(one.members.name_of(file), one.members.first_of(file)) for file in (0, 1, 2)] == [
        ("0.837", 0),
        ("1.837", 1),
        ("2.837", 2),
    ]
    assert one.members.other(3) == ClaimElsewhere("2.837", "PCN3", 1, 1, 2)
    assert one.others == other.others
    assert other.others == {
        0: (0, ClaimElsewhere("0.837", "PCN3", 1, 1, 1)),
        1: (1, ClaimElsewhere("1.837", "PCN1", 1, 1, 1)),
        3: (2, ClaimElsewhere("2.837", "PCN3", 1, 1, 2)),
    }


def test_claims_of_one_number_are_told_by_their_place(tmp_path: Path) -> None:
    mine, theirs = interchange(MINE), interchange(Bill(member=OTHER_MEMBER))
    group = mine[mine.index("GS*") : mine.index("IEA*")]
    twice = mine.replace("IEA*1*", group.replace("CLM*PCN1", "CLM*PCN7") + "IEA*2*")
    one, other = works(gathered(tmp_path, twice + theirs))
    assert one.others == other.others
    assert other.others == {
        0: (0, ClaimElsewhere("0.837", "PCN1", 1, 1, 1)),
        2: (0, ClaimElsewhere("0.837", "PCN1", 2, 1, 3)),
    }


def test_of_one_file_alone_no_claim_is_told_by_its_file(tmp_path: Path) -> None:
    source = interchange(MINE).encode("latin-1")
    (work,) = works(GatheringOfSet([Input(source, index(source).claims, frozenset(), frozenset())], TreatmentRecords()))
    assert work.members is None
    assert work.others == {}


def test_patients_of_a_part_are_as_many_as_have_so_many_claims(tmp_path: Path) -> None:
    people = [Bill(number=f"PCN{number}", member=f"M{number}") for number in range(5)]
    gathering = gathered(tmp_path, interchange(*people))
    assert [ordinals_in(part) for part in parts_of(gathering, 2)] == [[0, 1], [2, 3], [4]]


def test_a_part_of_what_nobody_else_can_read_is_no_larger_than_its_claims(tmp_path: Path) -> None:
    people = [Bill(number=f"PCN{number}", member=f"M{number}") for number in range(20)]
    text = interchange(*people)
    parts = list(parts_of(gathered(tmp_path, text, by_path=False), 4))
    assert len(parts) == 5
    assert all(len(part) < len(text) / 2 for part in parts)


def test_a_claim_that_stands_under_no_level(tmp_path: Path) -> None:
    text = interchange(MINE)
    at, until = text.index("HL*1**"), text.index("CLM*")
    gathering = gathered(tmp_path, text[:at] + text[until:])
    (work,) = works(gathering)
    assert [work.patient] == list(gathering)
    assert claims(work.patient) == [(0, "0.837", 1, "PCN1", False)]
    assert work.patient.claims[0].heading.subscriber.id == ""
