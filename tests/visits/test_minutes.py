"""Minutes by code and role from the rows of a visit, and what keeps them from being signed."""

from datetime import date
from typing import Any

import pytest
from rules.specimen import Bill, clock, patient, row

from scrubber.tables.tableset import load_tables
from scrubber.visits.minutes import MinuteCount, count_rows
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.visit import Visit

CLOCKLESS = "joint minutes of 97110 have no clock times; taken as the same time"


def pooled(code: str) -> bool:
    therapy = load_tables().therapy
    return code in therapy and therapy[code].pooled


def count(*rows: TreatmentRecord, others_count: bool = False) -> MinuteCount:
    return count_rows(rows, others_count=others_count, pooled=pooled)


def minutes(*rows: TreatmentRecord, others_count: bool = False) -> dict[str, tuple[int, int]]:
    """Minutes of therapist and assistant by code family."""
    return {
        code: (found.therapist, found.assistant)
        for code, found in count(*rows, others_count=others_count).by_code.items()
    }


def visit(lines: tuple[str, ...], *rows: TreatmentRecord, head: tuple[str, ...] = ()) -> Visit:
    (only,) = patient(Bill(lines=lines, head=head), rows).visits
    return only


def test_stretches_of_a_code_add_up_by_role() -> None:
    rows = [row("97110", 10), row("97110", 7, note_id="N2"), row("97110", 8, "PTA"), row("97140", 15)]
    assert minutes(*rows) == {"97110": (17, 8), "97140": (15, 0)}
    assert count(*rows).unsigned_because == []


def test_base_and_add_on_are_one_and_so_are_twins() -> None:
    assert minutes(row("97129", 15, "OT"), row("97130", 20, "OTA")) == {"97129": (15, 20)}
    assert minutes(row("97014", 15), row("G0283", 10)) == {"G0283": (25, 0)}


def test_minutes_are_those_written_else_those_of_the_clock() -> None:
    assert minutes(row("97110", None, **clock("9:00-9:25"))) == {"97110": (25, 0)}
    assert minutes(row("97110", 20, **clock("9:00-9:25"))) == {"97110": (20, 0)}
    assert minutes(row("97110", 0, **clock("9:00-9:25"))) == {"97110": (0, 0)}
    assert minutes(row("97150", None, mode="group")) == {"97150": (0, 0)}


@pytest.mark.parametrize("role", ["PT", "OT", "SLP", "CF", "PHYSICIAN", "NPP", "DC"])
def test_who_counts_as_the_therapist(role: str) -> None:
    assert minutes(row("97110", 15, role)) == {"97110": (15, 0)}
    assert count(row("97110", 15, role)).unsigned_because == []


@pytest.mark.parametrize("role", ["PTA", "OTA"])
def test_who_counts_as_the_assistant(role: str) -> None:
    assert minutes(row("97110", 15, role)) == {"97110": (0, 15)}


@pytest.mark.parametrize("role", ["AIDE", "STUDENT"])
@pytest.mark.parametrize("others_count", [True, False])
def test_aides_and_students_never_count_and_leave_the_pool_unsigned(role: str, others_count: bool) -> None:
    rows = [row("97110", 15), row("97110", 15, role)]
    assert minutes(*rows, others_count=others_count) == {"97110": (15, 0)}
    assert len(count(*rows, others_count=others_count).unsigned_because) == 1


@pytest.mark.parametrize("role", ["SLPA", "OTHER"])
def test_others_count_where_the_payer_does_not_count_like_medicare(role: str) -> None:
    assert minutes(row("97110", 15, role), others_count=True) == {"97110": (15, 0)}
    assert minutes(row("97110", 15, role)) == {"97110": (0, 0)}
    assert count(row("97110", 15, role), others_count=True).unsigned_because == []
    assert len(count(row("97110", 15, role)).unsigned_because) == 1


def test_one_unsigned_row_leaves_the_pool_unsigned() -> None:
    assert count(row("97110", 15), row("97140", 15, signed=False)).unsigned_because == ["a record is not signed"]


