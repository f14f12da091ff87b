"""One patient's claims laid out by visit: what stands in a visit, what the records say of it, why it is not signed."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from rules.specimen import DAY, MEMBER, Bill, clock, patients, row, settings

from scrubber.visits.one_on_one import Overlap
from scrubber.visits.patient import Patient, read_patient
from scrubber.visits.record_rows import BadRow
from scrubber.visits.visit import Visit

NEXT_DAY = DAY + timedelta(days=1)
EXERCISE = "SV1*HC:97110:GP*80*UN*2***1"
MANUAL = "SV1*HC:97140:GP*38*UN*1***1"
REEDUCATION = "SV1*HC:97112:GP*40*UN*1***1"
OFFICE_VISIT = "SV1*HC:99213*90*UN*1***1"
OT_LINE = "SV1*HC:97530:GO*90*UN*2***1"
SECOND = Bill(number="PCN2", lines=(MANUAL,))
SECONDARY = Bill(number="PCN2", lines=(MANUAL,), sequence="S", payer="60054", filing="CI")
OCCUPATIONAL = Bill(number="PCN3", lines=(OT_LINE,), taxonomy="225X00000X")


def read(bills: Bill | list[Bill], *rows: Any, **profile: Any) -> Patient:
    (only,), _ = patients(bills, rows, **profile)
    return only


def visit(lines: str | tuple[str, ...], *rows: Any, **profile: Any) -> Visit:
    (only,) = read(Bill(lines=(lines,) if isinstance(lines, str) else lines), *rows, **profile).visits
    return only


def on(line: str, day: str) -> str:
    """The line with a day or days of its own."""
    return f"{line} | DTP*472*{'RD8' if '-' in day else 'D8'}*{day}"


def codes(found: Visit) -> list[str]:
    return [billed.line.code for billed in found.lines]


def again(
    found: Patient,
    copies: dict[int, int] | None = None,
    repeats: dict[tuple[int, int], tuple[int, int]] | None = None,
) -> Patient:
    """The same claims in a later round, with what was known of an earlier one."""
    return read_patient(found.work, found.claims, found.settings, copies or {}, repeats or {})


def test_lines_that_are_in_no_visit_hide_none_behind_them() -> None:
    lines = (
        OFFICE_VISIT,
        "SV1*ER:97110*80*UN*2***1",
        "SV1*HC:95992*40*UN*1***1",
        on(EXERCISE, "20260302-20260304"),
        MANUAL,
    )
    (found,) = read(Bill(lines=lines, taxonomy="207Q00000X")).visits
    assert codes(found) == ["97140"]


def test_therapy_of_no_known_discipline_is_a_visit_only_where_it_is_always_therapy() -> None:
    (found,) = read(Bill(lines=("SV1*HC:97110*80*UN*2***1",), taxonomy="207Q00000X")).visits
    assert (found.discipline, codes(found)) == ("", ["97110"])
    assert read(Bill(lines=("SV1*HC:95992*40*UN*1***1",), taxonomy="207Q00000X")).visits == []


def test_visits_of_payers_days_and_disciplines_are_apart() -> None:
    bills = [Bill(lines=(EXERCISE, on(EXERCISE, "20260303"), MANUAL)), SECONDARY, OCCUPATIONAL]
    found = read(bills)
    told = [(each.date, each.discipline, [claim.id for claim in each.claims], codes(each)) for each in found.visits]
    assert told == [
        (DAY, "PT", ["PCN1"], ["97110", "97140"]),
        (NEXT_DAY, "PT", ["PCN1"], ["97110"]),
        (DAY, "PT", ["PCN2"], ["97140"]),
        (DAY, "OT", ["PCN3"], ["97530"]),
    ]
    assert {day: len(each) for day, each in found.visits_on.items()} == {DAY: 3, NEXT_DAY: 1}
    assert {claim: len(each) for claim, each in found.visits_of.items()} == {0: 2, 1: 1, 2: 1}


def test_the_payer_of_a_claim_is_found_by_its_id() -> None:
    plain = settings()
    known = msgspec.structs.replace(plain.payers[0], name="by its id", match_payer_id=frozenset({"60054"}))
    chosen = msgspec.structs.replace(plain, payers=(known, *plain.payers))
    found = read([Bill(filing="CI"), SECONDARY])
    found = read_patient(found.work, found.claims, chosen)
    assert [found.profile(claim).name == "by its id" for claim in found.claims] == [False, True]


def test_what_told_the_discipline_of_a_line() -> None:
    lines = (EXERCISE, "SV1*HC:97161*110*UN*1***1", "SV1*HC:97140*38*UN*1***1", "SV1*HC:97530*45*UN*1***1")
    (found,) = read(Bill(lines=lines), row("97140", 15)).visits
    assert [(billed.told.discipline, billed.told.by) for billed in found.lines] == [
        ("PT", "modifier"),
        ("PT", "code"),
        ("PT", "record"),
        ("PT", "taxonomy"),
    ]
    (found,) = read(Bill(lines=lines, taxonomy="207Q00000X"), row("97140", 15)).visits
    assert found.lines[3].told == ("PT", "visit")


def test_a_line_knows_its_visit() -> None:
    found = read(Bill(lines=(OFFICE_VISIT, EXERCISE, on(MANUAL, "20260303"))))
    (claim,) = found.claims
    assert [found.visit_of(claim, line) for line in claim.lines] == [None, *found.visits]


def test_each_row_stands_once_on_its_day() -> None:
    rows = [row("97110", 30, member_id=MEMBER), row("97110", 25, service_date=NEXT_DAY), row("97140", 15)]
    found = read([Bill(lines=(EXERCISE, on(EXERCISE, "20260303"))), SECOND], *rows)
    assert found.rows_on == {DAY: [rows[2], rows[0]], NEXT_DAY: [rows[1]]}


def test_a_profile_is_that_of_the_day() -> None:
    plain = settings()
    changed = msgspec.structs.replace(
        plain,
        payers=(
            *(msgspec.structs.replace(each, to=DAY, unit_rule="cms") for each in plain.payers),
            *(msgspec.structs.replace(each, from_=NEXT_DAY, unit_rule="ama") for each in plain.payers),
        ),
    )
    found = read(Bill(lines=(on(EXERCISE, "20260303"), EXERCISE), on=DAY))
    found = read_patient(found.work, found.claims, changed)
    (claim,) = found.claims
    assert [found.profile(claim, day).unit_rule for day in (None, DAY, NEXT_DAY)] == ["cms", "cms", "ama"]
    assert [(each.date, each.profile.unit_rule) for each in found.visits] == [(NEXT_DAY, "ama"), (DAY, "cms")]
    assert [(each.day, each.profile.unit_rule) for each in found.days] == [(NEXT_DAY, "ama"), (DAY, "cms")]
    later = read(Bill(on=NEXT_DAY))
    assert read_patient(later.work, later.claims, changed).profile(later.claims[0]).unit_rule == "ama"


def test_all_codes_of_a_payer_and_day() -> None:
    lines = (
        on(EXERCISE, "20260302-20260304"),
        "SV1*ER:97110*80*UN*2***1",
        "SV1*HC*80*UN*2***1",
        "SV1*HC:G8978*0*UN*1***1",
        OFFICE_VISIT,
        EXERCISE,
        on(MANUAL, "20260303"),
    )
    found = read([Bill(lines=lines), SECONDARY]).days
    assert [(each.day, [(of.line.code, of.discipline) for of in each.lines]) for each in found] == [
        (DAY, [("99213", ""), ("97110", "PT")]),
        (NEXT_DAY, [("97140", "PT")]),
        (DAY, [("97140", "PT")]),
    ]


def test_a_line_that_repeats_another_claims_is_in_no_visit_and_no_day() -> None:
    twice = Bill(number="PCN2", lines=(MANUAL, EXERCISE))
    found = read([Bill(lines=(OFFICE_VISIT, EXERCISE)), twice, Bill(number="PCN3", lines=(OT_LINE,))])
    assert found.repeats == {(1, 2): (0, 2)}
    assert found.repeating == {1}
    first, second, _ = found.claims
    assert [found.repeats_other_claim(second, line) for line in second.lines] == [False, True]
    assert not any(found.repeats_other_claim(first, line) for line in first.lines)
    assert [codes(each) for each in found.visits] == [["97110"], ["97530"]]
    assert [[of.line.code for of in each.lines] for each in found.days] == [["99213", "97110", "97140", "97530"]]
    assert {place: told.discipline for place, told in found.told.items()} == {
        (0, 2): "PT",
        (1, 1): "PT",
        (1, 2): "PT",
        (2, 1): "OT",
    }


def test_a_line_that_repeats_one_of_its_own_claim_stays() -> None:
    found = read(Bill(lines=(EXERCISE, EXERCISE)))
    (claim,) = found.claims
    assert found.repeats == {(0, 2): (0, 1)}
    assert not found.repeating
    assert not found.repeats_other_claim(claim, claim.lines[1])
    assert [codes(each) for each in found.visits] == [["97110", "97110"]]
    assert [len(each.lines) for each in found.days] == [2]


def test_voids_originals_and_copies_do_not_count() -> None:
    replacement = Bill(number="PCN4", frequency="7", head=("REF*F8*PCN2",), lines=("SV1*HC:97140:GP*40*UN*1***1",))
    found = read([Bill(), SECOND, Bill(number="PCN3"), Bill(number="PCN5", frequency="8"), replacement])
    assert found.copies == {2: 0}
    assert [claim.id for claim in found.counted] == ["PCN1", "PCN4"]
    assert [claim.ordinal for claim in found.claim_of.values()] == [0, 1, 2, 3, 4] == list(found.claim_of)


def test_a_replaced_original_has_no_copies() -> None:
    replacement = Bill(number="PCN3", frequency="7", head=("REF*F8*PCN1",), lines=(MANUAL,))
    found = read([Bill(), Bill(number="PCN2"), replacement])
    assert found.copies == {}
    assert [claim.id for claim in found.counted] == ["PCN2", "PCN3"]


def test_what_was_a_copy_stays_one() -> None:
    found = read([Bill(), SECOND])
    assert found.copies == {}
    later = again(found, copies={1: 0})
    assert later.copies == {1: 0}
    assert [claim.ordinal for claim in later.counted] == [0]


def test_a_line_goes_on_to_repeat_another_claims() -> None:
    found = read([Bill(lines=(EXERCISE, OFFICE_VISIT)), SECOND])
    assert again(found, repeats={(1, 1): (0, 1)}).repeats == {(1, 1): (0, 1)}
    gone = {"within a claim": {(0, 2): (0, 1)}, "no such line": {(1, 2): (0, 1)}, "no such first": {(1, 1): (0, 3)}}
    assert {why: again(found, repeats=repeats).repeats for why, repeats in gone.items()} == {why: {} for why in gone}
    assert again(found, copies={1: 0}, repeats={(1, 1): (0, 1)}).repeats == {}
    assert again(read([Bill(), SECOND]), repeats={(1, 1): (0, 1)}).repeats == {(1, 1): (0, 1)}
    twice = read([Bill(lines=(EXERCISE, EXERCISE)), SECOND])
    assert again(twice, repeats={(1, 1): (0, 1)}).repeats == {(0, 2): (0, 1), (1, 1): (0, 1)}


THIRTY = row("97110", 30)
UNREAD = BadRow("records.csv", 3, "minutes", "must be something else", "N9", claim_id="PCN1", claim_ids=("PCN1",))
WHY_UNSIGNED: dict[str, tuple[tuple[str, ...], tuple[Any, ...], list[str]]] = {
    "signed": ((EXERCISE,), (THIRTY,), []),
    "nothing": ((EXERCISE,), (), ["no treatment record speaks for it"]),
    "unsigned": ((EXERCISE,), (row("97110", 30, signed=False),), ["a record is not signed"]),
    "twice": ((EXERCISE,), (THIRTY, THIRTY), ["a record row is there twice"]),
    "silent": ((EXERCISE, MANUAL), (THIRTY,), ["the records give no minutes of 97140"]),
    "silent of two": (
        (EXERCISE, MANUAL, "SV1*HC:97112:GP*40*UN*1***1", "SV1*HC:97140:GP:59*38*UN*1***1"),
        (THIRTY,),
        ["the records give no minutes of 97140, 97112"],
    ),
    "unmentioned": (
        (EXERCISE, "SV1*HC:97545:GP*180*UN*1***1", "SV1*HC:97545:GP:59*180*UN*1***1", "SV1*HC:96125:GP*90*UN*1***1"),
        (THIRTY,),
        ["the records do not mention 97545, 96125"],
    ),
    "another note": (
        (f"{EXERCISE} | NTE*ADD*97110 45 MIN",),
        (THIRTY,),
        ["record and claim give different minutes of 97110"],
    ),
    "another total": (
        (f"{EXERCISE} | NTE*ADD*TOTAL TIMED 45 MIN",),
        (THIRTY,),
        ["record and claim give different timed minutes in all"],
    ),
    "totals": (
        (EXERCISE,),
        (THIRTY, row("", timed_total=31)),
        ["the documented totals do not fit the timed minutes"],
    ),
    "overlap": (
        (EXERCISE,),
        (row("97110", 20, **clock("9:00-9:20")), row("97110", 20, **clock("9:10-9:30"))),
        ["recorded stretches of it overlap"],
    ),
    "group": (
        (EXERCISE, MANUAL),
        (THIRTY, row("97140", 15, mode="group")),
        ["the records give 97140 as group treatment"],
    ),
    "groups": (
        (EXERCISE, MANUAL),
        (THIRTY, row("97140", 15, mode="group"), row("97110", 15, mode="group")),
        ["the records give 97110, 97140 as group treatment"],
    ),
    "unreadable": ((EXERCISE,), (THIRTY, UNREAD), ["a treatment record of it is ambiguous"]),
}


@pytest.mark.parametrize(("lines", "rows", "why"), WHY_UNSIGNED.values(), ids=WHY_UNSIGNED)
def test_why_a_visit_is_not_signed(lines: tuple[str, ...], rows: tuple[Any, ...], why: list[str]) -> None:
    found = visit(lines, *rows)
    assert found.unsigned_because == why
    assert found.signed is (not why)


def test_a_visit_with_a_claim_that_no_record_speaks_for() -> None:
    (found,) = read([Bill(), SECOND], THIRTY).visits
    assert found.unsigned_because == [
        "a claim of the visit has no treatment record",
        "the records give no minutes of 97140",
    ]
    assert [claim.id for claim in found.uncovered] == ["PCN2"]
    assert found.unmentioned == ()


def test_an_ambiguous_row_leaves_the_visits_of_its_claims_unsigned() -> None:
    bills = [Bill(), Bill(lines=(MANUAL,)), Bill(number="PCN2", lines=(on(EXERCISE, "20260303"),))]
    spoken = [row("97110", 30), row("97110", 30, member_id=MEMBER), row("97140", 15, member_id=MEMBER)]
    later = row("97110", 30, claim_id="PCN2", service_date=NEXT_DAY)
    today, tomorrow = read(bills, *spoken, later).visits
    assert today.unsigned_because == ["a treatment record of it is ambiguous"]
    assert tomorrow.signed


def test_a_clinician_who_is_with_another_patient_leaves_the_visit_unsigned() -> None:
    found = read(Bill(), THIRTY)
    elsewhere = Overlap(found.joined.rows[0][0], row("97140", 15, claim_id="PCN9"), (7,))
    (visited,) = read_patient(
        msgspec.structs.replace(found.work, elsewhere=(elsewhere,)), found.claims, found.settings
    ).visits
    assert visited.clock.elsewhere == [elsewhere]
    assert visited.unsigned_because == ["its clinician has another patient at the same time"]


def test_a_row_that_could_mean_another_patient_leaves_the_visit_unsigned() -> None:
    found = read(Bill(), THIRTY)
    work = msgspec.structs.replace(found.work, ambiguous=((row("97110", 15), (0,)),))
    (doubtful,) = read_patient(work, found.claims, found.settings).visits
    assert doubtful.unsigned_because == ["a treatment record of it is ambiguous"]
    work = msgspec.structs.replace(found.work, ambiguous=((row("97110", 15), (5,)),))
    assert read_patient(work, found.claims, found.settings).visits[0].signed


def test_what_the_records_of_a_visit_say() -> None:
    rows = [
        row("97110", 30),
        row("97110", 30),
        row("97140", 15, "PTA", note_id="N2"),
        row("97112", 8, signed=False, note_id="N3"),
        row("", timed_total=53, treatment_total=60),
    ]
    found = visit((MANUAL, EXERCISE), *rows)
    assert found.from_records
    assert found.copied_rows == [rows[1]]
    assert found.recorded == {"97110", "97140", "97112"}
    assert list(found.minutes) == ["97140", "97110", "97112"]
    assert [(each.source, each.states) for each in found.record_evidence] == [
        ("record N1", "signed PT treatment on 2026-03-02"),
        ("record N2", "signed PT treatment on 2026-03-02"),
    ]
    assert (found.timed_total, found.treatment_total) == (53, 60)
    assert [each.states for each in found.total_evidence] == ["53 timed minutes in all"]


def test_joint_time_that_was_assumed_is_told() -> None:
    joint = row("97110", 30, "PTA", together=True)
    assert visit(EXERCISE, row("97110", 30), joint).assumed_joint == [joint]


@pytest.mark.parametrize(("rule", "minutes", "stretches"), [("cms", 0, 0), ("ama", 30, 1), ("wc", 30, 1)])
def test_roles_that_medicare_does_not_know_count_for_others(rule: str, minutes: int, stretches: int) -> None:
    found = visit(EXERCISE, row("97110", None, "OTHER", **clock("9:00-9:30")), unit_rule=rule)
    assert found.unit_minutes == minutes
    assert len(found.clock.stretches) == stretches


def test_a_row_that_is_there_twice_does_not_overlap_with_itself() -> None:
    mine = row("97110", None, **clock("9:00-9:30"))
    found = visit((EXERCISE, MANUAL), mine, mine, row("97140", None, **clock("9:30-9:45")))
    assert [(each.start, each.stop) for each in found.clock.stretches] == [(540, 570), (570, 585)]
    assert not found.clock.overlaps


def test_minutes_of_pt_and_ot_that_are_more_than_the_time_they_cover() -> None:
    lines = (EXERCISE, on(EXERCISE, "20260303"))
    bills = [Bill(lines=lines), Bill(number="PCN3", lines=(on(OT_LINE, "20260303"),), taxonomy="225X00000X")]
    rows = [
        row("97110", None, **clock("9:00-9:30")),
        row("97110", None, service_date=NEXT_DAY, **clock("9:00-9:30")),
        row("97530", None, "OT", claim_id="PCN3", service_date=NEXT_DAY, **clock("9:20-9:50")),
    ]
    found = read(bills, *rows)
    first, second, other = found.visits
    assert first.signed
    assert (
        second.unsigned_because
        == other.unsigned_because
        == ["the timed minutes of PT and OT are more than the time they cover"]
    )
    assert second.clock.combined is other.clock.combined
    assert second.clock.combined == (60, 50, (0, 1))
    alone = [Bill(lines=lines[1:]), bills[1]]
    assert [len(each.unsigned_because) for each in read(alone, *rows[1:]).visits] == [1, 1]
    elsewhere = [bills[0], Bill(number="PCN3", lines=bills[1].lines, taxonomy="225X00000X", sequence="S")]
    assert all(each.signed for each in read(elsewhere, *rows).visits)


def test_pt_and_ot_one_after_the_other_are_signed() -> None:
    rows = [
        row("97110", None, **clock("9:00-9:30")),
        row("97530", None, "OT", claim_id="PCN3", **clock("9:30-10:00")),
    ]
    found = read([Bill(), OCCUPATIONAL], *rows).visits
    assert [(each.signed, each.clock.combined) for each in found] == [(True, None), (True, None)]


def test_lines_that_records_do_not_name() -> None:
    def unnamed(*rows: Any) -> list[str]:
        return [billed.line.code for billed in visit((EXERCISE, MANUAL), *rows).unmentioned]

    assert unnamed(THIRTY) == ["97140"]
    assert unnamed(row("97161", 30, signed=False), THIRTY) == ["97140"]
    assert unnamed(row("97110", 30, signed=False)) == []
    assert unnamed(row("", timed_total=30)) == []
    assert unnamed(row("97161", 30, mode="untimed")) == ["97110", "97140"]
    # Beside a total of the timed minutes, untimed services and codes of no therapy name no timed line.
    total = row("", timed_total=30)
    assert unnamed(row("97161", 30, mode="untimed"), row("99213", 15), total) == []
    assert unnamed(THIRTY, total) == ["97140"]
    assert unnamed() == []


def test_minutes_of_notes_beside_those_of_records() -> None:
    noted = Bill(number="PCN2", lines=(f"{MANUAL} | NTE*ADD*97140 15 MIN",))
    (found,) = read([Bill(), noted], THIRTY).visits
    assert found.timed_minutes() == {"97110": 30, "97140": 15}
    assert found.without_minutes == []
    (found,) = read([Bill(), noted], THIRTY, row("", timed_total=30)).visits
    assert found.timed_minutes() == {"97110": 30, "97140": 15}
    (found,) = read([Bill(), noted], row("", timed_total=30)).visits
    assert found.timed_minutes() == {}
    assert [billed.line.code for billed in found.without_minutes] == ["97140"]
    (found,) = read([Bill(), noted, Bill(number="PCN3", lines=(REEDUCATION,))], row("", timed_total=30)).visits
    assert [billed.line.code for billed in found.without_minutes] == ["97140", "97112"]
    (found,) = read([Bill(), Bill(number="PCN3", lines=(REEDUCATION,))], row("97110", mode="untimed")).visits
    assert [billed.line.code for billed in found.without_minutes] == ["97112", "97110"]
    (found,) = read([Bill(), noted], row("97110", mode="untimed")).visits
    assert [billed.line.code for billed in found.without_minutes] == ["97110"]


def test_a_payer_that_times_a_code_in_quarter_hours_pools_it() -> None:
    lines = (EXERCISE, "SV1*HC:97545:GP*180*UN*1***1")
    rows = (THIRTY, row("97545", 30))
    assert visit(lines, *rows).timed_minutes() == {"97110": 30}
    assert visit(lines, *rows, minutes_per_unit={"97545": 15}).timed_minutes() == {"97110": 30, "97545": 30}
    assert visit(lines, *rows, minutes_per_unit={"97545": 60}).timed_minutes() == {"97110": 30}
    assert visit(lines, *rows, minutes_per_unit={"97110": 30}).timed_minutes() == {}


def test_what_a_payer_pools_is_not_group_treatment() -> None:
    lines = (EXERCISE, "SV1*HC:97545:GP*180*UN*1***1")
    rows = (THIRTY, row("97545", 30, mode="group"))
    assert visit(lines, *rows).grouped == set()
    found = visit(lines, *rows, minutes_per_unit={"97545": 15})
    assert found.grouped == {"97545"}
    assert [found.own_clock(billed.therapy) for billed in found.lines] == [None, None]
