"""What each patient of a file is given: its claims with their places, its rows, and what may be somebody else's."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from rules.specimen import DAY, MEMBER, OTHER_MEMBER, Bill, clock, interchange, row

from scrubber.claims.index import index
from scrubber.visits.gather import Gathering
from scrubber.visits.patient import PatientWork
from scrubber.visits.record_rows import BadRow, TreatmentRecord
from scrubber.visits.records import TreatmentRecords

NEXT_DAY = DAY.replace(day=3)
MANUAL = ("SV1*HC:97140:GP*38*UN*1***1",)
THEIRS = Bill(number="PCN2", member=OTHER_MEMBER)
THIRD = Bill(number="PCN4", member="M4")


def gather(source: str, *rows: TreatmentRecord | BadRow) -> tuple[list[PatientWork], Gathering]:
    gathering = Gathering(index(source.encode("latin-1")), TreatmentRecords(rows), frozenset())
    return list(gathering), gathering


def sharing(mine: list[Bill], theirs: list[Bill]) -> str:
    """Two interchanges: a patient, and another one with the same member id."""
    other = interchange(*theirs).replace("QUIMBLE*IVO", "QUIMBLE*UNA").replace("19500203*M", "19500203*F")
    return interchange(*mine) + other


def notes(work: PatientWork) -> list[str]:
    return [each.note_id for each in work.rows]


def bad(column: str = "minutes", **named: str) -> BadRow:
    several = {"claim_ids": (named["claim_id"],)} if "claim_id" in named else {}
    return BadRow("records.csv", 3, column, "must be something else", "N9", **named, **several)


def test_places_count_from_one() -> None:
    (one, other), _ = gather(interchange(Bill(), Bill(number="PCN3", on=NEXT_DAY)) + interchange(THEIRS))
    places = [(c.ordinal, c.interchange, c.group, c.transaction, c.position) for c in (*one.claims, *other.claims)]
    assert places == [(0, 1, 1, "0001", 1), (1, 1, 1, "0001", 2), (2, 2, 1, "0001", 3)]


def test_the_same_number_on_claims_of_another_patient() -> None:
    (one, other), _ = gather(interchange(Bill(), replace(THEIRS, number="PCN1")))
    assert (one.same_number, other.same_number) == (((0, (1,)),), ((1, (0,)),))
    (one, other), _ = gather(interchange(Bill(), THEIRS))
    assert (one.same_number, other.same_number) == ((), ())
    (only,), _ = gather(interchange(Bill(), Bill(on=NEXT_DAY)))
    assert only.same_number == ()


def test_suffixed_line_controls_are_those_of_the_whole_file_that_a_division_could_make() -> None:
    lines = ("SV1*HC:97110:GP*80*UN*2***1 | REF*6R*A17-2", "SV1*HC:97140:GP*38*UN*1***1 | REF*6R*A17")
    apart = Bill(number="PCN3", lines=("SV1*HC:97110:GP*80*UN*2***1 | REF*6R*A19-2",))
    (one, other), _ = gather(interchange(Bill(), apart, replace(THEIRS, lines=lines)))
    assert one.suffixed_controls == other.suffixed_controls == {"A17-2"}


def test_rows_that_name_nobody_are_all_told() -> None:
    nobody = [
        row("97110", 15, claim_id="PCN8"),
        row("97110", 15, claim_id="PCN9", note_id="N2"),
        row("97110", 15, member_id="M8", note_id="N3"),
        row("97110", 15, member_id="M9", note_id="N4"),
    ]
    (work,), gathering = gather(interchange(Bill()), *nobody)
    assert work.rows == ()
    assert [(each.note_id, each.why) for each in gathering.unmatched] == [
        ("N1", "no claim with this id"),
        ("N2", "no claim with this id"),
        ("N3", "no claim of this member"),
        ("N4", "no claim of this member"),
    ]


def test_a_row_of_a_shared_member_goes_to_the_one_with_its_day() -> None:
    source = sharing([Bill()], [Bill(number="PCN2", on=NEXT_DAY)])
    (one, other), gathering = gather(source, row("97110", 15, member_id=MEMBER, service_date=NEXT_DAY))
    assert (notes(one), notes(other)) == ([], ["N1"])
    assert (one.ambiguous, other.ambiguous, gathering.unmatched) == ((), (), [])


def test_a_row_of_a_shared_member_that_fits_both_is_given_to_neither() -> None:
    spoken = row("97110", 15, member_id=MEMBER)
    (one, other), _ = gather(sharing([Bill()], [Bill(number="PCN2")]), spoken)
    assert (one.rows, other.rows) == ((), ())
    assert (one.ambiguous, other.ambiguous) == (((spoken, (0,)),), ((spoken, (1,)),))


def test_a_row_of_a_shared_member_on_a_day_of_neither() -> None:
    late = row("97110", 15, member_id=MEMBER, service_date=DAY.replace(day=9))
    (one, other), gathering = gather(sharing([Bill()], [Bill(number="PCN2")]), late)
    assert (one.rows, other.rows) == ((), ())
    assert [each.note_id for each in gathering.unmatched] == ["N1"]


def test_a_row_of_a_shared_number_and_all_the_claims_that_it_fits() -> None:
    spoken = row("97110", 15, member_id="", claim_id="PCN1")
    (one, other), _ = gather(sharing([Bill(), Bill(lines=MANUAL)], [Bill()]), spoken)
    assert (one.ambiguous, other.ambiguous) == (((spoken, (0, 1)),), ((spoken, (2,)),))


def test_a_bad_row_is_given_to_the_claim_that_it_names() -> None:
    unread = bad(claim_id="PCN1")
    (one, other), gathering = gather(interchange(Bill(), THEIRS), unread)
    assert (one.bad_rows, other.bad_rows) == (((unread, (0,)),), ())
    assert gathering.unplaced_bad_rows == []


def test_a_bad_row_that_names_nobody() -> None:
    unread = bad()
    for source in (interchange(Bill()), interchange(Bill(number="")), interchange(Bill(member=""))):
        (work,), gathering = gather(source, unread)
        assert work.bad_rows == ()
        assert gathering.unplaced_bad_rows == [unread]


def test_a_bad_row_with_another_number_is_no_row_of_its_member() -> None:
    """Where the number itself is at fault, the member and day are all that it names."""
    (work,), _ = gather(interchange(Bill()), bad("minutes", claim_id="PCN9", member_id=MEMBER))
    assert work.bad_rows == ()
    unread = bad("claim_id", claim_id="PCN9", member_id=MEMBER)
    (work,), _ = gather(interchange(Bill()), unread)
    assert work.bad_rows == ((unread, (0,)),)


def test_a_clinician_with_two_patients_at_one_time() -> None:
    mine = row("97110", None, note_id="N1", clinician_id="T1", **clock("9:00-9:30"))
    theirs = row("97110", None, claim_id="PCN2", note_id="N2", clinician_id="T1", **clock("9:15-9:45"))
    # In front of them rows that are nobody's, nobody's for sure, and no one-on-one care.
    unknown = row("97110", None, claim_id="PCN9", note_id="N3", clinician_id="T1", **clock("9:00-9:30"))
    modality = row("97018", None, note_id="N4", clinician_id="T1", **clock("9:00-9:30"))
    wrong = row("97110", None, member_id="M9", note_id="N5", clinician_id="T1", **clock("9:00-9:30"))
    wrong = msgspec.structs.replace(wrong, claim_id="PCN1")
    (one, other), _ = gather(interchange(Bill(), THEIRS), unknown, modality, wrong, mine, theirs)
    assert [(each.row, each.other, each.claims) for each in one.elsewhere] == [(mine, theirs, (1,))]
    assert [(each.row, each.other, each.claims) for each in other.elsewhere] == [(theirs, mine, (0,))]


def test_a_clinician_with_two_patients_of_one_number() -> None:
    """Rows of a number that two patients share are placed by their day first."""
    mine = row("97110", None, note_id="N1", clinician_id="T1", **clock("9:00-9:30"))
    theirs = row("97110", None, member_id=OTHER_MEMBER, note_id="N2", clinician_id="T1", **clock("9:15-9:45"))
    bills = (Bill(), replace(THEIRS, number="PCN1", on=NEXT_DAY), replace(THEIRS, lines=MANUAL))
    (one, other), _ = gather(interchange(*bills), mine, theirs)
    assert [(each.row, each.other, each.claims) for each in one.elsewhere] == [(mine, theirs, (2,))]
    assert [(each.row, each.other, each.claims) for each in other.elsewhere] == [(theirs, mine, (0,))]


def at(times: str, note: str, clinician: str = "T1", **columns: Any) -> TreatmentRecord:
    return row("97110", None, note_id=note, clinician_id=clinician, **clock(times), **columns)


def test_overlaps_come_in_the_order_in_which_clinicians_have_their_first_rows() -> None:
    theirs = {"claim_id": "PCN2"}
    rows = [
        at("15:00-15:30", "late", "T2"),
        at("9:00-9:30", "early", "T1"),
        at("9:10-9:20", "N3", "T1", **theirs),
        at("15:20-15:50", "N4", "T2", **theirs),
        at("0:00-0:30", "midnight", "T3"),
        at("0:10-0:40", "N5", "T3", **theirs),
    ]
    (one, other), _ = gather(interchange(Bill(), THEIRS), *rows)
    assert [(each.row.note_id, each.other.note_id) for each in one.elsewhere] == [
        ("late", "N4"),
        ("early", "N3"),
        ("midnight", "N5"),
    ]
    assert [each.row.note_id for each in other.elsewhere] == ["N4", "N3", "N5"]


def test_several_patients_of_a_clinician_one_after_the_other_and_at_one_time() -> None:
    bills = [interchange(Bill(number=f"PCN{n}", member=f"M{n}")).replace("ADA", f"ADA{n}") for n in range(4)]
    times = ("9:00-10:00", "9:10-9:20", "9:50-10:30", "10:30-11:00")
    rows = [at(each, f"N{number}", claim_id=f"PCN{number}") for number, each in enumerate(times)]
    works, _ = gather("".join(bills), *rows)
    assert [[(each.other.note_id, each.claims) for each in work.elsewhere] for work in works] == [
        [("N1", (1,))],
        [("N0", (0,))],
        [("N0", (0,))],
        [],
    ]


def test_a_clinician_is_known_by_the_id_that_the_billing_provider_gave() -> None:
    elsewhere = interchange(THEIRS).replace("1999887718", "1999887726")
    rows = [at("9:00-9:30", "N1"), at("9:15-9:45", "N2", claim_id="PCN2")]
    (one, other), _ = gather(interchange(Bill()) + elsewhere, *rows)
    assert one.claims[0].heading.billing.npi != other.claims[0].heading.billing.npi
    assert one.elsewhere == other.elsewhere == ()


def test_no_row_is_read_again_where_nothing_overlaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(TreatmentRecords, "numbered")
    rows = [at("9:00-9:30", "N1"), at("9:30-10:00", "N2", claim_id="PCN2"), at("10:15-10:30", "N3")]
    (one, other), _ = gather(interchange(Bill(), THEIRS), *rows)
    assert one.elsewhere == other.elsewhere == ()


def test_rows_of_a_member_are_given_to_that_patient_alone() -> None:
    rows = [row("97110", 15, member_id=OTHER_MEMBER), row("97110", 15, member_id=MEMBER, note_id="N2")]
    (one, other), _ = gather(interchange(Bill(), THEIRS), *rows)
    assert (notes(one), notes(other)) == (["N2"], ["N1"])


def test_a_dependent_is_named_by_either_id() -> None:
    """The subscriber's and the patient's own."""
    dependent = "HL*3*2*23*0~\nPAT*19~\nNM1*QC*1*QUIMBLE*UNA~\nDMG*D8*20150203*F~\nREF*1W*D77~\nCLM*"
    (work,), gathering = gather(interchange(Bill()).replace("CLM*", dependent), row("97110", 15, member_id=MEMBER))
    assert notes(work) == ["N1"]
    assert not gathering.unmatched


def test_the_same_number_under_another_billing_provider_is_another() -> None:
    elsewhere = interchange(replace(THEIRS, number="PCN1")).replace("1999887718", "1999887726")
    (one, other), _ = gather(interchange(Bill()) + elsewhere)
    assert (one.same_number, other.same_number) == ((), ())


def test_one_person_under_two_subscribers_is_nobody_else() -> None:
    again = interchange(THEIRS).replace("QUIMBLE*ADA", "QUIMBLE*IVO").replace("19500203*F", "19500203*M")
    between = interchange(Bill(number="PCN5", member="M5"))
    rows = [at("9:00-9:30", "N1"), at("9:15-9:45", "N2", claim_id="PCN2")]
    works, _ = gather(interchange(Bill()) + between + again, *rows)
    assert [work.elsewhere for work in works] == [(), (), ()]


def test_claims_without_a_member_id_are_of_a_patient_each() -> None:
    works, _ = gather(interchange(Bill(member=""), Bill(number="PCN2", member="")))
    assert [[claim.ordinal for claim in work.claims] for work in works] == [[0], [1]]


def test_a_bad_row_of_a_member_is_given_to_the_claims_of_its_day() -> None:
    source = interchange(Bill(), Bill(number="PCN3", on=NEXT_DAY), THEIRS)
    given = {"2026-03-03": (1,), "2026-03-02": (0,), "2026-02-31": (0, 1), "": (0, 1)}
    for day, claims in given.items():
        unread = bad(member_id=MEMBER, service_date=day)
        (one, other), gathering = gather(source, unread)
        assert (one.bad_rows, other.bad_rows) == (((unread, claims),), ())
        assert not gathering.unplaced_bad_rows
    never = bad(member_id=MEMBER, service_date="2026-03-09")
    (one, _), gathering = gather(source, never)
    assert one.bad_rows == ()
    assert gathering.unplaced_bad_rows == [never]


def test_a_bad_row_that_is_unread_as_a_whole_may_be_its_members() -> None:
    unread = bad("", claim_id="PCN9", member_id=MEMBER)
    (work,), _ = gather(interchange(Bill()), unread)
    assert work.bad_rows == ((unread, (0,)),)


def test_a_row_that_could_be_anybodys_is_given_to_all() -> None:
    unread = bad()
    source = interchange(Bill(), Bill(number="PCN3", on=NEXT_DAY), THIRD, THEIRS).encode("latin-1")
    one, third, other = Gathering(index(source), TreatmentRecords((), for_any_claim=(unread,)), frozenset())
    assert one.bad_rows == ((unread, (0, 1)),)
    assert third.bad_rows == ((unread, (2,)),)
    assert other.bad_rows == ((unread, (3,)),)