def test_a_row_that_is_there_twice_counts_once() -> None:
    again = count(row("97110", 15), row("97110", 15, line=3, source_file="other.csv"))
    assert again.by_code["97110"].total == 15
    assert [each.line for each in again.dropped] == [3]
    assert again.unsigned_because == ["a record row is there twice"]


@pytest.mark.parametrize(
    "difference",
    [{"note_id": "N2"}, clock("9:00-9:15"), {"clinician_id": "7"}, {"line_control": "A1"}, {"claim_id": "PCN2"}],
)
def test_rows_that_differ_in_anything_are_two(difference: dict[str, Any]) -> None:
    assert minutes(row("97110", 15), row("97110", 15, **difference)) == {"97110": (30, 0)}


def test_joint_time_by_the_clock_counts_once_and_as_the_therapists() -> None:
    def joint(therapist: str, assistant: str) -> tuple[int, int]:
        rows = [row("97110", **clock(therapist)), row("97110", None, "PTA", together=True, **clock(assistant))]
        assert count(*rows).unsigned_because == []
        return minutes(*rows)["97110"]

    assert joint("9:00-9:30", "9:00-9:30") == (30, 0)
    assert joint("9:00-9:30", "9:10-9:20") == (30, 0)
    assert joint("9:00-9:30", "9:15-9:45") == (45, 0)
    assert joint("9:00-9:30", "8:50-9:40") == (50, 0)
    assert joint("9:00-9:30", "9:30-9:45") == (45, 0)


def test_the_same_time_apart_is_the_assistants() -> None:
    rows = [row("97110", **clock("9:00-9:30")), row("97110", None, "PTA", together=False, **clock("9:00-9:30"))]
    assert minutes(*rows) == {"97110": (30, 30)}


def test_rests_within_joint_time() -> None:
    rows = [row("97110", 25, **clock("9:00-9:30")), row("97110", 25, "PTA", together=True, **clock("9:00-9:30"))]
    assert minutes(*rows) == {"97110": (25, 0)}


def test_joint_time_that_two_rows_of_the_therapist_cover() -> None:
    rows = [
        row("97110", **clock("9:00-9:15")),
        row("97110", **clock("9:20-9:35")),
        row("97110", None, "PTA", together=True, **clock("9:05-9:30")),
    ]
    assert minutes(*rows) == {"97110": (35, 0)}


def test_joint_time_of_another_code_covers_nothing() -> None:
    rows = [row("97140", **clock("9:00-9:30")), row("97110", None, "PTA", together=True, **clock("9:00-9:30"))]
    assert minutes(*rows) == {"97140": (30, 0), "97110": (30, 0)}


def test_joint_time_without_a_clock_is_the_same_time_when_note_code_and_minutes_agree() -> None:
    joint = row("97110", 30, "PTA", together=True)
    assert minutes(row("97110", 30), joint) == {"97110": (30, 0)}
    assert count(row("97110", 30), joint).unsigned_because == [CLOCKLESS]
    for other in (row("97110", 30, note_id="N2"), row("97110", 29)):
        found = count(other, joint)
        assert found.by_code["97110"].therapist == minutes(other)["97110"][0] + 30
        assert found.unsigned_because == []


def test_only_an_assistants_row_can_be_joint() -> None:
    assert minutes(row("97110", 30, together=True), row("97110", 30, "PTA")) == {"97110": (30, 30)}


def test_records_without_a_word_on_joint_time() -> None:
    assert count(row("97110", 15, "PTA", together=None)).by_code["97110"].joint_known is False
    assert count(row("97110", 15, "PTA")).by_code["97110"].joint_known is True
    # A therapist's time is the therapist's, however the record is laid out.
    assert count(row("97110", 15, together=None)).by_code["97110"].joint_known is True


def test_totals_of_the_visit() -> None:
    assert count(row("", timed_total=40)).timed_total == 40
    assert count(row("", timed_total=40), row("", timed_total=10, note_id="N2")).timed_total == 50
    assert count(row("", timed_total=40), row("", timed_total=40)).timed_total == 40
    assert count(row("", treatment_total=55)).timed_total is None
    assert count(row("97110", 30, timed_total=40)).timed_total is None


