"""Which claims a row of a treatment record speaks for; what fits two is used for none."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from rules.specimen import DAY, MEMBER, OTHER_MEMBER, Bill, patient, patients, row

from scrubber.visits.record_rows import TreatmentRecord

NEXT_DAY = date(2026, 3, 3)
LINE = "SV1*HC:97110:GP*80*UN*2***1"


class Joining(NamedTuple):
    """Note ids by claim ordinal; ambiguous note ids with the claims they could mean; unmatched ones with the reason."""

    notes: dict[int, list[str]]
    ambiguous: list[tuple[str, tuple[int, ...]]]
    unmatched: list[tuple[str, str]]


def joining(bills: list[Bill], *rows: TreatmentRecord) -> Joining:
    found, gathering = patients(bills, rows)
    joined = [each.joined for each in found]
    return Joining(
        {claim: [r.note_id for r in mine] for each in joined for claim, mine in each.rows.items()},
        [(r.note_id, claims) for each in joined for r, claims in each.ambiguous]
        + [(r.note_id, claims) for each in found for r, claims in each.work.ambiguous],
        [(each.note_id, each.why) for each in gathering.unmatched]
        + [(r.note_id, why) for each in joined for r, why in each.unmatched],
    )


def test_a_row_speaks_for_the_claim_that_it_names() -> None:
    bills = [Bill(), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",))]
    assert joining(bills, row("97110", 30)) == ({0: ["N1"]}, [], [])
    assert joining(bills, row("97110", 30, claim_id="PCN2")) == ({1: ["N1"]}, [], [])


def test_a_row_without_a_number_speaks_for_every_claim_of_the_member_and_day() -> None:
    bills = [
        Bill(),
        Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",)),
        Bill(number="PCN3", on=NEXT_DAY),
    ]
    assert joining(bills, row("97110", 30, member_id=MEMBER)) == ({0: ["N1"], 1: ["N1"]}, [], [])
    assert joining(bills, row("97110", 30, member_id=MEMBER, service_date=NEXT_DAY)) == ({2: ["N1"]}, [], [])


def test_number_and_member_must_both_fit() -> None:
    named = row("97110", 30, claim_id="PCN1", member_id=MEMBER)
    assert joining([Bill()], named) == ({0: ["N1"]}, [], [])
    other = row("97110", 30, claim_id="PCN1", member_id=OTHER_MEMBER)
    assert joining([Bill()], other) == ({}, [], [("N1", "its claim is of another member")])


def test_what_fits_no_claim_is_said_to() -> None:
    assert joining([Bill()], row("97110", 30, claim_id="PCN9")).unmatched == [("N1", "no claim with this id")]
    assert joining([Bill()], row("97110", 30, member_id="X1")).unmatched == [("N1", "no claim of this member")]
    late = row("97110", 30, service_date=NEXT_DAY)
    assert joining([Bill()], late).unmatched == [("N1", "no service line on its date")]
    late = row("97110", 30, member_id=MEMBER, service_date=NEXT_DAY)
    assert joining([Bill()], late).unmatched == [("N1", "no service line on its date")]


def test_what_speaks_for_a_claim_that_does_not_count_has_its_claim() -> None:
    """It changes nothing, and is no record without a claim either."""
    assert joining([Bill(frequency="8")], row("97110", 30)) == ({}, [], [])
    by_member = row("97110", 30, member_id=MEMBER)
    assert joining([Bill(frequency="8")], by_member) == ({}, [], [])


def test_a_void_takes_no_row() -> None:
    assert joining([Bill(), Bill(frequency="8")], row("97110", 30)) == ({0: ["N1"]}, [], [])


def test_a_replacement_takes_the_rows_of_its_number() -> None:
    bills = [Bill(), Bill(frequency="7", head=("REF*F8*ICN1",))]
    assert joining(bills, row("97110", 30)) == ({1: ["N1"]}, [], [])


def test_a_copy_makes_nothing_ambiguous() -> None:
    assert joining([Bill(), Bill()], row("97110", 30)) == ({0: ["N1"]}, [], [])
    copy_of_its_own = row("97110", 30, note_id="N2", claim_id="PCN2")
    assert joining([Bill(), Bill(number="PCN2")], row("97110", 30), copy_of_its_own) == ({0: ["N1"]}, [], [])


def test_one_number_on_two_claims_of_a_day_is_ambiguous() -> None:
    bills = [Bill(), Bill(lines=("SV1*HC:97140:GP*38*UN*1***1",))]
    assert joining(bills, row("97110", 30)) == ({}, [("N1", (0, 1))], [])


def test_the_day_chooses_between_claims_of_one_number() -> None:
    bills = [Bill(), Bill(on=NEXT_DAY)]
    assert joining(bills, row("97110", 30)) == ({0: ["N1"]}, [], [])
    assert joining(bills, row("97110", 30, service_date=NEXT_DAY)) == ({1: ["N1"]}, [], [])


def test_the_line_control_number_chooses_between_claims() -> None:
    bills = [
        Bill(lines=(f"{LINE} | REF*6R*A1",)),
        Bill(lines=("SV1*HC:97140:GP*38*UN*1***1 | REF*6R*B1",)),
    ]
    assert joining(bills, row("97110", 30, line_control="A1")) == ({0: ["N1"]}, [], [])
    assert joining(bills, row("97140", 15, line_control="B1")) == ({1: ["N1"]}, [], [])
    assert joining(bills, row("97140", 15, line_control="C1")) == ({}, [("N1", (0, 1))], [])
    by_member = row("97140", 15, member_id=MEMBER, line_control="B1")
    assert joining(bills, by_member) == ({1: ["N1"]}, [], [])


def test_the_line_control_number_never_divides_the_lines_of_a_code() -> None:
    """Split lines: the row names the one, the minutes are those of both."""
    bill = Bill(
        lines=(
            "SV1*HC:97110:GP:CQ*40*UN*1***1 | REF*6R*A1",
            "SV1*HC:97110:GP*40*UN*1***1 | REF*6R*A1-2",
        )
    )
    (visit,) = patient(bill, [row("97110", 15, line_control="A1"), row("97110", 15, "PTA", line_control="A1")]).visits
    assert visit.minutes["97110"].therapist == visit.minutes["97110"].assistant == 15
    assert visit.signed


def test_a_number_on_claims_to_two_payers_speaks_for_each() -> None:
    bills = [Bill(), Bill(sequence="S", payer="60054", filing="CI")]
    assert joining(bills, row("97110", 30)) == ({0: ["N1"], 1: ["N1"]}, [], [])


def test_one_number_of_two_patients() -> None:
    """The day decides, or the member; else it is said to be ambiguous for both."""
    bills = [Bill(), Bill(member=OTHER_MEMBER)]
    assert joining(bills, row("97110", 30)) == ({}, [("N1", (0,)), ("N1", (1,))], [])
    named = row("97110", 30, claim_id="PCN1", member_id=OTHER_MEMBER)
    assert joining(bills, named) == ({1: ["N1"]}, [], [])
    apart = [Bill(), Bill(member=OTHER_MEMBER, on=NEXT_DAY)]
    assert joining(apart, row("97110", 30, service_date=NEXT_DAY)) == ({1: ["N1"]}, [], [])
    never = row("97110", 30, service_date=date(2026, 4, 1))
    assert joining(apart, never).unmatched == [("N1", "no claim of its number and member has its date")]


def test_a_row_within_a_span_of_days_finds_its_claim() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*110*UN*1***1", f"{LINE} | DTP*472*RD8*20260303-20260305"))
    assert joining([bill], row("97110", 30, service_date=date(2026, 3, 4))).notes == {0: ["N1"]}


def test_a_row_of_another_discipline_is_no_row_of_the_visit() -> None:
    (visit,) = patient(Bill(), [row("97110", 30, "OT")]).visits
    assert visit.discipline == "PT"
    assert [claim.ordinal for claim in visit.uncovered] == [0]
    assert visit.minutes == {}


def test_a_row_that_speaks_for_two_claims_of_a_visit_counts_once() -> None:
    bills = [Bill(), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",))]
    rows = [row("97110", 30, member_id=MEMBER), row("97140", 15, member_id=MEMBER)]
    (visit,) = patient(bills, rows).visits
    assert {code: found.total for code, found in visit.minutes.items()} == {"97110": 30, "97140": 15}
    assert visit.signed
    assert visit.date == DAY


def test_rows_of_one_code_add_up_over_the_claims_of_a_visit() -> None:
    bills = [Bill(), Bill(number="PCN2", lines=("SV1*HC:97110:GP:59*80*UN*2***1",))]
    (visit,) = patient(bills, [row("97110", 30), row("97110", 25, claim_id="PCN2")]).visits
    assert visit.minutes["97110"].total == 55


def test_a_line_control_number_chooses_between_claims() -> None:
    controlled = (f"{LINE} | REF*6R*A1",)
    bills = [Bill(lines=controlled), Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*1***1",))]
    assert joining(bills, row("97110", 30, member_id=MEMBER, line_control="A1")).notes == {0: ["N1"]}
    assert joining(bills, row("97110", 30, member_id=MEMBER, line_control="A9")).notes == {0: ["N1"], 1: ["N1"]}
    assert joining(bills, row("97110", 30, member_id=MEMBER)).notes == {0: ["N1"], 1: ["N1"]}


def test_many_claims_of_one_patient_are_joined_as_few_are(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [DAY + timedelta(number) for number in range(5)]
    span = f"{LINE} | DTP*472*RD8*{days[1]:%Y%m%d}-{days[3]:%Y%m%d}"
    bills = [
        Bill(
            lines=((span if number % 7 == 0 else LINE).replace("*80*", f"*{80 + number}*"),),
            number=f"PCN{number % 10}",
            on=days[number % 5],
            frequency="8" if number % 11 == 0 else "1",
            payer=f"0012{number % 2}",
            taxonomy=f"22510000{number:02}",
        )
        for number in range(30)
    ]
    rows = [
        row("97110", 30, claim_id=number, member_id=member, service_date=day, note_id=f"{number} {member} {day}")
        for number in ("", "PCN1", "PCN4")
        for member in ("", MEMBER)
        for day in (*days, days[-1] + timedelta(9))
        if number or member
    ]
    indexed = joining(bills, *rows)
    monkeypatch.setattr("scrubber.visits.joining.MANY_CLAIMS", 1000)
    assert joining(bills, *rows) == indexed
    assert len(indexed.notes) > 12
    assert indexed.ambiguous
    assert indexed.unmatched


def test_of_many_claims_a_void_takes_its_rows_with_it() -> None:
    bills = [Bill(number=f"PCN{number}", on=DAY + timedelta(number)) for number in range(9)]
    void = Bill(number="PCN9", frequency="8")
    found = joining([*bills, void], row("97110", 30, claim_id="PCN9"), row("97110", 15, claim_id="PCN0", note_id="N2"))
    assert found == ({0: ["N2"]}, [], [])
