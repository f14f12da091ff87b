"""U101 with C405's exceptions: replacements, voids and secondary claims have pools, or none, of their own."""

from rules.specimen import Bill, found, interchange, row, run, scrubbed, sv1

from scrubber.visits.records import TreatmentRecords

OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
RIGHT = "SV1*HC:97110:GP*80*UN*2***1"


def test_a_secondary_claim_of_the_same_number_does_not_pool_with_the_primary() -> None:
    secondary = Bill(lines=OVER.lines, sequence="S", payer="00456")
    outcome = run([OVER, secondary], [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [["U101 fixed"], ["U101 fixed"]]
    assert sv1(outcome) == [RIGHT, RIGHT]


def test_a_secondary_claim_follows_its_own_payers_rule() -> None:
    secondary = Bill(lines=OVER.lines, sequence="S", payer="60054", filing="CI")
    outcome = run([OVER, secondary], [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [["U101 fixed"], ["U101 warn"]]
    assert sv1(outcome) == [RIGHT, OVER.lines[0]]


def test_only_the_replacement_counts() -> None:
    newer = Bill(lines=OVER.lines, frequency="7", head=("REF*F8*ICN1",))
    outcome = run([OVER, newer], [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [[], ["U101 fixed", "C418 warn"]]
    assert sv1(outcome) == [OVER.lines[0], RIGHT]


def test_a_void_is_never_edited_and_never_counts() -> None:
    void = Bill(
        lines=("SV1*HC:97110:GP:GP*120*UN*3***1", "SV1*HC:97140*38*UN*0***1"), frequency="8", head=("REF*F8*ICN1",)
    )
    outcome = run([void, OVER], [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [["C418 warn"], ["U101 fixed"]]
    assert sv1(outcome) == [*void.lines, RIGHT]


def test_a_void_out_of_balance_is_held() -> None:
    """Envelope and balance are checked of voids too."""
    source = interchange(Bill(frequency="8", head=("REF*F8*ICN1",))).replace("*80***11", "*90***11").encode()
    outcome = scrubbed(source, TreatmentRecords())
    assert found(outcome.claims[0]) == ["C418 warn", "E501 reject"]
    assert outcome.corrected() is None


def test_original_replacement_and_void_in_one_file() -> None:
    original = ("REF*F8*ICN1",)
    bills = [OVER, Bill(lines=OVER.lines, frequency="8", head=original), Bill(frequency="7", head=original)]
    outcome = run(bills, [row("97110", 30)])
    assert [found(claim) for claim in outcome.claims] == [[], ["C418 warn"], ["C418 warn"]]
    assert outcome.corrected() == outcome.source
