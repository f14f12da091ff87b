"""U101 with M204: what is lowered stays right for who furnished it."""

from rules.specimen import Bill, found, row, run, sv1


def test_lines_with_and_without_the_modifier_are_lowered_each_to_its_own_minutes() -> None:
    lines = ("SV1*HC:97110:GP:CQ*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1")
    outcome = run(Bill(lines=lines), [row("97110", 30, "PTA"), row("97110", 15)])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*80*UN*2***1", "SV1*HC:97110:GP*40*UN*1***1"]
    assert found(outcome.claims[0]) == ["U101 fixed"]


def test_the_assistants_line_is_lowered_when_hers_are_too_many() -> None:
    lines = ("SV1*HC:97110:GP:CQ*80*UN*2***1", "SV1*HC:97110:GP*80*UN*2***1")
    outcome = run(Bill(lines=lines), [row("97110", 15, "PTA"), row("97110", 30)])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*40*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1"]


def test_where_either_form_stands_nothing_is_chosen() -> None:
    """7 and 1 minutes: one unit, and the two counts of 10 % disagree on it. A line would fall to none: held."""
    lines = ("SV1*HC:97110:GP:CQ*40*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1")
    (claim,) = run(Bill(lines=lines), [row("97110", 7), row("97110", 1, "PTA")]).claims
    assert claim.disposition == "held"
    assert found(claim) == ["U101 reject"]


def test_the_last_line_of_a_code_is_lowered_first() -> None:
    lines = (
        "SV1*HC:97110:GP*80*UN*2***1",
        "SV1*HC:97110:GP:59*80*UN*2***1",
        "SV1*HC:97110:GP:76*120*UN*3***1",
    )
    outcome = run(Bill(lines=lines), [row("97110", 75)])
    assert sv1(outcome)[:2] == list(lines[:2])
    assert sv1(outcome)[2] == "SV1*HC:97110:GP:76*40*UN*1***1"


def test_part_of_the_lowered_line_is_the_assistants() -> None:
    """Two units stay, one of them the assistant's: what is left of the line is divided (M205)."""
    outcome = run(Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",)), [row("97110", 15), row("97110", 15, "PTA")])
    (claim,) = outcome.claims
    assert sv1(outcome) == ["SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97110:GP:CQ*40*UN*1***1"]
    assert found(claim) == ["U101 fixed", "M205 fixed"]
    assert claim.charge_out == "80"


def test_whole_units_of_the_assistant_only_after_lowering() -> None:
    """Three billed: some would be the assistant's. Two supported: both are."""
    outcome = run(Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",)), [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*80*UN*2***1"]


def test_the_cent_that_does_not_divide_falls() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110:GP*100*UN*3***1",)), [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*66.66*UN*2***1"]
    assert outcome.claims[0].charge_out == "66.66"
