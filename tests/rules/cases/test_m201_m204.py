"""M201 with M204: a line that lacks both modifiers gets the one, and behind it the other."""

from rules.specimen import Bill, found, row, run, sv1

ALONE = "SV1*HC:97110*80*UN*2***1"


def test_gp_and_then_cq() -> None:
    outcome = run(Bill(lines=(ALONE,)), [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*80*UN*2***1"]
    assert found(outcome.claims[0]) == ["M201 fixed", "M204 fixed"]


def test_both_stand_before_what_is_there() -> None:
    outcome = run(Bill(lines=("SV1*HC:97530:59:KX*45*UN*1***1",), taxonomy="225X00000X"), [row("97530", 15, "OTA")])
    assert sv1(outcome) == ["SV1*HC:97530:GO:CO:59:KX*45*UN*1***1"]


def test_the_journal_names_both_rules() -> None:
    outcome = run(Bill(lines=(ALONE,)), [row("97110", 30, "PTA")])
    edits = [(edit.start - edit.end, edit.after, edit.rule) for edit in outcome.claims[0].edits]
    assert edits == [(0, ":GP", "M201"), (0, ":CQ", "M204")]
    assert all(edit.evidence for edit in outcome.claims[0].edits)


def test_one_place_is_free_and_two_are_needed() -> None:
    """GP would fit, CQ would not: the claim is held whole, and GP is proposed."""
    bill = Bill(lines=("SV1*HC:97110:59:KX:76*80*UN*2***1",))
    (claim,) = run(bill, [row("97110", 30, "PTA")]).claims
    assert claim.disposition == "held"
    assert found(claim) == ["M201 reject", "M204 reject"]
    assert [line.modifiers for line in claim.lines_proposed] == [("GP", "59", "KX", "76")]


def test_an_unsigned_record_is_enough_for_neither() -> None:
    outcome = run(Bill(lines=(ALONE,)), [row("97110", 30, "PTA", signed=False)])
    assert found(outcome.claims[0]) == ["M201 reject", "M204 reject"]
    assert outcome.held() is not None
    assert outcome.corrected() is None


def test_unsafe_fixes_of_an_unsigned_record() -> None:
    outcome = run(Bill(lines=(ALONE,)), [row("97110", 30, "PTA", signed=False)], fix="unsafe")
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ*80*UN*2***1"]


def test_without_a_column_for_joint_time_gp_alone_is_certain() -> None:
    """The claim is held for CQ, so that GP is not written either."""
    (claim,) = run(Bill(lines=(ALONE,)), [row("97110", 30, "PTA", together=None)]).claims
    assert found(claim) == ["M201 reject", "M204 reject"]
    assert [line.modifiers for line in claim.lines_proposed] == [("GP", "CQ")]


def test_a_payer_that_wants_cq_and_no_gp() -> None:
    """CQ stands behind GP; without a GP there is no place for it that the scrubber would choose."""
    (claim,) = run(
        Bill(lines=(ALONE,)), [row("97110", 30, "PTA")], discipline_modifiers=False, assistant_modifiers=True
    ).claims
    assert found(claim) == ["M204 reject"]
    assert claim.disposition == "held"


def test_every_line_of_the_visit() -> None:
    lines = (ALONE, "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97161*110*UN*1***1")
    outcome = run(Bill(lines=lines), [row("97110", 30, "PTA"), row("97140", 15, "PTA"), row("97161", 30)])
    assert sv1(outcome) == [
        "SV1*HC:97110:GP:CQ*80*UN*2***1",
        "SV1*HC:97140:GP:CQ*38*UN*1***1",
        "SV1*HC:97161:GP*110*UN*1***1",
    ]


def test_an_empty_place_is_no_first_place() -> None:
    outcome = run(Bill(lines=("SV1*HC:97110::59*80*UN*2***1",)), [row("97110", 30, "PTA")])
    assert sv1(outcome) == ["SV1*HC:97110:GP:CQ:59*80*UN*2***1"]
