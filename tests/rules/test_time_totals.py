"""U108 beyond the examples of the rule."""

from rules.specimen import Bill, found, row, run

FIVE = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))


def said(*rows, bill=FIVE):
    return found(run(bill, rows).claims[0])


def test_totals_are_summed_over_the_notes_of_the_day():
    first = [row("97110", 15), row("", timed_total=15)]
    second = [row("97110", 30, note_id="N2"), row("", timed_total=30, note_id="N2")]

    assert said(*first, *second) == []
    assert said(*first, second[0]) == ["U108 warn"]


def test_a_contradiction_keeps_the_visit_unsigned():
    assert said(row("97110", 30), row("", timed_total=30)) == ["U101 fixed"]
    assert sorted(said(row("97110", 30), row("", timed_total=31))) == ["U101 reject", "U108 warn"]


def test_joint_time_counts_once():
    rows = [row("97110", 45), row("97110", 45, "PTA", together=True), row("", timed_total=45)]

    assert "U108 warn" not in said(*rows)


def test_group_and_untimed_minutes_are_not_timed():
    bill = Bill(lines=("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP:59*80*UN*2***1", "SV1*HC:97018:GP*9*UN*1***1"))
    rows = [row("97150", 25, mode="group"), row("97110", 30), row("97018", 10, mode="untimed")]

    assert said(*rows, row("", timed_total=30, treatment_total=65), bill=bill) == []
    assert said(*rows, row("", timed_total=55, treatment_total=65), bill=bill) == ["U108 warn"]


def test_treatment_below_the_sum_where_no_timed_total_is_documented():
    assert said(row("97110", 45), row("", treatment_total=45)) == []
    assert said(row("97110", 45), row("", treatment_total=44)) == ["U108 warn"]


def test_a_treatment_total_that_agrees_is_no_evidence():
    claim = run(FIVE, [row("97110", 45), row("", timed_total=50, treatment_total=60)]).claims[0]
    (told,) = [verdict.finding for verdict in claim.verdicts if verdict.finding.rule == "U108"]
    assert [each.states for each in told.evidence] == ["50 timed minutes in all"]


def test_totals_alone_contradict_nothing_but_each_other():
    assert "U108 warn" not in said(row("", timed_total=45, treatment_total=50))
    assert "U108 warn" in said(row("", timed_total=45, treatment_total=40))


def test_a_timed_code_with_a_clock_of_its_own_may_be_in_the_total_or_not():
    bill = Bill(lines=("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:96125:GP*100*UN*1***1"))
    rows = [row("97110", 30), row("96125", 60)]

    for total in (30, 90):
        assert "U108 warn" not in said(*rows, row("", timed_total=total), bill=bill)
    assert "U108 warn" in said(*rows, row("", timed_total=60), bill=bill)
