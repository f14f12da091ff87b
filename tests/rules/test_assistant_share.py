"""Whose units they are, where a service was furnished by both: what M204, M205 and M206 say line by line."""

from datetime import date

import pytest
from rules.specimen import Bill, found, row, run, unchecked

from scrubber.findings.levels import FixLevel
from scrubber.outcome import ClaimResult
from scrubber.rules.modifiers.missing_assistant_modifier import missing_assistant_modifier
from scrubber.rules.modifiers.unsplit_assistant_units import unsplit_assistant_units
from scrubber.rules.modifiers.unsupported_assistant_modifier import unsupported_assistant_modifier

DAY = date(2026, 3, 2)
RULES = {rule.code for rule in (missing_assistant_modifier, unsplit_assistant_units, unsupported_assistant_modifier)}
Minutes = tuple[tuple[str, int, int], ...]
"""Code, minutes of the therapist, minutes of the assistant."""


def line(code: str, units: int, modifiers: str = "GP") -> str:
    return f"SV1*HC:{code}:{modifiers}*{40 * units}*UN*{units}***1"


def said(claim: ClaimResult) -> list[str]:
    """What is said of assistants, by rule and line."""
    findings = [verdict.finding for verdict in claim.verdicts]
    return [f"{each.rule} {each.where.ordinal}" for each in findings if each.rule in RULES]


def shared(lines: tuple[str, ...], minutes: Minutes, on: date = DAY, **profile: object) -> ClaimResult:
    rows = [
        row(code, each, role, service_date=on)
        for code, *both in minutes
        for each, role in zip(both, ("PT", "PTA"), strict=True)
        if each
    ]
    (claim,) = run(Bill(lines=lines, on=on), rows, fix="none", **profile).claims
    return claim


CQ = "GP:CQ"


@pytest.mark.parametrize(
    ("lines", "minutes", "expected"),
    [
        # A line that makes up the units exactly comes before several that do together.
        ((line("97110", 2), line("97110", 1, "GP:59"), line("97110", 1, "GP:76")), (("97110", 30, 30),), ["M204 1"]),
        # What carries CQ already counts: of two units one is missing.
        (
            (line("97110", 1, CQ), line("97110", 1, "GP:59"), line("97110", 1, "GP:76")),
            (("97110", 15, 30),),
            ["M204 3"],
        ),
        # Two lines of one unit make up two units; the larger line before them is the therapist's.
        (
            (line("97110", 3), line("97110", 1, "GP:59"), line("97110", 1, "GP:76")),
            (("97110", 45, 30),),
            ["M204 2", "M204 3"],
        ),
        # As many as the minutes give carry it, or too many by one.
        ((line("97110", 1, CQ), line("97110", 1, "GP:59")), (("97110", 15, 15),), []),
        ((line("97110", 2, CQ),), (("97110", 15, 15),), ["M205 1"]),
        # The units come first: nothing is said while more are billed than the minutes support.
        ((line("97110", 3),), (("97110", 15, 15),), []),
        # Nor while the minutes of another timed code are not known.
        ((line("97110", 2), line("97140", 1)), (("97110", 15, 15),), []),
        # Fewer units than the minutes support are one of the answers of a part of them.
        ((line("97110", 2),), (("97110", 30, 15),), []),
        # A code of a few minutes has no unit in the answer, and none is billed.
        ((line("97110", 2),), (("97110", 20, 10), ("97140", 3, 0)), ["M205 1"]),
        # The units stand on another code than the minutes have them on.
        ((line("97110", 1), line("97140", 2)), (("97110", 15, 15), ("97140", 15, 0)), []),
    ],
)  # fmt: skip
def test_units_of_a_timed_code(lines: tuple[str, ...], minutes: Minutes, expected: list[str]) -> None:
    assert said(shared(lines, minutes)) == expected


def test_a_payer_whose_way_of_counting_is_not_known_asks_for_it_all_the_same() -> None:
    both = (("97110", 15, 15),)
    assert said(shared((line("97110", 2),), both, unit_rule="ask")) == ["M205 1"]
    assert said(shared((line("97110", 1, CQ), line("97110", 1, "GP:59")), both, unit_rule="ask")) == []


def test_where_either_is_accepted_and_the_therapist_has_eight_minutes_a_line_without_it_is_a_warning() -> None:
    lines = (line("97110", 1), line("97110", 1, "GP:59"), line("97112", 2))
    claim = shared(lines, (("97110", 10, 12), ("97112", 31, 0)))
    assert [each for each in found(claim) if each.startswith("M20")] == ["M204 warn"]
    (level,) = {v.finding.fix.level for v in claim.verdicts if v.finding.rule == "M204" and v.finding.fix}
    assert level is FixLevel.UNSAFE
    claim = shared(lines, (("97110", 7, 14), ("97112", 32, 0)))
    assert [each for each in found(claim) if each.startswith("M20")] == ["M204 reject"]


FINAL = (line("97110", 1, CQ), line("97112", 1))
"""One unit of each of two codes, CQ on the first."""


@pytest.mark.parametrize(
    ("lines", "minutes", "expected"),
    [
        (FINAL, (("97110", 8, 7), ("97112", 8, 7)), []),
        (FINAL, (("97110", 14, 1), ("97112", 8, 7)), []),
        # the assistant's quarter hours are whole: nothing of them is in the unit that is left
        ((line("97110", 2, CQ), line("97112", 2)), (("97110", 8, 15), ("97112", 23, 7)), ["M205 1"]),
        # the unit that is left stands on two other codes, not on this one
        (
            (line("97110", 1, CQ), line("97112", 1), line("97530", 1)),
            (("97110", 15, 7), ("97112", 8, 7), ("97530", 8, 7)),
            ["M206 1"],
        ),
        # of the other code nothing is billed, so no unit of it is left
        ((line("97110", 1, CQ),), (("97110", 8, 7), ("97112", 8, 7)), ["M206 1"]),
    ],
)
def test_one_of_two_final_units_of_which_the_therapist_has_eight_minutes_may_carry_it(
    lines: tuple[str, ...], minutes: Minutes, expected: list[str]
) -> None:
    assert said(shared(lines, minutes)) == expected


@pytest.mark.parametrize(
    ("on", "expected"), [(date(2021, 12, 31), ["M204 2"]), (date(2022, 1, 1), []), (date(2022, 1, 2), [])]
)
def test_final_units_before_and_since_2022(on: date, expected: list[str]) -> None:
    """Until 2021 ten percent of a unit were enough: both carried it."""
    assert said(shared(FINAL, (("97110", 8, 7), ("97112", 8, 7)), on)) == expected


def test_a_line_without_an_amount_is_told_and_not_divided() -> None:
    (claim,) = run(Bill(lines=("SV1*HC:97110:GP*8O*UN*2***1",)), [row("97110", 15), row("97110", 15, "PTA")]).claims
    assert "M205 reject" in found(claim)
    assert "I001" not in unchecked(claim)
    assert not [each for each in found(claim) if each.startswith("I001")]
