"""The 277CA: every claim is answered once, with the verdict that it got, in a file that others can load."""

from datetime import date
from decimal import Decimal

import pytest
from acknowledgments.conftest import GOLDEN, TODAY, golden, pyx12_faults, rows, scrubbed
from rules.specimen import Bill, interchange

from scrubber.acknowledgments.answer import Moment

CASES = sorted(path.parent.name for path in GOLDEN.glob("*/in.837"))


def claims_of(answer):
    """(claim number, actions, charge) of each 2200D, read without the product."""
    found = []
    level = place = ""
    for row in rows(answer):
        if row[0] == "HL":
            level = row[3]
        elif row[0] == "TRN" and level == "PT":
            found.append((row[2], []))
            place = "claim"
        elif row[0] == "SVC":
            place = "line"
        elif row[0] == "STC" and level == "PT" and place == "claim":
            found[-1][1].append((row[1], row[3], row[4]))
    return found


@pytest.mark.parametrize("case", CASES)
def test_pyx12_finds_no_fault_in_it(case):
    answer = golden(case).claim_answer()
    assert answer
    assert pyx12_faults(answer) == []


@pytest.mark.parametrize("case", CASES)
def test_every_claim_is_answered_once_with_its_verdict(case):
    """The order of the answers is the order of the claims; a held claim is refused, every other one taken."""
    scrubbed = golden(case)
    answered = claims_of(scrubbed.claim_answer())
    claims = scrubbed.outcome.claims
    assert [number for number, _ in answered] == [claim.claim_id for claim in claims]
    for (_, statuses), claim in zip(answered, claims, strict=True):
        held = claim.disposition == "held"
        assert statuses
        assert {action for _, action, _ in statuses} == {"U" if held else "WQ"}
        assert all((code[:2] == "A2") != held for code, _, _ in statuses)
        assert {Decimal(charge) for _, _, charge in statuses} == {Decimal(claim.charge_in)}


def test_the_demo_in_words(demo):
    """Three of seven claims are held without the records; the refused lines are named with their control numbers."""
    answer = demo.claim_answer()
    found = rows(answer)
    assert ["QTY", "90", "4"] in found
    assert ["QTY", "AA", "3"] in found
    assert ["AMT", "YU", "478"] in found
    assert ["AMT", "YY", "314"] in found
    at = found.index(["TRN", "2", "LRC-1003"])
    assert found[at + 1][:5] == ["STC", "A7:453", "20261122", "U", "128"]
    assert found[at + 3] == ["SVC", "HC:97530", "90", "", "", "", "", "2"]
    assert found[at + 5] == ["REF", "FJ", "1003A"]


def test_sender_and_receiver_change_places(demo):
    header = rows(demo.claim_answer())
    isa, gs = header[0], header[1]
    assert (isa[6].strip(), isa[8].strip()) == ("PRAIRIE1", "LARK01")
    assert (gs[2], gs[3]) == ("PRAIRIE1", "LARK01")


def test_the_batch_is_traced_by_its_own_number(demo):
    assert ["TRN", "2", "BATCH01"] in rows(demo.claim_answer())


def test_the_same_input_gives_the_same_bytes(demo):
    assert demo.claim_answer() == demo.claim_answer()


def test_time_of_day_is_midnight_unless_it_is_given(demo):
    assert demo.claim_answer().count(b"*20261122*0000*") == 2
    later = demo.claim_answer(Moment(date(2026, 11, 22), "1745"))
    assert later.count(b"*20261122*1745*") == 2
    assert b"*0000*" not in later


def test_totals_are_those_of_the_claims(demo):
    found = rows(demo.claim_answer())
    sums = {row[1]: Decimal(row[2]) for row in found if row[0] == "AMT"}
    claims = demo.outcome.claims
    taken = sum(Decimal(claim.charge_in) for claim in claims if claim.disposition != "held")
    refused = sum(Decimal(claim.charge_in) for claim in claims if claim.disposition == "held")
    assert sums == {"YU": taken, "YY": refused}


def test_the_answer_speaks_in_the_delimiters_of_the_file():
    source = (GOLDEN / "one-held-among-clean" / "in.837").read_bytes()
    swapped = source.translate(bytes.maketrans(b"*~:", b"|'>"))
    answer = scrubbed(swapped).claim_answer()
    assert answer.startswith(b"ISA|00|")
    assert b"~" not in answer
    assert pyx12_faults(answer) == []


def test_each_interchange_gets_its_own_answer_and_number():
    answer = golden("two-interchanges").claim_answer()
    controls = [row[13] for row in rows(answer) if row[0] == "ISA"]
    assert len(controls) == len(set(controls)) == 2


def test_control_numbers_follow_from_the_source():
    one, other = golden("clean-file").claim_answer(), golden("crlf").claim_answer()
    assert rows(one)[0][13] != rows(other)[0][13]


def test_a_claim_held_by_its_envelope_is_refused():
    """E503 names the envelope, not the claim; the claim does not go out all the same."""
    answered = claims_of(golden("control-number-mismatch").claim_answer())
    refused = [number for number, statuses in answered if statuses[0][1] == "U"]
    assert refused
    held = [claim.claim_id for claim in golden("control-number-mismatch").outcome.claims if claim.disposition == "held"]
    assert refused == held


def test_moment_writes_a_date_of_eight_digits():
    assert TODAY.text == "20261122"


@pytest.mark.parametrize("damage", ["", "DTP*472*D8*20260230", "DTP*472*RD8*20260302", "DTP*472*D8*MARCH"])
def test_a_day_that_cannot_be_read_is_not_made_up(damage):
    """All that is known is told: the service was some day until the answer. The guide wants a date."""
    source = interchange(Bill()).replace("DTP*472*D8*20260302~\n", f"{damage}~\n" if damage else "")
    answer = scrubbed(source.encode()).claim_answer()
    assert ["DTP", "472", "RD8", "19000101-20261122"] in rows(answer)
    assert pyx12_faults(answer) == []


def test_the_days_that_can_be_read_are_the_period():
    lines = ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*40*UN*1***1 | DTP*472*D8*20260230")
    answer = scrubbed(interchange(Bill(lines=lines)).encode()).claim_answer()
    assert ["DTP", "472", "D8", "20260302"] in rows(answer)