def test_evidence_names_the_record_and_says_whether_it_is_signed() -> None:
    found = count(row("97110", 15), row("97110", 8, "PTA", note_id="N2", signed=False)).by_code["97110"]
    assert [(each.source, each.states) for each in found.evidence] == [
        ("record N1", "15 minutes of 97110 by PT"),
        ("unsigned record N2", "8 minutes of 97110 by PTA"),
    ]


def test_a_visit_is_signed_when_records_speak_for_every_timed_code() -> None:
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97161:GP*110*UN*1***1")
    assert visit(lines, row("97110", 30), row("97140", 15)).signed
    silent = visit(lines, row("97110", 30))
    assert not silent.signed
    assert silent.unsigned_because == ["the records give no minutes of 97140"]
    assert not visit(lines).signed


def test_a_total_alone_signs_nothing() -> None:
    found = visit(("SV1*HC:97110:GP*80*UN*2***1",), row("", timed_total=30))
    assert not found.signed
    assert found.unit_minutes == 30
    assert found.timed_minutes() == {}
    assert found.uncovered == []


def test_minutes_of_a_code_that_nobody_billed_are_in_the_pool() -> None:
    found = visit(("SV1*HC:97110:GP*80*UN*2***1",), row("97110", 30), row("97140", 15), row("97161", 30))
    assert found.timed_minutes() == {"97110": 30, "97140": 15}
    assert found.unit_minutes == 45


def test_families_come_in_the_order_of_the_lines() -> None:
    lines = ("SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1")
    assert list(visit(lines, row("97110", 30), row("97140", 15)).timed_minutes()) == ["97140", "97110"]


def test_minutes_noted_in_the_claim_are_for_claims_without_a_record() -> None:
    line = "SV1*HC:97110:GP*80*UN*2***1 | NTE*ADD*97110 25 MIN"
    noted = visit((line,))
    assert noted.timed_minutes() == {"97110": 25}
    assert not noted.signed
    assert visit((line,), row("97110", 30)).timed_minutes() == {"97110": 30}


def test_the_lines_own_note_comes_before_the_claims() -> None:
    plain = "SV1*HC:97110:GP*80*UN*2***1"
    head = ("NTE*ADD*97110 20 MIN",)
    assert visit((plain,), head=head).timed_minutes() == {"97110": 20}
    assert visit((f"{plain} | NTE*ADD*97110 25 MIN",), head=head).timed_minutes() == {"97110": 25}
    assert visit((f"{plain} | K3*97110 26 MIN",), head=head).timed_minutes() == {"97110": 20}
    assert visit((f"{plain} | K3*97110 26 MIN",)).timed_minutes() == {"97110": 26}
    assert visit(("SV1*HC:97110:GP*80*MJ*27***1",)).timed_minutes() == {"97110": 27}


def test_a_note_of_the_claim_counts_once_however_many_lines_bill_the_code() -> None:
    lines = ("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97110:GP:59*40*UN*1***1")
    assert visit(lines, head=("NTE*ADD*97110 30 MIN",)).timed_minutes() == {"97110": 30}


def test_a_row_of_another_day_is_no_row_of_the_visit() -> None:
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*20260303")
    first, second = patient(
        Bill(lines=lines), [row("97110", 30), row("97110", 25, service_date=date(2026, 3, 3))]
    ).visits
    assert (first.unit_minutes, second.unit_minutes) == (30, 25)


def test_who_furnished_what_nobody_measured() -> None:
    def unmeasured(*rows: TreatmentRecord) -> set[str]:
        return count(*rows).by_code["97150"].unmeasured

    therapist, assistant = row("97150", None, mode="group"), row("97150", None, "PTA", mode="group")
    assert unmeasured(therapist) == {"therapist"}
    assert unmeasured(therapist, assistant) == {"therapist", "assistant"}
    assert unmeasured(row("97150", 30), row("97150", None, "PTA", **clock("9:00-9:10"))) == set()
    assert unmeasured(row("97150", None, "PTA", mode="group", together=True)) == {"therapist"}


