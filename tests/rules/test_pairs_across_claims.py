"""N301 to N303 where the two codes stand in different claims: which claim is named, which one with it, how severely."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import permutations
from typing import Any

import pytest
from rules.specimen import Bill, clock, row, run, unchecked

from scrubber.findings.finding import Finding
from scrubber.visits.record_rows import TreatmentRecord

MANUAL, MASSAGE = "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97124:GP*30*UN*1***1"
GROUP, EXERCISE = "SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"
OT = {"taxonomy": "225X00000X", "rendering": "1999887742"}


def two(first: str, second: str, **of_second: str) -> list[Bill]:
    return [Bill(lines=(first,)), Bill(lines=(second,), number="PCN2", **of_second)]  # type: ignore[arg-type]


def told(
    bills: Sequence[Bill], rule: str, rows: Iterable[TreatmentRecord] = (), **profile: Any
) -> list[tuple[int | None, str | None, str, tuple[int, ...]]]:
    """Claim, element, severity and related claims of what a rule finds."""
    found: list[Finding] = [v.finding for claim in run(bills, rows, **profile).claims for v in claim.verdicts]
    return [(f.where.claim, f.where.element, f.severity.word, f.related) for f in found if f.rule == rule]


def test_the_claim_of_the_code_that_is_denied_is_named_and_the_other_with_it() -> None:
    assert told(two(MANUAL, MASSAGE), "N301") == [(1, "SV101-2", "reject", (0,))]
    assert told(two(MASSAGE, MANUAL), "N301") == [(0, "SV101-2", "reject", (1,))]
    assert told(two(GROUP, EXERCISE), "N302") == [(1, "SV101-2", "reject", (0,))]
    assert told(two(EXERCISE, GROUP), "N302") == [(0, "SV101-2", "reject", (1,))]


def test_between_disciplines_with_providers_of_their_own_it_is_a_warning() -> None:
    assert told(two(MANUAL, MASSAGE.replace("GP", "GO"), **OT), "N301") == [(1, "SV101-2", "warn", (0,))]
    assert told(two(GROUP, EXERCISE.replace("GP", "GO"), **OT), "N302") == [(1, "SV101-2", "warn", (0,))]


def test_one_discipline_or_one_provider_is_enough_for_a_reject() -> None:
    of_another_person, of_another_discipline = {"rendering": OT["rendering"]}, {"taxonomy": OT["taxonomy"]}
    assert told(two(GROUP, EXERCISE, **of_another_person), "N302") == [(1, "SV101-2", "reject", (0,))]
    exercise = EXERCISE.replace("GP", "GO")
    assert told(two(GROUP, exercise, **of_another_discipline), "N302") == [(1, "SV101-2", "reject", (0,))]


def test_a_pair_within_one_claim_names_no_other() -> None:
    assert told([Bill(lines=(MANUAL, MASSAGE))], "N301") == [(0, "SV101-2", "reject", ())]


def test_a_modifier_is_doubted_with_the_claim_of_the_other_code() -> None:
    rows = [row("97150", **clock("10:00-10:30")), row("97110", claim_id="PCN2", **clock("10:15-10:30"))]
    bills = two(GROUP, EXERCISE.replace("GP", "GP:59"))
    assert told(bills, "N303", rows) == [(1, "SV101-2", "warn", (0,))]


def test_without_times_both_claims_are_told_that_the_modifier_was_not_checked() -> None:
    outcome = run(two(GROUP, EXERCISE.replace("GP", "GP:59")))
    why = "no clock times of 97150 and 97110 on 2026-03-02 to compare"
    assert [unchecked(claim).get("N303") for claim in outcome.claims] == [why, why]


def test_a_day_that_the_table_cannot_answer_is_told_of_the_modifier_only_where_one_stands() -> None:
    bare, with_59 = (
        Bill(lines=(GROUP, line), on=date(2024, 6, 30)) for line in (EXERCISE, EXERCISE.replace("GP", "GP:59"))
    )
    assert "N303" not in unchecked(run(bare).claims[0])
    assert unchecked(run(with_59).claims[0])["N303"] == unchecked(run(with_59).claims[0])["N302"]


def test_every_pair_of_three_codes_is_looked_up() -> None:
    """97164 is column 2 of both others; 97035 and 97124 are no pair."""
    lines = ("SV1*HC:97124:GP*30*UN*1***1", "SV1*HC:97164:GP*60*UN*1***1", "SV1*HC:97035:GP*20*UN*1***1")
    assert len(told([Bill(lines=lines)], "N302")) == 2


def test_a_pair_is_found_wherever_its_codes_stand_among_others() -> None:
    others = ("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97112:GP*40*UN*1***1")
    for lines in permutations((MANUAL, MASSAGE, *others)):
        assert [each[2] for each in told([Bill(lines=lines)], "N301")] == ["reject"]


def test_what_the_table_cannot_answer_does_not_hide_what_it_can() -> None:
    unknown = "SV1*HC:A4556*9*UN*1***1"
    assert told([Bill(lines=(unknown, MANUAL, MASSAGE))], "N301") == [(0, "SV101-2", "reject", ())]
    (claim,) = run(Bill(lines=(unknown, MANUAL, MASSAGE))).claims
    assert unchecked(claim)["N301"] == "ncci-ptp-medicare 2024Q3 does not cover A4556"


EXTRA = (("97530", "97140"), ("97116", "97112"))


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("97530", "97140"), [(0, "SV101-2", "reject", ())]),
        (("97140", "97530"), [(0, "SV101-2", "reject", ())]),
        (("97530", "97112"), []),
        (("97116", "97112"), [(0, "SV101-2", "reject", ())]),
        (("97530",), []),
        (("97140",), []),
    ],
)
def test_pairs_that_a_payer_keeps_need_both_codes(codes: tuple[str, ...], expected: list[Any]) -> None:
    lines = tuple(f"SV1*HC:{code}:GP*40*UN*1***1" for code in codes)
    assert told([Bill(lines=lines, filing="CI")], "N302", extra_pairs=EXTRA) == expected


def test_pairs_that_a_payer_keeps_say_where_they_come_from() -> None:
    lines = tuple(f"SV1*HC:{code}:GP*40*UN*1***1" for code in EXTRA[0])
    (claim,) = run(Bill(lines=lines, filing="CI"), extra_pairs=EXTRA).claims
    (finding,) = (verdict.finding for verdict in claim.verdicts if verdict.finding.rule == "N302")
    assert [(each.source, each.states) for each in finding.evidence] == [
        ("NCCI pair table", "extra-pairs of payer profile commercial")
    ]
    assert finding.where.ordinal == 2


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (("10:00-10:30", "10:30-10:45"), "The recorded times are apart."),
        (("10:00-10:30", "10:15-10:30"), "The recorded times overlap."),
        ((), "The record has no clock times to compare."),
    ],
)
def test_a_pair_without_a_modifier_says_what_the_record_shows(times: tuple[str, ...], said: str) -> None:
    rows = [row(code, **clock(time)) for code, time in zip(("97150", "97110"), times, strict=False)]
    (claim,) = run(Bill(lines=(GROUP, EXERCISE)), rows).claims
    (finding,) = (verdict.finding for verdict in claim.verdicts if verdict.finding.rule == "N302")
    assert said in finding.message


def test_a_day_of_one_code_hides_no_pair_of_the_next() -> None:
    on = " | DTP*472*D8*202603{}".format
    lines = (MANUAL + on("02"), MANUAL + on("03"), MASSAGE + on("03"))
    assert told([Bill(lines=lines)], "N301") == [(0, "SV101-2", "reject", ())]


def test_a_day_without_modifiers_hides_no_doubtful_one_of_the_next() -> None:
    on = " | DTP*472*D8*202603{}".format
    lines = (GROUP + on("02"), EXERCISE + on("02"), GROUP + on("03"), EXERCISE.replace("GP", "GP:59") + on("03"))
    (claim,) = run(Bill(lines=lines)).claims
    assert unchecked(claim)["N303"] == "no clock times of 97150 and 97110 on 2026-03-03 to compare"


def test_a_pair_that_is_never_paid_hides_no_doubtful_modifier() -> None:
    rows = [row("97150", **clock("10:00-10:30")), row("97110", **clock("10:15-10:30"))]
    lines = (MANUAL, MASSAGE, GROUP, EXERCISE.replace("GP", "GP:59"))
    assert told([Bill(lines=lines)], "N303", rows) == [(0, "SV101-2", "warn", ())]


@pytest.mark.parametrize(("one", "other", "rule"), [(MANUAL, MASSAGE, "N301"), (GROUP, EXERCISE, "N302")])
def test_what_is_not_known_of_a_day_or_payer_hides_no_pair_behind_it(one: str, other: str, rule: str) -> None:
    next_day = " | DTP*472*D8*20260303"
    lines = (EXERCISE, "SV1*HC:A4556*9*UN*1***1", one + next_day, other + next_day)
    assert [each[2] for each in told([Bill(lines=lines)], rule)] == ["reject"]
    without_table = Bill(lines=(MANUAL, MASSAGE), number="PCN2", filing="CI", payer="60054")
    assert [each[2] for each in told([without_table, Bill(lines=(one, other))], rule)] == ["reject"]


def test_a_modifier_on_one_code_of_a_pair_that_a_payer_keeps_is_not_doubted_alone() -> None:
    for code in EXTRA[0]:
        (claim,) = run(Bill(lines=(f"SV1*HC:{code}:GP:59*40*UN*1***1",), filing="CI"), extra_pairs=EXTRA).claims
        assert "N303" not in unchecked(claim)


def test_a_modifier_of_another_day_is_none_of_a_day_that_the_table_cannot_answer() -> None:
    modified = Bill(lines=(GROUP, EXERCISE.replace("GP", "GP:59")))
    bare = Bill(lines=(GROUP, EXERCISE), number="PCN2", on=date(2024, 6, 30))
    assert ["N303" in unchecked(claim) for claim in run([modified, bare]).claims] == [True, False]