def test_a_row_that_does_not_count_hides_no_row_behind_it() -> None:
    assert minutes(row("97110", 15, "AIDE"), row("97140", 15)) == {"97110": (0, 0), "97140": (15, 0)}
    assert minutes(row("97110", 15, "OTHER"), row("97140", 15)) == {"97110": (0, 0), "97140": (15, 0)}
    partly = (row("97110", 20, mode="group"), row("97110", 15), row("97140", 10))
    assert minutes(*partly) == {"97110": (15, 0), "97140": (10, 0)}


def test_several_rows_of_an_assistant_add_up() -> None:
    assert minutes(row("97110", 10, "PTA"), row("97110", 7, "PTA")) == {"97110": (0, 17)}


def test_why_minutes_of_aides_and_students_do_not_count() -> None:
    assert count(row("97110", 15, "AIDE")).unsigned_because == ["minutes of 97110 by an aide do not count"]
    assert count(row("97110", 15, "STUDENT")).unsigned_because == ["minutes of 97110 by a student do not count"]


def test_a_clock_has_both_ends() -> None:
    assert minutes(row("97110", None, start=540)) == {"97110": (0, 0)}
    assert minutes(row("97110", None, stop=540)) == {"97110": (0, 0)}


def test_a_pooled_code_without_minutes_is_a_reason_only_outside_groups() -> None:
    assert count(row("97110", None)).unsigned_because == ["the records give no minutes of 97110"]
    assert count(row("97110", None, mode="group")).unsigned_because == []


def test_treatment_totals_of_several_notes_add_up() -> None:
    rows = [row("", treatment_total=55), row("", treatment_total=10, note_id="N2"), row("97110", 30)]
    assert count(*rows).treatment_total == 65
    assert count(row("97110", 30, treatment_total=55)).treatment_total is None


def test_a_total_is_evidence_of_itself() -> None:
    found = count(row("", timed_total=40, treatment_total=45))
    assert [(each.source, each.states) for each in found.total_evidence] == [("record N1", "40 timed minutes in all")]
    assert [(each.source, each.states) for each in found.treatment_evidence] == [
        ("record N1", "45 minutes of treatment in all")
    ]


def test_evidence_says_what_was_in_a_group() -> None:
    found = count(row("97150", 40, mode="group"), row("97150", None, mode="group", note_id="N2")).by_code["97150"]
    assert [each.states for each in found.evidence] == [
        "40 minutes of 97150 in a group by PT",
        "97150 in a group by PT",
    ]


def test_joint_time_is_found_behind_rows_of_other_codes() -> None:
    joint = row("97110", 30, "PTA", together=True)
    found = count(row("97140", 10), row("97110", 30), joint)
    assert (found.by_code["97110"].therapist, found.by_code["97110"].assistant) == (30, 0)
    assert found.assumed_joint == [joint]


def test_a_clock_on_one_side_alone_measures_no_joint_time() -> None:
    joint = row("97110", 20, "PTA", together=True, **clock("9:00-9:20"))
    assert minutes(row("97110", 30), joint) == {"97110": (50, 0)}
    assert minutes(row("97110", 30, **clock("9:00-9:30")), row("97110", 20, "PTA", together=True)) == {"97110": (50, 0)}


def test_who_furnished_a_code() -> None:
    def sides(*rows: TreatmentRecord) -> set[str]:
        (found,) = count(*rows).by_code.values()
        return found.sides

    assert sides(row("97110", 15)) == {"therapist"}
    assert sides(row("97110", 15, "PTA")) == {"assistant"}
    assert sides(row("97110", 15), row("97110", 8, "PTA")) == {"therapist", "assistant"}
    assert sides(row("97150", None, mode="group"), row("97150", 20, "PTA", mode="group")) == {"therapist", "assistant"}
    assert sides(row("97110", 15, "AIDE")) == set()


def test_minutes_know_their_family() -> None:
    assert count(row("97130", 20)).by_code["97129"].code == "97129"
